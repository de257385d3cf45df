import type { Logger } from './log.ts';
import { purge } from './store/purge.ts';
import type { Store } from './store/store.ts';

const HOUR_MS = 3_600_000;
/** How long what is over is kept, for whoever wonders why it stopped working. */
export const KEPT_MS = 30 * 24 * HOUR_MS;

/** Removes what has been over for thirty days, at the start and every hour after it. */
export class Janitor implements AsyncDisposable {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #round: Promise<void> = Promise.resolve();

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
    this.#timer = setInterval(() => this.#begin(), HOUR_MS);
    this.#timer.unref();
    this.#begin();
  }

  #begin(): void {
    this.#round = this.#round.then(() => this.#sweep());
  }

  async #sweep(): Promise<void> {
    try {
      const removed = await purge(this.#store, Date.now() - KEPT_MS, this.#closing.signal);
      if (Object.keys(removed).length > 0) this.#log.info({ removed }, 'removed what was long over');
    } catch (error) {
      this.#log.error({ err: error }, 'what is long over could not be removed; it is tried again within the hour');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#round;
  }
}
