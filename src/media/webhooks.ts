import type { EgressPolicy } from '../egress.ts';
import type { Logger } from '../log.ts';
import type { Secrets } from '../secrets.ts';
import { newId } from '../store/ids.ts';
import type { WebhookDeliveryTable, WebhookSessionTable } from '../store/schema-webhook.ts';
import type { Store, Tx } from '../store/store.ts';
import { claimDelivery, dueDeliveries, type HookCiphers, hookCiphers, settleDelivery } from '../store/webhook.ts';
import {
  claimUpdate,
  dueSessions,
  insertSession,
  lostSessions,
  startSession,
  takeSession,
} from '../store/webhook-session.ts';
import type { Usage } from '../usage/usage.ts';
import { encoderOf } from './encoder.ts';
import type { Deny, StreamStats } from './engine.ts';
import type { Follower, Publishing, PublishingEnd } from './follower.ts';
import type { Term } from './gate.ts';
import { callWebhook, type Hook, type HookAnswer } from './webhook-call.ts';
import { formBody, type Publisher, parametersOf, type WebhookCall } from './webhook-form.ts';
import { pendingDelivery, type Subject, WebhookLog } from './webhook-log.ts';

const TICK_MS = 1_000;
const UPDATE_MS = 30_000;
/** How many calls one tick begins. */
const BATCH = 100;
/** Longer than a call may take: whoever claimed one and has not settled it by then is dead. */
const CLAIM_MS = 30_000;
/** How long after the verdict an encoder may take to be on air. */
const START_MS = 10_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 3_600_000;
const GIVE_UP_MS = 24 * 3_600_000;

/** 5 s, 10 s, 20 s … an hour, each up to a fifth longer, so that what failed together does not come back together. */
export const retryDelay = (attempts: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)) * (1 + Math.random() / 5);

const refuse = (message: string): Deny => ({ allow: false, code: 'refused', message });

/** What the webhooks need of who is on air. */
export interface OnAirNow {
  statsOf(stream: string): StreamStats | undefined;
  /** Ends one session. */
  end(session: string, reason: string): Promise<void>;
}

export interface WebhooksOptions {
  store: Store;
  secrets: Secrets;
  usage: Usage;
  log: Logger;
  policy(): EgressPolicy;
}

/**
 * Asks an organisation's webhook before a publish, tells it every half minute and at the end. What is still to be told
 * is in the database, in the transaction that wrote what there is to tell: it is told at least once, whoever dies.
 */
