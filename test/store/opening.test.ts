import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isUnavailable } from '../../src/store/failures.ts';
import { openStore, type Storage } from '../../src/store/open.ts';
import { engines } from './engines.ts';
import { addOrganisation } from './fixtures.ts';

const run = promisify(execFile);
const OPEN = path.resolve(import.meta.dirname, '../../src/store/open.ts');

/** Opens the storage in a process of its own, runs `body` with `store` in scope and closes it. */
const elsewhere = (storage: Storage, body = '') =>
  run(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { openStore } from ${JSON.stringify(OPEN)};
     const store = await openStore({ storage: ${JSON.stringify(storage)} });
     ${body};
     await store[Symbol.asyncDispose]();`,
  ]);

async function emptyFolder(): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-opening-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

for (const engine of engines) {
  describe(`Opening ${engine.name}`, () => {
    it('finds everything as it was', async () => {
      await using opened = await engine.open();
      const organisation = await addOrganisation(opened.store, { name: 'Kept' });
      await opened.store[Symbol.asyncDispose]();
      await using again = await openStore({ storage: opened.storage });
      assert.deepEqual(await again.db.selectFrom('organisation').selectAll().execute(), [organisation]);
    });

    it('sees at once what another process has written, and what it adds is kept beside it', async () => {
      await using opened = await engine.open();
      const { store, storage } = opened;
      await addOrganisation(store, { name: 'Ours' });
      const names = async () =>
        (await store.db.selectFrom('organisation').select('name').orderBy('name').execute()).map((o) => o.name);
      const row = { id: 'theirs', name: 'Theirs', hash: 'other', settings: '{}', created_at: 0 };
      await elsewhere(
        storage,
        `await store.transaction(({ db }) => db.insertInto('organisation').values(${JSON.stringify(row)}).execute())`,
      );
      assert.deepEqual(await names(), ['Ours', 'Theirs']);
      await addOrganisation(store, { name: 'Ours too' });
      assert.deepEqual(await names(), ['Ours', 'Ours too', 'Theirs']);
    });

    it('refuses work, as unavailable, once it is closed', async () => {
      await using opened = await engine.open();
      await opened.store[Symbol.asyncDispose]();
      await assert.rejects(
        opened.store.transaction(async ({ db }) => db.selectFrom('user').selectAll().execute()),
        isUnavailable,
      );
      await assert.rejects(opened.store.db.selectFrom('user').selectAll().execute(), isUnavailable);
    });
  });
}

describe('Several processes that open an empty storage at once', () => {
  it('agree on SQLite', async () => {
    await using folder = await emptyFolder();
    const storage = { sqliteFile: path.join(folder.path, 'new/lockkeeper.db') };
    await Promise.all(Array.from({ length: 5 }, () => elsewhere(storage)));
    await using store = await openStore({ storage });
    assert.deepEqual(await store.db.selectFrom('user').selectAll().execute(), []);
  });

  it('agree on PostgreSQL', async () => {
    await using opened = await engines.find(({ name }) => name === 'postgres')!.open();
    const { store, storage } = opened;
    await store[Symbol.asyncDispose]();
    const { Client } = await import('pg');
    const client = new Client({ connectionString: (storage as { databaseUrl: string }).databaseUrl });
    await client.connect();
    await client.query('drop schema public cascade; create schema public');
    await client.end();
    const stores = await Promise.all(Array.from({ length: 5 }, () => openStore({ storage })));
    assert.deepEqual(await stores[0]!.db.selectFrom('user').selectAll().execute(), []);
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
  });
});

describe('The file of an embedded database', () => {
  it("is its owner's alone, with its companions", async () => {
    await using folder = await emptyFolder();
    const file = path.join(folder.path, 'data/lockkeeper.db');
    await using store = await openStore({ storage: { sqliteFile: file } });
    await addOrganisation(store);
    for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal((await stat(name)).mode & 0o777, 0o600);
    assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
  });

  it('is refused when it is something else, and none of our tables is left in it', async () => {
    await using folder = await emptyFolder();
    const text = path.join(folder.path, 'letter.txt');
    await writeFile(text, 'Dear reader, this is not a database, however long it grows. '.repeat(100));
    await assert.rejects(openStore({ storage: { sqliteFile: text } }), /not a database/);

    const foreign = path.join(folder.path, 'foreign.db');
    using database = new DatabaseSync(foreign);
    database.exec('create table audit (mine text)');
    await assert.rejects(openStore({ storage: { sqliteFile: foreign } }), /"audit" already exists/);
    const tables = database
      .prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%'")
      .all();
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['audit'],
    );
  });

  it('goes on with everything else while it waits for a writer of another process', async () => {
    await using folder = await emptyFolder();
    const file = path.join(folder.path, 'lockkeeper.db');
    await using store = await openStore({ storage: { sqliteFile: file } });
    using other = new DatabaseSync(file);
    other.exec('begin immediate');
    const writes = Promise.all([addOrganisation(store), addOrganisation(store)]);
    let [turns, longest, last] = [0, 0, performance.now()];
    for (const end = last + 700; last < end; turns++) {
      await sleep(10);
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    assert.ok(turns > 10 && longest < 400, `${turns} turns, the longest ${longest} ms`);
    other.exec('rollback');
    await writes;
  });

  it('answers as unavailable, not as broken, while another process writes and writes', async () => {
    await using folder = await emptyFolder();
    const file = path.join(folder.path, 'lockkeeper.db');
    await using store = await openStore({ storage: { sqliteFile: file } });
    using other = new DatabaseSync(file);
    other.exec('begin immediate');
    await assert.rejects(addOrganisation(store), isUnavailable);
    assert.deepEqual(await store.db.selectFrom('organisation').selectAll().execute(), []);
    other.exec('rollback');
    await addOrganisation(store);
  });
});
