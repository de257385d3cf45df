import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Person } from '../harness.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const DAY = 86_400;

const create = (by: Person, body: object) => server().call('POST', '/bintu/token', { token: by.token, body });
const list = async (by: Person) => ok(await server().call('GET', '/bintu/token', { token: by.token }));
const revoke = (by: Person, id: string) => server().call('DELETE', `/bintu/token/${id}`, { token: by.token });
const me = (token: string, headers = {}) => server().call('GET', '/user/me', { token, headers });
const secondsFromNow = (time: string) => (Date.parse(time) - Date.now()) / 1_000;

describe('making a token', () => {
  test('answers in the documented form, once, and the list shows everything but the token', async () => {
    const { tenant } = server();
    const { admin, user } = await tenant();
    const made = ok(await create(admin, { userId: user.id, name: 'Player page' }));
    assert.deepEqual([made.success, Object.keys(made.data)], [true, ['id', 'token', 'expiresAt']]);
    assert.equal(ok(await me(made.data.token)).user.id, user.id);
    const listed = (await list(admin)).find(({ id }: { id: string }) => id === made.data.id);
    assert.partialDeepStrictEqual(listed, {
      name: 'Player page',
      kind: 'api',
      userId: user.id,
      email: user.email,
      createdBy: admin.id,
      permission: null,
      allowedIps: null,
    });
    assert.equal(JSON.stringify(await list(admin)).includes(made.data.token), false);
  });

  test('lives for a day unless told otherwise, at most for a year, and never into the past', async () => {
    const { tenant } = server();
    const { admin, user } = await tenant();
    const make = (more: object) => create(admin, { email: user.email, name: 'Life', ...more });
    const life = async (more: object) => Math.round(secondsFromNow(ok(await make(more)).data.expiresAt));
    const now = Math.floor(Date.now() / 1_000);
    assert.ok(Math.abs((await life({})) - DAY) <= 2);
    assert.ok(Math.abs((await life({ expiresIn: 60 })) - 60) <= 2);
    assert.ok(Math.abs((await life({ exp: now + 300 })) - 300) <= 2);
    assert.ok(Math.abs((await life({ expiresIn: 365 * DAY })) - 365 * DAY) <= 2);
    refused(await make({ expiresIn: 60, exp: now + 60 }), 400, 1000);
    refused(await make({ expiresIn: 0 }), 400, 1000, { parameter: 'expiresIn' });
    refused(await make({ expiresIn: 365 * DAY + 1 }), 400, 1000, { parameter: 'expiresIn' });
    refused(await make({ expiresIn: '60' }), 400, 1004, { parameter: 'expiresIn', type: 'integer' });
    for (const exp of [now - 1, now + 366 * DAY]) refused(await make({ exp }), 400, 1000, { parameter: 'exp' });
  });

  test('asks whom it is for and what it is called', async () => {
    const { tenant } = server();
    const [{ admin, user }, foreign] = [await tenant(), await tenant()];
    refused(await create(admin, { name: 'For nobody' }), 400, 1002, { required_parameter: 'userId' });
    refused(await create(admin, { userId: user.id }), 400, 1002, { required_parameter: 'name' });
    refused(await create(admin, { userId: user.id, email: user.email, name: 'Two' }), 400, 1000);
    refused(await create(admin, { userId: NO_SUCH_ID, name: 'Nobody' }), 404, 4040);
    refused(await create(admin, { userId: foreign.user.id, name: 'Foreign' }), 404, 4040);
    refused(await create(admin, { email: foreign.user.email, name: 'Foreign' }), 404, 4040);
    refused(await create(user, { userId: user.id, name: 'Own' }), 403, 2001, { capability: 'token:create' });
  });

  test('ends by itself, at the second it says', async () => {
    const { tenant } = server();
    const { admin, user } = await tenant();
    const { token, id } = ok(await create(admin, { userId: user.id, name: 'Short', expiresIn: 1 })).data;
    ok(await me(token));
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    refused(await me(token), 401, 4003);
    assert.ok((await list(admin)).every((entry: { id: string }) => entry.id !== id));
  });
});

describe('narrowing', () => {
  test('a token has the rights that both its user’s role and its own role have', async () => {
    const { call, tenant } = server();
    const { admin } = await tenant();
    const made = ok(await create(admin, { userId: admin.id, name: 'Dashboard', permission: 'nanoReadOnly' })).data;
    const narrow = { token: made.token };
    ok(await call('GET', '/stream', narrow));
    refused(await call('POST', '/stream', narrow), 403, 2001, { capability: 'stream:create', role: 'nanoAdmin' });
    assert.equal('apiKey' in ok(await call('GET', '/organisation', narrow)), false);
    const [listed] = await list({ ...admin, token: made.token });
    assert.deepEqual([listed.id, listed.permission], [made.id, 'nanoReadOnly']);
  });

  test('never widens: not beyond the user’s role, and a narrowed token mints none', async () => {
    const { tenant } = server();
    const { admin, user } = await tenant();
    const wider = await create(admin, { userId: user.id, name: 'Wide', permission: 'nanoAdmin' });
    refused(wider, 400, 1000, { parameter: 'permission' });
    const { token } = ok(await create(admin, { userId: admin.id, name: 'Narrow', permission: 'nanoUser' })).data;
    const again = await create({ ...admin, token }, { userId: admin.id, name: 'Wide again' });
    refused(again, 403, 2001, { capability: 'token:create', role: 'nanoAdmin', grantedTo: ['nanoAdmin'] });
  });
});

