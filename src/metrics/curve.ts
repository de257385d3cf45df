import { FIGURES, type Figures, noFigures, SAMPLE_MS } from './figures.ts';
import { SERIES, type SeriesName, totalsOf } from './series.ts';

/** Where a curve's points are: the first begins at `from`, the last ends at `to`; unix milliseconds. */
export interface Axis {
  from: number;
  to: number;
  ms: number;
}

/** A row of figures with when its time begins. */
export type FiguresAt = Figures & { at: number };

export type CurveValues = Partial<Record<SeriesName, (number | null)[]>>;

/** The figures of a curve, one array per figure: a day of samples is too many points for an object each. */
export class Curve {
  readonly #axis: Axis;
  readonly #columns: { of: (typeof FIGURES)[number]; points: Float64Array }[];
  readonly #measured: Uint8Array;

  constructor(axis: Axis) {
    this.#axis = axis;
    const length = (axis.to - axis.from) / axis.ms;
    this.#columns = FIGURES.map((of) => ({ of, points: new Float64Array(length) }));
    this.#measured = new Uint8Array(length);
  }

  /** Takes figures into the point of their time: what follows each other in it, not what lies beside each other. */
  add(at: number, row: Readonly<Figures>): void {
    const { from, ms } = this.#axis;
    const index = Math.floor((at - from) / ms);
    if (index < 0 || index >= this.#measured.length) return;
    this.#measured[index] = 1;
    for (const { of, points } of this.#columns) {
      const value = row[of.column];
      if (of.over === 'sum') points[index]! += value;
      else if (value > points[index]!) points[index] = value;
    }
  }

  /** The points of these series, null where nothing was measured, and what they all come to; `now` in unix milliseconds. */
  answer(names: readonly SeriesName[], now: number): { series: CurveValues; totals: ReturnType<typeof totalsOf> } {
    const { from, ms } = this.#axis;
    const length = this.#measured.length;
    const lines = names.map((name) => ({
      name,
      of: SERIES[name],
      values: new Array<number | null>(length).fill(null),
    }));
    const [point, sum] = [noFigures(), noFigures()];
    const measured = Math.floor(now / SAMPLE_MS) * SAMPLE_MS;
    for (let index = 0; index < length; index++) {
      if (this.#measured[index] === 0) continue;
      for (const { of, points } of this.#columns) {
        const value = points[index]!;
        point[of.column] = value;
        sum[of.column] = of.over === 'sum' ? sum[of.column] + value : Math.max(sum[of.column], value);
      }
      const span = Math.max(SAMPLE_MS, Math.min(ms, measured - (from + index * ms)));
      for (const { of, values } of lines) values[index] = of.value(point, span);
    }
    const series = Object.fromEntries(lines.map(({ name, values }) => [name, values]));
    return { series, totals: totalsOf(sum) };
  }
}
