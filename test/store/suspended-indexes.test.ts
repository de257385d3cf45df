import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { openStore } from '../../src/store/open.ts';
import { addOrganisation, addStream } from './fixtures.ts';

describe('the indexes that a large import does without', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-indexes-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const indexes = (sqliteFile: string) => {
    using database = new DatabaseSync(sqliteFile, { readOnly: true });
    const rows = database.prepare("select name, sql from sqlite_master where type = 'index' order by name").all();
    return JSON.stringify(rows);
  };

  test('are there again when it has ended', async () => {
    const storage = { sqliteFile: path.join(folder, 'ended.sqlite') };
    await (await openStore({ storage }))[Symbol.asyncDispose]();
    const whole = indexes(storage.sqliteFile);
    {
      await using store = await openStore({ storage, alone: true });
      const { id } = await addOrganisation(store);
      await addStream(store, { organisation_id: id });
      assert.notEqual(indexes(storage.sqliteFile), whole);
      assert.ok(existsSync(`${storage.sqliteFile}.indexes`));
    }
    assert.equal(indexes(storage.sqliteFile), whole);
    assert.equal(existsSync(`${storage.sqliteFile}.indexes`), false);
  });

  test('are made again by whoever opens the database next, when it was killed', async () => {
    const storage = { sqliteFile: path.join(folder, 'killed.sqlite') };
    await (await openStore({ storage }))[Symbol.asyncDispose]();
    const whole = indexes(storage.sqliteFile);
    // Never closed before the next one opens, as a process that was killed closes nothing.
    const killed = await openStore({ storage, alone: true });
    assert.notEqual(indexes(storage.sqliteFile), whole);
    await (await openStore({ storage }))[Symbol.asyncDispose]();
    assert.equal(indexes(storage.sqliteFile), whole);
    await killed[Symbol.asyncDispose]();
    assert.equal(indexes(storage.sqliteFile), whole);
  });

  test('stay where there are many streams already', async () => {
    const storage = { sqliteFile: path.join(folder, 'many.sqlite') };
    await using store = await openStore({ storage });
    const { id } = await addOrganisation(store);
    await store.transaction(async (tx) => {
      for (let n = 0; n < 10_000; n++) await addStream(tx, { organisation_id: id });
    });
    const whole = indexes(storage.sqliteFile);
    await using _importing = await openStore({ storage, alone: true });
    assert.equal(indexes(storage.sqliteFile), whole);
  });
});
