import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { openLocal } from '../../src/local.ts';
import { timeOfId } from '../../src/store/ids.ts';
import { PASSWORD, type Running, start, type Tenant } from '../harness.ts';
import { finish, lockkeeper } from '../process/lockkeeper.ts';
import { type PostgresServer, startPostgres } from '../store/postgres.ts';
import { ask, type Heard, listen, named, type Page } from './event-source.ts';
import { ok, refused } from './helpers.ts';

/** What a page has heard, but for its greeting. */
const told = ({ heard }: Page): string[] =>
  heard.flatMap(({ event, data }) => (event === 'change' ? `${data.action} ${data.outcome}` : []));

/** One more change that everybody in the organisation hears of: what else there was came before it. */
async function thatWasAll({ call }: Running, { apiKey }: Tenant, ...pages: Page[]): Promise<void> {
  const { id } = ok(await call('POST', '/stream', { apiKey }));
  await Promise.all(pages.map((page) => page.until(({ data }) => data.target?.id === id)));
}

for (const engine of ['SQLite', 'PostgreSQL']) {
  describe(`an open page hears what is committed (${engine})`, () => {
    let database: PostgresServer | null = null;
    let databaseUrl = '';
    let running: Running;
    before(async () => {
      if (engine === 'PostgreSQL') {
        database = await startPostgres();
        databaseUrl = await database.createDatabase();
      }
      // Its last test takes the database away, and everything that misses it says so.
      running = await start({ databaseUrl, ...(database && { env: { LOCKKEEPER_LOG: 'silent' } }) });
    });
    after(() => running[Symbol.asyncDispose]());

    test('first it is told what it may do; without a credential, or with a dead one, nothing is told', async () => {
      const { admin, observer, apiKey } = await running.tenant();
      await using page = await listen(running, { token: observer.token });
      const { body } = await running.call('GET', '/user/me', { token: observer.token });
      const [{ event, data }] = page.heard as [Heard];
      const { capabilities } = body;
      assert.deepEqual([event, data], ['hello', { capabilities, permission: 'nanoReadOnly', resumed: false }]);
      assert.equal(page.response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
      assert.equal(page.response.headers.get('x-accel-buffering'), 'no');
      assert.equal(page.response.headers.get('access-control-allow-origin'), '*');
      await using key = await listen(running, { apiKey });
      assert.equal(key.heard[0]?.data.permission, null);
      assert.equal((await ask(running, {})).status, 401);
      assert.equal((await ask(running, { token: `${admin.token}x` })).status, 401);
    });

    test('a change is heard while its answer is still warm, by whoever may read of it', async (t) => {
      const home = await running.tenant();
      const { call } = running;
      await using administrator = await listen(running, { token: home.admin.token });
      await using operator = await listen(running, { token: home.user.token });
      await using observer = await listen(running, { token: home.observer.token });
      const body = { email: `${crypto.randomUUID()}@heard.test`, permission: 'nanoUser' };
      const begun = performance.now();
      const { id } = ok(await call('POST', '/user', { token: home.admin.token, body }));
      const heard = await operator.until(named('change', 'createUser'));
      t.diagnostic(`heard ${Math.round(heard.at - begun)} ms after the request`);
      assert.deepEqual(heard.data, { action: 'createUser', target: { type: 'user', id }, outcome: 'allowed' });
      refused(await call('POST', '/stream', { token: home.observer.token }), 403, 2001);
      ok(await call('POST', '/tag', { token: home.user.token, body: { name: 'heard' } }));
      ok(await call('PUT', '/organisation', { token: home.admin.token, body: { name: 'Renamed' } }));
      ok(await call('POST', '/organisation/playerkey/rotate', { token: home.admin.token, body: { graceSeconds: 0 } }));
      ok(await call('POST', '/user/invite', { token: home.admin.token, body: { permission: 'nanoUser' } }));
      await thatWasAll(running, home, administrator, operator, observer);

      const everybody = ['createTag allowed', 'editOrganisation allowed', 'rotatePlayerKey allowed'];
      const all = ['createUser allowed', 'createStream refused', ...everybody, 'inviteUser allowed'];
      assert.deepEqual(told(administrator), [...all, 'createStream allowed']);
      assert.deepEqual(told(operator), ['createUser allowed', ...everybody, 'createStream allowed']);
      assert.deepEqual(told(observer), [...everybody, 'createStream allowed']);
      const texts = JSON.stringify([administrator.heard, operator.heard, observer.heard]);
      assert.doesNotMatch(texts, /@|nanoplayer|Renamed/);
    });

    test('what only its maker may see is told to its maker, and to who sees everybody’s', async () => {
      const home = await running.tenant();
      const { call } = running;
      const other = await home.join('nanoUser');
      const pages = await Promise.all(
        [home.admin, home.user, other, home.observer].map(({ token }) => listen(running, { token })),
      );
      const body = { orgawide: true, revocable: true };
      ok(await call('POST', '/api/v1/splay', { token: home.user.token, body }));
      const { email } = home.observer;
      ok(await call('POST', '/user/validate', { body: { email, password: PASSWORD } }));
      ok(await call('POST', '/audit/access/review', { token: home.admin.token, body: { user: email } }));
      await thatWasAll(running, home, ...pages);
      for (const page of pages) await page[Symbol.asyncDispose]();
      const [made, signedIn, reviewed] = ['createPlaybackToken allowed', 'signIn allowed', 'reviewAccess allowed'];
      const expected = [[made, signedIn, reviewed], [made], [], [signedIn]];
      assert.deepEqual(
        pages.map(told),
        expected.map((actions) => [...actions, 'createStream allowed']),
      );
    });

    test('another organisation hears nothing of it, and this one nothing of the other', async () => {
      const [home, foreign] = [await running.tenant('Home'), await running.tenant('Foreign')];
      await using here = await listen(running, { token: home.admin.token });
      await using there = await listen(running, { token: foreign.admin.token });
      await thatWasAll(running, home, here);
      await thatWasAll(running, foreign, there);
      await thatWasAll(running, home, here);
      await thatWasAll(running, foreign, there);
      const ids = ({ heard }: Page) => heard.flatMap(({ data }) => data.target?.id ?? []);
      assert.deepEqual([ids(here).length, ids(there).length], [2, 2]);
      assert.equal(new Set([...ids(here), ...ids(there)]).size, 4);
    });

    test('what is done behind its back is heard within a second, and so is the end of a role it takes', async (t) => {
      const home = await running.tenant();
      await using administrator = await listen(running, { token: home.admin.token });
      await using operator = await listen(running, { token: home.user.token });
      const env = { LOCKKEEPER_DATA: running.folder, LOCKKEEPER_DATABASE_URL: databaseUrl };
      const change = { email: home.user.email, permission: 'nanoReadOnly' };
      if (engine === 'SQLite') {
        const command = lockkeeper(t, ['user', 'role', change.email, change.permission, '--local'], env);
        assert.equal((await finish(command)).code, 0);
      } else {
        const { config, secrets } = readConfig(env);
        await using elsewhere = await openLocal(config, secrets);
        await elsewhere.setRole(change);
      }
      const heard = await administrator.until(named('change', 'setUserPermission'));
      assert.equal(heard.data.target.id, home.user.id);
      const lateMs = performance.timeOrigin + heard.at - timeOfId(heard.id!);
      t.diagnostic(`heard ${Math.round(lateMs)} ms after the row was made`);
      assert.ok(lateMs < 1_500, `${lateMs} ms`);
      assert.ok((await operator.closed()) - heard.at < 1_000);
      assert.deepEqual(operator.heard.at(-1)?.data, { reason: 'credential' });
    });

    if (engine === 'PostgreSQL')
      test('when rights cannot be read any more, nobody goes on listening', async () => {
        const home = await running.tenant();
        await using page = await listen(running, { token: home.admin.token });
        await database!.stop();
        await page.closed(3_000);
        assert.equal(page.heard.some(named('ended')), false, 'nobody knows whether it has');
        assert.equal((await ask(running, { token: home.admin.token })).status, 503);
      });
  });
}
