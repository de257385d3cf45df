import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MANY, writeKeyUse } from '../../src/store/key-use.ts';
import type { KeyUseTable } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addKey, addOrganisation } from './fixtures.ts';

const NOON = 1_700_000_000_000;

for (const engine of engines) {
  describe(`Who uses a key, kept by ${engine.name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    let organisation: string;
    before(async () => {
      opened = await engine.open();
      store = opened.store;
      organisation = (await addOrganisation(store)).id;
    });
    after(() => opened[Symbol.asyncDispose]());

    const newKey = async () => (await addKey(store, { organisation_id: organisation })).id;
    const write = (uses: KeyUseTable[]) => store.transaction((tx) => writeKeyUse(tx, uses));
    const use = (key_id: string, more: Partial<KeyUseTable> = {}): KeyUseTable => ({
      key_id,
      organisation_id: organisation,
      client: 'encoder/1',
      ip: '192.0.2.1',
      route: 'listStreams',
      count: 1,
      first_at: NOON,
      last_at: NOON,
      ...more,
    });
    const rows = (key: string) => store.db.selectFrom('key_use').selectAll().where('key_id', '=', key).execute();

    it('the same client, address and route is one row that counts', async () => {
      const key = await newKey();
      await write([use(key), use(key, { route: 'lockStream' }), use(key, { ip: '192.0.2.2' })]);
      await write([use(key, { count: 4, first_at: NOON - 10, last_at: NOON + 10 })]);
      await write([use(key, { first_at: NOON - 5, last_at: NOON - 5 })]);
      const found = await rows(key);
      assert.equal(found.length, 3);
      const [busiest] = found.sort((one, other) => other.count - one.count);
      assert.deepEqual(busiest, use(key, { count: 6, first_at: NOON - 10, last_at: NOON + 10 }));
    });

    it('what a key takes is bounded: whoever comes seldom is merged, and no use and no route is lost', async () => {
      const key = await newKey();
      await write([use(key, { client: 'important', count: 1_000 })]);
      const ROUNDS = 4;
      for (let round = 0; round < ROUNDS; round++) {
        await write(
          Array.from({ length: 600 }, (_, n) =>
            use(key, {
              client: `flood/${round}.${n}`,
              ip: `192.0.${round}.${n % 250}`,
              route: n % 2 ? 'listTags' : 'listStreams',
            }),
          ),
        );
        assert.ok((await rows(key)).length <= 1_000, `${(await rows(key)).length} rows after round ${round}`);
      }
      const found = await rows(key);
      assert.equal(
        found.reduce((sum, { count }) => sum + count, 0),
        1_000 + ROUNDS * 600,
      );
      assert.deepEqual(
        found.find(({ client }) => client === 'important'),
        use(key, { client: 'important', count: 1_000 }),
      );
      const many = found.filter(({ client }) => client === MANY);
      assert.deepEqual(many.map(({ route }) => route).sort(), ['listStreams', 'listTags']);
      assert.ok(many.every(({ ip }) => ip === MANY));
    });

    it('one client from very many addresses stays one client, whose addresses are no longer told', async () => {
      const key = await newKey();
      await write(Array.from({ length: 900 }, (_, n) => use(key, { client: 'roaming', ip: `10.0.${n % 4}.${n}` })));
      const found = await rows(key);
      assert.ok(found.length <= 701);
      assert.deepEqual([...new Set(found.map(({ client }) => client))], ['roaming']);
      assert.equal(found.find(({ ip }) => ip === MANY)?.count, 900 - (found.length - 1));
    });

    it('two who write at the same moment both count', async () => {
      const key = await newKey();
      const uses = Array.from({ length: 30 }, (_, n) => use(key, { route: `route ${n}` }));
      await Promise.all(Array.from({ length: 6 }, (_, n) => write(n % 2 ? uses : uses.toReversed())));
      assert.deepEqual([...new Set((await rows(key)).map(({ count }) => count))], [6]);
    });
  });
}
