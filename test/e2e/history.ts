import { type Figures, noFigures, SAMPLE_MS } from '../../src/metrics/figures.ts';
import { insertRows } from '../../src/store/bulk.ts';
import type { MetricLevelTable } from '../../src/store/schema-metrics.ts';
import type { Running } from '../harness.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How a whole stream of 2.4 Mbit/s and 25 pictures a second with this audience does in so many milliseconds. */
function figures(ms: number, viewers: number): Figures {
  const seconds = ms / 1_000;
  const bytes = 300_000 * seconds;
  return {
    ...noFigures(),
    streams: 1,
    live_ms: ms,
    bytes_in: bytes,
    bytes_video: bytes * 0.94,
    bytes_audio: bytes * 0.06,
    frames: 25 * seconds,
    key_frames: Math.round(seconds / 2),
    key_frame_ms: 2_000,
    media_ms: ms,
    width: 1_280,
    height: 720,
    bytes_out: bytes * viewers,
    viewers,
    viewer_ms: viewers * ms,
    starts: Math.ceil((viewers * ms) / HOUR_MS),
    startups: Math.ceil((viewers * ms) / HOUR_MS),
    startup_ms: 180 * Math.ceil((viewers * ms) / HOUR_MS),
    dropped: Math.round(viewers / 40),
    refused_token: ms >= HOUR_MS ? 2 : 0,
  };
}

/** More people watch in the evening, and a few more every day. */
const audience = (at: number): number => {
  const hour = (at % DAY_MS) / HOUR_MS;
  const day = Math.floor(at / DAY_MS) % 60;
  return Math.round(30 + day + 60 * Math.exp(-(((hour - 20 + 24) % 24) ** 2) / 18));
};

export interface Past {
  organisation: string;
  stream: string;
}

/** Figures of the last two months, as the collection would have left them: by the day, the hour and the minute. */
export async function addPast({ app }: Running, { organisation, stream }: Past): Promise<void> {
  const now = Date.now();
  const levels = [
    ['metric_day', DAY_MS, 62 * DAY_MS],
    ['metric_hour', HOUR_MS, 62 * DAY_MS],
    ['metric_minute', MINUTE_MS, DAY_MS],
  ] as const;
  await app.store.transaction(async (tx) => {
    for (const [table, step, back] of levels) {
      const rows: MetricLevelTable[] = [];
      for (let at = Math.floor((now - back) / step) * step; at + step <= now - 2 * SAMPLE_MS; at += step)
        for (const subject_id of [stream, organisation])
          rows.push({ subject_id, at, organisation_id: organisation, ...figures(step, audience(at)) });
      await insertRows(tx, table, rows);
    }
    const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
    const places = [
      ...[['agent', 'Chrome', 60] as const, ['agent', 'Safari', 25] as const, ['agent', 'VLC', 8] as const],
      ...[['referrer', 'www.example.com', 70] as const, ['referrer', '', 23] as const],
    ];
    const rows = [0, 1, 2].flatMap((back) =>
      places.map(([dimension, value, viewers]) => ({
        organisation_id: organisation,
        at: hour - back * HOUR_MS,
        dimension,
        stream_id: stream,
        value,
        sessions: viewers,
        viewer_ms: viewers * HOUR_MS,
        bytes_out: viewers * 300_000 * 3_600,
      })),
    );
    await insertRows(tx, 'metric_audience', rows);
  });
}
