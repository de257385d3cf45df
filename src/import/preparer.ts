import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PreparedBatch, Preparing } from './preparing.ts';

/** In megabytes: it holds one batch. */
const LIMITS = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 96 };

/** Prepares in a thread of its own, one batch ahead, so that the other core does it while the rows before are written. */
export class Preparer implements AsyncDisposable {
  readonly #worker: Worker;

  constructor(preparing: Preparing) {
    const url = new URL('./preparing-worker.ts', import.meta.url);
    this.#worker = new Worker(url, { workerData: preparing, resourceLimits: LIMITS });
  }

  /** Rejects with what the thread died of. */
  async #next(): Promise<PreparedBatch | null> {
    const answer = once(this.#worker, 'message') as Promise<[PreparedBatch | null]>;
    this.#worker.postMessage(null);
    return (await answer)[0];
  }

  async *batches(): AsyncGenerator<PreparedBatch> {
    let next = this.#next();
    for (;;) {
      const batch = await next;
      if (batch === null) return;
      next = this.#next();
      // It is waited for behind the next write, and must not be an error that nobody waits for until then.
      next.catch(() => undefined);
      yield batch;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
