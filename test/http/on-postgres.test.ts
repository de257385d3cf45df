import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PASSWORD, type Running, start } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { startPostgres } from '../store/postgres.ts';
import { ok, refused } from './helpers.ts';
import { emails, everyPage, fill, get } from './user-list.ts';

/** What depends on the storage engine beyond the store's own suite, through the whole product on PostgreSQL. */
describe('on PostgreSQL the API says the same', () => {
  let running: Running;
  before(async () => {
    const server = await startPostgres();
    const databaseUrl = await server.createDatabase();
    running = await start({ databaseUrl, alertLimits: { graceMs: 0, offlineMs: 0 } });
  });
  after(() => running[Symbol.asyncDispose]());

  test('what is not unique is named: an address, and a tag', async () => {
    const { call, tenant } = running;
    const { token, email } = (await tenant()).admin;
    const body = { email: email.toUpperCase(), permission: 'nanoUser' };
    refused(await call('POST', '/user', { token, body }), 400, 1003, { duplicated_parameter: 'email' });
    ok(await call('POST', '/tag', { token, body: { name: 'one' } }));
    refused(await call('POST', '/tag', { token, body: { name: 'one' } }), 400, 1003, { duplicated_parameter: 'name' });
    ok(await call('POST', '/tag', { token, body: { name: 'One' } }));
  });

  test('one administrator is left when all are demoted at the same moment', async () => {
    const { call, tenant } = running;
    const { admin, join, apiKey } = await tenant();
    const ids = [admin.id];
    while (ids.length < 6) ids.push((await join('nanoAdmin')).id);
    const answers = await Promise.all(
      ids.map((id) => call('PUT', '/user/permission', { apiKey, body: { id, permission: 'nanoReadOnly' } })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 409]);
  });

  test('an invitation accepted by twenty at once makes one user, and none once its maker is demoted', async () => {
    const { call, tenant } = running;
    const { admin, apiKey, join } = await tenant();
    const invite = async (token: string) =>
      ok(await call('POST', '/user/invite', { token, body: { permission: 'nanoUser' } })).token as string;
    const accept = (token: string, name: string) => {
      const body = { token, email: `${name}@on-postgres.test`, password: PASSWORD };
      return call('POST', '/user/invite/accept', { body });
    };
    const token = await invite(admin.token);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => accept(token, `guest-${i}`)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 401).length, 19);
    assert.equal(ok(await call('GET', '/user', { apiKey })).length, 4);

    const maker = await join('nanoAdmin');
    const dead = await invite(maker.token);
    const body = { id: maker.id, permission: 'nanoUser' };
    ok(await call('PUT', '/user/permission', { apiKey, body }));
    refused(await accept(dead, 'late'), 401, 4003, { parameter: 'token' });
    assert.equal(ok(await call('GET', '/user/invite', { apiKey }))[0].valid, false);
  });

  test('a change of role ends the tokens, and a dead one is refused like any other', async () => {
    const { call, tenant } = running;
    const { admin, user, observer } = await tenant();
    ok(await call('PUT', '/user/permission', { token: admin.token, body: { id: user.id, permission: 'nanoUser' } }));
    refused(await call('POST', '/stream', { token: user.token }), 401, 4003);
    refused(await call('POST', '/stream', { token: observer.token }), 403, 2001, { capability: 'stream:create' });
    const [row] = ok(await call('GET', '/audit?outcome=refused', { token: admin.token }));
    assert.deepEqual([row.actor.id, row.action, row.count], [observer.id, 'createStream', 1]);
  });

  test('the list of streams is complete page by page, filtered and counted', async () => {
    const { call, tenant } = running;
    const [{ user }, foreign] = [await tenant(), await tenant()];
    const create = (token: string, tags: string[]) => call('POST', '/stream', { token, body: { tags } });
    const made = await Promise.all(
      Array.from({ length: 7 }, (_, i) => create(user.token, i % 2 ? ['ü', 'odd'] : ['ü'])),
    );
    ok(await create(foreign.user.token, ['ü']));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await call('GET', `/stream?quantity=3${cursor && `&cursor=${cursor}`}`, { token: user.token });
      seen.push(...ok(page).map(({ id }: { id: string }) => id));
      assert.equal(page.headers.get('x-total-count'), '7');
      cursor = page.headers.get('x-next-cursor');
    }
    assert.deepEqual(seen.sort(), made.map(({ body }) => body.id).sort());
    const odd = await call('GET', '/stream?tags[]=%C3%BC&tags[]=odd', { token: user.token });
    assert.equal(ok(odd).length, 3);
    for (const [query, all] of [
      ['', 7],
      ['?tags[]=odd', 3],
      ['?tags[]=even', 0],
    ] as const)
      assert.deepEqual(ok(await call('GET', `/stream/count${query}`, { token: user.token })), {
        all,
        created: all,
        live: 0,
        ended: 0,
        locked: 0,
      });
    const { id, ingest } = made[1]!.body;
    for (const text of [id, ingest.rtmp.streamname]) {
      const found = await call('GET', `/stream?tags[]=odd&search=${text}`, { token: user.token });
      assert.deepEqual([ok(found)[0].id, found.headers.get('x-total-count')], [id, '1']);
    }
    assert.deepEqual(ok(await call('GET', `/stream?search=nothing`, { token: user.token })), []);
  });

  test('a stream that is expected and off air has one alert, in the list and in the history', async () => {
    const { call, tenant } = running;
    const { user, observer } = await tenant();
    const { id } = ok(await call('POST', '/stream', { token: user.token }));
    const [from, to] = [-60_000, 60_000].map((ms) => new Date(Date.now() + ms).toISOString());
    const set = () => call('PUT', `/stream/${id}/expected`, { token: user.token, body: [{ from, to }] });
    const [first, second] = await Promise.all([set(), set()]);
    assert.deepEqual([ok(first), ok(second)], [[{ from, to }], [{ from, to }]]);
    const read = async (path: string) => ok(await call('GET', path, { token: observer.token }));
    await until(async () => (await read('/alert')).length > 0, 10_000, 'the alert');
    const [[open], history] = [await read('/alert'), await read(`/alert/history?severity=Critical&stream=${id}`)];
    assert.deepEqual([open.code, open.stream.id, history.length, history[0].id], [21001, id, 1, open.id]);
    assert.deepEqual(await read('/alert/history?severity=Advice&code=21001'), []);
  });

  test('the list of users is paged, sorted, searched and counted', async () => {
    const [home] = [await running.tenant(), await running.tenant()];
    await fill(running, home);
    for (const sort of ['email', 'permission', 'createdAt', 'lastSeenAt']) {
      const up = await everyPage(running, home, `quantity=4&sort=${sort}`);
      assert.deepEqual(emails(await everyPage(running, home, `quantity=4&sort=-${sort}`)), emails(up).reverse(), sort);
      const values = up.map((user) => String(user[sort] ?? '').toLowerCase());
      assert.deepEqual(values, values.toSorted(), sort);
    }
    const found = async (text: string) =>
      emails(ok(await get(running, home, `?sort=email&search=${encodeURIComponent(text)}`)));
    assert.deepEqual(await found('A LOVE'), ['Ada@Example.test']);
    for (const text of ['özlem', 'ÖZLEM', 'özlem öz'])
      assert.deepEqual(await found(text), ['ozlem@example.test'], text);
    assert.deepEqual(
      [await found('%'), await found('_')],
      [['percent%sign@example.test'], ['under_score@example.test']],
    );
    const [operator] = ok(await get(running, home, `?role=nanoUser&sort=-createdAt`));
    assert.deepEqual([operator.email, operator.openTokens], [home.user.email, 1]);
    const forged = Buffer.from('["a\\u0000","b"]').toString('base64url');
    refused(await get(running, home, `?sort=email&cursor=${forged}`), 400, 1000, { parameter: 'cursor' });
  });

  test('a change of role says what it would refuse of what was done', async () => {
    const { call, tenant } = running;
    const { admin, user } = await tenant();
    for (const name of ['a', 'b']) ok(await call('POST', '/tag', { token: user.token, body: { name } }));
    ok(await call('GET', '/user', { token: user.token }));
    const { used } = ok(await call('GET', `/user/${user.id}/role-change?permission=nanoReadOnly`, admin));
    const counts = used.map((one: { capability: string; actions: { count: number }[] }) => [
      one.capability,
      one.actions.map(({ count }) => count),
    ]);
    assert.deepEqual(Object.fromEntries(counts), { 'tag:create': [2], 'user:read': [] });
  });

  test('playback tokens are made at once under one key, listed page by page, and revoked', async () => {
    const { call, tenant } = running;
    const { user, admin } = await tenant();
    const body = { orgawide: true, revocable: true };
    const made = await Promise.all(Array.from({ length: 6 }, () => call('POST', '/api/v1/splay', { ...user, body })));
    const tokens: { id: string; token: string }[] = made.map((answer) => ok(answer).data);
    assert.equal(new Set(tokens.map(({ token }) => token.split('.')[0])).size, 1);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const maker = encodeURIComponent(user.email);
      const page = await call('GET', `/api/v1/splay?limit=4&maker=${maker}${cursor && `&cursor=${cursor}`}`, admin);
      seen.push(...ok(page).data.map(({ id }: { id: string }) => id));
      cursor = page.headers.get('x-next-cursor');
    }
    assert.deepEqual(seen.sort(), tokens.map(({ id }) => id).sort());
    const { token } = tokens[0]!;
    ok(await call('POST', '/api/v1/splay/verify', { ...user, body: { token } }));
    ok(await call('PUT', '/organisation', { ...admin, body: { settings: { securePlayback: true } } }));
    const { playout } = ok(await call('POST', '/stream', user));
    const played = async () => {
      const leave = new AbortController();
      const { signal } = leave;
      const { status } = await fetch(`${playout.h5live[0].server.progressive}?token=${token}`, { signal });
      leave.abort();
      return status;
    };
    assert.equal(await played(), 200);
    assert.equal((await call('POST', '/api/v1/splay/revoke', { ...user, body: { token } })).status, 204);
    assert.equal(await played(), 401);
    refused(await call('POST', '/api/v1/splay/verify', { ...user, body: { token } }), 403, 1002);
    refused(await call('POST', '/api/v1/splay/verify', { ...user, body: { token: `${token}\u0000` } }), 400, 1000);
  });
});
