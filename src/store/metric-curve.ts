import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { addsUpAcross, FIGURE_COLUMNS, FIGURES, type Figures, SAMPLE_MS } from '../metrics/figures.ts';
import { LEVEL_MS, type Level } from '../metrics/intervals.ts';
import { BLOCK_MS } from '../metrics/packing.ts';
import type { Range } from '../metrics/range.ts';
import { engineOf, readerOf, type Scope } from './scope.ts';
import type { Reader } from './store.ts';

export interface FiguresAsked extends Range {
  /** A stream of the organisation, or the organisation itself. */
  subject: string;
  level: Level;
  /** How far apart the points are: a whole multiple of the level's own. */
  ms: number;
}

const folded = (how: (column: (typeof FIGURES)[number]) => 'sum' | 'max') =>
  sql.join(FIGURES.map((of) => sql`${sql.raw(how(of))}(${sql.ref(of.column)}) as ${sql.ref(of.column)}`));

const COLUMNS = sql.join(FIGURE_COLUMNS.map((column) => sql.ref(column)));
const NOTHING = sql.join(FIGURE_COLUMNS.map((column) => sql`0 as ${sql.ref(column)}`));
/** Rows that follow each other, as one. */
const OVER = folded(({ over }) => over);
/** What several sources have measured at the same moment, as one row. */
const ACROSS = folded(({ column }) => (addsUpAcross(column) ? 'sum' : 'max'));

/** Any number of moments, as one parameter. */
export const atOneOf = (scope: Scope, moments: readonly number[]): RawBuilder<SqlBool> =>
  engineOf(scope) === 'postgres'
    ? sql`at = any(${moments}::bigint[])`
    : sql`at in (select value from json_each(${JSON.stringify(moments)}))`;

/**
 * The windows of a range that are in samples still, in order. A subject's are looked up one by one, because samples lie
 * in the order of their time, whoever's they are; which there are is found by going from each to the next.
 */
export async function pendingWindows(db: Reader, { from, to }: Range): Promise<number[]> {
  const next = (after: RawBuilder<unknown>) => sql`(select min(at) from metric_sample where ${after} and at < ${to})`;
  const windows = sql<{ at: number }>`(
    with recursive pending(first) as (
      select ${next(sql`at >= ${from}`)}
      union all select ${next(sql`at > pending.first`)} from pending where pending.first is not null
    ) select first as at from pending where first is not null)`;
  const rows = await db.selectFrom(windows.as('windows')).select('at').orderBy('at').execute();
  return rows.map(({ at }) => at);
}

type Where = RawBuilder<unknown>;

const NO_BLOCK = sql`cast(null as text) as data`;

function compacted(level: Exclude<Level, 'sample'>, ms: number, where: Where): RawBuilder<unknown> {
  const table = sql.table(`metric_${level}`);
  if (ms === LEVEL_MS[level]) return sql`select at, ${NO_BLOCK}, ${COLUMNS} from ${table} where ${where}`;
  const point = sql`${table}.at - ${table}.at % ${sql.lit(ms)}`;
  return sql`select ${point} as at, ${NO_BLOCK}, ${OVER} from ${table} where ${where} group by ${point}`;
}

/** A row of figures, or, where `data` is not null, a block of them. */
export type FiguresRow = Figures & { at: number; data: string | null };

/** A subject's figures: those taken together already, and those of samples. One statement, so that none is in both. */
export async function readFigures(scope: Scope, asked: FiguresAsked): Promise<FiguresRow[]> {
  const { subject, level, ms, from, to } = asked;
  const pending = atOneOf(scope, await pendingWindows(readerOf(scope), asked));
  // An index of the organisation's rows would offer itself, and lead past those of all its streams.
  const own = sql`subject_id = ${subject} and coalesce(organisation_id, '') = ${scope.organisation}`;
  const within = (first: number) => sql`${own} and at >= ${first} and at < ${to}`;
  const known =
    level === 'sample'
      ? sql`select at, data, ${NOTHING} from metric_block where ${within(from - BLOCK_MS + SAMPLE_MS)}`
      : compacted(level, ms, within(from));
  const samples = sql`select at, ${NO_BLOCK}, ${ACROSS} from metric_sample where ${pending} and ${own} group by at`;
  const rows = sql<FiguresRow>`(${known} union all ${samples})`.as('figures');
  return readerOf(scope).selectFrom(rows).selectAll().execute();
}
