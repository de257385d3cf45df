import type { AlertLimits } from './limits.ts';
import type { Wrong } from './wrong.ts';

/** A publisher's start, and when the one before it ended; null when there was none. */
export interface Start {
  session: string;
  stream: string;
  at: number;
  before: number | null;
}

/** Counts publishers that came shortly after another one of the same stream had ended. */
export class Restarts {
  readonly #limits: Pick<AlertLimits, 'restarts' | 'restartsMs'>;
  readonly #ends = new Map<string, number>();
  /** By session: a transaction that is run again tells of the same start again. */
  readonly #starts = new Map<string, Map<string, number>>();

  constructor(limits: Pick<AlertLimits, 'restarts' | 'restartsMs'>) {
    this.#limits = limits;
  }

  ended(stream: string, at: number): void {
    this.#ends.set(stream, at);
  }

  started(start: Omit<Start, 'before'>): void {
    this.add({ ...start, before: this.#ends.get(start.stream) ?? null });
  }

  add({ session, stream, at, before }: Start): void {
    if (before === null || at - before > this.#limits.restartsMs) return;
    const starts = this.#starts.get(stream);
    if (starts) starts.set(session, at);
    else this.#starts.set(stream, new Map([[session, at]]));
  }

  forget(stream: string): void {
    this.#starts.delete(stream);
  }

  wrong(now: number): Wrong[] {
    const since = now - this.#limits.restartsMs;
    for (const [stream, at] of this.#ends) if (at < since) this.#ends.delete(stream);
    return [...this.#starts].flatMap(([stream, starts]) => {
      for (const [session, at] of starts) if (at < since) starts.delete(session);
      if (starts.size === 0) this.#starts.delete(stream);
      if (starts.size < this.#limits.restarts) return [];
      const at = Math.max(...starts.values());
      return { code: 22000, subject: stream, organisation: null, detail: { restarts: starts.size }, at };
    });
  }
}
