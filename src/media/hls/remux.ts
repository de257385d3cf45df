import {
  BufferTarget,
  CmafOutputFormat,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Output,
} from 'mediabunny';
import type { Remuxed, RemuxJob } from './remux-job.ts';
import type { AudioTrack, VideoTrack } from './tracks.ts';

/** FLV counts milliseconds, so a track that counts 1,000 to the second holds its times exactly. */
const TICKS = 1_000;

/** Writes one segment. Rejects when mediabunny finds the frames impossible. */
export async function remux({ video, audio, samples, data }: RemuxJob): Promise<Remuxed> {
  const target = new BufferTarget();
  const initTarget = new BufferTarget();
  let fragment = 0;
  const onMoof = (_moof: Uint8Array, position: number): void => {
    fragment = position;
  };
  const output = new Output({ format: new CmafOutputFormat({ onMoof }), target, initTarget });
  const pictures = video === null ? null : addVideo(output, video);
  const sound = audio === null ? null : addAudio(output, audio);
  await output.start();
  let at = 0;
  for (const sample of samples) {
    const bytes = data.subarray(at, at + sample.size);
    at += sample.size;
    const packet = new EncodedPacket(bytes, sample.key ? 'key' : 'delta', sample.at, sample.duration);
    await (sample.kind === 'video' ? pictures : sound)?.add(packet);
  }
  await output.finalize();
  if (initTarget.buffer === null || target.buffer === null) throw new Error('nothing was written');
  return { init: initTarget.buffer, media: target.buffer, fragment };
}

function addVideo(output: Output, { codec, width, height, config }: VideoTrack): EncodedVideoPacketSource {
  const source = new EncodedVideoPacketSource('avc');
  const decoderConfig = { codec, codedWidth: width, codedHeight: height, description: config };
  output.addVideoTrack(source, { frameRate: TICKS, decoderConfig });
  return source;
}

function addAudio(output: Output, { codec, rate, channels, config }: AudioTrack): EncodedAudioPacketSource {
  const source = new EncodedAudioPacketSource('aac');
  const decoderConfig = { codec, sampleRate: rate, numberOfChannels: channels, description: config };
  output.addAudioTrack(source, { decoderConfig });
  return source;
}
