import type { Tx } from '../store/store.ts';

/** What was taken out of the notes: written in the caller's transaction, or put back when that failed. */
export interface Batch {
  write(tx: Tx): Promise<void>;
  putBack(): void;
  /** Called after the commit. */
  written?(): void;
}

/** What is noted in memory on a request, because it must not cost a write on every request, and written late. */
export interface Notes {
  /** What is to be written at `now` (unix milliseconds), or null; with `all`, whatever is not written yet. */
  take(now: number, all: boolean): Batch | null;
}
