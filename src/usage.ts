import type { AuditEvent } from './audit.ts';
import type { Logger } from './log.ts';
import type { Principal } from './principal.ts';
import { raiseAuditCount, recordAudit } from './store/audit.ts';
import type { Store } from './store/store.ts';
import { type Use, writeLastSeen, writeLastUse } from './store/usage.ts';

const FLUSH_MS = 2_000;
const REFUSAL_WINDOW_MS = 60_000;
/** Distinct refusals of one principal within a window that get rows of their own; more are counted on a common row. */
const ROWS_PER_PRINCIPAL = 100;

interface RepeatedRefusal {
  row: Promise<string>;
  since: number;
  more: number;
}

/**
 * Last uses and refusals: what is noted on every request and must not cost a write on every request. Last uses are
 * kept in memory and written together; a refusal's first row is written at once, its repeats are added up.
 */
export class Usage implements AsyncDisposable {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #tokens = new Map<string, Use>();
  #keys = new Map<string, Use>();
  #users = new Map<string, number>();
  readonly #refusals = new Map<string, RepeatedRefusal>();
  readonly #rows = new Map<string, number>();
  #windowEnds = 0;

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
    this.#timer = setInterval(
      () => void this.flush().catch((error) => log.error({ err: error }, 'last uses not written')),
      FLUSH_MS,
    );
    this.#timer.unref();
  }

  used({ kind, id, credential }: Principal, at: number, ip: string | null): void {
    if (kind === 'user') {
      this.#tokens.set(credential.id, { at, ip });
      this.#users.set(id, at);
    } else {
      this.#keys.set(id, { at, ip });
    }
  }

  /** Resolves when the refusal is on record. A refusal that cannot be written is logged and stays a refusal. */
  async refused(event: AuditEvent): Promise<void> {
    try {
      await this.#refused(event, Date.now());
    } catch (error) {
      this.#log.error({ err: error, action: event.action }, 'refusal not written to the audit log');
    }
  }

  async #refused(event: AuditEvent, at: number): Promise<void> {
    if (at >= this.#windowEnds) {
      this.#windowEnds = at + REFUSAL_WINDOW_MS;
      this.#rows.clear();
    }
    const { principal, action } = event;
    const who = `${principal.credential.type} ${principal.credential.id} ${principal.id}`;
    // By person, not by token: whoever signs in again gets no further rows.
    const person = `${principal.kind} ${principal.id}`;
    const own = this.#rows.get(person) ?? 0;
    const target = own < ROWS_PER_PRINCIPAL ? event.target : { type: event.target.type, id: null };
    const key = `${who} ${action} ${String(event.detail['capability'])} ${target.id}`;
    const known = this.#refusals.get(key);
    if (known && at - known.since < REFUSAL_WINDOW_MS) {
      known.more += 1;
      await known.row;
      return;
    }
    this.#rows.set(person, own + 1);
    // Repeats that are not yet written keep their place beside the new row.
    if (known && known.more > 0) this.#refusals.set(`${key} before ${at}`, known);
    const row = this.#store.transaction((tx) => recordAudit(tx, { ...event, target }, at));
    this.#refusals.set(key, { row, since: at, more: 0 });
    // A row that failed must not swallow the next refusals as its repeats.
    row.catch(() => this.#refusals.delete(key));
    await row;
  }

  /** Writes what is pending. Call before reading what it writes. */
  async flush(): Promise<void> {
    const [tokens, keys, users] = [this.#tokens, this.#keys, this.#users];
    const repeats = [...this.#refusals.values()]
      .filter(({ more }) => more > 0)
      .map((refusal) => ({ refusal, by: refusal.more }));
    if (tokens.size + keys.size + users.size + repeats.length > 0) {
      [this.#tokens, this.#keys, this.#users] = [new Map(), new Map(), new Map()];
      for (const { refusal } of repeats) refusal.more = 0;
      try {
        await this.#store.transaction(async (tx) => {
          await writeLastUse(tx, 'token', tokens);
          await writeLastUse(tx, 'key', keys);
          await writeLastSeen(tx, users);
          for (const { refusal, by } of repeats) await raiseAuditCount(tx, await refusal.row, by);
        });
      } catch (error) {
        // Nothing was written: what was seen meanwhile is newer, everything else is for the next time.
        this.#tokens = new Map([...tokens, ...this.#tokens]);
        this.#keys = new Map([...keys, ...this.#keys]);
        this.#users = new Map([...users, ...this.#users]);
        for (const { refusal, by } of repeats) refusal.more += by;
        throw error;
      }
    }
    const old = Date.now() - REFUSAL_WINDOW_MS;
    for (const [key, { since, more }] of this.#refusals) if (since < old && more === 0) this.#refusals.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch((error) => this.#log.error({ err: error }, 'last uses not written'));
  }
}
