import { type MediaTag, TAG_AUDIO, TAG_VIDEO } from './tag.ts';

/**
 * What the engine needs to know of a tag to cache and route it. Only the head is read, so codecs that we cannot
 * decode pass through as well. Sources: FLV specification E.4.2 and E.4.3, Enhanced RTMP v2 (veovera.org).
 */
export interface TagInfo {
  /** Set on decoder configuration (sequence headers): tags with the same slot replace each other. */
  config: string | null;
  /** A video frame at which a decoder can start. */
  key: boolean;
  /** A frame, as opposed to configuration, commands and ends of sequence: only frames move the clock. */
  frame: boolean;
  codec: string | null;
  /** Where the codec's own bytes begin in the tag's data. */
  body: number;
}

const LEGACY_VIDEO: Record<number, string> = { 2: 'h263', 3: 'screen', 4: 'vp6', 5: 'vp6a', 7: 'h264', 12: 'hevc' };
const LEGACY_AUDIO: Record<number, string> = {
  0: 'pcm',
  1: 'adpcm',
  2: 'mp3',
  3: 'pcm',
  4: 'nellymoser',
  5: 'nellymoser',
  6: 'nellymoser',
  7: 'g711a',
  8: 'g711u',
  10: 'aac',
  11: 'speex',
  14: 'mp3',
};
const FOUR_CC: Record<string, string> = {
  avc1: 'h264',
  hvc1: 'hevc',
  vvc1: 'vvc',
  av01: 'av1',
  vp08: 'vp8',
  vp09: 'vp9',
  mp4a: 'aac',
  Opus: 'opus',
  fLaC: 'flac',
  '.mp3': 'mp3',
  'ac-3': 'ac3',
  'ec-3': 'eac3',
};

/** Codecs we announce to enhanced encoders in the answer to `connect`. */
export const FOUR_CC_LIST: readonly string[] = Object.keys(FOUR_CC);

const NOTHING: TagInfo = { config: null, key: false, frame: false, codec: null, body: 0 };
const KEY_FRAME = 1;
const COMMAND_FRAME = 5;

export function inspect(tag: MediaTag): TagInfo {
  if (tag.data.length === 0) return NOTHING;
  if (tag.type === TAG_VIDEO) return inspectVideo(tag.data);
  if (tag.type === TAG_AUDIO) return inspectAudio(tag.data);
  return NOTHING;
}

function inspectVideo(data: Buffer): TagInfo {
  const first = data[0]!;
  if (first & 0x80) return enhancedVideo(data);
  const frameType = first >> 4;
  const id = first & 15;
  const codec = LEGACY_VIDEO[id] ?? null;
  const packetised = id === 7 || id === 12;
  if (packetised && data[1] === 0) return { config: 'video', key: false, frame: false, codec, body: 5 };
  const frame = frameType !== COMMAND_FRAME && data.length > 1 && !(packetised && data[1] !== 1);
  return { config: null, key: frame && frameType === KEY_FRAME, frame, codec, body: packetised ? 5 : 1 };
}

function inspectAudio(data: Buffer): TagInfo {
  const id = data[0]! >> 4;
  if (id === 9) return enhancedAudio(data);
  const codec = LEGACY_AUDIO[id] ?? null;
  if (id === 10 && data[1] === 0) return { config: 'audio', key: false, frame: false, codec, body: 2 };
  return { config: null, key: false, frame: data.length > 1, codec, body: id === 10 ? 2 : 1 };
}

interface EnhancedHead {
  packet: number;
  track: number;
  codec: string | null;
  body: number;
}

const SEQUENCE_START = 0;
const CODED_FRAMES = 1;
const CODED_FRAMES_X = 3;
const MULTICHANNEL_CONFIG = 4;
const VIDEO_METADATA = 4;
const MPEG2TS_SEQUENCE_START = 5;
const MOD_EX = 7;
const VIDEO_MULTITRACK = 6;
const AUDIO_MULTITRACK = 5;

function enhancedVideo(data: Buffer): TagInfo {
  const head = enhancedHead(data, VIDEO_MULTITRACK);
  if (head === null) return NOTHING;
  const { packet, track, codec, body } = head;
  const frameType = (data[0]! >> 4) & 7;
  const config = packet === SEQUENCE_START || packet === MPEG2TS_SEQUENCE_START ? `video ${track}` : null;
  // Colour information applies to what follows, so a late joiner needs the last one too.
  if (packet === VIDEO_METADATA) return { config: `video ${track} metadata`, key: false, frame: false, codec, body };
  const frame = (packet === CODED_FRAMES || packet === CODED_FRAMES_X) && frameType !== COMMAND_FRAME;
  // Track 0 is the default one: the others' key frames may fall elsewhere and must not restart the group of pictures.
  return { config, key: frame && frameType === KEY_FRAME && track === 0, frame, codec, body };
}

function enhancedAudio(data: Buffer): TagInfo {
  const head = enhancedHead(data, AUDIO_MULTITRACK);
  if (head === null) return NOTHING;
  const { packet, track, codec, body } = head;
  const slots: Record<number, string> = {
    [SEQUENCE_START]: `audio ${track}`,
    [MULTICHANNEL_CONFIG]: `audio ${track} map`,
  };
  return { config: slots[packet] ?? null, key: false, frame: packet === CODED_FRAMES, codec, body };
}

/** Walks over the optional parts (ModEx, multitrack) to the packet type, the FourCC and the track. Null when cut off. */
function enhancedHead(data: Buffer, multitrack: number): EnhancedHead | null {
  let packet = data[0]! & 15;
  let at = 1;
  while (packet === MOD_EX) {
    let size = (data[at++] ?? 0) + 1;
    if (size === 256) {
      if (at + 2 > data.length) return null;
      size = data.readUInt16BE(at) + 1;
      at += 2;
    }
    at += size;
    if (at >= data.length) return null;
    packet = data[at++]! & 15;
  }
  if (packet !== multitrack) return finishHead(data, packet, at, null);
  if (at >= data.length) return null;
  const kind = data[at]! >> 4;
  packet = data[at++]! & 15;
  return finishHead(data, packet, at, kind);
}

const MANY_CODECS = 2;

function finishHead(data: Buffer, packet: number, start: number, multitrack: number | null): EnhancedHead | null {
  let at = start;
  if (at + 4 > data.length) return null;
  // With a codec per track the FourCC stands before each track id; the first one is enough here.
  const codec = FOUR_CC[data.toString('latin1', at, at + 4)] ?? null;
  at += 4;
  if (multitrack === null) return { packet, track: 0, codec, body: at };
  if (at >= data.length || multitrack > MANY_CODECS) return null;
  const track = data[at]!;
  return { packet, track, codec, body: at + (multitrack === 0 ? 1 : 4) };
}
