import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import { compactNext, oldestBlock } from '../store/metric-compaction.ts';
import { removeOldMetrics } from '../store/metric-retention.ts';
import type { Store } from '../store/store.ts';
import type { MetricsKeep } from './keep.ts';
import { BLOCK_MS } from './packing.ts';

const ROUND_MS = 60_000;
/** How long after a block's time its last samples are waited for. */
const GRACE_MS = 30_000;
/** Subjects per transaction: others wait for one no longer than for a request. */
const SUBJECTS = 10;

/**
 * Compacts every block's time that ended before this moment (unix milliseconds), a few subjects at a time, and gives
 * between them as much time to others as it took. Ends between two transactions when `signal` says so.
 */
export async function compact(store: Store, before: number, signal: AbortSignal): Promise<void> {
  let done = -1;
  for (let at = await oldestBlock(store.db, before); at !== null && at > done && !signal.aborted; ) {
    const block = at;
    for (let after: string | null = ''; after !== null && !signal.aborted; ) {
      const began = performance.now();
      const from: string = after;
      after = await store.transaction((tx) => compactNext(tx, block, from, SUBJECTS));
      await sleep(performance.now() - began);
    }
    // What has come meanwhile of a block that is done is the next round's.
    done = block;
    at = await oldestBlock(store.db, before);
  }
}

interface UpkeepOptions {
  store: Store;
  keep: MetricsKeep;
  log: Logger;
}

/** Packs what was sampled and removes what has been kept long enough: at the start, and every minute after it. */
export class MetricsUpkeep implements AsyncDisposable {
  readonly #options: UpkeepOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #round: Promise<void> | null = null;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#begin(), ROUND_MS);
    this.#timer.unref();
    this.#begin();
  }

  #begin(): void {
    this.#round ??= this.#run().finally(() => {
      this.#round = null;
    });
  }

  async #run(): Promise<void> {
    const { store, keep, log } = this.#options;
    const { signal } = this.#closing;
    try {
      const ended = Date.now() - GRACE_MS;
      await compact(store, ended - (ended % BLOCK_MS), signal);
      await removeOldMetrics(store, keep, { now: Date.now(), signal });
    } catch (error) {
      log.error({ err: error }, 'figures could not be compacted; it is tried again in a minute');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#round;
  }
}
