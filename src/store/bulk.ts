import { type Kysely, type RawBuilder, sql } from 'kysely';
import { InvalidTextError } from './failures.ts';
import type { Schema } from './schema.ts';
import type { EngineName, Tx } from './store.ts';

type Value = string | number | null;
type Rows = readonly Readonly<Record<string, Value>>[];

/** Inside JSON a NUL is an escape that the driver's own check does not see. */
function jsonOf(rows: Rows | readonly string[]): string {
  const json = JSON.stringify(rows);
  if (json.includes('\\u0000') && hasNul(rows)) throw new InvalidTextError('Text holds a NUL character');
  return json;
}

const hasNul = (rows: Rows | readonly string[]): boolean =>
  rows.some((row) => Object.values(row).some((value) => typeof value === 'string' && value.includes('\0')));

/** Adds any number of rows by one statement with one parameter: its text is the same for every number. */
export async function insertInto(
  { engine, db }: { engine: EngineName; db: Kysely<Schema> },
  table: string,
  columns: readonly string[],
  rows: Rows,
): Promise<void> {
  if (rows.length === 0) return;
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const json = jsonOf(rows);
  const source =
    engine === 'postgres'
      ? sql`select ${names} from json_populate_recordset(null::${sql.table(table)}, ${json}::json)`
      : sql`select ${sql.join(columns.map((column) => sql`value ->> ${sql.lit(column)}`))} from json_each(${json})`;
  await sql`insert into ${sql.table(table)} (${names}) ${source}`.execute(db);
}

/** Adds rows to a table. @throws a unique violation, and then none of them is there */
export const insertRows = <T extends keyof Schema>(
  tx: Tx,
  table: T,
  rows: readonly (Schema[T] & object)[],
): Promise<void> => insertInto(tx, table, Object.keys(rows[0] ?? {}), rows as unknown as Rows);

/** A list for `in`, of any length, as one parameter. */
export const listed = ({ engine }: Pick<Tx, 'engine'>, values: readonly string[]): RawBuilder<string> =>
  engine === 'postgres'
    ? sql<string>`(select value collate "C" from json_array_elements_text(${jsonOf(values)}::json))`
    : sql<string>`(select value from json_each(${jsonOf(values)}))`;
