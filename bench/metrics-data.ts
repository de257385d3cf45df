import { randomUUID } from 'node:crypto';
import type { StreamSample } from '../src/media/samples.ts';
import { type Figures, noFigures, SAMPLE_MS } from '../src/metrics/figures.ts';
import { BLOCK_MS, pack } from '../src/metrics/packing.ts';
import { insertRows } from '../src/store/bulk.ts';
import { newId } from '../src/store/ids.ts';
import type { StreamTable } from '../src/store/schema.ts';
import type { Store } from '../src/store/store.ts';

const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** A seeded generator (mulberry32): the same figures at every run. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const AGENTS = ['Chrome', 'Safari', 'Firefox', 'VLC', 'ffmpeg'];

/** Five seconds of a stream of 3 Mbit/s with a few viewers; `audiences`: from how many places they come. */
export function sampleOf(stream: string, random: () => number, audiences: number): StreamSample {
  const bytesVideo = 1_800_000 + Math.floor(random() * 100_000);
  const viewers = Math.floor(random() * 6);
  const bytesOut = viewers * bytesVideo;
  const audience = Array.from({ length: audiences }, (_, index) => ({
    agent: AGENTS[index % AGENTS.length]!,
    referrer: index % 2 ? 'example.org' : '',
    country: 'DE',
    sessions: 0,
    viewerMs: SAMPLE_MS,
    bytesOut: Math.floor(bytesOut / audiences),
  }));
  return {
    stream,
    publisher: stream,
    live: true,
    liveMs: SAMPLE_MS,
    bytesIn: bytesVideo + 81_000 + Math.floor(random() * 500),
    bytesVideo,
    bytesAudio: 80_000 + Math.floor(random() * 500),
    frames: 125 + Math.floor(random() * 2),
    keyFrames: 2 + Math.floor(random() * 2),
    keyFrameMs: 2_000 + Math.floor(random() * 20),
    mediaMs: SAMPLE_MS - 20 + Math.floor(random() * 40),
    gaps: 0,
    gapMs: 0,
    width: 1_280,
    height: 720,
    bytesOut,
    viewers,
    viewerMs: viewers * SAMPLE_MS,
    starts: random() < 0.05 ? 1 : 0,
    startups: 0,
    startupMs: 0,
    dropped: 0,
    audience,
  };
}

/** Organisations with streams, and nothing beside them. Gives the streams' ids. */
export async function addStreams(store: Store, organisations: number, each: number): Promise<string[]> {
  const owners = Array.from({ length: organisations }, (_, n) => ({
    id: newId(),
    name: `Organisation ${n}`,
    hash: String(n).padStart(5, '0'),
    settings: '{}',
    created_at: 0,
    webhook_cipher: null,
    webhook_secret_cipher: null,
    guardian_epoch: 0,
  }));
  const streams = owners.flatMap(({ id }) => Array.from({ length: each }, () => streamOf(id)));
  await store.transaction(async (tx) => {
    await insertRows(tx, 'organisation', owners);
    await insertRows(tx, 'stream', streams);
  });
  return streams.map(({ id }) => id);
}

function streamOf(organisation_id: string): StreamTable {
  // As the product makes them: in no order.
  const id = randomUUID();
  return {
    id,
    organisation_id,
    streamgroup: id,
    type: 'live',
    ingest_hash: id,
    ingest_cipher: null,
    push_cipher: null,
    playout_name: id,
    locked: 0,
    epoch: 0,
    live_session: null,
    first_live_at: null,
    created_at: 0,
    updated_at: 0,
  };
}

const figuresOf = (sample: StreamSample): Figures => ({
  ...noFigures(),
  streams: 1,
  live_ms: sample.liveMs,
  bytes_in: sample.bytesIn,
  bytes_video: sample.bytesVideo,
  bytes_audio: sample.bytesAudio,
  frames: sample.frames,
  key_frames: sample.keyFrames,
  key_frame_ms: sample.keyFrameMs,
  media_ms: sample.mediaMs,
  width: sample.width,
  height: sample.height,
  bytes_out: sample.bytesOut,
  viewers: sample.viewers,
  viewer_ms: sample.viewerMs,
});

/** Blocks of a day, each with other figures. What is in them does not depend on when they are. */
function dayOfBlocks(): string[] {
  const random = generator(2);
  return Array.from({ length: DAY_MS / BLOCK_MS }, () => {
    const windows = Array.from({ length: BLOCK_MS / SAMPLE_MS }, (_, index) => index * SAMPLE_MS);
    return pack(
      0,
      windows.map((at) => ({ at, figures: figuresOf(sampleOf('', random, 0)) })),
    );
  });
}

interface Day {
  organisation: string;
  streams: readonly string[];
  /** When it begins: unix milliseconds, a whole block. */
  from: number;
}

/** A day of these streams as compacting leaves it. */
export async function fillDay(store: Store, { organisation, streams, from }: Day): Promise<void> {
  const blocks = dayOfBlocks();
  const figures = figuresOf(sampleOf('', generator(3), 0));
  for (const subject_id of streams) {
    const subject = { subject_id, organisation_id: organisation };
    const minutes = Array.from({ length: DAY_MS / MINUTE_MS }, (_, n) => from + n * MINUTE_MS);
    await store.transaction(async (tx) => {
      await insertRows(
        tx,
        'metric_block',
        blocks.map((data, n) => ({ ...subject, at: from + n * BLOCK_MS, data })),
      );
      await insertRows(
        tx,
        'metric_minute',
        minutes.map((at) => ({ ...subject, at, ...figures })),
      );
    });
  }
}
