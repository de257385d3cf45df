import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

const usedBy = async (actor: string): Promise<string[]> => {
  const { usage } = server().app.services;
  await usage.flush();
  const rows = server().app.store.db.selectFrom('capability_use').select('capability').where('actor_id', '=', actor);
  return (await rows.execute()).map((row) => row.capability).sort();
};

test('a right counts as used by whoever was admitted by it, and not by whoever was refused', async () => {
  const { call, tenant } = server();
  const { user, observer } = await tenant();
  ok(await call('GET', '/tag', { token: user.token }));
  assert.deepEqual(await usedBy(user.id), ['tag:read']);
  ok(await call('POST', '/stream', { token: user.token }));
  ok(await call('GET', '/stream', { token: user.token }));
  ok(await call('GET', '/stream', { token: observer.token }));
  refused(await call('POST', '/stream', { token: observer.token }), 403, 2001);
  assert.deepEqual(await usedBy(user.id), ['ingest:read', 'stream:create', 'stream:read', 'tag:read']);
  assert.deepEqual(await usedBy(observer.id), ['stream:read']);
});

test('a right that only decides over fields is used by whoever is shown them; seeing a tokenKey renews nobody’s', async () => {
  const { call, tenant } = server();
  const { admin, user } = await tenant();
  for (const { token } of [admin, user]) {
    ok(await call('GET', '/organisation', { token }));
    ok(await call('GET', '/user', { token }));
  }
  assert.deepEqual(await usedBy(user.id), ['organisation:read', 'playerkey:read', 'user:read']);
  assert.deepEqual(await usedBy(admin.id), ['apikey:read', 'organisation:read', 'playerkey:read', 'user:read']);
});

test('what a key opens is used by the key, and signing in uses the right to a token of one’s own', async () => {
  const { call, tenant, app } = server();
  const { id, apiKey, playerKey, admin } = await tenant();
  ok(await call('GET', '/tag', { apiKey }));
  ok(await call('GET', '/stream/public', { playerKey }));
  ok(await call('POST', '/user/validate', { body: { email: admin.email, password: PASSWORD } }));
  const keys = await app.store.db.selectFrom('key').select(['id', 'kind']).where('organisation_id', '=', id).execute();
  const keyId = (kind: string) => keys.find((key) => key.kind === kind)!.id;
  assert.deepEqual(await usedBy(keyId('api')), ['tag:read']);
  assert.deepEqual(await usedBy(keyId('player')), ['stream:read-public']);
  assert.ok((await usedBy(admin.id)).includes('token:own'));
});

test('last uses are exact before they are written: a list shows the call that asks for it', async () => {
  const { call, tenant } = server();
  const { admin } = await tenant();
  const began = Date.now();
  const [first] = ok(await call('GET', '/bintu/token', { token: admin.token })).filter(
    (token: { id: string }) => token.id === admin.tokenId,
  );
  assert.ok(Date.parse(first.lastUsedAt) >= began);
  assert.equal(first.lastUsedIp, '127.0.0.1');
  const me = ok(await call('GET', `/user/${admin.id}`, { token: admin.token }));
  assert.ok(Date.parse(me.lastSeenAt) >= Date.parse(first.lastUsedAt));
});
