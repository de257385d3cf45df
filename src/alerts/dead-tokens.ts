import type { Logger } from '../log.ts';
import { findDeadTokens } from '../store/dead-token.ts';
import type { Store } from '../store/store.ts';
import type { Observations } from './observations.ts';

const TICK_MS = 1_000;
/** Texts that are looked at in one go. Whoever sends more of them guesses, and what nobody ever had is no alert. */
const MOST = 50;
/** A client that is still running when its token ends does no wrong for so long. */
const GRACE_MS = 60_000;

interface Ended {
  id: string;
  organisation: string;
  /** Unix milliseconds, both. */
  endedAt: number;
  usedAt: number;
}

/** Notes the use of a token that was ended on purpose, unless that was a moment ago. */
export function noteDeadToken(observations: Observations, { id, organisation, endedAt, usedAt }: Ended): void {
  if (usedAt - endedAt < GRACE_MS) return;
  observations.note({ code: 91002, organisation, subject: id, at: usedAt, detail: {} });
}

/**
 * Finds out, a moment after it was refused, whether what was presented over HTTP was a token once. The refusal itself
 * does no more than remember its hash.
 */
export class DeadTokens implements AsyncDisposable {
  readonly #store: Store;
  readonly #observations: Observations;
  readonly #timer: NodeJS.Timeout;
  #refused = new Map<string, number>();
  #looking: Promise<void> = Promise.resolve();

  constructor(store: Store, observations: Observations, log: Logger) {
    this.#store = store;
    this.#observations = observations;
    this.#timer = setInterval(() => {
      if (this.#refused.size === 0) return;
      this.#looking = this.#looking
        .then(() => this.#look())
        .catch((error) => log.error({ err: error }, 'refused tokens could not be looked at'));
    }, TICK_MS);
    this.#timer.unref();
  }

  /** By the hash under which it was looked for. */
  refused(hash: string): void {
    if (this.#refused.size < MOST) this.#refused.set(hash, Date.now());
  }

  async #look(): Promise<void> {
    const refused = this.#refused;
    this.#refused = new Map();
    for (const { hash, ...token } of await findDeadTokens(this.#store.db, [...refused.keys()], Date.now()))
      noteDeadToken(this.#observations, { ...token, usedAt: refused.get(hash)! });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }
}
