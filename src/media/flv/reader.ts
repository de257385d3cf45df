import { type MediaTag, TAG_AUDIO, TAG_DATA, TAG_VIDEO, type TagType } from './tag.ts';

/** A tag larger than this is taken for damage. */
const MAX_TAG = 16 * 1024 * 1024;

export class FlvError extends Error {}

/**
 * Cuts a byte stream (a file, an HTTP-FLV or WebSocket-FLV body) into tags, however the bytes arrive.
 * `push` throws `FlvError` on bytes that are not FLV. Tags of other types than audio, video and script are skipped.
 */
export class FlvReader {
  #input: Buffer = Buffer.alloc(0);
  #headRead = false;
  /** The head's flags, known once the first 13 bytes are in. */
  has: { audio: boolean; video: boolean } | null = null;

  /** Bytes that wait for the rest of their tag. */
  get rest(): number {
    return this.#input.length;
  }

  push(bytes: Buffer): MediaTag[] {
    this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes]);
    if (!this.#headRead && !this.#readHead()) return [];
    const tags: MediaTag[] = [];
    let at = 0;
    for (;;) {
      const tag = readTag(this.#input, at);
      if (tag === null) break;
      at += tag.data.length + 15;
      if (isMedia(tag.type)) tags.push(tag);
    }
    this.#input = this.#input.subarray(at);
    return tags;
  }

  #readHead(): boolean {
    const input = this.#input;
    const known = Math.min(3, input.length);
    if (input.toString('latin1', 0, known) !== 'FLV'.slice(0, known)) throw new FlvError('not an FLV stream');
    if (input.length < 9) return false;
    const length = input.readUInt32BE(5);
    if (length < 9 || length > 1024) throw new FlvError('FLV head of an impossible length');
    if (input.length < length + 4) return false;
    this.has = { audio: (input[4]! & 4) !== 0, video: (input[4]! & 1) !== 0 };
    this.#input = input.subarray(length + 4);
    this.#headRead = true;
    return true;
  }
}

function readTag(input: Buffer, at: number): MediaTag | null {
  if (input.length - at < 11) return null;
  const length = input.readUIntBE(at + 1, 3);
  if (length > MAX_TAG) throw new FlvError('FLV tag too large');
  if (input.length - at < length + 15) return null;
  if (input.readUInt32BE(at + 11 + length) !== length + 11) throw new FlvError('FLV tag sizes disagree');
  const timestamp = (input.readUIntBE(at + 4, 3) | (input[at + 7]! << 24)) >>> 0;
  return { type: (input[at]! & 0x1f) as TagType, timestamp, data: input.subarray(at + 11, at + 11 + length) };
}

const isMedia = (type: number): boolean => type === TAG_AUDIO || type === TAG_VIDEO || type === TAG_DATA;

/** Every tag of a complete file. Throws `FlvError` when the file is cut off or damaged. */
export function readFlv(file: Buffer): MediaTag[] {
  const reader = new FlvReader();
  const tags = reader.push(file);
  if (reader.has === null || reader.rest > 0) throw new FlvError('FLV file is cut off');
  return tags;
}
