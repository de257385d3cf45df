import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { PASSWORD, type Tenant } from '../harness.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

/** A moment that lies after everything answered so far and before everything asked from here on. */
async function moment(): Promise<string> {
  await sleep(3);
  const at = new Date().toISOString();
  await sleep(3);
  return at;
}

interface Shown {
  id: string;
  email: string;
  permission: string;
  capabilities: string[];
  unused: string[];
  tokens: { id: string; name: string; permission: string | null; capabilities: string[]; lastUsedAt: string | null }[];
  [more: string]: unknown;
}

interface Report {
  users: Shown[];
  keys: { kind: string; capabilities: string[] }[];
  of(id: string): Shown | undefined;
}

async function report({ apiKey }: Tenant, at?: string): Promise<Report> {
  const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`;
  const body = ok(await server().call('GET', `/audit/access${query}`, { apiKey }));
  const of = (id: string): Shown | undefined => body.users.find((user: Shown) => user.id === id);
  return { ...body, of };
}

describe('who has access to what', () => {
  test('shows every user with role, capabilities and live tokens, and the keys', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { admin, user, observer } = home;
    const body = { userId: user.id, name: 'Playout', permission: 'nanoReadOnly' };
    const { id } = ok(await call('POST', '/bintu/token', { token: admin.token, body })).data;
    const now = await report(home);
    assert.deepEqual(
      now.users.map(({ email, permission }) => [email, permission]),
      [admin, user, observer]
        .map((person, i) => [person.email, ['nanoAdmin', 'nanoUser', 'nanoReadOnly'][i]])
        .toSorted(),
    );
    const shown = now.of(user.id)!;
    assert.deepEqual(shown.capabilities, ok(await call('GET', '/user/me', { token: user.token })).capabilities);
    assert.deepEqual(shown.tokens.map(({ id: token }) => token).toSorted(), [user.tokenId, id].toSorted());
    const narrowed = shown.tokens.find((token) => token.id === id)!;
    assert.deepEqual([narrowed.name, narrowed.permission, narrowed.lastUsedAt], ['Playout', 'nanoReadOnly', null]);
    assert.deepEqual(narrowed.capabilities, now.of(observer.id)!.capabilities);
    assert.deepEqual(
      now.keys.map(({ kind, capabilities }) => [kind, capabilities.length > 1]),
      [
        ['api', true],
        ['player', false],
      ],
    );
  });

  test('is there for every moment of the past: before a promotion, a renaming, a deletion and a user’s first day', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { admin, user, observer } = home;
    const { token } = admin;
    const start = await moment();
    const made = ok(
      await call('POST', '/user', { token, body: { email: 'late@example.test', permission: 'nanoUser' } }),
    );
    ok(await call('PUT', '/user/permission', { token, body: { id: observer.id, permission: 'nanoUser' } }));
    const promoted = await moment();
    ok(await call('PUT', '/user', { token, body: { id: user.id, email: 'renamed@example.test' } }));
    ok(await call('PUT', '/user/permission', { token, body: { id: observer.id, permission: 'nanoAdmin' } }));
    ok(await call('DELETE', `/user/${user.id}`, { token }));
    ok(await call('DELETE', `/user/${made.id}`, { token }));

    const [first, second, now] = [await report(home, start), await report(home, promoted), await report(home)];
    assert.deepEqual([first.of(observer.id)?.permission, first.of(user.id)?.email], ['nanoReadOnly', user.email]);
    assert.equal(first.of(made.id), undefined);
    assert.deepEqual(
      first.of(observer.id)!.tokens.map(({ id }) => id),
      [observer.tokenId],
    );
    assert.deepEqual([second.of(observer.id)?.permission, second.of(observer.id)?.tokens], ['nanoUser', []]);
    assert.deepEqual([second.of(user.id)?.email, second.of(made.id)?.email], [user.email, 'late@example.test']);
    assert.deepEqual([now.of(observer.id)?.permission, now.users.length], ['nanoAdmin', 2]);
    assert.deepEqual((await report(home, new Date(Date.now() - 86_400_000).toISOString())).users, []);
  });

  test('keeps to its own organisation, and to who may read the audit log', async () => {
    const { call, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const text = JSON.stringify(await report(home));
    assert.equal(text.includes(foreign.admin.email) || text.includes(foreign.admin.id), false);
    for (const { token } of [home.user, home.observer]) {
      refused(await call('GET', '/audit/access', { token }), 403, 2001, { capability: 'audit:read' });
      const body = { all: true };
      refused(await call('POST', '/audit/access/review', { token, body }), 403, 2001, { capability: 'audit:read' });
    }
    for (const at of ['yesterday', '2026-13-01', new Date(Date.now() + 60_000).toISOString()])
      refused(await call('GET', `/audit/access?at=${at}`, { apiKey: home.apiKey }), 400, 1000, { parameter: 'at' });
  });
});

describe('what was not used', () => {
  test('is listed, with the smallest role that would have done', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { admin, user } = home;
    const idle = await home.join('nanoAdmin');
    const before = await moment();
    ok(await call('GET', '/tag', { token: idle.token }));
    ok(await call('POST', '/stream', { token: user.token }));
    const now = await report(home);
    assert.equal(now.of(idle.id)!.smallestRole, 'nanoReadOnly');
    assert.equal(now.of(user.id)!.smallestRole, 'nanoUser');
    assert.equal(now.of(user.id)!.unused.includes('stream:create'), false);
    assert.ok(now.of(user.id)!.unused.includes('tag:edit'));
    assert.deepEqual((await report(home, before)).of(user.id)!.unused, now.of(user.id)!.capabilities);
    assert.equal(now.of(home.observer.id)!.lastUsedAt, null);
    assert.ok(Date.parse(String(now.of(user.id)!.lastUsedAt)) > Date.parse(before));

    const body = { description: '', capabilities: ['stream:read', 'ingest:read', 'stream:create'] };
    ok(await call('POST', '/permission/feeder', { token: admin.token, body }));
    assert.equal((await report(home)).of(user.id)!.smallestRole, 'feeder');
    // Small, and yet more than the observer holds.
    const more = { description: '', capabilities: ['audit:read'] };
    ok(await call('POST', '/permission/auditor', { token: admin.token, body: more }));
    assert.equal((await report(home)).of(home.observer.id)!.smallestRole, 'nanoReadOnly');
  });
});

describe('a review', () => {
  test('is an audit row, and the report says who made it and when, for that moment and later ones', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { admin, user, observer } = home;
    const early = await moment();
    const seen = await moment();
    const review = (body: object) => call('POST', '/audit/access/review', { token: admin.token, body });
    ok(await review({ user: user.email, at: seen, note: 'Asked her' }));
    const reviewed = async (id: string, at?: string) => (await report(home, at)).of(id)!.reviewedBy;
    assert.deepEqual([await reviewed(user.id), await reviewed(observer.id)], [admin.email, null]);
    assert.deepEqual([await reviewed(user.id, seen), await reviewed(user.id, early)], [admin.email, null]);
    const { body } = await call('POST', '/audit/access/review', { apiKey: home.apiKey, body: { all: true } });
    assert.equal(body.reviewedBy, 'api-key');
    assert.deepEqual([await reviewed(user.id), await reviewed(observer.id)], ['api-key', 'api-key']);
    const rows = ok(await call('GET', '/audit?action=reviewAccess', { token: admin.token }));
    assert.deepEqual(
      rows.map(({ target, detail }: { target: object; detail: object }) => [target, detail]),
      [
        [
          { type: 'organisation', id: home.id },
          { at: body.at, all: true },
        ],
        [
          { type: 'user', id: user.id },
          { at: seen, all: false, email: user.email, note: 'Asked her' },
        ],
      ],
    );
    refused(await review({}), 400, 1002, { required_parameter: 'user' });
    refused(await review({ user: user.id, all: true }), 400, 1000);
    refused(await review({ user: NO_SUCH_ID }), 404, 4040);
  });
});

describe('as a table for a spreadsheet', () => {
  test('has a line per person and key, and no cell that a spreadsheet would run', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { token } = home.admin;
    const hostile = ['=1+1@evil.test', '+41@evil.test', '-1@evil.test', '@sum@evil.test', 'a,"b@evil.test'];
    for (const email of hostile.filter((address) => /^[^\s@]+@/.test(address)))
      ok(await call('POST', '/user', { token, body: { email, permission: 'nanoReadOnly', name: '=cmd' } }));
    const name = '=HYPERLINK("http://evil.test","x")';
    ok(await call('POST', '/bintu/token', { token, body: { email: hostile[0], name } }));
    const answer = await call('GET', '/audit/access?format=csv', { token });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/);
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      /^attachment; filename="access-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const lines = parse(answer.body, { columns: true }) as Record<string, string>[];
    assert.equal(lines.length, 3 + 4 + 2);
    for (const line of lines) for (const cell of Object.values(line)) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
    const evil = lines.find((line) => line['name'] === "'=1+1@evil.test")!;
    assert.ok(evil['tokens']!.startsWith("'=HYPERLINK("));
    assert.ok(lines.some((line) => line['name'] === 'a,"b@evil.test'));
    assert.ok(lines.some((line) => line['type'] === 'api-key'));
  });
});

test('a changed role is what it was before the change, and ends tokens in the report as it does at the door', async () => {
  const { call, tenant } = server();
  const home = await tenant();
  const { apiKey, admin } = home;
  const put = (method: string, capabilities: string[]) =>
    call(method, '/permission/shift', { apiKey, body: { description: '', capabilities } });
  ok(await put('POST', ['stream:read', 'stream:lock']));
  const person = await home.join('shift');
  const body = { userId: admin.id, name: 'Narrow', permission: 'shift' };
  const narrow = ok(await call('POST', '/bintu/token', { apiKey, body })).data.id;
  const before = await moment();
  ok(await put('PUT', ['stream:read']));
  const after = await moment();
  ok(await call('DELETE', `/user/${person.id}`, { apiKey }));
  ok(await call('DELETE', '/permission/shift', { apiKey }));

  const [early, late] = [await report(home, before), await report(home, after)];
  const narrowed = (shown: Report) => shown.of(admin.id)!.tokens.find(({ id }) => id === narrow);
  assert.deepEqual(early.of(person.id)!.capabilities, ['stream:read', 'stream:lock']);
  assert.deepEqual(narrowed(early)?.capabilities, ['stream:read', 'stream:lock']);
  assert.deepEqual(late.of(person.id)!.capabilities, ['stream:read']);
  assert.equal(narrowed(late), undefined);
  assert.equal((await report(home)).of(person.id), undefined);
});

test('a token dies in the report with the change of its user’s role', async () => {
  const { call, tenant } = server();
  const home = await tenant();
  const { apiKey } = home;
  const body = { description: '', capabilities: ['stream:read'] };
  ok(await call('POST', '/permission/shift', { apiKey, body }));
  const person = await home.join('shift');
  const before = await moment();
  ok(await call('PUT', '/permission/shift', { apiKey, body }));
  const counts = [before, await moment()].map(async (at) => (await report(home, at)).of(person.id)!.tokens.length);
  assert.deepEqual(await Promise.all(counts), [1, 0]);
});

test('signing in, out and changing a password are seen in the tokens', async () => {
  const { call, tenant } = server();
  const home = await tenant();
  const { email, id, tokenId } = home.user;
  const signIn = async () => ok(await call('POST', '/user/validate', { body: { email, password: PASSWORD } })).token;
  const [first, second] = [await signIn(), await signIn()];
  const both = await moment();
  const body = { oldPassword: PASSWORD, password: 'another long enough one' };
  ok(await call('PUT', '/user/password', { token: first, body }));
  refused(await call('GET', '/user/me', { token: second }), 401, 4003);
  ok(await call('GET', '/user/me', { token: first }));
  const changed = await moment();
  ok(await call('DELETE', `/user/${id}`, { apiKey: home.apiKey }));
  const count = async (at: string) => (await report(home, at)).of(id)!.tokens.length;
  // The token that was made for the test has no line in the audit log and went with its user.
  assert.deepEqual([await count(both), await count(changed)], [2, 1]);
  assert.equal(
    (await report(home, both)).of(id)!.tokens.some((token) => token.id === tokenId),
    false,
  );
});
