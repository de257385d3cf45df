import { SAMPLE_MS } from './figures.ts';
import type { MetricsKeep } from './keep.ts';

/** What a curve's points are made of, the finest first. */
export type Level = keyof MetricsKeep;

const MINUTE = 60_000;

/** How far apart a curve's points may be, the finest first. */
export const INTERVALS = {
  '5s': { ms: SAMPLE_MS, level: 'sample' },
  '1m': { ms: MINUTE, level: 'minute' },
  '5m': { ms: 5 * MINUTE, level: 'minute' },
  '15m': { ms: 15 * MINUTE, level: 'minute' },
  '1h': { ms: 60 * MINUTE, level: 'hour' },
  '1d': { ms: 1_440 * MINUTE, level: 'day' },
} as const satisfies Record<string, { ms: number; level: Level }>;

export type IntervalName = keyof typeof INTERVALS;

export const INTERVAL_NAMES = Object.keys(INTERVALS) as readonly IntervalName[];

/** What a row of each level stands for, in milliseconds. */
export const LEVEL_MS: Readonly<Record<Level, number>> = {
  sample: SAMPLE_MS,
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 1_440 * MINUTE,
};

/** Points of a curve when nobody says how far apart they are, and at most. */
export const USUAL_POINTS = 1_500;
export const MOST_POINTS = 20_000;
