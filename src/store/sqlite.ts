import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { migrate } from './migrations/index.ts';
import { type BuildQuery, compileTemplate } from './prepare.ts';
import type { Schema } from './schema.ts';
import { NodeSqliteDialect, rowReader } from './sqlite-driver.ts';
import type { Prepared, Reader, StorageEngine, Tx } from './store.ts';
import { resumeIndexes, suspendIndexes } from './suspended-indexes.ts';
import { keepCopy } from './upgrade.ts';

/**
 * Pages of the write-ahead log that are gathered before they go into the file, where nobody else would find them waiting:
 * much that is written by many large transactions is the same page again.
 */
const ALONE_PAGES = 30_000;

/** What does not fit is written before its transaction ends, and again when it is changed again. */
const ALONE_CACHE_KIB = 28_672;

/** While opening, what another process does at the same moment is waited for standing still. */
const OPENING_BUSY_MS = 5_000;

/** The reader maps the file: as it grows to a million rows, a look-up costs half of what it does by reading pages. */
const MAPPED_BYTES = 2 ** 30;

/** Creates the file for its owner alone; SQLite gives `-wal` and `-shm` the mode of the file itself. */
function ownFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  for (const name of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(name)) chmodSync(name, 0o600);
}

function connect(file: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout: OPENING_BUSY_MS, enableForeignKeyConstraints: true });
  if (readOnly) database.exec(`pragma mmap_size = ${MAPPED_BYTES}`);
  else {
    const { journal_mode: mode } = database.prepare('pragma journal_mode = wal').get() as { journal_mode: string };
    if (mode !== 'wal') {
      throw new Error(`${file} is on a file system where SQLite has no write-ahead log; use a local disk`);
    }
    database.exec('pragma synchronous = full; pragma journal_size_limit = 67108864');
  }
  database.exec('pragma cache_size = -32768; pragma temp_store = memory; pragma case_sensitive_like = on');
  return database;
}

/** A reading connection of its own keeps what it saw first for as long as it reads. */
async function snapshot<T>(file: string, work: (db: Reader) => Promise<T>): Promise<T> {
  const database = connect(file, true);
  const kysely = new Kysely<Schema>({ dialect: new NodeSqliteDialect(database) });
  try {
    database.exec('begin');
    return await work(kysely);
  } finally {
    await kysely.destroy();
    if (database.isOpen) database.close();
  }
}

/**
 * One connection writes, another reads: a reader never sees an open transaction's insides, and always the last commit.
 * @throws when the file cannot be opened, is not ours, or a migration fails
 */
export async function openSqlite(sqliteFile: string, alone: boolean): Promise<StorageEngine> {
  const file = path.resolve(sqliteFile);
  ownFile(file);
  const writing = connect(file, false);
  const writer = new Kysely<Schema>({ dialect: new NodeSqliteDialect(writing) });
  try {
    await migrate(writer, 'sqlite', () => keepCopy(file));
    resumeIndexes(writing, file);
  } catch (error) {
    writing.close();
    throw error;
  }
  // From here on the driver waits for other writers, and the process goes on meanwhile.
  writing.exec('pragma busy_timeout = 0');
  if (alone) {
    writing.exec(`pragma wal_autocheckpoint = ${ALONE_PAGES}; pragma cache_size = ${-ALONE_CACHE_KIB}`);
    // Every row that an import refers to is looked up or made in the same transaction; and what a power cut takes back, it
    // takes back with the progress.
    writing.exec('pragma foreign_keys = off; pragma synchronous = normal');
    suspendIndexes(writing, file);
  }
  const reading = connect(file, true);
  const reader = new Kysely<Schema>({ dialect: new NodeSqliteDialect(reading) });
  let last: Promise<unknown> = Promise.resolve();

  return {
    engine: 'sqlite',
    db: reader,
    prepare<P extends object, R>(build: BuildQuery<P>): Prepared<P, R> {
      const template = compileTemplate(reader, build);
      const read = rowReader(reading.prepare(template.sql));
      return (parameters) => read(template.bind(parameters)) as R[];
    },
    snapshot: (work) => snapshot(file, work),
    transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      const run = last.then(() => writer.transaction().execute((db) => work({ engine: 'sqlite', db })));
      last = run.catch(() => undefined);
      return run;
    },
    async [Symbol.asyncDispose]() {
      await last;
      if (alone) resumeIndexes(writing, file);
      // The last to close empties the write-ahead log into the file, which a read-only connection cannot.
      for (const [kysely, database] of [
        [reader, reading],
        [writer, writing],
      ] as const) {
        await kysely.destroy();
        if (database.isOpen) database.close();
      }
    },
  };
}
