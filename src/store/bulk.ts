import { CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import { InvalidTextError } from './failures.ts';
import type { Schema } from './schema.ts';
import type { EngineName, Tx } from './store.ts';
import { TABLES } from './tables.ts';

type Value = string | number | null;
type Rows = readonly Readonly<Record<string, Value>>[];

/** Inside JSON a NUL is an escape that the drivers do not see. */
function jsonOf(rows: Rows | readonly string[]): string {
  const json = JSON.stringify(rows);
  if (json.includes('\\u0000') && hasNul(rows)) throw new InvalidTextError('Text holds a NUL character');
  return json;
}

const hasNul = (rows: Rows | readonly string[]): boolean =>
  rows.some((row) => Object.values(row).some((value) => typeof value === 'string' && value.includes('\0')));

/** Rows of one statement on SQLite; more make it no faster. */
const CHUNK = 20;

/**
 * Built by hand: building it from parts for every value would take longer than running it. A failure ends the whole
 * transaction, as it always does here, so that SQLite keeps no copies of pages to undo this one statement.
 */
const valuesText = ({ table, columns, conflict }: Insert, rows: number): string => {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const row = `(${columns.map(() => '?').join(', ')})`;
  const values = new Array(rows).fill(row).join(', ');
  return `insert or rollback into "${table}" (${names}) values ${values} ${conflict}`;
};

/** What every row of a statement has in common; the names must be ours. */
interface Insert {
  table: string;
  columns: readonly string[];
  /** SQL for a row that is there already, or nothing. */
  conflict: string;
}

async function insertOnSqlite(db: Kysely<Schema>, insert: Insert, rows: Rows): Promise<void> {
  const { columns } = insert;
  const whole = valuesText(insert, CHUNK);
  for (let from = 0; from < rows.length; from += CHUNK) {
    const count = Math.min(CHUNK, rows.length - from);
    const values: Value[] = [];
    for (let index = from; index < from + count; index++) {
      for (const column of columns) values.push(rows[index]![column] ?? null);
    }
    await db.executeQuery(CompiledQuery.raw(count === CHUNK ? whole : valuesText(insert, count), values));
  }
}

async function insertAll({ engine, db }: Target, insert: Insert, rows: Rows): Promise<void> {
  if (rows.length === 0) return;
  if (engine === 'sqlite') return insertOnSqlite(db, insert, rows);
  const { table, columns, conflict } = insert;
  const names = sql.join(columns.map((column) => sql.ref(column)));
  // One parameter, whatever the number of rows.
  const given = sql`json_populate_recordset(null::${sql.table(table)}, ${jsonOf(rows)}::json)`;
  await sql`insert into ${sql.table(table)} (${names}) select ${names} from ${given} ${sql.raw(conflict)}`.execute(db);
}

interface Target {
  engine: EngineName;
  db: Kysely<Schema>;
}

/** Adds any number of rows. The table's and the columns' names must be ours. */
export const insertInto = (target: Target, table: string, columns: readonly string[], rows: Rows): Promise<void> =>
  insertAll(target, { table, columns, conflict: '' }, rows);

/** Adds rows to a table. @throws a unique violation, and then none of them is there */
export const insertRows = <T extends keyof Schema>(
  tx: Tx,
  table: T,
  rows: readonly (Schema[T] & object)[],
): Promise<void> => insertInto(tx, table, Object.keys(rows[0] ?? {}), rows as unknown as Rows);

/** How a column of a row that is there already takes in the same column of another: what is not named stays. */
export type Merge = Readonly<Record<string, 'sum' | 'max' | 'set'>>;

/**
 * Adds rows to a table, or takes them into those that are there already under its primary key. No two of them may have
 * the same key, and where others may write the same ones at the same time, they are in its order.
 */
export async function mergeRows<T extends keyof Schema>(
  tx: Tx,
  table: T & keyof typeof TABLES,
  merge: Merge,
  rows: readonly (Schema[T] & object)[],
): Promise<void> {
  const largest = tx.engine === 'sqlite' ? 'max' : 'greatest';
  const values = Object.entries(merge).map(([column, how]) => {
    const [own, other] = [`"${table}"."${column}"`, `excluded."${column}"`];
    const value = how === 'sum' ? `${own} + ${other}` : how === 'max' ? `${largest}(${own}, ${other})` : other;
    return `"${column}" = ${value}`;
  });
  const conflict = `on conflict (${TABLES[table].join(', ')}) do update set ${values.join(', ')}`;
  await insertAll(tx, { table, columns: Object.keys(rows[0] ?? {}), conflict }, rows as unknown as Rows);
}

/** A list for `in`, of any length, as one parameter. */
export const listed = ({ engine }: Pick<Tx, 'engine'>, values: readonly string[]): RawBuilder<string> =>
  engine === 'postgres'
    ? sql<string>`(select value collate "C" from json_array_elements_text(${jsonOf(values)}::json))`
    : sql<string>`(select value from json_each(${jsonOf(values)}))`;
