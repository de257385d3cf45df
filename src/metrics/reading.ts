import { ApiError } from '../errors.ts';
import { readFigures } from '../store/metric-curve.ts';
import type { Scope } from '../store/scope.ts';
import { Curve, type CurveValues } from './curve.ts';
import { INTERVAL_NAMES, INTERVALS, type IntervalName, LEVEL_MS, MOST_POINTS, USUAL_POINTS } from './intervals.ts';
import { unpackColumns } from './packing.ts';
import { isKept, keptFor, type Range, type RangeAsked, type ReadingOptions, rangeOf, widened } from './range.ts';
import type { SeriesName, totalsOf } from './series.ts';

/** What is asked for; unix milliseconds. */
export interface CurveAsked extends RangeAsked {
  /** A stream of the organisation, or the organisation itself. */
  subject: string;
  interval: IntervalName | undefined;
  series: readonly SeriesName[];
}

export interface CurveAnswer extends Range {
  /** Milliseconds from one point to the next. */
  ms: number;
  series: CurveValues;
  totals: ReturnType<typeof totalsOf>;
}

const wrongInterval = (reason: string) => new ApiError('invalid', { parameter: 'interval', reason });

/** How far apart the points of a range are. @throws ApiError invalid when they are not kept, or would be too many */
function intervalOf(range: Range, asked: IntervalName | undefined, options: ReadingOptions): IntervalName {
  const points = (name: IntervalName) => {
    const { from, to } = widened(range, INTERVALS[name].ms);
    return (to - from) / INTERVALS[name].ms;
  };
  const kept = (name: IntervalName) => isKept(range, INTERVALS[name].level, options);
  const finest = INTERVAL_NAMES.find((name) => kept(name) && points(name) <= USUAL_POINTS);
  const interval = asked ?? finest ?? INTERVAL_NAMES.at(-1)!;
  if (!kept(interval)) {
    const times = INTERVAL_NAMES.map((name) => `${name} for ${keptFor(options.keep, INTERVALS[name].level)}`);
    throw wrongInterval(`This is not kept so long: ${times.join(', ')}`);
  }
  if (points(interval) <= MOST_POINTS) return interval;
  throw wrongInterval(`An answer has at most ${MOST_POINTS} points: take a longer interval or a shorter time`);
}

/** A subject's curves over a range, widened to whole intervals. @throws ApiError invalid */
export async function readCurve(scope: Scope, asked: CurveAsked, options: ReadingOptions): Promise<CurveAnswer> {
  const { now } = options;
  const range = rangeOf(asked, LEVEL_MS.hour, now);
  const { ms, level } = INTERVALS[intervalOf(range, asked.interval, options)];
  const axis = { ...widened(range, ms), ms };
  const curve = new Curve(axis);
  for (const row of await readFigures(scope, { ...axis, subject: asked.subject, level })) {
    if (row.data === null) curve.add(row.at, row);
    else curve.addBlock(unpackColumns(row.at, row.data));
  }
  return { ...axis, ...curve.answer(asked.series, now) };
}
