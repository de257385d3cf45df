/** FLV bytes: the file head and the tags (Adobe FLV specification, annex E). */

export const TAG_AUDIO = 8;
export const TAG_VIDEO = 9;
export const TAG_DATA = 18;

export type TagType = typeof TAG_AUDIO | typeof TAG_VIDEO | typeof TAG_DATA;

/** One audio, video or script message; an RTMP message of the same type carries exactly these bytes. */
export interface MediaTag {
  type: TagType;
  /** Milliseconds, unsigned 32 bits. */
  timestamp: number;
  data: Buffer;
}

/** Bytes a tag takes besides its data: 11 of head, 4 that repeat its size. */
export const TAG_OVERHEAD = 15;

/** The 13 bytes before the first tag. The flags tell a player which tracks it should wait for. */
export function flvHead(has: { audio: boolean; video: boolean }): Buffer {
  const flags = (has.audio ? 4 : 0) | (has.video ? 1 : 0);
  return Buffer.from([0x46, 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0]);
}

/** Writes `data` as a tag into `target` and returns the offset behind it. */
function writeTag(target: Buffer, offset: number, tag: MediaTag): number {
  const { type, timestamp, data } = tag;
  target[offset] = type;
  target.writeUIntBE(data.length, offset + 1, 3);
  target.writeUIntBE(timestamp & 0xffffff, offset + 4, 3);
  target[offset + 7] = timestamp >>> 24;
  target.writeUIntBE(0, offset + 8, 3);
  data.copy(target, offset + 11);
  const end = offset + 11 + data.length;
  target.writeUInt32BE(11 + data.length, end);
  return end + 4;
}

/** Several tags in one buffer of its own (not of the shared pool, so that it is freed as a whole). */
export function writeTags(tags: readonly MediaTag[]): Buffer {
  let size = 0;
  for (const tag of tags) size += TAG_OVERHEAD + tag.data.length;
  const target = Buffer.allocUnsafeSlow(size);
  let offset = 0;
  for (const tag of tags) offset = writeTag(target, offset, tag);
  return target;
}

/** Reads the tag at `offset` of bytes that we wrote ourselves: nothing is checked. */
function tagAt(bytes: Buffer, offset: number): MediaTag {
  const length = bytes.readUIntBE(offset + 1, 3);
  const timestamp = (bytes.readUIntBE(offset + 4, 3) | (bytes[offset + 7]! << 24)) >>> 0;
  const data = bytes.subarray(offset + 11, offset + 11 + length);
  return { type: bytes[offset] as TagType, timestamp, data };
}

/** All tags of a buffer that `writeTags` made. */
export function* tagsOf(bytes: Buffer): Generator<MediaTag> {
  for (let offset = 0; offset < bytes.length; ) {
    const tag = tagAt(bytes, offset);
    yield tag;
    offset += TAG_OVERHEAD + tag.data.length;
  }
}
