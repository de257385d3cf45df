import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROLES } from '../../src/roles.ts';
import { roleFor, type UsedRoute } from '../../src/usage/key-report.ts';
import type { CallOptions, Tenant } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

const as = (client: string, { apiKey }: Tenant): CallOptions => ({ apiKey, headers: { 'User-Agent': client } });
const report = async ({ admin }: Tenant) =>
  ok(await server().call('GET', '/organisation/apikey/usage', { token: admin.token })).keys;
const clientsOf = async (tenant: Tenant) => (await report(tenant))[0].clients;
const clientNamed = async (tenant: Tenant, name: string) =>
  (await clientsOf(tenant)).find(({ client }: { client: string }) => client === name);

describe('who still uses the API key', () => {
  test('each client is told by its name with its routes, how often, from where and when', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const began = Date.now();
    for (let n = 0; n < 3; n++) ok(await call('GET', '/stream', as('dashboard/2.1', home)));
    ok(await call('POST', '/stream', as('scheduler', home)));
    const found = await clientNamed(home, 'dashboard/2.1');
    assert.deepEqual([found.requests, found.addresses, found.moreAddresses], [3, ['127.0.0.1'], false]);
    const [used, ...others] = found.routes;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [used.name, used.method, used.path, used.capability, used.requests],
      ['listStreams', 'GET', '/stream', 'stream:read', 3],
    );
    const [first, last] = [Date.parse(found.firstSeenAt), Date.parse(found.lastSeenAt)];
    assert.ok(began <= first && first <= last && last <= Date.now());
    const [key] = await report(home);
    assert.equal(key.until, null);
    assert.ok(Date.parse(key.lastUsedAt) >= last);
    assert.equal(key.lastUsedIp, '127.0.0.1');
  });

  test('the smallest role that would do is that of the rights it used, and no larger one', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { id } = ok(await call('POST', '/stream', as('maker', home)));
    ok(await call('GET', '/tag', as('watcher', home)));
    ok(await call('GET', '/tag', as('keeper', home)));
    ok(await call('PUT', `/stream/${id}/lock`, as('keeper', home)));
    ok(await call('GET', '/healthz', as('prober', home)));
    const roles: Record<string, string | null> = Object.fromEntries(
      (await clientsOf(home)).map(({ client, role }: { client: string; role: string }) => [client, role]),
    );
    assert.partialDeepStrictEqual(roles, {
      maker: 'nanoUser',
      watcher: 'nanoReadOnly',
      keeper: 'nanoAdmin',
      prober: null,
    });
    const prober = await clientNamed(home, 'prober');
    assert.deepEqual([prober.command, prober.capabilities], [null, []]);
    assert.match(prober.reason, /neither key nor token/);
    const keeper = await clientNamed(home, 'keeper');
    assert.deepEqual(keeper.capabilities.sort(), ['stream:lock', 'tag:read']);
  });

  test('who reads what a smaller role is not shown is told which role has that too', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    ok(await call('GET', '/stream', as('encoder-setup', home)));
    ok(await call('GET', '/tag', as('tagger', home)));
    const found = await clientNamed(home, 'encoder-setup');
    assert.deepEqual([found.role, found.sameAnswers], ['nanoReadOnly', 'nanoUser']);
    assert.match(found.reason, /ingest:read/);
    assert.equal((await clientNamed(home, 'tagger')).sameAnswers, null);
  });

  test('with the token of the role that is named, everything the client did works, and with less it does not', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const calls = [
      ['POST', '/tag'],
      ['GET', '/tag'],
    ] as const;
    for (const [n, [method, path]] of calls.entries()) {
      const body = method === 'POST' ? { body: { name: `tag ${n}` } } : {};
      ok(await call(method, path, { ...as('worker', home), ...body }));
    }
    const { role } = await clientNamed(home, 'worker');
    const person = await home.join(role);
    for (const [n, [method, path]] of calls.entries()) {
      const body = method === 'POST' ? { body: { name: `again ${n}` } } : {};
      ok(await call(method, path, { token: person.token, ...body }));
    }
    const smaller = await home.join('nanoReadOnly');
    refused(await call('POST', '/tag', { token: smaller.token, body: { name: 'no' } }), 403, 2001);
  });

  test('a key in its grace is in the report with its end, and who uses which key is told apart', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const body = { graceSeconds: 3_600 };
    const { apiKey, previousUntil } = ok(
      await call('POST', '/organisation/apikey/rotate', { token: home.admin.token, body }),
    );
    ok(await call('GET', '/tag', as('moved', { ...home, apiKey })));
    ok(await call('GET', '/tag', as('late', home)));
    const names = ({ clients }: { clients: { client: string }[] }) => clients.map(({ client }) => client);
    const [live, outgoing, ...more] = await report(home);
    assert.deepEqual(more, []);
    assert.deepEqual([live.until, names(live)], [null, ['moved']]);
    assert.equal(outgoing.until, previousUntil);
    assert.ok(names(outgoing).includes('late') && !names(outgoing).includes('moved'));
    ok(await call('DELETE', '/organisation/apikey', { token: home.admin.token }));
    assert.deepEqual(await report(home), []);
  });

  test('what a client calls itself is cut, cleaned, and cannot end up in a command', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const hostile = `evil'; touch /tmp/x; $(id) \`id\` \u0085\u009b31m ${'x'.repeat(400)}`;
    ok(await call('GET', '/tag', as(hostile, home)));
    const [found] = (await clientsOf(home)).filter(({ client }: { client: string }) => client.startsWith('evil'));
    assert.ok(found.client.length <= 200);
    assert.doesNotMatch(found.client, /\p{Cc}/u);
    assert.match(found.command, /^[\w .@-]+&&[\w .@-]+$/);
  });

  test('it is for who may read the audit log, and shows nothing of another organisation', async () => {
    const { call, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    ok(await call('GET', '/tag', as('ours', home)));
    for (const { token } of [home.user, home.observer]) {
      const answer = await call('GET', '/organisation/apikey/usage', { token });
      refused(answer, 403, 2001, { capability: 'audit:read' });
    }
    assert.equal(JSON.stringify(await report(foreign)).includes('ours'), false);
    const text = JSON.stringify(await report(home));
    assert.ok(text.includes('"ours"'));
    assert.equal(text.includes(home.apiKey), false);
  });
});

describe('which role does for a set of routes', () => {
  const used = (...capabilities: (string | null | undefined)[]): UsedRoute[] =>
    capabilities.map((capability, n) => ({
      name: `route${n}`,
      requests: 1,
      firstSeen: 0,
      lastSeen: 0,
      route:
        capability === undefined
          ? undefined
          : { name: `route${n}`, method: 'GET', path: '/', capability: capability as never, shows: [] },
    }));

  test('every role does for exactly what it holds', () => {
    for (const role of ROLES) assert.equal(roleFor(used(...role.capabilities)).role, role.name);
    assert.equal(roleFor(used('tag:read', null)).role, 'nanoReadOnly');
  });

  test('none does for what no role holds, or for a route that this release does not have, and both are named', () => {
    const wire = roleFor(used('tag:read', 'media:publish'));
    assert.equal(wire.role, null);
    assert.match(wire.reason, /route1/);
    const gone = roleFor(used('tag:read', undefined));
    assert.equal(gone.role, null);
    assert.match(gone.reason, /route1/);
  });
});
