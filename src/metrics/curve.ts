import { FIGURES, type FigureColumn, type Figures, SAMPLE_MS } from './figures.ts';
import type { Unpacked } from './packing.ts';
import type { Range } from './range.ts';
import { type Columns, SERIES, type SeriesName, totalsOf } from './series.ts';

/** Where a curve's points are: the first begins at `from`, the last ends at `to`, `ms` from one to the next. */
export interface Axis extends Range {
  ms: number;
}

export type CurveValues = Partial<Record<SeriesName, (number | null)[]>>;

function take(points: Float64Array, index: number, value: number, over: 'sum' | 'max'): void {
  if (over === 'sum') points[index]! += value;
  else if (value > points[index]!) points[index] = value;
}

/** The figures of a curve, an array per figure: a day of samples is too many points for an object each. */
export class Curve {
  readonly #axis: Axis;
  readonly #columns: Readonly<Record<FigureColumn, Float64Array>>;
  readonly #measured: Uint8Array;

  constructor(axis: Axis) {
    this.#axis = axis;
    const length = (axis.to - axis.from) / axis.ms;
    const columns = FIGURES.map(({ column }) => [column, new Float64Array(length)]);
    this.#columns = Object.fromEntries(columns) as Record<FigureColumn, Float64Array>;
    this.#measured = new Uint8Array(length);
  }

  /** Takes figures into the point of their time: what follows each other in it, not what lies beside each other. */
  add(at: number, figures: Readonly<Figures>): void {
    const index = this.#indexOf(at);
    if (index === null) return;
    for (const { column, over } of FIGURES) take(this.#columns[column], index, figures[column], over);
  }

  /** The same of a whole block. */
  addBlock({ times, columns }: Unpacked): void {
    const indexes = times.map((at) => this.#indexOf(at));
    for (const { column, over } of FIGURES) {
      const [points, values] = [this.#columns[column], columns[column]];
      for (let i = 0; i < indexes.length; i++) if (indexes[i] !== null) take(points, indexes[i]!, values[i]!, over);
    }
  }

  #indexOf(at: number): number | null {
    const index = Math.floor((at - this.#axis.from) / this.#axis.ms);
    if (index < 0 || index >= this.#measured.length) return null;
    this.#measured[index] = 1;
    return index;
  }

  /** The points of these series, null where nothing was measured, and what all points come to; `now` in unix milliseconds. */
  answer(names: readonly SeriesName[], now: number): { series: CurveValues; totals: ReturnType<typeof totalsOf> } {
    const series = Object.fromEntries(names.map((name) => [name, this.#values(name, now)]));
    return { series, totals: totalsOf(this.#sum()) };
  }

  #values(name: SeriesName, now: number): (number | null)[] {
    const { from, ms } = this.#axis;
    const [columns, measured, { value }] = [this.#columns, this.#measured, SERIES[name]];
    const until = Math.floor(now / SAMPLE_MS) * SAMPLE_MS;
    const values = new Array<number | null>(measured.length).fill(null);
    for (let index = 0; index < values.length; index++) {
      if (measured[index] === 0) continue;
      // Of the interval that is not over, what has passed of it.
      const span = Math.max(SAMPLE_MS, Math.min(ms, until - (from + index * ms)));
      values[index] = value(columns, index, span);
    }
    return values;
  }

  /** Every point as one, as columns of one point. */
  #sum(): Columns {
    const sums = FIGURES.map(({ column, over }) => {
      const sum = new Float64Array(1);
      for (const value of this.#columns[column]) take(sum, 0, value, over);
      return [column, sum];
    });
    return Object.fromEntries(sums) as Record<FigureColumn, Float64Array>;
  }
}
