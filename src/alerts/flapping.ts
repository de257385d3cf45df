import type { AlertLimits } from './limits.ts';

type FlappingLimits = Pick<AlertLimits, 'flaps' | 'flapsMs' | 'calmMs'>;

/**
 * What begins and is over again and again is one thing that lasts: whoever is told would be told all day, and every time
 * is on record. Beyond so many times it is over when it has not come again for a while.
 */
export class Flapping {
  readonly #limits: FlappingLimits;
  /** When an alert was over, by its key: the one that was over last is last. */
  readonly #ends = new Map<string, number[]>();

  constructor(limits: FlappingLimits) {
    this.#limits = limits;
  }

  ended(key: string, at: number): void {
    const ends = [...this.#recent(key, at), at];
    this.#ends.delete(key);
    this.#ends.set(key, ends);
    for (const [oldest, times] of this.#ends) {
      if (at - times.at(-1)! < this.#limits.flapsMs) break;
      this.#ends.delete(oldest);
    }
  }

  /** Whether it is too early to say that it is over. `lastAt` is when it was seen last. */
  mayComeAgain(key: string, lastAt: number, now: number): boolean {
    return now - lastAt < this.#limits.calmMs && this.#recent(key, now).length >= this.#limits.flaps;
  }

  #recent(key: string, now: number): number[] {
    return (this.#ends.get(key) ?? []).filter((at) => now - at < this.#limits.flapsMs);
  }
}
