import { type MediaTag, TAG_AUDIO, TAG_DATA, TAG_VIDEO, tagsOf } from '../flv/tag.ts';
import { writeAmf } from './amf0.ts';
import { CHUNK_STREAM, messageSize, OUT_CHUNK_SIZE, writeMessageAt } from './chunk-writer.ts';

/** How a viewer wants its media: bare FLV, FLV in WebSocket messages, or RTMP chunks, as to a player or to a server. */
export type Format = 'flv' | 'ws' | 'rtmp' | 'publish';

/** The message stream every RTMP player is given, so that all can be sent the same bytes. */
export const PLAY_STREAM_ID = 1;

/**
 * A run of FLV tags, framed for each format when the first viewer asks for it and then shared by all. Media is held
 * and sent as FLV; the other framings are made from it.
 */
export class Packets {
  readonly flv: Buffer;
  #ws: Buffer | null = null;
  #rtmp: Buffer | null = null;
  #publish: Buffer | null = null;

  constructor(flv: Buffer) {
    this.flv = flv;
  }

  as(format: Format): Buffer {
    if (format === 'flv') return this.flv;
    if (format === 'ws') {
      this.#ws ??= webSocketFrame(this.flv);
      return this.#ws;
    }
    if (format === 'publish') {
      this.#publish ??= hasMetadata(this.flv) ? rtmpMessages(this.flv, asPublished) : this.as('rtmp');
      return this.#publish;
    }
    this.#rtmp ??= rtmpMessages(this.flv, asPlayed);
    return this.#rtmp;
  }
}

/** One unmasked binary frame (RFC 6455, 5.2): frames of a server are the same for everyone. */
export function webSocketFrame(payload: Buffer): Buffer {
  const length = payload.length;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafeSlow(head + length);
  frame[0] = 0x82;
  frame[1] = head === 2 ? length : head === 4 ? 126 : 127;
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  payload.copy(frame, head);
  return frame;
}

function rtmpMessages(flv: Buffer, messageOf: typeof asPlayed): Buffer {
  let size = 0;
  for (const tag of tagsOf(flv)) size += messageSize(messageOf(tag), OUT_CHUNK_SIZE);
  const target = Buffer.allocUnsafeSlow(size);
  let offset = 0;
  for (const tag of tagsOf(flv)) {
    const csid =
      tag.type === TAG_AUDIO ? CHUNK_STREAM.audio : tag.type === TAG_VIDEO ? CHUNK_STREAM.video : CHUNK_STREAM.data;
    offset = writeMessageAt(target, offset, { message: messageOf(tag), csid, chunkSize: OUT_CHUNK_SIZE });
  }
  return target;
}

const asPlayed = (tag: MediaTag) => ({
  type: tag.type,
  streamId: PLAY_STREAM_ID,
  timestamp: tag.timestamp,
  payload: tag.data,
});

/** In front of metadata: has a server keep it for those who come later. */
const SET_DATA_FRAME = writeAmf('@setDataFrame');
const ON_METADATA = writeAmf('onMetaData');

const isMetadata = ({ type, data }: MediaTag): boolean =>
  type === TAG_DATA && data.subarray(0, ON_METADATA.length).equals(ON_METADATA);

const hasMetadata = (flv: Buffer): boolean => [...tagsOf(flv)].some(isMetadata);

const asPublished = (tag: MediaTag) =>
  asPlayed(isMetadata(tag) ? { ...tag, data: Buffer.concat([SET_DATA_FRAME, tag.data]) } : tag);
