/** Beyond this many names the oldest are forgotten, so that naming addresses cannot fill the memory. */
const MOST_NAMES = 50_000;

/** So many times within so long, counted by name from the first. Unlike a throttle it counts everything that is asked for. */
export class Quota {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #taken = new Map<string, { count: number; until: number }>();

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** Milliseconds to wait, or 0 when this one was within the quota and is counted. */
  take(name: string, now = Date.now()): number {
    const known = this.#taken.get(name);
    if (known && now < known.until) {
      if (known.count >= this.#most) return known.until - now;
      known.count += 1;
      return 0;
    }
    this.#taken.delete(name);
    this.#taken.set(name, { count: 1, until: now + this.#windowMs });
    if (this.#taken.size > MOST_NAMES) this.#taken.delete(this.#taken.keys().next().value!);
    return 0;
  }
}
