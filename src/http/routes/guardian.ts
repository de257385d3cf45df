import { type Static, Type } from 'typebox';
import { type Network, networkOf } from '../../addresses.ts';
import { ApiError } from '../../errors.ts';
import { hostPattern } from '../../hosts.ts';
import { MOST_LABELS, WIDEST } from '../../media/engine.ts';
import { deleteRule, listRules, putRule, type RuleKind, type RuleType } from '../../store/guardian.ts';
import type { GuardianRuleTable } from '../../store/schema-alerts.ts';
import { change, type Scope } from '../../store/scope.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, isoOrNull, Nullable, OneOf, Seconds, Text, Time } from '../schemas.ts';
import type { Services } from '../services.ts';
import { Enforcement } from './stream-view.ts';

const tag = 'Guardian';
const access = { capability: 'viewer:block' } as const;
const DAY_S = 86_400;
const Life = Seconds(365 * DAY_S);

const Made = {
  createdAt: Time,
  createdBy: Nullable(Type.String({ description: 'E-mail address; null for a key' })),
};
const AddressRule = Type.Object({
  id: Type.String(),
  ip: Type.String({ description: 'An address, or a network as a CIDR' }),
  type: Type.Literal('deny'),
  tag: Nullable(Type.String()),
  ...Made,
  expiresAt: Time,
});
const ReferrerRule = Type.Object({
  id: Type.String(),
  domain: Type.String({ description: 'A host, or `*.host` for those below it' }),
  type: OneOf(['deny', 'allow']),
  info: Nullable(Type.String()),
  ...Made,
  expiresAt: Nullable(Time),
});

const made = (row: GuardianRuleTable) => ({
  id: row.id,
  createdAt: iso(row.created_at),
  createdBy: row.created_by_email,
});
const viewAddress = (row: GuardianRuleTable): Static<typeof AddressRule> => ({
  ...made(row),
  ip: row.value,
  type: 'deny',
  tag: row.note,
  expiresAt: iso(row.expires_at!),
});
const viewReferrer = (row: GuardianRuleTable): Static<typeof ReferrerRule> => ({
  ...made(row),
  domain: row.value,
  type: row.type as RuleType,
  info: row.note,
  expiresAt: isoOrNull(row.expires_at),
});

interface Wanted {
  kind: RuleKind;
  value: string;
  type: RuleType;
  note: string | null;
  /** Seconds; null: for good. */
  expiresIn: number | null;
}

/** The rule is committed before the engine is told: whoever asks to come in meanwhile is measured by it already. */
async function put(scope: Scope, { live }: Services, wanted: Wanted) {
  const { kind, value, type, note, expiresIn } = wanted;
  const row = await change(scope, async (tx) => {
    const expiresAt = expiresIn === null ? null : tx.at + expiresIn * 1_000;
    const result = await putRule(tx, { kind, value, type, note, expiresAt });
    const detail = { kind, value, type, note, expiresAt: isoOrNull(expiresAt) };
    return { result, target: { type: 'guardian-rule', id: result.id }, detail };
  });
  return { row, ended: await live.shutOut(scope.organisation) };
}

/** @throws ApiError invalid */
function network(text: string): Network {
  const found = networkOf(text);
  const wrong = (reason: string) => new ApiError('invalid', { parameter: 'ip', reason });
  if (found === null) throw wrong('Use an address or a CIDR, for example 192.0.2.0/24');
  const least = WIDEST[found.family];
  if (found.bits >= least) return found;
  throw wrong(`This network is too wide: an ${found.family === 'ipv4' ? 'IPv4' : 'IPv6'} one is /${least} or narrower`);
}

/** @throws ApiError invalid */
function domain(text: string): string {
  const found = hostPattern(text);
  const labels = found?.startsWith('*.') ? found.split('.').length - 1 : 0;
  if (found !== null && labels <= MOST_LABELS) return found;
  const reason =
    found === null
      ? 'Use a host, for example example.org or *.example.org'
      : `Behind *. there are at most ${MOST_LABELS} parts`;
  throw new ApiError('invalid', { parameter: 'domain', reason });
}

