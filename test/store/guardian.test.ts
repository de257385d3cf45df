import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { capability } from '../../src/capabilities.ts';
import type { Principal } from '../../src/principal.ts';
import {
  deleteRule,
  type GuardianLookup,
  guardianLookup,
  listRules,
  MOST_RULES,
  type NewRule,
  putRule,
} from '../../src/store/guardian.ts';
import { newId } from '../../src/store/ids.ts';
import { bindScope, type ScopedTx } from '../../src/store/scope.ts';
import type { Store } from '../../src/store/store.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addOrganisation } from './fixtures.ts';

const AT = 1_700_000_000_000;

for (const engine of engines) {
  describe(`The rules of a guardian on ${engine.name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    let lookup: GuardianLookup;
    let organisation: string;
    before(async () => {
      opened = await engine.open();
      ({ store } = opened);
      lookup = guardianLookup(store);
    });
    after(() => opened[Symbol.asyncDispose]());

    const within = <T>(work: (tx: ScopedTx) => Promise<T>, at = AT): Promise<T> =>
      store.transaction((tx) => work({ ...tx, organisation, principal: principal(), at }));
    const principal = () => ({ id: newId(), email: 'who@example.test', organisation }) as Principal;
    const put = (rule: Partial<NewRule>, at = AT) => {
      const whole = { kind: 'ip', value: '192.0.2.1', type: 'deny', note: null, expiresAt: null, ...rule } as const;
      return within((tx) => putRule(tx, whole), at);
    };
    const epoch = async () => (await lookup.epoch({ organisation }))[0]!.guardian_epoch;

    it('go one after the other, however many are made at once: an epoch each, and one rule of a value', async () => {
      ({ id: organisation } = await addOrganisation(store));
      const made = await Promise.all(Array.from({ length: 12 }, (_, at) => put({ value: `192.0.2.${at % 3}` })));
      assert.equal(new Set(made.map(({ id }) => id)).size, 3);
      assert.equal(await epoch(), 12);
      await within((tx) => deleteRule(tx, 'ip', made[0]!.id));
      assert.equal(await epoch(), 13);
      await assert.rejects(
        within((tx) => deleteRule(tx, 'referrer', made[1]!.id)),
        { kind: 'notFound' },
      );
      assert.equal(await epoch(), 13, 'what was refused has changed nothing');
    });

    it('are at most a thousand of a kind; those that are over make room', async () => {
      ({ id: organisation } = await addOrganisation(store));
      const row = { organisation_id: organisation, kind: 'ip', type: 'deny', note: null, created_by: 'x' };
      const rows = Array.from({ length: MOST_RULES }, (_, at) => ({
        ...row,
        id: newId(),
        value: `10.0.${at >> 8}.${at & 255}`,
        created_at: AT,
        created_by_email: null,
        expires_at: at < 3 ? AT + 1_000 : null,
      }));
      await store.transaction(async ({ db }) => {
        for (let from = 0; from < rows.length; from += 250)
          await db
            .insertInto('guardian_rule')
            .values(rows.slice(from, from + 250))
            .execute();
      });
      const before = await epoch();
      await assert.rejects(put({ value: '192.0.2.1' }), { kind: 'conflict' });
      assert.equal(await epoch(), before);
      await put({ value: rows[9]!.value, note: 'renewed' });
      await put({ kind: 'referrer', value: 'example.org' });
      await put({ value: '192.0.2.1' }, AT + 1_000);
      const all = await lookup.all({ organisation, now: AT });
      assert.equal(all.length, MOST_RULES - 3 + 2);
    });

    it('count while they are in force and not a millisecond longer', async () => {
      ({ id: organisation } = await addOrganisation(store));
      const { id: other } = await addOrganisation(store);
      const value = '192.0.2.0/24';
      await put({ value, expiresAt: AT + 1_000 });
      await put({ kind: 'referrer', value: 'good.test', type: 'allow', expiresAt: AT + 2_000 });
      const among = lookup.among('ip', 2);
      const found = async (now: number, of = organisation) =>
        (await among({ organisation: of, now, value0: 'good.test', value1: value })).length;
      assert.deepEqual([await found(AT + 999), await found(AT + 1_000), await found(AT, other)], [1, 0, 0]);
      const allowed = async (now: number, of = organisation) =>
        (await lookup.anyAllowed({ organisation: of, now })).length;
      assert.deepEqual([await allowed(AT + 1_999), await allowed(AT + 2_000), await allowed(AT, other)], [1, 0, 0]);
      const ended = async (after: number, now: number) =>
        (await lookup.allowedUntil({ after, now })).map(({ organisation_id }) => organisation_id);
      assert.deepEqual(await ended(AT, AT + 1_999), []);
      assert.deepEqual(await ended(AT, AT + 2_000), [organisation]);
      assert.deepEqual(await ended(AT + 2_000, AT + 9_000), []);
      const grant = { allowed: true, principal: principal(), capability: capability('viewer:block') } as const;
      const scope = bindScope(store, grant, 'test', { ip: null, requestId: null });
      assert.deepEqual(await listRules(scope, 'ip'), [], 'it was over long ago');
    });
  });
}
