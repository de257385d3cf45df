/** Values at equal steps of time. */
export interface Curve {
  /** Unix seconds of the first point. */
  from: number;
  /** Seconds from one point to the next. */
  interval: number;
  /** Unix seconds of each point, and for each line its values; null where nothing was measured. */
  data: readonly (readonly (number | null)[])[];
}

/** How values that follow each other become one of a longer time. */
export type Over = 'mean' | 'sum' | 'max';

const DAY_S = 86_400;
/** Lengths of time that people count in. */
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, DAY_S, 7 * DAY_S];

/** Seconds that a row stands for, so that there are no more than `most` of them. */
export function stepFor({ interval, data }: Curve, most: number): number {
  const span = (data[0]?.length ?? 0) * interval;
  const fits = (step: number) => step >= interval && step % interval === 0 && span / step <= most;
  return STEPS.find(fits) ?? Math.ceil(span / most / interval) * interval;
}

function together(values: readonly (number | null)[], over: Over): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  if (over === 'max') return Math.max(...known);
  const sum = known.reduce((before, value) => before + value, 0);
  return over === 'sum' ? sum : sum / known.length;
}

export interface CurveRow {
  /** Unix seconds. */
  at: number;
  values: (number | null)[];
}

/** The same as a table of rows that stand for `step` seconds each, beginning at whole multiples of it. */
export function rowsOf({ data: [times = [], ...lines] }: Curve, step: number, overs: readonly Over[]): CurveRow[] {
  const rows: CurveRow[] = [];
  for (let first = 0, next = 0; first < times.length; first = next) {
    const at = Math.floor(times[first]! / step) * step;
    while (next < times.length && times[next]! < at + step) next++;
    rows.push({ at, values: lines.map((line, n) => together(line.slice(first, next), overs[n] ?? 'mean')) });
  }
  return rows;
}

export const hasValues = ({ data: [, ...lines] }: Curve): boolean =>
  lines.some((line) => line.some((value) => value !== null));
