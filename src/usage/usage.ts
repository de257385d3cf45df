import type { Observations } from '../alerts/observations.ts';
import type { AuditEvent } from '../audit.ts';
import type { CapabilityId } from '../capabilities.ts';
import type { Logger } from '../log.ts';
import type { Principal } from '../principal.ts';
import type { Store } from '../store/store.ts';
import { CapabilityNotes } from './capability-notes.ts';
import { KeyNotes, type Visit } from './key-notes.ts';
import { LastUses } from './last-uses.ts';
import type { Notes } from './notes.ts';
import { Refusals } from './refusals.ts';

const FLUSH_MS = 2_000;

/**
 * What is noted on every request and must not cost a write on every request: who came when, what they used, and who was
 * refused how often. Kept in memory and written together.
 */
export class Usage implements AsyncDisposable {
  /** For lists: what a row says, brought up to date with what is not written yet. */
  readonly lastUses = new LastUses();
  readonly #capabilities = new CapabilityNotes();
  readonly #keys: KeyNotes;
  readonly #refusals: Refusals;
  readonly #store: Store;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, log: Logger, observations: Observations) {
    this.#store = store;
    this.#log = log;
    this.#keys = new KeyNotes(observations);
    this.#refusals = new Refusals(store);
    this.#timer = setInterval(
      () => void this.#flush(false).catch((error) => log.error({ err: error }, 'last uses not written')),
      FLUSH_MS,
    );
    this.#timer.unref();
  }

  /** Somebody presented a credential that counts, whether or not they may do what they asked for. */
  used(principal: Principal, visit: Visit): void {
    this.lastUses.used(principal, visit.at, visit.ip);
    if (principal.kind === 'api-key') this.#keys.used(principal, visit);
  }

  /** Somebody was admitted by this right. */
  exercised(principal: Principal, capability: CapabilityId, at: number): void {
    this.#capabilities.used(principal, capability, at);
  }

  /** Resolves when the refusal is on record. A refusal that cannot be written is logged and stays a refusal. */
  async refused(event: AuditEvent): Promise<void> {
    try {
      await this.#refusals.refused(event, Date.now());
    } catch (error) {
      this.#log.error({ err: error, action: event.action }, 'refusal not written to the audit log');
    }
  }

  /** Writes everything that is pending. */
  flush(): Promise<void> {
    return this.#flush(true);
  }

  /** Writes the repeats of refusals, if there are any. Call before reading the audit log. */
  settle(): Promise<void> {
    return this.#write([this.#refusals], true);
  }

  #flush(all: boolean): Promise<void> {
    return this.#write([this.#refusals, this.lastUses, this.#capabilities, this.#keys], all);
  }

  /** One after the other: who waits for a flush has waited for the one before it too. */
  #write(notes: readonly Notes[], all: boolean): Promise<void> {
    const run = this.#writing.then(() => writeOut(this.#store, notes, all));
    this.#writing = run.catch(() => undefined);
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch((error) => this.#log.error({ err: error }, 'last uses not written'));
  }
}

async function writeOut(store: Store, notes: readonly Notes[], all: boolean): Promise<void> {
  const now = Date.now();
  const batches = notes.map((part) => part.take(now, all)).filter((batch) => batch !== null);
  if (batches.length === 0) return;
  try {
    await store.transaction(async (tx) => {
      for (const batch of batches) await batch.write(tx);
    });
  } catch (error) {
    for (const batch of batches) batch.putBack();
    throw error;
  }
  for (const batch of batches) batch.written?.();
}
