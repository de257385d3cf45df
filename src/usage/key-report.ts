import { type CapabilityId, capability, rightsOf } from '../capabilities.ts';
import { smallestRoleWith } from '../roles.ts';
import { MANY } from '../store/key-use.ts';
import type { KeyUseTable } from '../store/schema.ts';

/** What the report knows of a route: its access says exactly what a token would need. */
export interface KnownRoute {
  name: string;
  method: string;
  /** As it is written in the API document. */
  path: string;
  /** Null for a public one. */
  capability: CapabilityId | null;
  shows: readonly CapabilityId[];
}

interface Span {
  requests: number;
  firstSeen: number;
  lastSeen: number;
}

export interface UsedRoute extends Span {
  name: string;
  /** Undefined for a route that this release no longer has. */
  route: KnownRoute | undefined;
}

export interface KeyClient extends Span {
  /** What it calls itself; empty when it does not, null for the many that came seldom. */
  client: string | null;
  addresses: string[];
  /** True when it came from more addresses than are named. */
  moreAddresses: boolean;
  routes: UsedRoute[];
  capabilities: CapabilityId[];
  role: string | null;
  /** A sentence about `role`. */
  reason: string;
  /** The smallest role whose answers have every field that the key's answers had, where it is a larger one. */
  sameAnswers: string | null;
  /** Makes a user for it and prints the token that replaces the key, in a POSIX shell. */
  command: string | null;
}

const MOST_ADDRESSES = 20;

const spanOf = (rows: readonly KeyUseTable[]): Span => ({
  requests: rows.reduce((sum, { count }) => sum + count, 0),
  firstSeen: Math.min(...rows.map(({ first_at }) => first_at)),
  lastSeen: Math.max(...rows.map(({ last_at }) => last_at)),
});

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Letters and digits only: what a client calls itself ends up in a command that somebody pastes. */
const slugOf = (client: string | null): string =>
  client === null ? 'others' : (/[a-z0-9]+/.exec(client.toLowerCase())?.[0].slice(0, 30) ?? 'client');

/** Which role does for these routes, and why. */
export function roleFor(
  routes: readonly UsedRoute[],
): Pick<KeyClient, 'capabilities' | 'role' | 'reason' | 'sameAnswers'> {
  const known = routes.flatMap(({ route }) => route ?? []);
  const capabilities = distinct(known.flatMap((route) => route.capability ?? []));
  const unknown = routes.filter(({ route }) => route === undefined).map(({ name }) => name);
  const none = (reason: string) => ({ capabilities, role: null, reason, sameAnswers: null });
  if (unknown.length > 0) return none(`It used what this release does not know: ${unknown.join(', ')}.`);
  if (capabilities.length === 0)
    return none('It used nothing that needs a credential: it needs neither key nor token.');
  const role = smallestRoleWith(rightsOf(capabilities));
  if (!role) {
    const missing = known.filter(({ capability: id }) => id !== null && capability(id).grants === '-');
    return none(`No role does for what only the key may use: ${missing.map(({ name }) => name).join(', ')}.`);
  }
  const fields = distinct(known.flatMap(({ shows }) => shows));
  const larger = smallestRoleWith(rightsOf([...capabilities, ...fields]));
  const hidden = fields.filter((id) => !role.capabilities.includes(id));
  const same = hidden.length > 0 && larger ? larger.name : null;
  const remark = same ? `, but its answers would lack what ${hidden.join(' and ')} shows; ${same} has that too` : '';
  return { capabilities, role: role.name, reason: `${role.name} is enough${remark}.`, sameAnswers: same };
}

/** The user has an address that can never receive a mail: a program has no mailbox. */
const commandFor = (slug: string, role: string, domain: string): string => {
  const email = `${slug}@${domain}.invalid`;
  const user = `npx lockkeeper user add ${email} --role ${role}`;
  return `${user} && npx lockkeeper user token ${email} --name ${slug} --expires-in 90d`;
};

/**
 * Who uses a key, one entry per client, the busiest first. `rows` are those of one key; `domain` is letters and digits
 * that no other organisation has.
 */
export function keyClients(
  rows: readonly KeyUseTable[],
  routes: ReadonlyMap<string, KnownRoute>,
  domain: string,
): KeyClient[] {
  const slugs = new Map<string, number>();
  const named = (client: string | null) => {
    const slug = slugOf(client);
    const count = (slugs.get(slug) ?? 0) + 1;
    slugs.set(slug, count);
    return count === 1 ? slug : `${slug}-${count}`;
  };
  const clients = [...Map.groupBy(rows, ({ client }) => client)].map(([text, uses]) => {
    const client = text === MANY ? null : text;
    const slug = named(client);
    const addresses = distinct(uses.map(({ ip }) => ip).filter((ip) => ip !== MANY && ip !== ''));
    const used = [...Map.groupBy(uses, ({ route }) => route)].map(([name, some]) => ({
      name,
      route: routes.get(name),
      ...spanOf(some),
    }));
    const judged = roleFor(used);
    return {
      client,
      ...spanOf(uses),
      addresses: addresses.slice(0, MOST_ADDRESSES),
      moreAddresses: addresses.length > MOST_ADDRESSES || uses.some(({ ip }) => ip === MANY),
      routes: used.sort((one, other) => other.requests - one.requests),
      ...judged,
      command: judged.role && commandFor(slug, judged.role, domain),
    };
  });
  return clients.sort((one, other) => other.requests - one.requests);
}
