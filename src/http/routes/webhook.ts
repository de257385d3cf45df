import { Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import { problemOf, urlProblem } from '../../media/webhook-call.ts';
import { formBody } from '../../media/webhook-form.ts';
import { randomBase62 } from '../../random.ts';
import { newId } from '../../store/ids.ts';
import type { WebhookDeliveryTable } from '../../store/schema-webhook.ts';
import { change } from '../../store/scope.ts';
import { insertDelivery, listDeliveries, ownHookCiphers, setHook } from '../../store/webhook.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, isoOrNull, Nullable, Text, Time } from '../schemas.ts';

const tag = 'Webhook';
const access = { capability: 'webhook:set' } as const;
/** 256 bits, as long as the digest. */
const SECRET_LENGTH = 43;

const set = route({
  method: 'PUT',
  path: '/organisation/webhook',
  name: 'setWebhook',
  tag,
  summary: 'Set or remove the URL that is asked before every publish',
  access,
  schema: {
    body: Type.Object({
      webhook: Nullable(Text(2_048, { description: 'An https URL, or null for none' })),
      rotateSecret: Type.Optional(Type.Boolean({ description: 'Sign with a new secret from now on' })),
    }),
    response: Type.Object({
      webhook: Nullable(Type.String()),
      webhookSecret: Nullable(Type.String({ description: 'What every call is signed with; made at the first set' })),
    }),
  },
  async handler({ scope, body: { webhook, rotateSecret = false }, services: { secrets, egress } }) {
    const reason = webhook === null ? null : await urlProblem(webhook, egress());
    if (reason !== null) throw new ApiError('invalid', { parameter: 'webhook', reason });
    return change(scope, async (tx) => {
      const fresh = () => secrets.encrypt(`whsec_${randomBase62(SECRET_LENGTH)}`);
      const after = await setHook(tx, ({ webhook_secret_cipher: kept }) => ({
        webhook_cipher: webhook === null ? null : secrets.encrypt(webhook),
        webhook_secret_cipher: rotateSecret || (kept === null && webhook !== null) ? fresh() : kept,
      }));
      const secret = after.webhook_secret_cipher;
      return {
        result: { webhook, webhookSecret: secret === null ? null : secrets.decrypt(secret) },
        target: { type: 'organisation', id: tx.organisation },
        // Its path may hold a secret of the receiver's.
        detail: { host: webhook === null ? null : new URL(webhook).host, rotated: rotateSecret },
      };
    });
  },
});

const test = route({
  method: 'POST',
  path: '/organisation/webhook/test',
  name: 'testWebhook',
  tag,
  summary: 'Call the webhook once, with `call=test`, and see what comes of it',
  access,
  schema: {
    response: Type.Object({
      allowed: Type.Boolean({ description: 'Whether this answer to a publish would let it in' }),
      status: Nullable(Type.Integer({ description: 'Null when there was no answer' })),
      tookMs: Type.Integer(),
      error: Nullable(Type.String()),
    }),
  },
  async handler({ scope, origin, services: { webhooks } }) {
    const hook = webhooks.hookOf(await ownHookCiphers(scope));
    if (hook === null) throw new ApiError('conflict', { reason: 'no-webhook' });
    const id = newId();
    const publisher = { name: 'test', app: 'live', addr: origin.ip ?? '', parameters: [] };
    const answer = await webhooks.call(hook, id, formBody('test', publisher, { clientid: id }));
    const { status, failure, tookMs } = answer;
    const allowed = status === 200;
    const outcome = failure ?? (allowed ? 'allowed' : 'refused');
    return change(scope, async (tx) => {
      await insertDelivery(tx, {
        id,
        organisation_id: tx.organisation,
        stream_id: null,
        call: 'test',
        body_cipher: null,
        created_at: tx.at,
        attempts: 1,
        next_at: null,
        finished_at: tx.at,
        status,
        outcome,
        took_ms: tookMs,
      });
      return {
        result: { allowed, status, tookMs, error: problemOf(answer) },
        target: { type: 'organisation', id: tx.organisation },
        detail: { status, outcome },
      };
    });
  },
});

const Delivery = Type.Object({
  id: Type.String({ description: 'Sent along as X-Lockkeeper-Delivery' }),
  call: Type.String(),
  stream: Nullable(Type.String()),
  createdAt: Time,
  attempts: Type.Integer({ description: 'How often it was made, or the same came of it within a minute' }),
  status: Nullable(Type.Integer({ description: 'The last answer’s' })),
  outcome: Nullable(
    Type.String({ description: '`allowed`, `refused`, `delivered`, `given-up`, or a word for what went wrong' }),
  ),
  tookMs: Nullable(Type.Integer()),
  finishedAt: Nullable(Time),
  nextAt: Nullable(Type.String({ description: 'When it is tried (again)' })),
});

const view = (row: WebhookDeliveryTable) => ({
  id: row.id,
  call: row.call,
  stream: row.stream_id,
  createdAt: iso(row.created_at),
  attempts: row.attempts,
  status: row.status,
  outcome: row.outcome,
  tookMs: row.took_ms,
  finishedAt: isoOrNull(row.finished_at),
  nextAt: isoOrNull(row.next_at),
});

const deliveries = route({
  method: 'GET',
  path: '/organisation/webhook/deliveries',
  name: 'listWebhookDeliveries',
  tag,
  summary: 'What the webhook was called for, and what came of it, newest first',
  access,
  schema: {
    query: Type.Object({
      cursor: Type.Optional(Id),
      limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
    }),
    response: Type.Array(Delivery),
  },
  handler: async ({ scope, query }) => (await listDeliveries(scope, query)).map(view),
});

export const webhook: readonly Route[] = [set, test, deliveries];
