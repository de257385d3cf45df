import { inspect } from '../../src/media/flv/inspect.ts';
import { type MediaTag, TAG_AUDIO, TAG_VIDEO, type TagType } from '../../src/media/flv/tag.ts';
import type { ChunkLimits } from '../../src/media/rtmp/chunk-reader.ts';

/** Tags and chunks built byte by byte, the way encoders do. */

export const LIMITS: ChunkLimits = {
  message: 4_000_000,
  command: 65_536,
  data: 262_144,
  partial: 8_000_000,
  chunkStreams: 16,
};

/** An AVCDecoderConfigurationRecord of 640x360, as x264 writes it. */
const AVC_CONFIG = Buffer.from(
  '0164001effe1001967640' + '01eacd940a02ff9610000030001000003003210f162d960' + '1000468ebecb2',
  'hex',
);

export const avcConfig = (): Buffer => Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), AVC_CONFIG]);
export const aacConfig = (): Buffer => Buffer.from([0xaf, 0, 0x12, 0x08]);

/** A video frame of `size` bytes of payload; its first four payload bytes are `mark`. */
export function frame(timestamp: number, how: { key?: boolean; size?: number; mark?: number } = {}): MediaTag {
  const data = Buffer.alloc(9 + (how.size ?? 100));
  data[0] = how.key ? 0x17 : 0x27;
  data[1] = 1;
  data.writeUInt32BE((how.mark ?? 0) >>> 0, 5);
  return { type: TAG_VIDEO, timestamp, data };
}

export function sound(timestamp: number, size = 50): MediaTag {
  const data = Buffer.alloc(2 + size);
  data[0] = 0xaf;
  data[1] = 1;
  return { type: TAG_AUDIO, timestamp, data };
}

export const tagOf = (type: TagType, ...bytes: (number | string)[]): MediaTag => ({
  type,
  timestamp: 0,
  data: Buffer.concat(
    bytes.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))),
  ),
});

export const isKey = (tag: MediaTag): boolean => inspect(tag).key;

/** One chunk with a basic head of one byte: `head` is the message head's bytes. */
export const chunk = (format: number, csid: number, head: readonly number[], payload: Buffer | string = ''): Buffer =>
  Buffer.concat([Buffer.from([(format << 6) | csid, ...head]), Buffer.from(payload as string, 'latin1')]);

const u24 = (value: number): number[] => [(value >> 16) & 255, (value >> 8) & 255, value & 255];

/** A message head of type 0: timestamp, length, type, message stream. */
export const fullHead = (timestamp: number, length: number, type: number, streamId = 0): number[] => [
  ...u24(Math.min(timestamp, 0xffffff)),
  ...u24(length),
  type,
  streamId & 255,
  0,
  0,
  0,
  ...(timestamp >= 0xffffff ? [timestamp >>> 24, ...u24(timestamp & 0xffffff)] : []),
];

export const headOfType1 = (delta: number, length: number, type: number): number[] => [
  ...u24(delta),
  ...u24(length),
  type,
];
export const headOfType2 = (delta: number): number[] => u24(delta);

/** Cuts bytes into pieces of the given sizes, over and over. */
export function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : sizes[i % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
