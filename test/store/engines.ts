import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore, type Storage } from '../../src/store/open.ts';
import type { EngineName, Store } from '../../src/store/store.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

/** A store of its own, empty; disposing of it removes everything. `storage` opens it a second time. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: Store;
  readonly storage: Storage;
}

export interface Engine {
  readonly name: EngineName;
  open(): Promise<OpenedStore>;
}

const opened = (store: Store, storage: Storage, remove: () => Promise<void>): OpenedStore => ({
  store,
  storage,
  async [Symbol.asyncDispose]() {
    await store[Symbol.asyncDispose]();
    await remove();
  },
});

const sqlite: Engine = {
  name: 'sqlite',
  async open() {
    const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-sqlite-'));
    const storage = { sqliteFile: path.join(folder, 'lockkeeper.db') };
    return opened(await openStore({ storage }), storage, () => rm(folder, { recursive: true, force: true }));
  },
};

/** One server for all the suites of a test file; it ends with the process. */
let server: Promise<PostgresServer> | undefined;

const postgres: Engine = {
  name: 'postgres',
  async open() {
    server ??= startPostgres();
    const storage = { databaseUrl: await (await server).createDatabase() };
    return opened(await openStore({ storage }), storage, async () => undefined);
  },
};

/** Every storage engine, each real. A suite that concerns the store runs on all of them. */
export const engines: readonly Engine[] = [sqlite, postgres];