export class Webhooks implements Follower, AsyncDisposable {
  readonly #options: WebhooksOptions;
  readonly #log: WebhookLog;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  /** Seen as lost once: an end may be on its way still. */
  #lost = new Set<string>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#log = new WebhookLog(options.store);
  }

  /** Publishing needs the webhook's 200 where there is one. */
  term: Term = async ({ session, name, app, ip, query }, stream) => {
    const hook = this.hookOf(stream);
    if (hook === null) return {};
    const parameters = parametersOf(query);
    if (parameters === null) return refuse('A parameter repeats a field that the webhook is sent');
    const publisher: Publisher = { name, app, addr: ip, parameters };
    const id = newId();
    const subject: Subject = { organisation: stream.organisation_id, stream: stream.id, call: 'publish' };
    const answer = await this.call(hook, id, formBody('publish', publisher, { clientid: session }));
    const allowed = answer.status === 200;
    await this.#log.note(subject, { id, answer, about: stream.id }, async (tx) => {
      if (!allowed) return;
      await insertSession(tx, {
        id: session,
        organisation_id: stream.organisation_id,
        stream_id: stream.id,
        publisher_cipher: this.#options.secrets.encrypt(JSON.stringify(publisher)),
        created_at: Date.now(),
      });
    });
    if (allowed) return {};
    return refuse(answer.failure === null ? 'The webhook refused' : 'The webhook could not be asked');
  };

  started(tx: Tx, { session }: Publishing, at: number): Promise<void> {
    return startSession(tx, session, at, at + UPDATE_MS);
  }

  async ended(
    tx: Tx,
    { session }: Pick<Publishing, 'session'>,
    at: number,
    { bytes }: Pick<PublishingEnd, 'bytes'>,
  ): Promise<void> {
    const row = await takeSession(tx, session);
    if (!row) return;
    const subject: Subject = { organisation: row.organisation_id, stream: row.stream_id, call: 'publish_done' };
    const sums = { bytes_in: bytes?.in ?? row.bytes_in, bytes_out: bytes?.out ?? row.bytes_out };
    const body = this.#body('publish_done', row, sums);
    await pendingDelivery(tx, subject, { body, at, secrets: this.#options.secrets });
  }

  /** Begins to tell what is to be told. */
  run(onAir: OnAirNow): void {
    this.#timer = setInterval(() => this.#begin(this.#tick(onAir)), TICK_MS);
  }

  /** Null where there is no webhook. @throws when what is stored of it cannot be used */
  hookOf({ webhook_cipher, webhook_secret_cipher }: HookCiphers): Hook | null {
    const { secrets } = this.#options;
    if (webhook_cipher === null) return null;
    // Damage is no way past the question: at the gate whatever is thrown is a no.
    if (webhook_secret_cipher === null) throw new Error('There is a webhook, and no secret to sign its calls with');
    return { url: secrets.decrypt(webhook_cipher), secret: secrets.decrypt(webhook_secret_cipher) };
  }

  /** One call. Never rejects. */
  call(hook: Hook, id: string, body: string): Promise<HookAnswer> {
    const post = { id, type: 'application/x-www-form-urlencoded', body } as const;
    return callWebhook(hook, post, { policy: this.#options.policy(), signal: this.#stop.signal });
  }

  #body(call: WebhookCall, row: WebhookSessionTable, more: Record<string, number>): string {
    const publisher = JSON.parse(this.#options.secrets.decrypt(row.publisher_cipher)) as Publisher;
    return formBody(call, publisher, { clientid: row.id, ...more });
  }

  async #hook(organisation: string): Promise<Hook | null> {
    const ciphers = await hookCiphers(this.#options.store.db, organisation);
    return ciphers ? this.hookOf(ciphers) : null;
  }

  #begin(work: Promise<void>): void {
    const done = work
      .catch((error) => this.#options.log.error({ err: error }, 'a webhook could not be told'))
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  async #tick(onAir: OnAirNow): Promise<void> {
    const { store } = this.#options;
    const at = Date.now();
    for (const delivery of await dueDeliveries(store.db, at, BATCH)) this.#begin(this.#deliver(delivery));
    for (const session of await dueSessions(store.db, at, BATCH)) {
      const stats = onAir.statsOf(session.stream_id);
      // Whose engine has the session tells of it.
      if (stats?.publisher === session.id) this.#begin(this.#update(session, stats, onAir));
    }
    const lost = await lostSessions(store.db, at - START_MS);
    for (const id of lost.filter((one) => this.#lost.has(one)))
      await store.transaction((tx) => this.ended(tx, { session: id }, at, { bytes: null }));
    this.#lost = new Set(lost);
  }

  async #update(session: WebhookSessionTable, stats: StreamStats, onAir: OnAirNow): Promise<void> {
    const { store, usage } = this.#options;
    const at = Date.now();
    const now = { next_update_at: at + UPDATE_MS, bytes_in: stats.bytesIn, bytes_out: stats.bytesOut };
    if (!(await store.transaction((tx) => claimUpdate(tx, session, now)))) return;
    const hook = await this.#hook(session.organisation_id);
    if (hook === null) return;
    const since = session.started_at!;
    const id = newId();
    const body = this.#body('update_publish', session, {
      time: Math.floor((at - since) / 1_000),
      timestamp: Math.max(0, (stats.lastMediaAt ?? since) - since),
    });
    const answer = await this.call(hook, id, body);
    if (this.#stop.signal.aborted) return;
    const { organisation_id: organisation, stream_id: stream } = session;
    await this.#log.note({ organisation, stream, call: 'update_publish' }, { id, answer, about: session.id });
    if (answer.status === null || answer.status === 200) return;
    await onAir.end(session.id, 'webhook');
    await usage.refused({
      principal: encoderOf({ id: stream, organisation_id: organisation }),
      origin: { ip: null, requestId: session.id },
      action: 'update_publish',
      target: { type: 'stream', id: stream },
      outcome: 'refused',
      detail: { reason: 'webhook', status: answer.status },
    });
  }

  async #deliver(delivery: WebhookDeliveryTable): Promise<void> {
    const { store, secrets } = this.#options;
    const { id, organisation_id: organisation, body_cipher: cipher } = delivery;
    if (!(await store.transaction((tx) => claimDelivery(tx, delivery, Date.now() + CLAIM_MS)))) return;
    const hook = await this.#hook(organisation);
    const answer = hook && cipher !== null ? await this.call(hook, id, secrets.decrypt(cipher)) : null;
    const at = Date.now();
    const result = { status: answer?.status ?? null, took_ms: answer?.tookMs ?? null };
    const finish = (outcome: string) =>
      store.transaction((tx) => settleDelivery(tx, id, { ...result, outcome, next_at: null, finished_at: at }));
    if (answer === null) return finish('no-webhook');
    if (answer.status === 200) return finish('delivered');
    if (at - delivery.created_at > GIVE_UP_MS) return finish('given-up');
    const outcome = answer.failure ?? 'refused';
    // What was broken off because we end is the next one's first.
    const wait = this.#stop.signal.aborted ? 0 : retryDelay(delivery.attempts + 1);
    const next = Math.round(at + wait);
    await store.transaction((tx) => settleDelivery(tx, id, { ...result, outcome, next_at: next, finished_at: null }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort(new DOMException('Lockkeeper ends', 'AbortError'));
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
