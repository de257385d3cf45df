import { type ColumnDataType, type Kysely, type Migration, Migrator, type RawBuilder, sql } from 'kysely';
import type { EngineName } from '../store.ts';
import * as start from './0001-start.ts';
import * as wholeContract from './0002-whole-contract.ts';
import * as metricsAndAlerts from './0003-metrics-and-alerts.ts';

/** How an engine spells what both must do: compare text byte by byte, and refuse a value of the wrong type. */
export interface Dialect {
  readonly text: RawBuilder<unknown>;
  readonly integer: ColumnDataType;
  /** Ends a CREATE TABLE. */
  readonly tableEnd: RawBuilder<unknown>;
  /** The same for one whose rows lie in the order of its primary key, where the engine can. */
  readonly keyed: RawBuilder<unknown>;
}

const DIALECTS: Record<EngineName, Dialect> = {
  sqlite: {
    text: sql`text`,
    integer: 'integer',
    tableEnd: sql`strict`,
    keyed: sql`strict, without rowid`,
  },
  postgres: { text: sql`text collate "C"`, integer: 'bigint', tableEnd: sql``, keyed: sql`` },
};

export type Up = (db: Kysely<unknown>, dialect: Dialect) => Promise<void>;

/** Every step in order. A step that was released is never changed: the next one corrects it. */
const STEPS: Readonly<Record<string, Up>> = {
  '0001-start': start.up,
  '0002-whole-contract': wholeContract.up,
  '0003-metrics-and-alerts': metricsAndAlerts.up,
};

/** The steps that make up this program's schema. */
export const SCHEMA: readonly string[] = Object.keys(STEPS);

const TABLE = 'kysely_migration';

/** A database or an archive that this program cannot read or bring up to date. The message is for people. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError';
}

const unknownStep = (steps: readonly string[]) => steps.find((name) => !Object.hasOwn(STEPS, name));

/** @throws UpgradeError when a step is of a program newer than this one */
export function checkKnown(steps: readonly string[], what: string): void {
  const unknown = unknownStep(steps);
  if (unknown === undefined) return;
  throw new UpgradeError(
    `${what} was written by a newer Lockkeeper (it has "${unknown}", which this one does not know). Start that version or a later one.`,
  );
}

/** The steps this database has taken, in order; none for a new one. */
export async function stepsTaken<DB>(db: Kysely<DB>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === TABLE)) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)} order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Brings the tables up to date in one transaction. Processes that start at once wait for each other: SQLite by the
 * immediate transaction, PostgreSQL by the migrator's advisory lock. `before` runs inside it, ahead of the first step
 * that changes what others have written: if it fails, nothing was changed.
 * @throws UpgradeError when the database is newer than this program
 */
export async function migrate<DB>(
  db: Kysely<DB>,
  engine: EngineName,
  before: (steps: readonly string[]) => Promise<void>,
): Promise<void> {
  const taken = await stepsTaken(db);
  checkKnown(taken, 'The database');
  let secured = taken.length === 0;
  const migrations: Record<string, Migration> = {};
  for (const [name, up] of Object.entries(STEPS)) {
    migrations[name] = {
      async up(tx) {
        if (!secured) await before(taken);
        secured = true;
        await up(tx, DIALECTS[engine]);
      },
    };
  }
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error) throw error;
}

/** Takes these steps in the caller's transaction, in which none of their tables is there yet. */
export async function takeSteps<DB>(tx: Kysely<DB>, engine: EngineName, steps: readonly string[]): Promise<void> {
  for (const name of steps) await STEPS[name]!(tx as unknown as Kysely<unknown>, DIALECTS[engine]);
}
