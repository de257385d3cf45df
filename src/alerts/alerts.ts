import type { Logger } from '../log.ts';
import type { StreamStats } from '../media/engine.ts';
import type { Follower, Publishing } from '../media/follower.ts';
import { startsSince } from '../store/alert-watch.ts';
import { type ExpectedLookup, expectedLookup } from '../store/expected-window.ts';
import type { AlertTable } from '../store/schema-alerts.ts';
import type { Store, Tx } from '../store/store.ts';
import { type AlertDetail, isAlertCode, type Severity } from './codes.ts';
import { Expected } from './expected.ts';
import { ALERT_LIMITS, type AlertLimits } from './limits.ts';
import type { Observations } from './observations.ts';
import { OnAir } from './on-air.ts';
import { keyOf, OpenAlerts } from './open-alerts.ts';
import type { Notify } from './record.ts';
import { Recurring } from './recurring.ts';
import { Restarts } from './restarts.ts';
import type { Wrong } from './wrong.ts';

const TICK_MS = 1_000;

/** What the engine has said of the streams on air. */
export interface Wire {
  /** False when nobody knows how they are. */
  readonly heard: boolean;
  /** When it said so, in unix milliseconds. */
  readonly heardAt: number;
  readonly stats: ReadonlyMap<string, StreamStats>;
}

export interface AlertsOptions {
  store: Store;
  observations: Observations;
  log: Logger;
  /** Absent: nobody is told. */
  notify?: Notify;
  limits?: Partial<AlertLimits>;
  now?: () => number;
}

/**
 * Finds out once a second what is wrong, and keeps one alert of each such thing as long as it lasts. What is open is in
 * the database: it goes on after a restart, and of several processes that find out the same one opens it.
 */
export class Alerts implements Follower, AsyncDisposable {
  readonly #options: AlertsOptions;
  readonly #limits: AlertLimits;
  readonly #now: () => number;
  readonly #open: OpenAlerts;
  readonly #due: ExpectedLookup;
  readonly #onAir: OnAir;
  readonly #expected: Expected;
  readonly #restarts: Restarts;
  readonly #recurring: Recurring;
  #readAt: number | null = null;
  /** Since when the engine is heard without a break. */
  #heardSince: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;

  constructor(options: AlertsOptions) {
    const { store, notify = async () => {}, now = Date.now } = options;
    const limits = { ...ALERT_LIMITS, ...options.limits };
    this.#options = options;
    this.#limits = limits;
    this.#now = now;
    this.#open = new OpenAlerts({ store, notify, limits, now });
    this.#due = expectedLookup(store);
    this.#onAir = new OnAir(limits);
    this.#expected = new Expected(limits);
    this.#restarts = new Restarts(limits);
    this.#recurring = new Recurring(limits);
  }

  /** Begins to look. */
  run(wire: Wire): void {
    this.#timer = setInterval(() => {
      this.#looking ??= this.look(wire)
        .catch((error) => this.#options.log.error({ err: error }, 'alerts could not be kept; it is tried again'))
        .finally(() => {
          this.#looking = null;
        });
    }, TICK_MS);
  }

  async started(_tx: Tx, { session, stream }: Publishing, at: number): Promise<void> {
    if (!stream) return;
    this.#restarts.started({ session, stream: stream.id, at });
    // Refused in a row: this one was not.
    this.#recurring.forget(91001, stream.id);
  }

  async ended(_tx: Tx, { stream }: Publishing, at: number): Promise<void> {
    if (stream) this.#restarts.ended(stream.id, at);
  }

  /** Somebody was kept from publishing to a stream that is on air. */
  duplicate(stream: string): void {
    const about = { code: 24100, subject: stream, organisation: null, detail: {} } as const;
    this.#recurring.note({ ...about, at: this.#now(), times: 1 });
  }

  /** How many are open, of all organisations, by severity. */
  open(): ReadonlyMap<Severity, number> {
    return this.#open.bySeverity();
  }

  /** Everything once. */
  async look(wire: Wire): Promise<void> {
    const now = this.#now();
    for (const seen of this.#options.observations.take()) this.#recurring.note(seen);
    if (this.#readAt === null || now - this.#readAt >= this.#limits.readMs) await this.#read(now);
    const isHeard = this.#hears(wire, now);
    const found = [
      ...this.#recurring.wrong(now, this.#open.detailOf),
      ...(isHeard ? await this.#onWire(wire, now) : []),
    ];
    const wrong = new Map(found.map((one) => [keyOf(one), one]));
    for (const { subject } of await this.#open.begin(wrong.values())) this.#forget(subject);
    await this.#open.keep(wrong);
    // Of what lasts, silence says nothing.
    await this.#open.end(wrong, (alert) => isHeard || !this.#lasts(alert));
  }

  #lasts({ code }: AlertTable): boolean {
    return isAlertCode(code) && this.#recurring.quietMs(code) === null;
  }

  #hears({ heard }: Wire, now: number): boolean {
    this.#heardSince = heard ? (this.#heardSince ?? now) : null;
    return this.#heardSince !== null && now - this.#heardSince >= this.#limits.graceMs;
  }

  async #onWire({ stats, heardAt }: Wire, now: number): Promise<Wrong[]> {
    const due = await this.#due({ at: now });
    const isLive = (stream: string) => (stats.get(stream)?.publisher ?? null) !== null;
    const streams = due.map(({ stream_id }) => stream_id);
    const open = this.#open.detailOf;
    return [
      ...this.#onAir.wrong(stats.values(), heardAt, open),
      ...this.#expected.wrong(streams, now, { isLive, open }),
      ...this.#restarts.wrong(now),
    ];
  }

  async #read(now: number): Promise<void> {
    const isFirst = this.#readAt === null;
    if (isFirst) {
      const starts = await startsSince(this.#options.store.db, now - this.#limits.restartsMs);
      for (const start of starts) this.#restarts.add(start);
    }
    for (const { code, subject_id: subject, ...row } of await this.#open.read()) {
      const { organisation_id: organisation, last_at: at, subject_type, stream_id } = row;
      const detail = JSON.parse(row.detail) as AlertDetail;
      if (subject_type === 'stream' && stream_id === null) this.#forget(subject);
      else if (isAlertCode(code)) this.#recurring.resume({ code, subject, organisation, detail, at });
    }
    this.#readAt = now;
  }

  /** What is not there any more has nothing wrong. */
  #forget(stream: string): void {
    this.#restarts.forget(stream);
    this.#recurring.forgetStream(stream);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }
}
