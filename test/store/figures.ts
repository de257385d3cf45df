import type { SampleBatch, StreamSample } from '../../src/media/samples.ts';
import { addOver, FIGURE_COLUMNS, type Figures, noFigures } from '../../src/metrics/figures.ts';
import { unpack } from '../../src/metrics/packing.ts';
import type { Store } from '../../src/store/store.ts';

/** A window in which every counter moved, hardly ever twice by the same. */
export const sampleOf = (stream: string, n: number, more: Partial<StreamSample> = {}): StreamSample => ({
  stream,
  publisher: 'one',
  live: true,
  liveMs: 5_000,
  bytesIn: 1_000_000 + n,
  bytesVideo: 900_000 + n,
  bytesAudio: 100_000,
  frames: 150 + (n % 2),
  keyFrames: 3,
  keyFrameMs: 2_000 + (n % 7),
  mediaMs: 5_000,
  gaps: n % 2,
  gapMs: (n % 2) * 1_500,
  width: 1_280,
  height: 720,
  bytesOut: 2_000_000 + n,
  viewers: n % 5,
  viewerMs: (n % 5) * 5_000,
  starts: 1,
  startups: 1,
  startupMs: 300 + n,
  dropped: n % 3,
  audience: [],
  ...more,
});

let batches = 0;

export const batchOf = (at: number, streams: readonly StreamSample[], source = 1): SampleBatch => ({
  source,
  seq: ++batches,
  at,
  streams,
});

export type Level = 'metric_minute' | 'metric_hour' | 'metric_day';
export const LEVELS: readonly Level[] = ['metric_minute', 'metric_hour', 'metric_day'];

const pick = (row: Figures) => Object.fromEntries(FIGURE_COLUMNS.map((name) => [name, row[name]])) as Figures;

/** Every subject's figures of all time, by what holds them: sums of what adds up, and the largest of the rest. */
export async function totals(store: Store, of: Level | 'metric_sample' | 'metric_block') {
  const all: Record<string, Figures> = {};
  const add = (subject: string, figures: Figures) => {
    all[subject] ??= noFigures();
    addOver(all[subject], figures);
  };
  if (of === 'metric_block') {
    for (const { subject_id, at, data } of await store.db.selectFrom(of).selectAll().execute())
      for (const { figures } of unpack(at, data)) add(subject_id, figures);
  } else {
    for (const row of await store.db.selectFrom(of).selectAll().execute()) add(row.subject_id, pick(row));
  }
  return all;
}

/** What two of them are together. */
export function together(one: Record<string, Figures>, two: Record<string, Figures>): Record<string, Figures> {
  const sum = structuredClone(one);
  for (const [subject, figures] of Object.entries(two)) {
    sum[subject] ??= noFigures();
    addOver(sum[subject], figures);
  }
  return sum;
}
