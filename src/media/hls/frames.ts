import { HLS_CODECS } from '../engine.ts';
import { inspect } from '../flv/inspect.ts';
import { type MediaTag, TAG_DATA, TAG_VIDEO } from '../flv/tag.ts';
import { Unfit, WRONG_CODEC } from './unfit.ts';

export type TrackKind = 'video' | 'audio';

/** A decoder configuration (AVCDecoderConfigurationRecord, AudioSpecificConfig) or one coded frame. */
export interface Coded {
  kind: TrackKind;
  config: boolean;
  key: boolean;
  /** Milliseconds from decoding to presentation. */
  composition: number;
  /** The codec's own bytes: a view of the tag. */
  body: Buffer;
}

/** Enhanced RTMP packet types: configuration, a frame with its composition time, a frame that has none. */
const PLAIN_PACKETS: readonly number[] = [0, 1, 3];
const CODED_FRAMES = 1;
const MAX_COMPOSITION_MS = 10_000;

/**
 * Reads H.264 and AAC out of a tag; null for one that holds neither frame nor configuration. Throws `Unfit` for any
 * other codec, and for several tracks in one.
 */
export function readCoded(tag: MediaTag): Coded | null {
  if (tag.type === TAG_DATA) return null;
  const info = inspect(tag);
  const kind = tag.type === TAG_VIDEO ? 'video' : 'audio';
  const config = info.config !== null;
  if (!config && !info.frame) return null;
  if (info.codec !== HLS_CODECS[kind]) throw new Unfit(WRONG_CODEC);
  const first = tag.data[0]!;
  const enhanced = kind === 'video' ? (first & 0x80) !== 0 : first >> 4 === 9;
  if (enhanced && !PLAIN_PACKETS.includes(first & 15)) throw new Unfit(WRONG_CODEC);
  let at = info.body;
  let composition = 0;
  if (kind === 'video' && info.frame && enhanced && (first & 15) === CODED_FRAMES) {
    composition = readComposition(tag.data, at);
    at += 3;
  } else if (kind === 'video' && info.frame && !enhanced) composition = readComposition(tag.data, 2);
  const body = tag.data.subarray(at);
  return body.length === 0 ? null : { kind, config, key: kind === 'audio' || info.key, composition, body };
}

function readComposition(data: Buffer, at: number): number {
  if (at + 3 > data.length) throw new Unfit('This stream is damaged');
  const composition = data.readIntBE(at, 3);
  if (Math.abs(composition) > MAX_COMPOSITION_MS) throw new Unfit('The timestamps of this stream cannot be followed');
  return composition;
}
