import type { AudienceSample, StreamSample } from '../../src/media/samples.ts';
import { type Figures, noFigures, SAMPLE_MS } from '../../src/metrics/figures.ts';
import { compact } from '../../src/metrics/upkeep.ts';
import { insertMeasured, insertSamples } from '../../src/store/metric-sample.ts';
import type { Running, Tenant } from '../harness.ts';
import { ok } from './helpers.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The beginning of the hour so many hours ago: what is measured there is over, and far from being removed. */
export const hoursAgo = (hours: number): number => Math.floor(Date.now() / HOUR) * HOUR - hours * HOUR;

export const iso = (at: number): string => new Date(at).toISOString();

let seq = 0;

export async function newStream({ call }: Running, { admin }: Tenant): Promise<string> {
  return ok(await call('POST', '/stream', { token: admin.token, body: {} })).id;
}

/** What an engine's run (`source`) has measured of a stream in the window at `at`; what is not given is 0. */
export async function measure(
  { app }: Running,
  { id }: Tenant,
  { stream, at, source = 1, ...figures }: Partial<Figures> & { stream: string; at: number; source?: number },
): Promise<void> {
  const measured = { subject_id: stream, organisation_id: id, figures: { ...noFigures(), ...figures } };
  await app.store.transaction((tx) => insertMeasured(tx, { source, seq: ++seq, at }, [measured]));
}

/** The same of every window from `from` to `to`, of streams that are alike. */
export async function measureEvery(
  { app }: Running,
  { id }: Tenant,
  { of, from, to, ...figures }: Partial<Figures> & { of: readonly string[]; from: number; to: number },
): Promise<void> {
  await app.store.transaction(async (tx) => {
    for (let at = from; at < to; at += SAMPLE_MS) {
      const alike = { organisation_id: id, figures: { ...noFigures(), ...figures } };
      const measured = of.map((subject_id) => ({ subject_id, ...alike }));
      await insertMeasured(tx, { source: 1, seq: ++seq, at }, measured);
    }
  });
}

/** What was sent to viewers in the window at `at`. */
export async function watch(
  { app }: Running,
  { stream, at, audience }: { stream: string; at: number; audience: readonly AudienceSample[] },
): Promise<void> {
  const total = (column: 'sessions' | 'viewerMs' | 'bytesOut') => audience.reduce((sum, one) => sum + one[column], 0);
  const sample: StreamSample = {
    ...{ stream, publisher: null, live: true, liveMs: SAMPLE_MS, bytesIn: 0, bytesVideo: 0, bytesAudio: 0, frames: 0 },
    ...{ keyFrames: 0, keyFrameMs: 0, mediaMs: 0, gaps: 0, gapMs: 0, width: 0, height: 0, viewers: 1, dropped: 0 },
    ...{
      startups: 0,
      startupMs: 0,
      starts: total('sessions'),
      viewerMs: total('viewerMs'),
      bytesOut: total('bytesOut'),
    },
    audience,
  };
  await app.store.transaction((tx) => insertSamples(tx, { source: 1, seq: ++seq, at, streams: [sample] }));
}

/** Takes together everything that was measured before `at`. */
export const takeTogether = ({ app }: Running, at: number): Promise<void> =>
  compact(app.store, at, new AbortController().signal);
