import { ApiError } from '../errors.ts';
import type { DIMENSIONS } from '../store/metric-audience.ts';
import { playoutNames, topAudience, topStreams } from '../store/metric-top.ts';
import type { Scope } from '../store/scope.ts';
import { LEVEL_MS } from './intervals.ts';
import { isKept, keptFor, type Range, type RangeAsked, type ReadingOptions, rangeOf, widened } from './range.ts';

/** What may be ranked, and how it is called where it is counted. */
const RANKED = {
  streams: null,
  countries: 'country',
  referrers: 'referrer',
  agents: 'agent',
} as const satisfies Record<string, (typeof DIMENSIONS)[number] | null>;

export type Ranked = keyof typeof RANKED;
export const RANKED_NAMES = Object.keys(RANKED) as readonly Ranked[];

const MOST_DAYS = 93;

/** What is asked for; unix milliseconds. */
export interface RankingAsked extends RangeAsked {
  of: Ranked;
  limit: number;
  stream: string | undefined;
}

export interface Ranking extends Range {
  rows: { value: string; name: string | null; sessions: number; playTime: number; bytesOut: number }[];
}

const wrongStart = (reason: string) => new ApiError('invalid', { parameter: 'from', reason });

/** Whole hours; of streams alone whole days too, where the hours are not kept any more. @throws ApiError invalid */
function unitsOf(asked: RankingAsked, options: ReadingOptions): Range {
  const range = rangeOf(asked, LEVEL_MS.day, options.now);
  const ofStreams = RANKED[asked.of] === null;
  if (!ofStreams && range.to - range.from > MOST_DAYS * LEVEL_MS.day)
    throw wrongStart(`Of at most ${MOST_DAYS} days at a time`);
  const level = ofStreams && !isKept(range, 'hour', options) ? 'day' : 'hour';
  if (isKept(range, level, options)) return widened(range, LEVEL_MS[level]);
  throw wrongStart(`This is kept for ${keptFor(options.keep, level)}`);
}

/** What was watched most: the last day unless told. @throws ApiError invalid */
export async function readRanking(scope: Scope, asked: RankingAsked, options: ReadingOptions): Promise<Ranking> {
  const range = unitsOf(asked, options);
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
