import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Running, start, type Tenant } from '../harness.ts';
import { startPostgres } from '../store/postgres.ts';
import { ok, refused } from './helpers.ts';

const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

for (const engine of ['SQLite', 'PostgreSQL']) {
  describe(`on ${engine}`, () => {
    let running: Running;
    before(async () => {
      const databaseUrl = engine === 'SQLite' ? '' : await (await startPostgres()).createDatabase();
      running = await start({ databaseUrl });
    });
    after(() => running[Symbol.asyncDispose]());

    /** A list read to its end in pages of two, each of which says how many there are. */
    async function everyPage({ admin }: Tenant, path: string, total: number): Promise<string[]> {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await running.call('GET', `${path}quantity=2${cursor && `&cursor=${cursor}`}`, admin);
        seen.push(...ids(ok(page)));
        assert.equal(page.headers.get('x-total-count'), String(total));
        cursor = page.headers.get('x-next-cursor');
      }
      return seen;
    }

    async function isTheWholeList(home: Tenant, path: string): Promise<void> {
      const whole = await running.call('GET', path, { token: home.admin.token });
      assert.deepEqual([whole.headers.get('x-total-count'), whole.headers.get('x-next-cursor')], [null, null]);
      assert.ok(ok(whole).length >= 5);
      assert.deepEqual(await everyPage(home, `${path}?`, whole.body.length), ids(whole.body));
      const first = await running.call('GET', `${path}?quantity=1`, { token: home.user.token });
      if (first.status === 200) assert.equal(first.body.length, 1);
      for (const query of ['quantity=0', 'quantity=1001'])
        refused(await running.call('GET', `${path}?${query}`, home.admin), 400, 1000, { parameter: 'quantity' });
      for (const cursor of ['x', 'WzFd', Buffer.from('[1,"\\u0000"]').toString('base64url')])
        refused(await running.call('GET', `${path}?cursor=${cursor}`, home.admin), 400, 1000, { parameter: 'cursor' });
    }

    test('tokens come page by page, and are the ones of the whole list', async () => {
      const home = await running.tenant();
      for (const name of ['a', 'b', 'c'])
        ok(await running.call('POST', '/bintu/token', { ...home.admin, body: { userId: home.user.id, name } }));
      await isTheWholeList(home, '/bintu/token');
    });

    test('open invitations come page by page, and are the ones of the whole list', async () => {
      const [home, foreign] = [await running.tenant(), await running.tenant()];
      const made = [];
      for (let i = 0; i < 6; i++)
        made.push(ok(await running.call('POST', '/user/invite', { ...home.admin, body: { permission: 'nanoUser' } })));
      ok(await running.call('DELETE', `/user/invite/${made[0].id}`, home.admin));
      ok(await running.call('POST', '/user/invite', { ...foreign.admin, body: { permission: 'nanoUser' } }));
      await isTheWholeList(home, '/user/invite');
      refused(await running.call('GET', '/user/invite?quantity=2', home.user), 403, 2001);
    });

    test('tokens can be narrowed to a user, by whoever may see that user’s', async () => {
      const [home, foreign] = [await running.tenant(), await running.tenant()];
      const { admin, user, observer, apiKey } = home;
      const { data } = ok(await running.call('POST', '/bintu/token', { apiKey, body: { userId: user.id, name: 'x' } }));
      const of = async (id: string, by: { token: string }) =>
        ids(ok(await running.call('GET', `/bintu/token?user=${id}`, { token: by.token })));
      assert.deepEqual(await of(user.id, admin), [data.id, user.tokenId]);
      assert.deepEqual(await of(user.id, user), [data.id, user.tokenId]);
      assert.deepEqual(await everyPage(home, `/bintu/token?user=${user.id}&`, 2), [data.id, user.tokenId]);
      assert.deepEqual(await of(user.id, observer), []);
      assert.deepEqual(await of(user.id, foreign.admin), []);
      assert.deepEqual(await of(foreign.user.id, admin), []);
      refused(await running.call('GET', '/bintu/token?user=me', { apiKey }), 400, 1000, { parameter: 'user' });
    });
  });
}
