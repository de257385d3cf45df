import { ApiError } from '../errors.ts';
import { readFigures } from '../store/metric-curve.ts';
import type { Scope } from '../store/scope.ts';
import { Curve, type CurveValues } from './curve.ts';
import { INTERVAL_NAMES, INTERVALS, type IntervalName, MOST_POINTS, USUAL_POINTS, widened } from './intervals.ts';
import { unpack } from './packing.ts';
import type { SeriesName, totalsOf } from './series.ts';

const HOUR_MS = 3_600_000;

/** What is asked for; unix milliseconds. */
export interface CurveAsked {
  /** A stream of the organisation, or the organisation itself. */
  subject: string;
  from: number | undefined;
  to: number | undefined;
  interval: IntervalName | undefined;
  series: readonly SeriesName[];
}

export interface CurveAnswer {
  from: number;
  to: number;
  /** Milliseconds from one point to the next. */
  ms: number;
  series: CurveValues;
  totals: ReturnType<typeof totalsOf>;
}

/** The range that is asked for: the last hour unless told. @throws ApiError invalid when it ends before it begins */
export function rangeOf({ from, to }: Pick<CurveAsked, 'from' | 'to'>, now: number) {
  const end = to ?? now;
  const range = { from: from ?? end - HOUR_MS, to: end };
  if (range.from < range.to) return range;
  throw new ApiError('invalid', { parameter: 'to', reason: 'It must be later than from' });
}

function intervalOf({ from, to }: { from: number; to: number }, asked: IntervalName | undefined): IntervalName {
  const points = (name: IntervalName) => {
    const axis = widened({ from, to }, INTERVALS[name].ms);
    return (axis.to - axis.from) / INTERVALS[name].ms;
  };
  const interval = asked ?? INTERVAL_NAMES.find((name) => points(name) <= USUAL_POINTS) ?? '1d';
  if (points(interval) <= MOST_POINTS) return interval;
  throw new ApiError('invalid', {
    parameter: 'interval',
    reason: `An answer has at most ${MOST_POINTS} points: take a longer interval or a shorter time`,
  });
}

/** A subject's curves over a range, widened to whole intervals. @throws ApiError invalid */
export async function readCurve(scope: Scope, asked: CurveAsked, now = Date.now()): Promise<CurveAnswer> {
  const range = rangeOf(asked, now);
  const { ms, level } = INTERVALS[intervalOf(range, asked.interval)];
  const axis = { ...widened(range, ms), ms };
  const curve = new Curve(axis);
  for (const row of await readFigures(scope, { ...axis, subject: asked.subject, level })) {
    if (row.data === null) curve.add(row.at, row);
    else for (const { at, figures } of unpack(row.at, row.data)) curve.add(at, figures);
  }
  return { ...axis, ...curve.answer(asked.series, now) };
}
