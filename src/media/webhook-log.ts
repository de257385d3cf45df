import type { Secrets } from '../secrets.ts';
import { newId } from '../store/ids.ts';
import type { Store, Tx } from '../store/store.ts';
import { insertDelivery } from '../store/webhook.ts';
import type { HookAnswer } from './webhook-call.ts';
import type { WebhookCall } from './webhook-form.ts';

/** What a call was about. */
export interface Subject {
  organisation: string;
  stream: string | null;
  call: WebhookCall;
}

/** The same answer to the same question within this time has one row, with the number of times. */
const FOLD_MS = 60_000;
const MOST_FOLDS = 10_000;

interface Fold {
  id: string;
  outcome: string;
  first: number;
  last: number;
  attempts: number;
}

/** The log of calls that are over. An encoder that is refused again and again fills no disk. */
export class WebhookLog {
  readonly #store: Store;
  readonly #folds = new Map<string, Fold>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Writes the call down, in one transaction with `also`. `about` is what a repetition is told by. */
  async note(
    subject: Subject,
    { id, answer, about }: { id: string; answer: HookAnswer; about: string },
    also: (tx: Tx) => Promise<void> = async () => {},
  ): Promise<void> {
    const at = Date.now();
    const outcome = answer.failure ?? (answer.status === 200 ? 'allowed' : 'refused');
    const key = `${subject.call} ${about}`;
    const known = this.#folds.get(key);
    const repeats = known?.outcome === outcome && at - known.last < FOLD_MS ? known : null;
    const fold: Fold = {
      id,
      outcome,
      first: repeats?.first ?? at,
      last: at,
      attempts: (repeats?.attempts ?? 0) + 1,
    };
    this.#folds.delete(key);
    this.#folds.set(key, fold);
    if (this.#folds.size > MOST_FOLDS) this.#folds.delete(this.#folds.keys().next().value!);
    const row = {
      id,
      organisation_id: subject.organisation,
      stream_id: subject.stream,
      call: subject.call,
      body_cipher: null,
      created_at: fold.first,
      attempts: fold.attempts,
      next_at: null,
      finished_at: at,
      status: answer.status,
      outcome,
      took_ms: answer.tookMs,
    };
    await this.#store.transaction(async (tx) => {
      await insertDelivery(tx, row, repeats?.id);
      await also(tx);
    });
  }
}

/** A call to be made now, and again until it is answered with 200. */
export const pendingDelivery = (
  tx: Tx,
  { organisation, stream, call }: Subject,
  { body, at, secrets }: { body: string; at: number; secrets: Secrets },
): Promise<void> =>
  insertDelivery(tx, {
    id: newId(),
    organisation_id: organisation,
    stream_id: stream,
    call,
    body_cipher: secrets.encrypt(body),
    created_at: at,
    attempts: 0,
    next_at: at,
    finished_at: null,
    status: null,
    outcome: null,
    took_ms: null,
  });
