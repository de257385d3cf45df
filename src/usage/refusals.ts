import type { AuditEvent } from '../audit.ts';
import { raiseAuditCount, recordAudit } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import type { Batch, Notes } from './notes.ts';

const WINDOW_MS = 60_000;
/** Distinct refusals of one principal within a window that get rows of their own; more are counted on a common row. */
const ROWS_PER_PRINCIPAL = 100;

interface RepeatedRefusal {
  row: Promise<string>;
  since: number;
  more: number;
}

/** A refusal's first row is written at once, its repeats are added up, so that nobody fills the disk by being refused. */
export class Refusals implements Notes {
  readonly #store: Store;
  readonly #refusals = new Map<string, RepeatedRefusal>();
  readonly #rows = new Map<string, number>();
  #windowEnds = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves when the refusal is on record. */
  async refused(event: AuditEvent, at: number): Promise<void> {
    if (at >= this.#windowEnds) {
      this.#windowEnds = at + WINDOW_MS;
      this.#rows.clear();
    }
    const { principal, action } = event;
    const { organisation } = principal;
    const who = `${organisation} ${principal.credential.type} ${principal.credential.id} ${principal.id}`;
    // By person, not by token: whoever signs in again gets no further rows.
    const person = `${organisation} ${principal.kind} ${principal.id}`;
    const own = this.#rows.get(person) ?? 0;
    const target = own < ROWS_PER_PRINCIPAL ? event.target : { type: event.target.type, id: null };
    const key = `${who} ${action} ${String(event.detail['capability'])} ${target.id}`;
    const known = this.#refusals.get(key);
    if (known && at - known.since < WINDOW_MS) {
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

  take(now: number): Batch | null {
    const repeats: { refusal: RepeatedRefusal; by: number }[] = [];
    for (const [key, refusal] of this.#refusals) {
      if (refusal.more > 0) repeats.push({ refusal, by: refusal.more });
      else if (refusal.since < now - WINDOW_MS) this.#refusals.delete(key);
    }
    if (repeats.length === 0) return null;
    for (const { refusal } of repeats) refusal.more = 0;
    return {
      async write(tx) {
        for (const { refusal, by } of repeats) await raiseAuditCount(tx, await refusal.row, by);
      },
      putBack() {
        for (const { refusal, by } of repeats) refusal.more += by;
      },
    };
  }
}
