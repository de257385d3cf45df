import { type MediaTag, TAG_AUDIO, TAG_OVERHEAD, TAG_VIDEO } from '../src/media/flv/tag.ts';
import type { Publisher } from '../src/media/rtmp/client.ts';

/** Together 1 Mbit/s, as an encoder sends them: 25 pictures and 47 AAC frames (48 kHz) a second. */
const FPS = 25;
const FRAME_BYTES = 4_680;
const GOP = 25;
const AUDIO_PER_SECOND = 46.875;
const AUDIO_BYTES = 170;

/** A version 1 AVC configuration of 640x360 baseline: what a decoder would be told before the frames. */
const CONFIG = Buffer.from('0142c01effe1001b6742c01ed900a02ff9610000030001000003003c8f162e480168cb83cb20', 'hex');

const AVC_SEQUENCE = 0;
const AVC_FRAME = 1;

function video(kind: number, isKey: boolean, timestamp: number, payload: Buffer): MediaTag {
  const head = Buffer.from([isKey ? 0x17 : 0x27, kind, 0, 0, 0]);
  return { type: TAG_VIDEO, timestamp, data: Buffer.concat([head, payload]) };
}

const STAMP_AT = 10;

/** When the publisher sent this frame: unix milliseconds with fractions. */
export const stampOf = (data: Buffer): number => data.readDoubleBE(STAMP_AT);

function frame(index: number): MediaTag {
  const isKey = index % GOP === 0;
  const payload = Buffer.alloc(FRAME_BYTES - 5, 0x55);
  payload.writeUInt32BE(payload.length - 4, 0);
  payload[4] = isKey ? 0x65 : 0x41;
  payload.writeDoubleBE(performance.timeOrigin + performance.now(), STAMP_AT - 5);
  return video(AVC_FRAME, isKey, Math.round((index * 1_000) / FPS), payload);
}

/** AAC-LC, 48 kHz, stereo: its configuration, and frames nobody will decode. */
const audio = (timestamp: number, payload: Buffer): MediaTag => ({ type: TAG_AUDIO, timestamp, data: payload });
const AUDIO_CONFIG = Buffer.from('af001190', 'hex');
const AUDIO_FRAME = Buffer.concat([Buffer.from([0xaf, 1]), Buffer.alloc(AUDIO_BYTES - 2, 0x21)]);

/** Publishes 1 Mbit/s of frames that carry the time at which they were sent, until it is stopped. */
export function publishSynthetic(publisher: Publisher): { stop(): void } {
  publisher.send(video(AVC_SEQUENCE, true, 0, CONFIG));
  publisher.send(audio(0, AUDIO_CONFIG));
  const start = performance.now();
  let [pictures, sounds] = [0, 0];
  const timer = setInterval(() => {
    const elapsed = performance.now() - start;
    while (pictures * (1_000 / FPS) <= elapsed) publisher.send(frame(pictures++));
    while (sounds * (1_000 / AUDIO_PER_SECOND) <= elapsed) {
      publisher.send(audio(Math.round((sounds++ * 1_000) / AUDIO_PER_SECOND), AUDIO_FRAME));
    }
  }, 5);
  return { stop: () => clearInterval(timer) };
}

/** Bytes of FLV a viewer gets per second. */
export const BYTES_PER_SECOND = FPS * (FRAME_BYTES + TAG_OVERHEAD) + AUDIO_PER_SECOND * (AUDIO_BYTES + TAG_OVERHEAD);
