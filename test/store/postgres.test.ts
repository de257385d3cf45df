import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { Client } from 'pg';
import { isUnavailable } from '../../src/store/failures.ts';
import { openStore } from '../../src/store/open.ts';
import type { Schema } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { lockRow } from '../../src/store/tx.ts';
import { addOrganisation, addStream } from './fixtures.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

/** What only a server across a network does: deadlocks, lost connections, limits. */
describe('A PostgreSQL server', () => {
  let server: PostgresServer;
  let store: Store;
  let databaseUrl: string;
  before(async () => {
    server = await startPostgres();
    databaseUrl = await server.createDatabase();
    store = await openStore({ storage: { databaseUrl } });
  });
  after(async () => {
    await store[Symbol.asyncDispose]();
    await server.stop();
  });

  const asSuperuser = async (text: string) => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  const cutEveryConnection = () =>
    asSuperuser(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );

  it('has one of two deadlocked transactions run again, so that both commit', async () => {
    const organisation_id = (await addOrganisation(store)).id;
    const [one, other] = [await addStream(store, { organisation_id }), await addStream(store, { organisation_id })];
    let runs = 0;
    let arrived = 0;
    const both = Promise.withResolvers<void>();
    const raise = (ids: string[]) =>
      store.transaction(async (tx) => {
        runs++;
        for (const id of ids) {
          await tx.db
            .updateTable('stream')
            .set('epoch', (eb) => eb('epoch', '+', 1))
            .where('id', '=', id)
            .execute();
          if (++arrived === 2) both.resolve();
          await both.promise;
        }
      });
    await Promise.all([raise([one.id, other.id]), raise([other.id, one.id])]);
    assert.equal(runs, 3);
    const epochs = store.db.selectFrom('stream').select('epoch').where('organisation_id', '=', organisation_id);
    assert.deepEqual(await epochs.execute(), [{ epoch: 2 }, { epoch: 2 }]);
  });

  it('is asked six times at most, and then said to be unavailable', async () => {
    let runs = 0;
    const hopeless = store.transaction(({ db }) => {
      runs++;
      return sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(db);
    });
    await assert.rejects(hopeless, isUnavailable);
    assert.equal(runs, 6);
  });

  it('may cut a connection in the middle of a transaction: nothing is kept, and the next one has another', async () => {
    // Opened here, so that an error nobody listens for counts against this test.
    await using own = await openStore({ storage: { databaseUrl } });
    const cut = own.transaction(async (tx) => {
      await addOrganisation(tx, { id: 'cut' });
      await cutEveryConnection();
      await wait(100);
      await addOrganisation(tx);
    });
    await assert.rejects(cut, isUnavailable);
    const kept = own.db.selectFrom('organisation').select('id').where('id', '=', 'cut');
    assert.deepEqual(await kept.execute(), []);
    await addOrganisation(own, { id: 'cut' });
    assert.equal((await kept.execute()).length, 1);
  });

  it('may cut idle connections: prepared queries find new ones', async () => {
    const { id } = await addOrganisation(store);
    const find = store.prepare<{ id: string }, { id: string }>((db, p) =>
      db.selectFrom('organisation').select('id').where('id', '=', p('id')),
    );
    await Promise.all(Array.from({ length: 20 }, () => find({ id })));
    await cutEveryConnection();
    await wait(100);
    const answers = await Promise.all(Array.from({ length: 20 }, () => find({ id })));
    assert.deepEqual(answers, Array(20).fill([{ id }]));
  });

  it('answers as unavailable when a lock or a free connection is waited for too long', async () => {
    const { id } = await addOrganisation(store);
    const done = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holder = store.transaction(async (tx) => {
      await lockRow(tx, 'organisation', id);
      held.resolve();
      await done.promise;
    });
    await held.promise;
    const locked = store.transaction((tx) => lockRow(tx, 'organisation', id));
    const rest = Array.from({ length: 8 }, () => store.transaction(() => done.promise));
    const tooMany = store.transaction(async () => undefined);
    const refused = Promise.all([assert.rejects(locked, isUnavailable), assert.rejects(tooMany, isUnavailable)]);
    await refused.finally(done.resolve);
    await Promise.all([holder, ...rest]);
    await store.transaction((tx) => lockRow(tx, 'organisation', id));
  });

  it('sorts by bytes in every column, whatever language the database was made for', async () => {
    const columns = await sql<{ column: string; collation: string | null }>`
      select table_name || '.' || column_name as column, collation_name as collation
      from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%' and data_type = 'text'`.execute(
      store.db as Kysely<Schema>,
    );
    assert.ok(columns.rows.length > 40);
    assert.deepEqual(
      columns.rows.filter(({ collation }) => collation !== 'C'),
      [],
    );
  });

  it('is refused when its database is not encoded in UTF-8', async () => {
    await asSuperuser(`create database latin encoding 'LATIN1' locale_provider libc locale 'C' template template0`);
    const latin = databaseUrl.replace(/[^/]*$/, 'latin');
    await assert.rejects(openStore({ storage: { databaseUrl: latin } }), /must be encoded in UTF8/);
  });

  it('that cannot be reached is unavailable, at the start and later', async () => {
    const nobody = 'postgres://someone:secret@127.0.0.1:1/nothing';
    await assert.rejects(openStore({ storage: { databaseUrl: nobody } }), isUnavailable);
    const second = await startPostgres();
    await using gone = await openStore({ storage: { databaseUrl: await second.createDatabase() } });
    const find = gone.prepare<{ id: string }, object>((db, p) =>
      db.selectFrom('user').selectAll().where('id', '=', p('id')),
    );
    await find({ id: 'x' });
    await second.stop();
    await assert.rejects(async () => find({ id: 'x' }), isUnavailable);
    await assert.rejects(addOrganisation(gone), isUnavailable);
    await assert.rejects(gone.db.selectFrom('user').selectAll().execute(), isUnavailable);
  });
});
