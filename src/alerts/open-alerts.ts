import { keepAlerts, type OpenAlert, readOpenAlerts, setAlertDetail } from '../store/alert-watch.ts';
import type { AlertTable } from '../store/schema-alerts.ts';
import type { Store } from '../store/store.ts';
import { ALERTS, type AlertDetail, isAlertCode, SEVERITIES, type Severity } from './codes.ts';
import { Flapping } from './flapping.ts';
import type { AlertLimits } from './limits.ts';
import { type Notify, open, resolve } from './record.ts';
import type { OpenDetail, Wrong } from './wrong.ts';

/** What is opened, kept or resolved in one transaction at most. */
const TOGETHER = 50;

interface Held {
  row: AlertTable;
  detail: AlertDetail;
  keptAt: number;
}

interface OpenAlertsOptions {
  store: Store;
  notify: Notify;
  limits: Pick<AlertLimits, 'keepMs' | 'remindMs' | 'flaps' | 'flapsMs' | 'calmMs'>;
  now: () => number;
}

const keyOfRow = ({ code, subject_id }: AlertTable): string => `${code} ${subject_id}`;
export const keyOf = ({ code, subject }: Pick<Wrong, 'code' | 'subject'>): string => `${code} ${subject}`;

/** The alerts that are open, in step with the database. */
export class OpenAlerts {
  readonly #options: OpenAlertsOptions;
  /** By code and subject: each of ten thousand streams is asked about every second. */
  #held = new Map<number, Map<string, Held>>();
  readonly #flapping: Flapping;

  constructor(options: OpenAlertsOptions) {
    this.#options = options;
    this.#flapping = new Flapping(options.limits);
  }

  detailOf: OpenDetail = (code, subject) => this.#held.get(code)?.get(subject)?.detail;

  #all(): Held[] {
    return [...this.#held.values()].flatMap((held) => [...held.values()]);
  }

  bySeverity(): ReadonlyMap<Severity, number> {
    const counts = new Map(SEVERITIES.map((severity) => [severity, 0]));
    for (const [code, held] of this.#held) {
      if (!isAlertCode(code)) continue;
      const { severity } = ALERTS[code];
      counts.set(severity, counts.get(severity)! + held.size);
    }
    return counts;
  }

  /** Everything that is open by now, whoever opened it. */
  async read(): Promise<OpenAlert[]> {
    const rows = await readOpenAlerts(this.#options.store.db);
    this.#held = new Map();
    for (const { stream_id, ...row } of rows) this.#hold(row);
    return rows;
  }

  #hold(row: AlertTable, keptAt = row.last_at): void {
    const held = { row, detail: JSON.parse(row.detail) as AlertDetail, keptAt };
    const others = this.#held.get(row.code);
    if (others) others.set(row.subject_id, held);
    else this.#held.set(row.code, new Map([[row.subject_id, held]]));
  }

  /** Opens what is not open yet. Gives what cannot be: what it is about is not there. */
  async begin(wrong: Iterable<Wrong>): Promise<Wrong[]> {
    const { store, notify, now, limits } = this.#options;
    const gone: Wrong[] = [];
    for (const some of chunks([...wrong].filter(({ code, subject }) => !this.#held.get(code)?.has(subject)))) {
      const rows = await store.transaction(async (tx) => {
        const at = now();
        const found: (AlertTable | null)[] = [];
        for (const one of some) found.push(await open(tx, one, { at, remindAt: at + limits.remindMs }, notify));
        return found;
      });
      for (const [index, row] of rows.entries()) {
        if (row) this.#hold(row);
        else gone.push(some[index]!);
      }
    }
    return gone;
  }

  /** Resolves what is not wrong any more, but for what `isKnown` cannot tell. */
  async end(wrong: ReadonlyMap<string, Wrong>, isKnown: (alert: AlertTable) => boolean): Promise<void> {
    const { store, notify, now } = this.#options;
    const over = this.#all().flatMap(({ row }) => {
      const key = keyOfRow(row);
      const isOver = !wrong.has(key) && isKnown(row) && !this.#flapping.mayComeAgain(key, row.last_at, now());
      return isOver ? [row] : [];
    });
    for (const some of chunks(over)) {
      await store.transaction(async (tx) => {
        for (const row of some) await resolve(tx, row, { at: now(), lastAt: row.last_at }, notify);
      });
      for (const row of some) {
        this.#held.get(row.code)?.delete(row.subject_id);
        this.#flapping.ended(keyOfRow(row), now());
      }
    }
  }

  /** Writes down, now and then, that what is open still is. */
  async keep(wrong: ReadonlyMap<string, Wrong>): Promise<void> {
    const { store, limits, now } = this.#options;
    const at = now();
    const due = this.#all().flatMap((held) => {
      const last = wrong.get(keyOfRow(held.row));
      const isDue = last !== undefined && last.at > held.row.last_at && at - held.keptAt >= limits.keepMs;
      return isDue ? [{ held, last, detail: JSON.stringify(last.detail) }] : [];
    });
    for (const some of chunks(due)) {
      await store.transaction(async (tx) => {
        for (const [lastAt, same] of Map.groupBy(some, ({ last }) => last.at)) {
          const ids = same.map(({ held }) => held.row.id).sort();
          await keepAlerts(tx, ids, lastAt);
        }
        for (const { held, detail } of some)
          if (detail !== held.row.detail) await setAlertDetail(tx, held.row.id, detail);
      });
      for (const { held, last, detail } of some) this.#hold({ ...held.row, last_at: last.at, detail }, at);
    }
  }
}

const chunks = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / TOGETHER) }, (_, index) =>
    all.slice(index * TOGETHER, (index + 1) * TOGETHER),
  );
