import { DatabaseSync } from 'node:sqlite';
import { after, before } from 'node:test';
import { engines, type OpenedStore } from './engines.ts';

/**
 * How SQLite would run a query, for a suite. It chooses an index by its shape alone, so what it chooses on an empty table
 * it chooses for a million rows.
 */
export function planner(): (query: string) => string {
  let opened: OpenedStore;
  let database: DatabaseSync;
  before(async () => {
    opened = await engines.find(({ name }) => name === 'sqlite')!.open();
    database = new DatabaseSync((opened.storage as { sqliteFile: string }).sqliteFile);
  });
  after(async () => {
    database.close();
    await opened[Symbol.asyncDispose]();
  });
  return (query) =>
    database
      .prepare(`explain query plan ${query}`)
      .all()
      .map(({ detail }) => String(detail))
      .join('; ');
}
