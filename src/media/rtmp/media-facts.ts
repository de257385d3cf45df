import type { TagInfo } from '../flv/inspect.ts';
import { sizeFromAvcConfig } from '../flv/sps.ts';
import { type MediaTag, TAG_AUDIO, TAG_DATA, TAG_VIDEO } from '../flv/tag.ts';
import { type AmfValue, readAmf } from './amf0.ts';

/** What the encoder has said of its media so far. */
export interface MediaFacts {
  videoCodec: string | null;
  audioCodec: string | null;
  width: number | null;
  height: number | null;
  /** As announced in the metadata. */
  fps: number | null;
  /** The last onMetaData message. */
  metadata: MediaTag | null;
}

export const NO_FACTS: MediaFacts = {
  videoCodec: null,
  audioCodec: null,
  width: null,
  height: null,
  fps: null,
  metadata: null,
};

/** The facts after `tag`: the same object when it says nothing new. */
export function readFacts(facts: MediaFacts, tag: MediaTag, info: TagInfo): MediaFacts {
  if (tag.type === TAG_DATA) return readMetadata(facts, tag);
  if (tag.type === TAG_AUDIO) {
    return info.codec === null || info.codec === facts.audioCodec ? facts : { ...facts, audioCodec: info.codec };
  }
  if (tag.type !== TAG_VIDEO) return facts;
  const known = info.codec === null || info.codec === facts.videoCodec;
  const next = known ? facts : { ...facts, videoCodec: info.codec };
  if (info.config === null || info.codec !== 'h264' || (facts.width !== null && facts.metadata !== null)) return next;
  const size = sizeFromAvcConfig(tag.data.subarray(info.body));
  return size === null ? next : { ...next, ...size };
}

function readMetadata(facts: MediaFacts, tag: MediaTag): MediaFacts {
  let values: AmfValue[];
  try {
    values = readAmf(tag.data);
  } catch {
    // Other script data may hold what we cannot read; it passes through all the same.
    return facts;
  }
  const [name, about] = values;
  if (name !== 'onMetaData') return facts;
  const said =
    typeof about === 'object' && about !== null && !Array.isArray(about) && !(about instanceof Date) ? about : {};
  return {
    ...facts,
    width: whole(said.width, 16_384) ?? facts.width,
    height: whole(said.height, 16_384) ?? facts.height,
    fps: positive(said.framerate, 1_000) ?? facts.fps,
    metadata: tag,
  };
}

function positive(value: AmfValue, most: number): number | null {
  return typeof value === 'number' && value > 0 && value <= most ? value : null;
}

/** A picture has whole pixels, whatever an encoder says of it. */
function whole(value: AmfValue, most: number): number | null {
  return positive(typeof value === 'number' ? Math.round(value) : value, most);
}
