import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tenant } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

const add = async ({ user }: Tenant, tags: string[] = []) =>
  ok(await server().call('POST', '/stream', { token: user.token, body: { tags } }));
const search = async (by: { token: string }, text: string, rest = '') => {
  const answer = await server().call('GET', `/stream?search=${encodeURIComponent(text)}${rest}`, { token: by.token });
  const found: string[] = ok(answer).map(({ id }: { id: string }) => id);
  assert.equal(answer.headers.get('x-total-count'), String(found.length));
  return found;
};

describe('a stream is found', () => {
  test('by its exact id or playout name, and by nothing less', async () => {
    const home = await server().tenant();
    const [one] = [await add(home), await add(home)];
    const name = one.playout.h5live[0].rtmp.streamname;
    for (const by of [home.admin, home.user, home.observer]) {
      assert.deepEqual(await search(by, one.id), [one.id]);
      assert.deepEqual(await search(by, name), [one.id]);
      for (const text of [one.id.slice(0, -1), name.slice(1), name.toUpperCase(), '%', '_', "' or 1=1 --"])
        assert.deepEqual(await search(by, text), [], text);
    }
    assert.equal(ok(await server().call('GET', '/stream?search=', { token: home.user.token })).length, 2);
  });

  test('by its exact ingest name, by those alone who may see it', async () => {
    const home = await server().tenant();
    const { id, ingest } = await add(home);
    const name = ingest.rtmp.streamname;
    for (const by of [home.admin, home.user]) assert.deepEqual(await search(by, name), [id]);
    assert.deepEqual(await search(home.observer, name), []);
    assert.deepEqual(await search(home.observer, id), [id]);
  });

  test('only if its state and its tags match as well', async () => {
    const home = await server().tenant();
    const [red] = [await add(home, ['red', 'big']), await add(home, ['red'])];
    assert.deepEqual(await search(home.user, red.id, '&state=created&tags[]=red&tags[]=big'), [red.id]);
    assert.deepEqual(await search(home.user, red.id, '&state=locked'), []);
    assert.deepEqual(await search(home.user, red.id, '&tags[]=blue'), []);
    ok(await server().call('PUT', `/stream/${red.id}/lock`, { token: home.admin.token }));
    assert.deepEqual(await search(home.user, red.id, '&state=locked&tags[]=red'), [red.id]);
  });

  test('by nobody of another organisation, and not by the player key', async () => {
    const { call, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const { id, ingest, playout } = await add(home);
    const [second] = [await add(home)];
    for (const text of [id, ingest.rtmp.streamname, playout.h5live[0].rtmp.streamname])
      assert.deepEqual(await search(foreign.admin, text), []);
    const listed = ok(await call('GET', `/stream/public?search=${second.id}`, { playerKey: home.playerKey }));
    assert.equal(listed.length, 2);
    refused(await call('GET', `/stream?search=${id}`, { playerKey: home.playerKey }), 403, 2001);
    refused(await call('GET', `/stream?search=${'x'.repeat(257)}`, home.user), 400, 1000, { parameter: 'search' });
    refused(await call('GET', '/stream?search=%00', home.user), 400, 1000, { parameter: 'search' });
  });
});

describe('the number of streams in each state', () => {
  const count = async (by: { token: string }, query = '') =>
    ok(await server().call('GET', `/stream/count${query}`, { token: by.token }));
  const none = { all: 0, created: 0, live: 0, ended: 0, locked: 0 };

  test('is counted for whoever may see streams, of their own organisation', async () => {
    const { app, call, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    assert.deepEqual(await count(home.observer), none);
    const made = [await add(home, ['a']), await add(home, ['a']), await add(home, ['a', 'b']), await add(home)];
    await add(foreign, ['a']);
    ok(await call('PUT', `/stream/${made[0].id}/lock`, { token: home.admin.token }));
    const put = (id: string, values: { live_session?: string; first_live_at: number }) =>
      app.store.transaction((tx) => tx.db.updateTable('stream').set(values).where('id', '=', id).execute());
    await put(made[0].id, { first_live_at: 1 });
    await put(made[1].id, { first_live_at: 1 });
    for (const by of [home.admin, home.user, home.observer])
      assert.deepEqual(await count(by), { all: 4, created: 2, live: 0, ended: 1, locked: 1 });
    assert.deepEqual(await count(home.user, '?tags[]=a'), { all: 3, created: 1, live: 0, ended: 1, locked: 1 });
    assert.deepEqual(await count(home.user, '?tags[]=a&tags[]=b'), { ...none, all: 1, created: 1 });
    assert.deepEqual(await count(home.user, '?tags[]=nothing'), none);
    assert.deepEqual(await count(home.user, '?tags[]='), await count(home.user));
    assert.deepEqual(await count(foreign.observer), { ...none, all: 1, created: 1 });
    for (const state of ['created', 'ended', 'locked', 'all']) {
      const listed = await call('GET', `/stream?tags[]=a&state=${state}`, { token: home.user.token });
      assert.equal(listed.headers.get('x-total-count'), String((await count(home.user, '?tags[]=a'))[state]), state);
    }
  });

  test('is nobody’s without a credential, nor the player key’s', async () => {
    const { call, tenant } = server();
    const { playerKey } = await tenant();
    refused(await call('GET', '/stream/count'), 401, 4003);
    refused(await call('GET', '/stream/count', { playerKey }), 403, 2001, { capability: 'stream:read' });
  });
});
