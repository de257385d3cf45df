import { ApiError } from '../errors.ts';
import { LEVEL_MS, type Level } from './intervals.ts';
import type { MetricsKeep } from './keep.ts';

/** Unix milliseconds, `to` exclusive. */
export interface Range {
  from: number;
  to: number;
}

/** What somebody asks for, who may leave out either end. */
export interface RangeAsked {
  from: number | undefined;
  to: number | undefined;
}

export interface ReadingOptions {
  keep: MetricsKeep;
  /** Unix milliseconds. */
  now: number;
}

/** The range asked for: until now, and for so long (milliseconds), unless told. @throws ApiError invalid when it is none */
export function rangeOf({ from, to }: RangeAsked, usual: number, now: number): Range {
  const end = to ?? now;
  const range = { from: from ?? end - usual, to: end };
  if (range.from < range.to) return range;
  throw new ApiError('invalid', { parameter: 'to', reason: 'It must be later than from' });
}

/** From the beginning of the interval that holds `from` to the end of the one that holds the last moment before `to`. */
export const widened = ({ from, to }: Range, ms: number): Range => ({
  from: Math.floor(from / ms) * ms,
  to: Math.ceil(to / ms) * ms,
});

/** What is kept is removed by its time's end: nothing of it goes within its last minute. */
const SLACK_MS = LEVEL_MS.minute;

/** Whether what was measured since the range's beginning is still there at this level. */
export const isKept = ({ from }: Range, level: Level, { keep, now }: ReadingOptions): boolean =>
  from >= now - keep[level] - SLACK_MS;

/** How long a level is kept, for people: in days where they are whole ones. */
export function keptFor(keep: MetricsKeep, level: Level): string {
  const hours = keep[level] / LEVEL_MS.hour;
  return hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
}
