import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { authorize } from '../../src/authorize.ts';
import { type CapabilityId, capability } from '../../src/capabilities.ts';
import type { Grant } from '../../src/principal.ts';
import { rightsOfRole } from '../../src/roles.ts';
import {
  type CapabilityUse,
  capabilityUseAt,
  UNUSED_AFTER_MS,
  writeCapabilityUse,
} from '../../src/store/capability-use.ts';
import { bindScope } from '../../src/store/scope.ts';
import type { Store } from '../../src/store/store.ts';
import { CapabilityNotes } from '../../src/usage/capability-notes.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addOrganisation } from './fixtures.ts';

const DAY = 86_400_000;
const START = 1_700_000_000_000;

const scopeOf = (store: Store, organisation: string) => {
  const caller = { kind: 'system', id: 'test', email: null, organisation, role: null } as const;
  const credential = { type: 'local', id: 'test' } as const;
  const principal = { ...caller, rights: rightsOfRole('nanoAdmin'), credential };
  const grant = authorize(principal, capability('audit:read')) as Grant;
  return bindScope(store, grant, 'test', { ip: null, requestId: null });
};

for (const engine of engines) {
  describe(`Which rights somebody used, kept by ${engine.name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    let organisation: string;
    before(async () => {
      opened = await engine.open();
      store = opened.store;
      organisation = (await addOrganisation(store)).id;
    });
    after(() => opened[Symbol.asyncDispose]());

    const write = (actor: string, ...times: (number | readonly [number, number])[]) =>
      store.transaction(async (tx) => {
        for (const time of times) {
          const [first, last] = typeof time === 'number' ? [time, time] : time;
          const use: CapabilityUse = { organisation, actor, capability: 'stream:read', first, last };
          await writeCapabilityUse(tx, [use]);
        }
      });
    const spans = async (actor: string) => {
      const rows = store.db.selectFrom('capability_use').select(['first_at', 'last_at']).where('actor_id', '=', actor);
      return (await rows.orderBy('first_at').execute()).map(({ first_at, last_at }) => [first_at, last_at]);
    };
    const lastUse = async (actor: string, at: number) =>
      (await capabilityUseAt(scopeOf(store, organisation), at)).find(({ actor_id }) => actor_id === actor)?.last_at;

    it('uses that are at most 90 days apart are one span, and a longer pause begins another', async () => {
      await write('pausing', START, START + UNUSED_AFTER_MS, START + 2 * UNUSED_AFTER_MS + 1);
      assert.deepEqual(await spans('pausing'), [
        [START, START + UNUSED_AFTER_MS],
        [START + 2 * UNUSED_AFTER_MS + 1, START + 2 * UNUSED_AFTER_MS + 1],
      ]);
    });

    it('a note that arrives late or twice changes nothing that was known', async () => {
      await write('late', START, START + 5 * DAY, START + 3 * DAY, START, [START + 4 * DAY, START + 5 * DAY]);
      assert.deepEqual(await spans('late'), [[START, START + 5 * DAY]]);
    });

    it('at every moment in the past it can be told whether 90 days had gone by without a use', async () => {
      const [second, end] = [START + 200 * DAY, START + 260 * DAY];
      await write('moments', START, START + 10 * DAY, second, end);
      const unusedAt = async (at: number) => {
        const last = await lastUse('moments', at);
        return last === undefined || at - last > UNUSED_AFTER_MS;
      };
      assert.equal(await lastUse('moments', START - 1), undefined);
      assert.equal(await unusedAt(START + 5 * DAY), false);
      assert.equal(await unusedAt(START + 10 * DAY + UNUSED_AFTER_MS), false);
      assert.equal(await unusedAt(START + 10 * DAY + UNUSED_AFTER_MS + 1), true);
      assert.equal(await unusedAt(second - 1), true);
      assert.equal(await unusedAt(second + 30 * DAY), false, 'between two uses of one span');
      assert.equal(await unusedAt(end + UNUSED_AFTER_MS + 1), true);
    });

    it('another organisation sees nothing of it', async () => {
      await write('seen', START);
      const foreign = await addOrganisation(store);
      assert.deepEqual(await capabilityUseAt(scopeOf(store, foreign.id), START + DAY), []);
      assert.equal(await lastUse('seen', START + DAY), START);
    });

    it('what could not be written is written the next time, with nothing lost', async () => {
      const notes = new CapabilityNotes();
      const who = { id: 'unlucky', organisation };
      notes.used(who, 'tag:read', START);
      const failed = notes.take(START, false)!;
      notes.used(who, 'tag:read', START + 1_000);
      failed.putBack();
      const again = notes.take(START + 2_000, false)!;
      await store.transaction((tx) => again.write(tx));
      assert.deepEqual(await spans('unlucky'), [[START, START + 1_000]]);
      assert.equal(notes.take(START + 4_000, false), null);
    });
  });
}

describe('Which rights somebody used is noted without a write per request', () => {
  const who = { id: 'somebody', organisation: 'theirs' };
  const MINUTE = 60_000;
  const taken = (notes: CapabilityNotes, now: number, all = false) => notes.take(now, all) !== null;
  const use = (notes: CapabilityNotes, minute: number, id: CapabilityId = 'stream:read') =>
    notes.used(who, id, START + minute * MINUTE);

  it('a first use is written at the next opportunity, later ones at most once an hour', () => {
    const notes = new CapabilityNotes();
    use(notes, 0);
    assert.equal(taken(notes, START), true);
    for (let minute = 1; minute < 60; minute++) {
      use(notes, minute);
      assert.equal(taken(notes, START + minute * MINUTE), false, `minute ${minute}`);
    }
    use(notes, 60);
    assert.equal(taken(notes, START + 60 * MINUTE), true);
    use(notes, 61, 'tag:read');
    assert.equal(taken(notes, START + 61 * MINUTE), true, 'another right is another first use');
  });

  it('the last use is written when nobody comes any more, and at the latest when the server stops', () => {
    const notes = new CapabilityNotes();
    use(notes, 0);
    taken(notes, START);
    use(notes, 30);
    assert.equal(taken(notes, START + 31 * MINUTE), false);
    assert.equal(taken(notes, START + 121 * MINUTE), true);
    assert.equal(taken(notes, START + 300 * MINUTE), false, 'once');
    use(notes, 301);
    taken(notes, START + 301 * MINUTE);
    use(notes, 302);
    assert.equal(taken(notes, START + 303 * MINUTE, true), true);
  });
});
