import type { EgressPolicy } from '../egress.ts';
import type { Logger } from '../log.ts';
import { alertLetter, alertTestLetter } from '../mail/letters.ts';
import type { Mailer } from '../mail/mailer.ts';
import { callWebhook, type Hook, type HookAnswer, wasTaken } from '../media/webhook-call.ts';
import { retryDelay } from '../media/webhooks.ts';
import type { Secrets } from '../secrets.ts';
import {
  alertToTell,
  type Channel,
  claimAlertDelivery,
  claimReminder,
  dueAlertDeliveries,
  dueReminders,
  settleAlertDelivery,
  type ToldAlert,
} from '../store/alert-delivery.ts';
import { type AlertReceivers, receiversOf } from '../store/alert-receivers.ts';
import { newId } from '../store/ids.ts';
import { organisationName } from '../store/organisation.ts';
import type { AlertDeliveryTable, AlertTable } from '../store/schema-alerts.ts';
import type { Store } from '../store/store.ts';
import { LetterQuotas } from './letter-quotas.ts';
import { ALERT_LIMITS } from './limits.ts';
import { noticeBody, noticeFacts, testBody } from './notice-form.ts';
import { type NoticeKind, notify } from './notices.ts';

const TICK_MS = 1_000;
/** How many calls, letters and reminders one tick begins at most. */
const BATCH = 100;
/** Letters under way at once: the mail server is given two connections. */
const LETTERS = 4;
/** Longer than sending may take: whoever claimed one and has not settled it by then is dead. */
const CLAIM_MS: Readonly<Record<Channel, number>> = { webhook: 10_000, email: 180_000 };
const GIVE_UP_MS = 24 * 3_600_000;
/** How long an end waits for a letter that is being taken. */
const LAST_MS = 500;

export interface AlertDeliveriesOptions {
  store: Store;
  secrets: Secrets;
  mailer: Mailer;
  log: Logger;
  policy(): EgressPolicy;
  /** Where our pages are. */
  base(): string;
  /** Unix milliseconds. */
  now?: () => number;
  /** How often it is looked what is due. */
  tickMs?: number;
}

/** What came of one. `wait`: milliseconds until it is tried again; null when it is finished. */
interface Sent {
  outcome: string;
  wait: number | null;
}

type Delivery = AlertDeliveryTable;
const done = (outcome: string): Sent => ({ outcome, wait: null });

/**
 * Sends what there is to tell of alerts, by mail and to webhooks, and has their receivers told again while one lasts.
 * What is to be sent is in the database, in the transaction that opened or resolved the alert: it is sent at least
 * once, whoever dies.
 */
export class AlertDeliveries implements AsyncDisposable {
  readonly #options: AlertDeliveriesOptions;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #letters = new Set<Promise<void>>();
  readonly #quotas = new LetterQuotas();
  #ticking = false;
  #ended = false;

  constructor(options: AlertDeliveriesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#timer = setInterval(() => this.#begin(this.#tick()), options.tickMs ?? TICK_MS);
    this.#timer.unref();
  }