const remove = (kind: RuleKind, path: string, name: string) =>
  route({
    method: 'DELETE',
    path: `${path}/:id`,
    name,
    tag,
    summary: 'Delete a rule; viewers whom only it let in end',
    access,
    schema: {
      params: Type.Object({ id: Id }),
      response: Type.Object({ id: Type.String(), deleted: Type.Literal(true) }),
    },
    async handler({ scope, params: { id }, services }) {
      await change(scope, async (tx) => {
        const { value, type } = await deleteRule(tx, kind, id);
        return { result: undefined, target: { type: 'guardian-rule', id }, detail: { kind, value, type } };
      });
      await services.live.shutOut(scope.organisation);
      return { id, deleted: true as const };
    },
  });

const addresses: readonly Route[] = [
  route({
    method: 'GET',
    path: '/guardian/ip',
    name: 'listBlockedAddresses',
    tag,
    summary: 'Addresses and networks whose viewers are shut out now, newest first',
    access,
    schema: { response: Type.Array(AddressRule) },
    handler: async ({ scope }) => (await listRules(scope, 'ip')).map(viewAddress),
  }),
  route({
    method: 'POST',
    path: '/guardian/ip',
    name: 'blockAddress',
    tag,
    summary: 'Shut out the viewers of an address or network, those who play now too; again: renew that',
    access,
    schema: {
      body: Type.Object({
        ip: Text(64, { description: 'An address or a CIDR' }),
        type: Type.Optional(Type.Literal('deny')),
        tag: Type.Optional(Text(100)),
        expiresIn: Type.Optional({ ...Life, default: DAY_S }),
      }),
      response: Type.Object({ ...AddressRule.properties, ...Enforcement }),
    },
    async handler({ scope, body, services }) {
      const { text: value } = network(body.ip);
      const wanted = { kind: 'ip', value, type: 'deny', note: body.tag ?? null } as const;
      const { row, ended } = await put(scope, services, { ...wanted, expiresIn: body.expiresIn ?? DAY_S });
      return { ...viewAddress(row), ...ended };
    },
  }),
  remove('ip', '/guardian/ip', 'unblockAddress'),
];

/** Under both spellings: the word's, and the header's. */
const pages = (path: string, names: { list: string; set: string; remove: string }): readonly Route[] => [
  route({
    method: 'GET',
    path,
    name: names.list,
    tag,
    summary: 'Hosts whose pages may not show the streams, or alone may, newest first',
    access,
    schema: { response: Type.Array(ReferrerRule) },
    handler: async ({ scope }) => (await listRules(scope, 'referrer')).map(viewReferrer),
  }),
  route({
    method: 'POST',
    path,
    name: names.set,
    tag,
    summary: 'Say of a host that its pages may not show the streams, or alone may; again: renew or change that',
    access,
    schema: {
      body: Type.Object({
        domain: Text(255, { description: 'A host, or `*.host` for those below it' }),
        type: OneOf(['deny', 'allow']),
        info: Type.Optional(Text(500)),
        expiresIn: Type.Optional(Nullable({ ...Life, description: 'Seconds; null, or left out: for good' })),
      }),
      response: Type.Object({ ...ReferrerRule.properties, ...Enforcement }),
    },
    async handler({ scope, body, services }) {
      const wanted = { kind: 'referrer', value: domain(body.domain), type: body.type } as const;
      const [note, expiresIn] = [body.info ?? null, body.expiresIn ?? null];
      const { row, ended } = await put(scope, services, { ...wanted, note, expiresIn });
      return { ...viewReferrer(row), ...ended };
    },
  }),
  remove('referrer', path, names.remove),
];

export const guardian: readonly Route[] = [
  ...addresses,
  ...pages('/guardian/referrer', {
    list: 'listReferrerRules',
    set: 'setReferrerRule',
    remove: 'deleteReferrerRule',
  }),
  ...pages('/guardian/referer', { list: 'listRefererRules', set: 'setRefererRule', remove: 'deleteRefererRule' }),
];
