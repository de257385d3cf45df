import type { DenyCode } from '../media/engine.ts';
import type { BatchName, Measured } from '../store/metric-sample.ts';
import { type FigureColumn, noFigures, SAMPLE_MS } from './figures.ts';

/** Streams that are counted one by one within a window; refusals of more are their organisations' alone. */
const MOST_STREAMS = 10_000;

const COLUMNS: Partial<Record<DenyCode, FigureColumn>> = {
  locked: 'refused_locked',
  unauthorised: 'refused_token',
  blocked: 'refused_blocked',
};

/** What is written together, under one name however often it is tried. */
export interface Taken {
  name: BatchName;
  measured: readonly Measured[];
}

/** Counts who was not let in, until it is written down like what the engine measures. */
export class RefusalCounts {
  readonly #source: number;
  #seq = 0;
  #counted = new Map<string, Measured & { figures: Record<FigureColumn, number> }>();

  /** `source`: a random integer below 2^31, as an engine's run has. */
  constructor(source: number) {
    this.#source = source;
  }

  add(stream: string, organisation_id: string, code: DenyCode): void {
    const full = this.#counted.size >= MOST_STREAMS && !this.#counted.has(stream);
    const subject_id = full ? organisation_id : stream;
    const counted = this.#counted.get(subject_id) ?? { subject_id, organisation_id, figures: noFigures() };
    counted.figures[COLUMNS[code] ?? 'refused_other'] += 1;
    this.#counted.set(subject_id, counted);
  }

  /** Everything counted since the last time, under the window of `now` (unix milliseconds); null: nothing. */
  take(now: number): Taken | null {
    if (this.#counted.size === 0) return null;
    const measured = [...this.#counted.values()];
    this.#counted = new Map();
    return { name: { source: this.#source, seq: ++this.#seq, at: now - (now % SAMPLE_MS) }, measured };
  }
}
