import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isUniqueViolation } from '../../src/store/failures.ts';
import { newId } from '../../src/store/ids.ts';
import type { Store, Tx } from '../../src/store/store.ts';
import { lockRow, shareRow } from '../../src/store/tx.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addOrganisation, addStream, addUser } from './fixtures.ts';

/** A door that stays shut until it is opened. */
function gate(): { opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

for (const engine of engines) {
  describe(`A transaction on ${engine.name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    let organisation: string;
    before(async () => {
      opened = await engine.open();
      store = opened.store;
      organisation = (await addOrganisation(store)).id;
    });
    after(() => opened[Symbol.asyncDispose]());

    const streams = async (organisation_id: string) => {
      const query = store.db.selectFrom('stream').select('id').where('organisation_id', '=', organisation_id);
      return (await query.execute()).length;
    };
    const name = async () => {
      const query = store.db.selectFrom('organisation').select('name').where('id', '=', organisation);
      return (await query.executeTakeFirstOrThrow()).name;
    };
    const rename = (tx: Tx, to: string) =>
      tx.db.updateTable('organisation').set({ name: to }).where('id', '=', organisation).execute();

    it('keeps all of its changes or none, and hands on its answer or its error', async () => {
      const own = (await addOrganisation(store)).id;
      const error = new Error('Changed my mind');
      const undone = store.transaction(async (tx) => {
        await addStream(tx, { organisation_id: own });
        await addUser(tx, { organisation_id: own });
        throw error;
      });
      await assert.rejects(undone, error);
      assert.equal(await streams(own), 0);
      const answer = await store.transaction(async (tx) => {
        await addStream(tx, { organisation_id: own });
        await addStream(tx, { organisation_id: own });
        return 42;
      });
      assert.equal(answer, 42);
      assert.equal(await streams(own), 2);
    });

    it('is seen by nobody else until it commits, and by everybody at once when it has', async () => {
      const prepared = store.prepare<{ id: string }, { name: string }>((db, p) =>
        db.selectFrom('organisation').select('name').where('id', '=', p('id')),
      );
      const outside = async () => [await name(), (await prepared({ id: organisation }))[0]?.name];
      for (let round = 0; round < 20; round++) {
        const [before, after] = [await name(), `Name ${round}`];
        await store.transaction(async (tx) => {
          await rename(tx, after);
          const inside = tx.db.selectFrom('organisation').select('name').where('id', '=', organisation);
          assert.equal((await inside.executeTakeFirstOrThrow()).name, after);
          assert.deepEqual(await outside(), [before, before]);
        });
        assert.deepEqual(await outside(), [after, after]);
      }
    });

    it('is lost with its first failed statement, even if the error is caught', async () => {
      const own = (await addOrganisation(store)).id;
      const { email_key } = await addUser(store, { organisation_id: organisation });
      const caught = (tx: Tx) => addUser(tx, { organisation_id: own, email_key }).catch(() => undefined);
      const committing = store.transaction(async (tx) => {
        await addStream(tx, { organisation_id: own });
        await caught(tx);
      });
      await assert.rejects(committing, /nothing of it can be committed/);
      const goingOn = store.transaction(async (tx) => {
        await caught(tx);
        await addStream(tx, { organisation_id: own });
      });
      await assert.rejects(goingOn);
      assert.equal(await streams(own), 0);
      await addStream(store, { organisation_id: own });
      assert.equal(await streams(own), 1);
    });

    it('goes on where a conflict was expected and written as such', async () => {
      const user = await addUser(store, { organisation_id: organisation });
      const { numInsertedOrUpdatedRows } = await store.transaction(async ({ db }) => {
        const insert = db.insertInto('user').values({ ...user, id: newId() });
        return insert.onConflict((conflict) => conflict.column('email_key').doNothing()).executeTakeFirstOrThrow();
      });
      assert.equal(numInsertedOrUpdatedRows, 0n);
    });

    it('cannot be begun inside another, nor used when it is over', async () => {
      const nested = store.transaction(() => store.transaction(async () => 'inner'));
      await assert.rejects(nested, /inside a transaction/);
      let leaked: Tx | undefined;
      let later: Promise<unknown> | undefined;
      await store.transaction(async (tx) => {
        leaked = tx;
        later = wait(20).then(() => store.transaction(async () => 'later'));
      });
      await assert.rejects(async () => rename(leaked!, 'Leaked'), /already committed/);
      assert.equal(await later, 'later');
    });

    it('adds up when fifty change the same row at once', async () => {
      const { id } = await addStream(store, { organisation_id: organisation });
      await times(50, () =>
        store.transaction(({ db }) =>
          db
            .updateTable('stream')
            .set('epoch', (eb) => eb('epoch', '+', 1))
            .where('id', '=', id)
            .execute(),
        ),
      );
      const query = store.db.selectFrom('stream').select('epoch').where('id', '=', id);
      assert.deepEqual(await query.execute(), [{ epoch: 50 }]);
    });

    it('lets exactly one of fifty claim what may be used once', async () => {
      for (let round = 0; round < 5; round++) {
        const { id: user_id } = await addUser(store, { organisation_id: organisation });
        const ticket = { id: newId(), user_id, ticket_hash: newId(), created_at: 0, expires_at: 1, used_at: null };
        await store.transaction(({ db }) => db.insertInto('password_ticket').values(ticket).execute());
        const claims = await times(50, (index) =>
          store.transaction(({ db }) => {
            const claim = db.updateTable('password_ticket').set({ used_at: index }).where('id', '=', ticket.id);
            return claim.where('used_at', 'is', null).executeTakeFirstOrThrow();
          }),
        );
        assert.equal(claims.filter(({ numUpdatedRows }) => numUpdatedRows === 1n).length, 1);
      }
    });

    it('lets exactly one of many take an e-mail address', async () => {
      const email = 'wanted@example.com';
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () => addUser(store, { organisation_id: organisation, email })),
      );
      const refused = results.filter((result) => result.status === 'rejected');
      assert.equal(refused.length, 19);
      assert.ok(refused.every(({ reason }) => isUniqueViolation(reason, 'user.email_key')));
    });

    it('never leaves an organisation without an administrator, however many step down at once', async () => {
      const administrators = async (tx: Tx, organisation_id: string) => {
        const query = tx.db.selectFrom('user').select('id').where('organisation_id', '=', organisation_id);
        return (await query.where('role', '=', 'nanoAdmin').execute()).length;
      };
      for (let round = 0; round < 10; round++) {
        const own = (await addOrganisation(store)).id;
        const users = await times(8, () => addUser(store, { organisation_id: own, role: 'nanoAdmin' }));
        const demoted = await times(8, (index) =>
          store.transaction(async (tx) => {
            await lockRow(tx, 'organisation', own);
            if ((await administrators(tx, own)) === 1) return false;
            await tx.db.updateTable('user').set({ role: 'nanoUser' }).where('id', '=', users[index]!.id).execute();
            return true;
          }),
        );
        assert.equal(demoted.filter(Boolean).length, 7);
        assert.equal(await store.transaction((tx) => administrators(tx, own)), 1);
      }
    });

    /** A change made under a token key: refused when the key is no longer the user's. */
    const changeUnder = (user: string, key: string, pause: () => Promise<unknown> = async () => undefined) =>
      store.transaction(async (tx) => {
        await shareRow(tx, 'user', user);
        const query = tx.db.selectFrom('user').select('token_key').where('id', '=', user);
        if ((await query.executeTakeFirstOrThrow()).token_key !== key) return false;
        await pause();
        await addStream(tx, { organisation_id: organisation, streamgroup: user });
        return true;
      });
    const renew = (user: string, token_key: string, pause: () => Promise<unknown> = async () => undefined) =>
      store.transaction(async (tx) => {
        await tx.db.updateTable('user').set({ token_key }).where('id', '=', user).execute();
        await pause();
      });
    const made = async (user: string) =>
      (await store.db.selectFrom('stream').select('id').where('streamgroup', '=', user).execute()).length;

    it('under a right that is being withdrawn commits first, and the withdrawal waits for it', async () => {
      const { id } = await addUser(store, { organisation_id: organisation, token_key: 'old' });
      const [started, finish] = [gate(), gate()];
      const change = changeUnder(id, 'old', () => {
        started.open();
        return finish.opened;
      });
      await started.opened;
      let renewed = false;
      const renewal = renew(id, 'new').then(() => {
        renewed = true;
      });
      await wait(50);
      const waited = !renewed;
      finish.open();
      assert.ok(waited);
      assert.equal(await change, true);
      await renewal;
    });

    it('under a right that was withdrawn meanwhile is refused', async () => {
      const { id } = await addUser(store, { organisation_id: organisation, token_key: 'old' });
      const [started, finish] = [gate(), gate()];
      const renewal = renew(id, 'new', () => {
        started.open();
        return finish.opened;
      });
      await started.opened;
      const change = changeUnder(id, 'old');
      await wait(50);
      finish.open();
      await renewal;
      assert.equal(await change, false);
      assert.equal(await made(id), 0);
    });

    it('begun under a withdrawn right never commits after the withdrawal has answered', async () => {
      for (let round = 0; round < 20; round++) {
        const { id } = await addUser(store, { organisation_id: organisation, token_key: 'old' });
        const changes = times(8, (index) => wait(Math.random() * index).then(() => changeUnder(id, 'old')));
        await wait(Math.random() * 4);
        await renew(id, 'new');
        const before = await made(id);
        const committed = (await changes).filter(Boolean).length;
        assert.equal(await made(id), before);
        assert.equal(committed, before);
      }
    });

    it('gives ids that sort in the order they were made', () => {
      const ids = Array.from({ length: 20_000 }, newId);
      assert.deepEqual(ids.toSorted(), ids);
      assert.equal(new Set(ids).size, ids.length);
    });

    it('runs alone and in the order of arrival', { skip: engine.name !== 'sqlite' }, async () => {
      const events: string[] = [];
      await times(10, (index) =>
        store.transaction(async (tx) => {
          events.push(`begin ${index}`);
          await wait(Math.random() * 3);
          await rename(tx, String(index));
          events.push(`end ${index}`);
        }),
      );
      assert.deepEqual(events, Array.from({ length: 10 }, (_, index) => [`begin ${index}`, `end ${index}`]).flat());
      assert.equal(await name(), '9');
    });
  });
}
