import { type ColumnDataType, type Kysely, type Migration, Migrator, type RawBuilder, sql } from 'kysely';
import type { EngineName } from '../store.ts';
import * as start from './0001-start.ts';
import * as wholeContract from './0002-whole-contract.ts';

/** How an engine spells what both must do: compare text byte by byte, and refuse a value of the wrong type. */
export interface Dialect {
  readonly text: RawBuilder<unknown>;
  readonly integer: ColumnDataType;
  /** Ends a CREATE TABLE. */
  readonly tableEnd: RawBuilder<unknown>;
}

const DIALECTS: Record<EngineName, Dialect> = {
  sqlite: { text: sql`text`, integer: 'integer', tableEnd: sql`strict` },
  postgres: { text: sql`text collate "C"`, integer: 'bigint', tableEnd: sql`` },
};

export type Up = (db: Kysely<unknown>, dialect: Dialect) => Promise<void>;

/** Every step in order. A step that was released is never changed: the next one corrects it. */
const STEPS: Readonly<Record<string, Up>> = {
  '0001-start': start.up,
  '0002-whole-contract': wholeContract.up,
};

/**
 * Brings the tables up to date in one transaction. Processes that start at once wait for each other: SQLite by the
 * immediate transaction, PostgreSQL by the migrator's advisory lock.
 */
export async function migrate<DB>(db: Kysely<DB>, engine: EngineName): Promise<void> {
  const migrations: Record<string, Migration> = {};
  for (const [name, up] of Object.entries(STEPS)) migrations[name] = { up: (tx) => up(tx, DIALECTS[engine]) };
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) throw error;
}
