import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tenant } from '../harness.ts';
import { ok, rawGet, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

const add = async ({ user }: Tenant, tags: string[] = []): Promise<string> =>
  ok(await server().call('POST', '/stream', { token: user.token, body: { tags } })).id;
const ids = (streams: { id: string }[]) => streams.map(({ id }) => id);
const get = ({ observer }: Tenant, query: string) => server().call('GET', `/stream${query}`, { token: observer.token });

describe('the list of streams', () => {
  test('is a bare array, newest first, with the number of all that match in a header', async () => {
    const { tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const first = await add(home);
    await new Promise((resolve) => setTimeout(resolve, 2));
    const second = await add(home);
    await add(foreign);
    const answer = await get(home, '');
    assert.deepEqual(ids(ok(answer)), [second, first]);
    assert.equal(answer.headers.get('x-total-count'), '2');
    assert.equal(answer.headers.get('x-next-cursor'), null);
    const one = await get(home, '?quantity=1');
    assert.deepEqual(ids(ok(one)), [second]);
    assert.equal(one.headers.get('x-total-count'), '2');
  });

  test('can be read to its end by cursor, without one missing or twice, while new ones are made', async () => {
    const { tenant } = server();
    const home = await tenant();
    const made = await Promise.all(Array.from({ length: 23 }, () => add(home)));
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 20; page++) {
      const answer = await get(home, `?quantity=5${cursor && `&cursor=${cursor}`}`);
      seen.push(...ids(ok(answer)));
      cursor = answer.headers.get('x-next-cursor');
      if (page === 1) await add(home);
    }
    assert.equal(cursor, null);
    assert.equal(seen.length, 23);
    assert.deepEqual(seen.sort(), made.sort());
  });

  test('says what is wrong with a quantity, a state or a cursor', async () => {
    const { tenant } = server();
    const home = await tenant();
    for (const quantity of ['0', '1001', '-1'])
      refused(await get(home, `?quantity=${quantity}`), 400, 1000, { parameter: 'quantity' });
    for (const quantity of ['many', '1.5'])
      refused(await get(home, `?quantity=${quantity}`), 400, 1004, { parameter: 'quantity', type: 'integer' });
    refused(await get(home, '?state=paused'), 400, 1000, { parameter: 'state' });
    for (const cursor of ['x', '%00', 'AAAA', 'MTp4'])
      refused(await get(home, `?cursor=${cursor}`), 400, 1000, { parameter: 'cursor' });
    ok(await get(home, '?quantity=1000&state=all&profile=x&asset_limit=7&__proto__=1&constructor=2'));
  });

  test('filters by state', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const [created, locked] = [await add(home), await add(home)];
    ok(await call('PUT', `/stream/${locked}/lock`, { token: home.admin.token }));
    const inState = async (state: string) => ids(ok(await get(home, `?state=${state}`)));
    assert.deepEqual(await inState('created'), [created]);
    assert.deepEqual(await inState('locked'), [locked]);
    assert.deepEqual([await inState('live'), await inState('ended')], [[], []]);
    assert.deepEqual((await inState('all')).sort(), [created, locked].sort());
  });
});

describe('the filter by tags', () => {
  test('wants all of them, whether the brackets are encoded, and ignores an empty one', async () => {
    const { tenant } = server();
    const home = await tenant();
    const [both, a] = [await add(home, ['a', 'b']), await add(home, ['a'])];
    const found = async (query: string) => ids(ok(await get(home, query))).sort();
    assert.deepEqual(await found('?tags[]=a'), [both, a].sort());
    assert.deepEqual(await found('?tags%5B%5D=a&tags%5B%5D=b'), [both]);
    assert.deepEqual(await found('?tags[]=a&tags[]=b&tags[]='), [both]);
    assert.deepEqual(await found('?tags=a'), [both, a].sort());
    assert.deepEqual(await found('?tags[]='), [both, a].sort());
    assert.deepEqual(await found('?tags[]=nobody-uses-this'), []);
    assert.deepEqual(await found('?tags[]=a&tags[]=nobody-uses-this'), []);
    assert.deepEqual(await found(`?${'tags[]=a&'.repeat(10)}`), [both, a].sort(), 'one tag ten times is one tag');
    refused(await get(home, `?${'tags[]=a&'.repeat(11)}`), 400, 1000);
  });

  test('reads text that nobody encoded', async () => {
    const { tenant } = server();
    const home = await tenant();
    const id = await add(home, ['Übung 東京', 'a b']);
    await add(home, ['Ubung']);
    const headers = { 'X-BINTU-TOKEN': home.observer.token };
    for (const target of [
      '/stream?tags[]=Übung+東京',
      `/stream?tags[]=${encodeURIComponent('Übung 東京')}`,
      '/stream?tags[]=a+b&tags[]=Übung%20東京',
    ]) {
      assert.deepEqual(ids(ok(await rawGet(server(), target, headers))), [id], target);
    }
  });

  test('never reaches into another organisation, whose tags may have the same name', async () => {
    const { tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    await add(foreign, ['shared']);
    assert.deepEqual(ok(await get(home, '?tags[]=shared')), []);
    const id = await add(home, ['shared']);
    assert.deepEqual(ids(ok(await get(home, '?tags[]=shared'))), [id]);
  });
});

describe('what players get', () => {
  test('the player key reads the public list, with the same filters, and of its own organisation', async () => {
    const { tenant, call } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const [tagged] = [await add(home, ['sport']), await add(home)];
    await add(foreign, ['sport']);
    const { playerKey } = home;
    const answer = await call('GET', '/stream/public', { playerKey });
    assert.equal(ok(answer).length, 2);
    assert.equal(answer.headers.get('x-total-count'), '2');
    assert.deepEqual(ids(ok(await call('GET', '/stream/public?tags[]=sport', { playerKey }))), [tagged]);
    refused(await call('GET', '/stream', { playerKey }), 403, 2001, { capability: 'stream:read' });
    refused(await call('GET', '/stream/public'), 401, 4003);
  });
});
