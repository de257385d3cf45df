import { type Static, Type } from 'typebox';
import { SEVERITIES, type Severity } from '../../alerts/codes.ts';
import { ApiError } from '../../errors.ts';
import { noticeProblemOf, urlProblem } from '../../media/webhook-call.ts';
import { randomBase62 } from '../../random.ts';
import { emailKey } from '../../store/address.ts';
import { type AlertReceivers, ownReceivers, setReceivers } from '../../store/alert-receivers.ts';
import { change } from '../../store/scope.ts';
import { type Route, route } from '../route.ts';
import { Email, Nullable, OneOf, Text } from '../schemas.ts';
import type { Services } from '../services.ts';

const tag = 'Alerts';
const access = { capability: 'alerts:configure' } as const;
const MOST_EMAILS = 20;
/** 256 bits, as long as the digest. */
const SECRET_LENGTH = 43;

const Receivers = Type.Object({
  emails: Type.Array(Type.String()),
  webhook: Nullable(Type.String()),
  severity: OneOf(SEVERITIES),
  webhookSecret: Nullable(
    Type.String({ description: 'What the webhook’s calls are signed with; made at the first set' }),
  ),
  mail: Type.Boolean({ description: 'Whether this server can send mail' }),
});

const view = (row: AlertReceivers, { secrets, notices }: Services): Static<typeof Receivers> => ({
  emails: JSON.parse(row.emails) as string[],
  webhook: row.webhook_cipher === null ? null : secrets.decrypt(row.webhook_cipher),
  severity: row.severity as Severity,
  webhookSecret: row.webhook_secret_cipher === null ? null : secrets.decrypt(row.webhook_secret_cipher),
  mail: notices.mail,
});

const get = route({
  method: 'GET',
  path: '/alert/receivers',
  name: 'getAlertReceivers',
  tag,
  summary: 'Who is told of alerts',
  access,
  schema: { response: Receivers },
  handler: async ({ scope, services }) => view(await ownReceivers(scope), services),
});

/** Each address once, in the spelling in which it came first. */
const distinct = (emails: readonly string[]): string[] =>
  [...new Map(emails.toReversed().map((email) => [emailKey(email), email])).values()].toReversed();

const set = route({
  method: 'PUT',
  path: '/alert/receivers',
  name: 'setAlertReceivers',
  tag,
  summary: 'Choose who is told of alerts: when one is new, every 12 hours while it lasts, and when it is over',
  access,
  schema: {
    body: Type.Object({
      emails: Type.Array(Email, { maxItems: MOST_EMAILS }),
      webhook: Nullable(Text(2_048, { description: 'An https URL, or null for none' })),
      severity: Type.Optional({
        ...OneOf(SEVERITIES),
        description: 'The least severity that is told; Advice unless given',
      }),
      rotateSecret: Type.Optional(Type.Boolean({ description: 'Sign with a new secret from now on' })),
    }),
    response: Receivers,
  },
  async handler({ scope, services, body: { emails: asked, webhook, severity = 'Advice', rotateSecret = false } }) {
    const { secrets, egress } = services;
    const reason = webhook === null ? null : await urlProblem(webhook, egress());
    if (reason !== null) throw new ApiError('invalid', { parameter: 'webhook', reason });
    const emails = distinct(asked);
    return change(scope, async (tx) => {
      const fresh = () => secrets.encrypt(`whsec_${randomBase62(SECRET_LENGTH)}`);
      const after = await setReceivers(tx, ({ webhook_secret_cipher: kept }) => ({
        emails: JSON.stringify(emails),
        severity,
        webhook_cipher: webhook === null ? null : secrets.encrypt(webhook),
        webhook_secret_cipher: rotateSecret || (kept === null && webhook !== null) ? fresh() : kept,
      }));
      return {
        result: view(after, services),
        target: { type: 'alert-receivers', id: tx.organisation },
        // The webhook's path may hold a secret of the receiver's, and addresses are told to nobody but who sets them.
        detail: {
          emails: emails.length,
          host: webhook === null ? null : new URL(webhook).host,
          severity,
          rotated: rotateSecret,
        },
      };
    });
  },
});

const test = route({
  method: 'POST',
  path: '/alert/receivers/test',
  name: 'testAlertReceivers',
  tag,
  summary: 'Send every receiver a notice that says it is a test, and see what comes of it',
  access,
  schema: {
    response: Type.Object({
      emails: Type.Integer({ description: 'How many letters were sent off' }),
      webhook: Type.Unsafe<{ status: number | null; tookMs: number; error: string | null } | null>({
        type: ['object', 'null'],
        required: ['status', 'tookMs', 'error'],
        properties: {
          status: Nullable(Type.Integer({ description: 'Null when there was no answer' })),
          tookMs: Type.Integer(),
          error: Nullable(Type.String()),
        },
      }),
    }),
  },
  async handler({ scope, services: { alertDeliveries } }) {
    const { emails, answer } = await alertDeliveries.test(scope.organisation, await ownReceivers(scope));
    const webhook = answer && { status: answer.status, tookMs: answer.tookMs, error: noticeProblemOf(answer) };
    return change(scope, async (tx) => ({
      result: { emails, webhook },
      target: { type: 'alert-receivers', id: tx.organisation },
      detail: { emails, status: webhook?.status ?? null },
    }));
  },
});

export const alertReceivers: readonly Route[] = [get, set, test];
