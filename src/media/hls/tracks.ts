import { sizeFromAvcConfig } from '../flv/sps.ts';
import { Unfit, WRONG_CODEC } from './unfit.ts';

/** What a decoder has to know before the first frame. `codec` as in RFC 6381, sizes in pixels; `config` is a copy. */
export interface VideoTrack {
  codec: string;
  width: number;
  height: number;
  config: Uint8Array<ArrayBuffer>;
}

export interface AudioTrack {
  codec: string;
  /** Samples per second, and how many of them a frame holds. */
  rate: number;
  frame: number;
  channels: number;
  config: Uint8Array<ArrayBuffer>;
}

/** Reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). Throws `Unfit`. */
export function videoTrack(config: Buffer): VideoTrack {
  const size = sizeFromAvcConfig(config);
  if (size === null) throw new Unfit(WRONG_CODEC);
  return { codec: `avc1.${config.toString('hex', 1, 4)}`, ...size, config: new Uint8Array(config) };
}

/** ISO/IEC 14496-3, table 1.18. */
const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
/** AAC-LC, and the two that extend it: HE-AAC and HE-AAC v2. */
const LOW_COMPLEXITY = 2;
const OBJECT_TYPES = [LOW_COMPLEXITY, 5, 29];

/**
 * Reads an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). Rate and frame are the core's: what extends it doubles
 * both. Throws `Unfit`.
 */
export function audioTrack(config: Buffer): AudioTrack {
  if (config.length < 2) throw new Unfit(WRONG_CODEC);
  const bits = config.readUInt16BE(0);
  const type = bits >> 11;
  const rate = RATES[(bits >> 7) & 15];
  const channels = CHANNELS[(bits >> 3) & 15];
  if (rate === undefined || !channels || !OBJECT_TYPES.includes(type)) throw new Unfit(WRONG_CODEC);
  const short = type === LOW_COMPLEXITY && (bits & 4) !== 0;
  return { codec: `mp4a.40.${type}`, rate, frame: short ? 960 : 1_024, channels, config: new Uint8Array(config) };
}