describe('a token for certain addresses', () => {
  test('opens nothing from any other', async () => {
    const { tenant } = server();
    const { admin } = await tenant();
    const from = async (allowedIps: string[]) =>
      me(ok(await create(admin, { userId: admin.id, name: 'Bound', allowedIps })).data.token);
    for (const ips of [['127.0.0.1'], ['10.0.0.0/8', '127.0.0.0/8'], ['::ffff:127.0.0.1']]) ok(await from(ips));
    for (const ips of [['203.0.113.7'], ['10.0.0.0/8'], ['::1']]) refused(await from(ips), 401, 4003);
  });

  test('what is no address is refused, and a forwarded address is not believed from just anyone', async () => {
    const { tenant } = server();
    const { admin } = await tenant();
    for (const allowedIps of [['127.0.0.1', 'localhost'], ['10'], ['012.0.0.1'], ['10.0.0.0/33'], []]) {
      const bad = await create(admin, { userId: admin.id, name: 'Bad', allowedIps });
      refused(bad, 400, 1000, { parameter: 'allowedIps' });
    }
    const made = ok(await create(admin, { userId: admin.id, name: 'Far', allowedIps: ['203.0.113.7'] }));
    refused(await me(made.data.token, { 'X-Forwarded-For': '203.0.113.7' }), 401, 4003);
  });
});

describe('listing and revoking', () => {
  test('administrators see and revoke all of the organisation’s tokens, everybody else their own', async () => {
    const { tenant } = server();
    const [{ admin, user, observer }, foreign] = [await tenant(), await tenant()];
    const owners = async (by: Person) => (await list(by)).map(({ userId }: { userId: string }) => userId).sort();
    assert.deepEqual(await owners(admin), [admin.id, user.id, observer.id].sort());
    assert.deepEqual(await owners(observer), [observer.id]);
    refused(await revoke(observer, user.tokenId), 404, 4040);
    refused(await revoke(foreign.admin, user.tokenId), 404, 4040);
    refused(await revoke(admin, NO_SUCH_ID), 404, 4040);
    ok(await me(user.token));
    assert.deepEqual(ok(await revoke(admin, user.tokenId)), { id: user.tokenId, revoked: true });
    refused(await me(user.token), 401, 4003);
    ok(await me(observer.token));
  });

  test('an observer revokes a token of one’s own, even the very one that asks', async () => {
    const { tenant } = server();
    const { admin, observer } = await tenant();
    const other = ok(await create(admin, { userId: observer.id, name: 'Other' })).data;
    ok(await revoke(observer, other.id));
    refused(await me(other.token), 401, 4003);
    ok(await revoke(observer, observer.tokenId));
    refused(await me(observer.token), 401, 4003);
    assert.equal(JSON.stringify(await list(admin)).includes(observer.id), false);
  });
});

describe('the last use of a token', () => {
  test('is shown when asked for, with the address, and does not cost a write per request', async () => {
    const { call, tenant, app } = server();
    const { admin, user, apiKey } = await tenant();
    const entry = async () => (await list(admin)).find(({ id }: { id: string }) => id === user.tokenId);
    assert.deepEqual([(await entry()).lastUsedAt, (await entry()).lastUsedIp], [null, null]);
    const before = Date.now();
    const stored = () =>
      app.store.db.selectFrom('token').select('last_used_at').where('id', '=', user.tokenId).executeTakeFirstOrThrow();
    const written = new Set<number | null>();
    for (let i = 0; i < 30; i++) {
      ok(await me(user.token));
      written.add((await stored()).last_used_at);
    }
    assert.ok(written.size <= 5, `${written.size} writes for 30 requests`);
    const { lastUsedAt, lastUsedIp } = await entry();
    assert.ok(Date.parse(lastUsedAt) >= before && Date.parse(lastUsedAt) <= Date.now());
    assert.equal(lastUsedIp, '127.0.0.1');
    const seen = ok(await call('GET', `/user/${user.id}`, { apiKey }));
    assert.ok(Date.parse(seen.lastSeenAt) >= before);
  });

  test('is not moved by a refused credential', async () => {
    const { tenant } = server();
    const { admin, observer } = await tenant();
    const made = ok(await create(admin, { userId: observer.id, name: 'Far', allowedIps: ['203.0.113.7'] })).data;
    refused(await me(made.token), 401, 4003);
    const entry = (await list(admin)).find(({ id }: { id: string }) => id === made.id);
    assert.equal(entry.lastUsedAt, null);
  });
});

test('a token that dies while its change waits is told so in the same words as any dead token', async () => {
  const { call, tenant, app } = server();
  const { user } = await tenant();
  const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const revoked = app.store.transaction(async (tx) => {
    begun.resolve();
    await released.promise;
    await tx.db.updateTable('token').set({ revoked_at: Date.now() }).where('id', '=', user.tokenId).execute();
  });
  await begun.promise;
  const waiting = call('POST', '/tag', { token: user.token, body: { name: 'Too late' } });
  // Long enough to be admitted; were it not, it would be refused all the same.
  await new Promise((resolve) => setTimeout(resolve, 100));
  released.resolve();
  await revoked;
  for (const answer of [await waiting, await me(user.token)]) {
    refused(answer, 401, 4003);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
  }
});
