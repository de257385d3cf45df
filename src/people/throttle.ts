import { ApiError } from '../errors.ts';

interface Failures {
  count: number;
  /** Unix milliseconds; nothing is tried before it. */
  until: number;
  last: number;
}

const FREE_TRIES = 5;
const FORGET_MS = 15 * 60_000;
const LONGEST_MS = 15 * 60_000;
/** Beyond this many names the oldest are forgotten, so that guessing addresses cannot fill the memory. */
const MOST = 50_000;

/** Slows down whoever fails, by doubling waits that end by themselves. Only failures count; a success forgets them. */
export class Throttle {
  readonly #failures = new Map<string, Failures>();
  readonly #freeTries: number;

  constructor(freeTries = FREE_TRIES) {
    this.#freeTries = freeTries;
  }

  /** @throws ApiError tooMany with the seconds to wait */
  check(name: string, now = Date.now()): void {
    const known = this.#failures.get(name);
    if (!known || now >= known.until) return;
    const seconds = Math.ceil((known.until - now) / 1_000);
    throw new ApiError('tooMany', { reason: `Try again in ${seconds} s` }, { 'Retry-After': String(seconds) });
  }

  failed(name: string, now = Date.now()): void {
    const before = this.#failures.get(name);
    const count = before && now - before.last < FORGET_MS ? before.count + 1 : 1;
    const over = count - this.#freeTries;
    const wait = over < 0 ? 0 : Math.min(LONGEST_MS, 1_000 * 2 ** over);
    this.#failures.delete(name);
    this.#failures.set(name, { count, until: now + wait, last: now });
    if (this.#failures.size > MOST) this.#failures.delete(this.#failures.keys().next().value!);
  }

  succeeded(name: string): void {
    this.#failures.delete(name);
  }
}
