import { Type } from 'typebox';
import { listUsableKeys } from '../../store/key.ts';
import { listKeyUse } from '../../store/key-use.ts';
import { findOrganisation } from '../../store/organisation.ts';
import { type KeyClient, type KnownRoute, keyClients } from '../../usage/key-report.ts';
import { type Route, route } from '../route.ts';
import { iso, isoOrNull, Nullable, Time } from '../schemas.ts';

const SEEN = { requests: Type.Integer(), firstSeenAt: Time, lastSeenAt: Time };

const Client = Type.Object({
  client: Nullable(
    Type.String({
      description: 'Its User-Agent, cleaned; empty when it sends none, null for the many that come seldom',
    }),
  ),
  ...SEEN,
  addresses: Type.Array(Type.String()),
  moreAddresses: Type.Boolean(),
  routes: Type.Array(
    Type.Object({
      name: Type.String(),
      method: Nullable(Type.String()),
      path: Nullable(Type.String()),
      capability: Nullable(Type.String()),
      ...SEEN,
    }),
  ),
  capabilities: Type.Array(Type.String(), { description: 'What it used' }),
  role: Nullable(Type.String({ description: 'The smallest predefined role that would do; null when none does' })),
  reason: Type.String(),
  sameAnswers: Nullable(
    Type.String({ description: 'The smallest role with which no answer lacks a field, when that is a larger one' }),
  ),
  command: Nullable(Type.String({ description: 'Makes a user for it and prints the token that replaces the key' })),
});

const viewClient = ({ firstSeen, lastSeen, routes, ...rest }: KeyClient) => ({
  ...rest,
  firstSeenAt: iso(firstSeen),
  lastSeenAt: iso(lastSeen),
  routes: routes.map(({ name, route, requests, firstSeen: first, lastSeen: last }) => ({
    name,
    method: route?.method ?? null,
    path: route?.path ?? null,
    capability: route?.capability ?? null,
    requests,
    firstSeenAt: iso(first),
    lastSeenAt: iso(last),
  })),
});

const known = ({ name, method, path, access, shows = [] }: Route): [string, KnownRoute] => {
  const needed = 'capability' in access ? access.capability : null;
  return [name, { name, method, path: path.replaceAll(/:(\w+)/g, '{$1}'), capability: needed, shows }];
};

/** `all` is every route of the API: what is used says by its access which role would do. */
export function keyUsage(all: () => readonly Route[]): readonly Route[] {
  const usage = route({
    method: 'GET',
    path: '/organisation/apikey/usage',
    name: 'getApiKeyUsage',
    tag: 'Organisation',
    summary: 'Who still uses the API key, and the smallest role that would do instead',
    access: { capability: 'audit:read' },
    schema: {
      response: Type.Object({
        keys: Type.Array(
          Type.Object({
            id: Type.String(),
            createdAt: Time,
            until: Nullable(Type.String({ description: 'ISO 8601, UTC: when its grace ends; null for the live key' })),
            lastUsedAt: Nullable(Time),
            lastUsedIp: Nullable(Type.String()),
            clients: Type.Array(Client),
          }),
        ),
      }),
    },
    async handler({ scope, services }) {
      await services.usage.flush();
      const routes = new Map(all().map(known));
      const { hash } = await findOrganisation(scope);
      const usable = await listUsableKeys(scope, 'api', Date.now());
      const report = usable.map(async (key) => ({
        id: key.id,
        createdAt: iso(key.created_at),
        until: isoOrNull(key.disabled_at),
        lastUsedAt: isoOrNull(key.last_used_at),
        lastUsedIp: key.last_used_ip,
        clients: keyClients(await listKeyUse(scope, key.id), routes, hash).map(viewClient),
      }));
      return { keys: await Promise.all(report) };
    },
  });
  return [usage];
}
