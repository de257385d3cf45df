import { AsyncLocalStorage } from 'node:async_hooks';
import path from 'node:path';
import { openSqlite } from './sqlite.ts';
import type { StorageEngine, Store } from './store.ts';

export type Storage =
  | { readonly sqliteFile: string }
  | {
      readonly databaseUrl: string;
      /** The folder for the copy that is made before an upgrade; without one an upgrade is refused. */
      readonly backups?: string;
    };

/** Where the configuration says that everything is kept. */
export const storageOf = ({ data }: { data: string }, { databaseUrl }: { databaseUrl: string | null }): Storage =>
  databaseUrl ? { databaseUrl, backups: data } : { sqliteFile: path.join(data, 'lockkeeper.sqlite') };

/**
 * Tells of every commit, and makes a transaction begun inside another an error at once: on SQLite it would wait for
 * itself for ever.
 */
function completed(engine: StorageEngine): Store {
  const current = new AsyncLocalStorage<{ open: boolean }>();
  const listeners = new Set<() => void>();
  return {
    ...engine,
    onCommit: (listener) => void listeners.add(listener),
    async transaction(work) {
      if (current.getStore()?.open) throw new Error('A transaction was begun inside a transaction; pass the `tx` on');
      const scope = { open: true };
      try {
        const result = await current.run(scope, () => engine.transaction(work));
        for (const listener of listeners) listener();
        return result;
      } finally {
        scope.open = false;
      }
    },
  };
}

/**
 * Opens the storage and brings its tables up to date. The only place that knows there are two engines to choose from.
 * `alone`: no server runs on it, and much will be written.
 * @throws when it cannot be reached or opened, or when a migration fails
 */
export async function openStore({ storage, alone = false }: { storage: Storage; alone?: boolean }): Promise<Store> {
  if ('sqliteFile' in storage) return completed(await openSqlite(storage.sqliteFile, alone));
  const { openPostgres } = await import('./postgres.ts');
  return completed(await openPostgres(storage.databaseUrl, storage.backups));
}
