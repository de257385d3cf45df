import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ArchiveHeader, ArchiveLine, ArchiveRow } from '../backup/archive-file.ts';
import { insertInto } from './bulk.ts';
import { checkKnown, SCHEMA, takeSteps } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import type { Reader, Tx } from './store.ts';
import { TABLE_NAMES, TABLES, type TableName } from './tables.ts';

/** Rows that are read, and written, at a time. */
const PAGE = 1_000;

/** Called now and then with the number of rows so far. */
export type OnProgress = (rows: number) => void;

type Db = Kysely<Schema>;

async function* pagesOf(db: Db, table: TableName): AsyncGenerator<Record<string, string | number | null>[]> {
  const key = sql.join(TABLES[table].map((column) => sql.ref(column)));
  let after: RawBuilder<unknown> = sql``;
  for (;;) {
    const query = sql<Record<string, string | number | null>>`
      select * from ${sql.table(table)} ${after} order by ${key} limit ${sql.lit(PAGE)}`;
    const { rows } = await query.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    const last = rows.at(-1)!;
    after = sql`where (${key}) > (${sql.join(TABLES[table].map((column) => last[column]))})`;
  }
}

/** Every row there is, table by table. `reader` is of one snapshot; tables of later schemas may be missing in it. */
export async function* dumpTables(reader: Reader, onProgress: OnProgress = () => {}): AsyncGenerator<ArchiveLine> {
  const db = reader as Db;
  const tables = await db.introspection.getTables();
  const there = new Set(tables.map(({ name }) => name));
  let rows = 0;
  for (const table of TABLE_NAMES.filter((name) => there.has(name))) {
    let columns: string[] | null = null;
    for await (const page of pagesOf(db, table)) {
      if (columns === null) yield { table, columns: Object.keys(page[0]!) };
      columns ??= Object.keys(page[0]!);
      for (const row of page) yield columns.map((column) => row[column]!);
      rows += page.length;
      onProgress(rows);
    }
  }
}

async function emptyTables(db: Db): Promise<void> {
  for (const table of TABLE_NAMES.toReversed()) await sql`drop table ${sql.table(table)}`.execute(db);
}

/** Tables of an archive that we know, and columns that are names: both become part of a statement. */
function checked(line: { table: string; columns: readonly string[] }) {
  if (!Object.hasOwn(TABLES, line.table) || line.columns.some((column) => !/^[a-z_]+$/.test(column)))
    throw new Error(`The backup has a table "${line.table}" that is none of ours`);
  return line;
}

/**
 * Puts an archive's rows in the place of everything that is there: builds the tables as they were when it was written,
 * fills them, and takes the steps since. All in the caller's transaction, on either engine.
 * @throws UpgradeError when it was written by a newer program
 */
export async function loadTables(
  tx: Tx,
  { steps }: Pick<ArchiveHeader, 'steps'>,
  lines: AsyncIterable<ArchiveLine>,
  onProgress: OnProgress = () => {},
): Promise<void> {
  checkKnown(steps, 'The backup');
  const highest = await tx.db
    .selectFrom('stream')
    .select((eb) => eb.fn.max('epoch').as('epoch'))
    .executeTakeFirst();
  await emptyTables(tx.db);
  await takeSteps(tx.db, tx.engine, steps);
  let [table, columns, rows, page] = ['', [] as readonly string[], 0, [] as Record<string, string | number | null>[]];
  const write = async () => {
    await insertInto(tx, table, columns, page);
    rows += page.length;
    page = [];
    onProgress(rows);
  };
  for await (const line of lines) {
    if (isRow(line)) page.push(Object.fromEntries(columns.map((column, index) => [column, line[index] ?? null])));
    if (!isRow(line) || page.length === PAGE) await write();
    if (!isRow(line)) ({ table, columns } = checked(line));
  }
  await write();
  await takeSteps(
    tx.db,
    tx.engine,
    SCHEMA.filter((step) => !steps.includes(step)),
  );
  // Verdicts and sessions of before are of another world: their epochs must not be reached again.
  const beyond = Number(highest?.epoch ?? 0) + 1;
  await tx.db
    .updateTable('stream')
    .set((eb) => ({ live_session: null, epoch: eb('epoch', '+', beyond) }))
    .execute();
}

const isRow = (line: ArchiveLine): line is ArchiveRow => Array.isArray(line);
