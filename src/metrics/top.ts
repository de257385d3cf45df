import { ApiError } from '../errors.ts';
import type { DIMENSIONS } from '../store/metric-audience.ts';
import { playoutNames, topAudience, topStreams } from '../store/metric-top.ts';
import type { Scope } from '../store/scope.ts';
import { LEVEL_MS, widened } from './intervals.ts';

/** What may be ranked, and how it is called where it is counted. */
export const RANKED = {
  streams: null,
  countries: 'country',
  referrers: 'referrer',
  agents: 'agent',
} as const satisfies Record<string, (typeof DIMENSIONS)[number] | null>;

export type Ranked = keyof typeof RANKED;
export const RANKED_NAMES = Object.keys(RANKED) as readonly Ranked[];

const MOST_DAYS = 93;

/** What is asked for; unix milliseconds. */
export interface RankingAsked {
  of: Ranked;
  from: number | undefined;
  to: number | undefined;
  limit: number;
  stream: string | undefined;
}

export interface Ranking {
  from: number;
  to: number;
  rows: { value: string; name: string | null; sessions: number; playTime: number; bytesOut: number }[];
}

function hoursOf({ of, from, to }: RankingAsked, now: number) {
  const end = to ?? now;
  const start = from ?? end - LEVEL_MS.day;
  if (start >= end) throw new ApiError('invalid', { parameter: 'to', reason: 'It must be later than from' });
  const range = widened({ from: start, to: end }, LEVEL_MS.hour);
  if (RANKED[of] === null || range.to - range.from <= MOST_DAYS * LEVEL_MS.day) return range;
  throw new ApiError('invalid', { parameter: 'from', reason: `Of at most ${MOST_DAYS} days at a time` });
}

/** What was watched most: the last day unless told, in whole hours. @throws ApiError invalid */
export async function readRanking(scope: Scope, asked: RankingAsked, now = Date.now()): Promise<Ranking> {
  const range = hoursOf(asked, now);
  const { limit, stream } = asked;
  const dimension = RANKED[asked.of];
  const query = { ...range, limit, ...(stream !== undefined && { stream }) };
  const found = await (dimension === null ? topStreams(scope, query) : topAudience(scope, dimension, query));
  const ids = dimension === null ? found.map(({ value }) => value) : [];
  const names = await playoutNames(scope, ids);
  const rows = found.map(({ value, sessions, viewer_ms, bytes_out }) => ({
    value,
    name: names.get(value) ?? null,
    sessions,
    playTime: viewer_ms / 1_000,
    bytesOut: bytes_out,
  }));
  return { ...range, rows };
}
