import { addOver, type Figures, noFigures } from '../../src/metrics/figures.ts';
import { insertRows } from '../../src/store/bulk.ts';
import type { Running } from '../harness.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BYTES_PER_S = 61_000;

/** How a stream like the demo clip with this audience does in so many milliseconds. */
function figures(at: number, ms: number, viewers: number): Figures {
  const seconds = ms / 1_000;
  const bytes = Math.round(BYTES_PER_S * seconds * (1 + 0.02 * wave(at)));
  const video = Math.round(bytes * 0.97);
  const starts = Math.ceil((viewers * ms) / HOUR_MS);
  return {
    ...noFigures(),
    streams: 1,
    live_ms: ms,
    bytes_in: bytes,
    bytes_video: video,
    bytes_audio: bytes - video,
    frames: 25 * seconds,
    key_frames: Math.round(seconds / 2),
    key_frame_ms: 2_000,
    media_ms: ms,
    width: 640,
    height: 360,
    bytes_out: bytes * viewers,
    viewers,
    viewer_ms: viewers * ms,
    starts,
    startups: starts,
    startup_ms: Math.round(180 * (1 + 0.2 * wave(at + DAY_MS))) * starts,
    dropped: Math.max(0, Math.round(viewers / 40 + 2 * wave(at))),
    refused_token: ms >= HOUR_MS ? 2 : 0,
  };
}

/** From -1 to 1, and the same for the same moment. */
const wave = (at: number): number => {
  const minutes = at / MINUTE_MS;
  return (Math.sin(minutes / 7) + Math.sin(minutes / 2.3) + Math.sin(minutes / 31)) / 3;
};

/** More people watch in the evening, and a few more every day. */
const audience = (at: number, now: number): number => {
  const apart = Math.abs((at % DAY_MS) / HOUR_MS - 20);
  const evening = Math.exp(-(Math.min(apart, 24 - apart) ** 2) / 18);
  return Math.round(60 - (now - at) / DAY_MS / 2 + (60 + 4 * wave(at)) * evening + 2 * wave(at / 2));
};

interface Row {
  at: number;
  figures: Figures;
}

/** Steps until now, the last of which is not over. */
function stepsOf(step: number, back: number, now: number): Row[] {
  const rows: Row[] = [];
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  for (let at = Math.floor((now - back) / step) * step; at < end; at += step)
    rows.push({ at, figures: figures(at, Math.min(step, end - at), audience(at, now)) });
  return rows;
}

function daysOf(hours: readonly Row[]): Row[] {
  const days = new Map<number, Figures>();
  for (const { at, figures } of hours) {
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    const sum = days.get(day) ?? noFigures();
    addOver(sum, figures);
    days.set(day, sum);
  }
  return [...days].map(([at, figures]) => ({ at, figures }));
}

export interface Past {
  organisation: string;
  stream: string;
}

/** Figures of the last two months, as the collection would have left them: by the day, the hour and the minute. */
export async function addPast({ app }: Running, { organisation, stream }: Past): Promise<void> {
  const now = Date.now();
  const hours = stepsOf(HOUR_MS, 62 * DAY_MS, now);
  const levels = [
    ['metric_day', daysOf(hours)],
    ['metric_hour', hours],
    ['metric_minute', stepsOf(MINUTE_MS, DAY_MS, now)],
  ] as const;
  await app.store.transaction(async (tx) => {
    for (const [table, rows] of levels) {
      const both = [stream, organisation].flatMap((subject_id) =>
        rows.map(({ at, figures }) => ({ subject_id, at, organisation_id: organisation, ...figures })),
      );
      await insertRows(tx, table, both);
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
        bytes_out: viewers * BYTES_PER_S * 3_600,
      })),
    );
    await insertRows(tx, 'metric_audience', rows);
  });
}