  /** Sends every receiver a test. Gives how many letters went off, and what the webhook answered where there is one. */
  async test(organisation: string, receivers: AlertReceivers): Promise<{ emails: number; answer: HookAnswer | null }> {
    const { mailer, store } = this.#options;
    const hook = this.#hookOf(receivers);
    const id = newId();
    const answer = hook && (await this.#post(hook, id, testBody(id, organisation, this.#now())));
    if (!mailer.on) return { emails: 0, answer };
    const letter = alertTestLetter({ organisation: await organisationName(store.db, organisation), url: this.#page() });
    const emails = JSON.parse(receivers.emails) as string[];
    const allowed = emails.filter((email) => this.#quotas.test(organisation, email));
    for (const email of allowed) mailer.send(email, letter);
    return { emails: allowed.length, answer };
  }

  #page(): string {
    return `${this.#options.base()}/dashboard/alerts`;
  }

  #hookOf({ webhook_cipher: url, webhook_secret_cipher: secret }: AlertReceivers): Hook | null {
    const { secrets } = this.#options;
    return url === null || secret === null ? null : { url: secrets.decrypt(url), secret: secrets.decrypt(secret) };
  }

  #post(hook: Hook, id: string, body: string): Promise<HookAnswer> {
    const post = { id, type: 'application/json', body } as const;
    return callWebhook(hook, post, { policy: this.#options.policy(), signal: this.#stop.signal });
  }

  #begin(work: Promise<void>, among = this.#running): void {
    const task = work
      .catch((error) => {
        if (!this.#ended) this.#options.log.error({ err: error }, 'an alert could not be told');
      })
      .finally(() => among.delete(task));
    among.add(task);
  }

  async #tick(): Promise<void> {
    if (this.#ticking || this.#ended) return;
    this.#ticking = true;
    try {
      const { db } = this.#options.store;
      const at = this.#now();
      for (const alert of await dueReminders(db, at, BATCH)) await this.#remind(alert, at);
      for (const delivery of await dueAlertDeliveries(db, 'webhook', { at, limit: BATCH }))
        this.#begin(this.#deliver(delivery));
      if (this.#letters.size > 0) return;
      const letters = await dueAlertDeliveries(db, 'email', { at, limit: BATCH });
      for (let lane = 0; lane < Math.min(LETTERS, letters.length); lane++)
        this.#begin(this.#deliverAll(letters), this.#letters);
    } finally {
      this.#ticking = false;
    }
  }

  async #remind(alert: AlertTable, at: number): Promise<void> {
    await this.#options.store.transaction(async (tx) => {
      if (await claimReminder(tx, alert, at + ALERT_LIMITS.remindMs)) await notify(tx, alert, 'lasting');
    });
  }

  /** One after the other, until none is left; others may take from them too. */
  async #deliverAll(deliveries: Delivery[]): Promise<void> {
    for (let next = deliveries.shift(); next && !this.#stop.signal.aborted; next = deliveries.shift())
      await this.#deliver(next);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store } = this.#options;
    const until = this.#now() + CLAIM_MS[delivery.channel as Channel];
    if (!(await store.transaction((tx) => claimAlertDelivery(tx, delivery, until)))) return;
    const alert = await alertToTell(store.db, delivery);
    const receivers = await receiversOf(store.db, delivery.organisation_id);
    const sent = alert ? await this.#send(delivery, alert, receivers) : done('no-alert');
    if (this.#ended) return;
    const at = this.#now();
    const { outcome, wait } = sent;
    const over = wait === null || at - delivery.created_at > GIVE_UP_MS;
    const result = over
      ? { outcome: wait === null ? outcome : 'given-up', next_at: null, finished_at: at }
      : { outcome, next_at: Math.round(at + wait), finished_at: null };
    await store.transaction((tx) => settleAlertDelivery(tx, delivery.id, result));
  }

  async #send(delivery: Delivery, alert: ToldAlert, receivers: AlertReceivers): Promise<Sent> {
    const notice = { alert, kind: delivery.kind as NoticeKind, now: this.#now() };
    // What was broken off because we end is the next one's first.
    const retry = () => (this.#stop.signal.aborted ? 0 : retryDelay(delivery.attempts + 1));
    if (delivery.channel === 'webhook') {
      const hook = this.#hookOf(receivers);
      if (hook === null) return done('no-receiver');
      const answer = await this.#post(hook, delivery.id, noticeBody(notice));
      return wasTaken(answer) ? done('delivered') : { outcome: answer.failure ?? 'refused', wait: retry() };
    }
    const { mailer, store } = this.#options;
    const to = delivery.receiver;
    if (!(JSON.parse(receivers.emails) as string[]).includes(to)) return done('no-receiver');
    if (!mailer.on) return done('no-mail-server');
    // What waited until it was over is not news; that it is over is told by the letter after it.
    if (delivery.attempts > 0 && delivery.kind !== 'resolved' && alert.resolved_at !== null) return done('over');
    const wait = await this.#quotas.take(store.db, delivery.organisation_id, to, notice.now);
    if (wait > 0) return { outcome: 'postponed', wait };
    const organisation = await organisationName(store.db, delivery.organisation_id);
    const letter = alertLetter({ ...noticeFacts(notice), organisation, url: this.#page() });
    const posted = await mailer.post(to, letter);
    return posted === 'later' ? { outcome: 'not-taken', wait: retry() } : done(posted);
  }

  /** What is not settled by then is sent once more by whoever comes after us. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort(new DOMException('Lockkeeper ends', 'AbortError'));
    while (this.#running.size > 0) await Promise.all(this.#running);
    const { promise, resolve } = Promise.withResolvers<void>();
    const patience = setTimeout(resolve, LAST_MS);
    await Promise.race([Promise.all(this.#letters), promise]);
    clearTimeout(patience);
    this.#ended = true;
  }
}
