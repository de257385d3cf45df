import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';

const SOONEST_MS = 50;
const SPREAD_MS = 200;
const LAST_MS = 1_000;
/** Tasks under way: more are dropped. */
const MOST = 1_000;

/** Work that no answer waits for. */
export interface Background extends AsyncDisposable {
  /**
   * Begins when the answer to the request in hand is gone, and not after the same time always: what is done then shows
   * neither in how long that answer took nor in another that was timed to meet it. Whatever goes wrong is logged.
   */
  run(work: () => Promise<void>): void;
}

export function createBackground(log: Logger): Background {
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();
  const turn = () =>
    sleep(SOONEST_MS + Math.random() * SPREAD_MS, undefined, { signal: closing.signal }).catch(() => undefined);
  return {
    run(work) {
      if (underWay.size >= MOST) {
        log.warn('work behind a request was dropped: too much is under way');
        return;
      }
      const task = turn()
        .then(work)
        .catch((error) => log.error({ err: error }, 'work behind a request failed'))
        .finally(() => underWay.delete(task));
      underWay.add(task);
    },
    /** What was begun or was about to begin is finished, before the store is closed. */
    async [Symbol.asyncDispose]() {
      closing.abort();
      const late = new AbortController();
      const patience = sleep(LAST_MS, undefined, { signal: late.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(underWay), patience]);
      late.abort();
    },
  };
}
