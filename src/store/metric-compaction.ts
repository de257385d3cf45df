import { sql } from 'kysely';
import { addAcross, addOver, FIGURE_COLUMNS, FIGURES, type Figures, noFigures, SAMPLE_MS } from '../metrics/figures.ts';
import { BLOCK_MS, type Point, pack, unpack } from '../metrics/packing.ts';
import { type Merge, mergeRows } from './bulk.ts';
import type { MetricLevelTable, MetricSampleTable } from './schema-metrics.ts';
import type { Reader, Tx } from './store.ts';
import { lockText } from './tx.ts';

const MINUTE_MS = 60_000;
const LATER = [
  ['metric_hour', 3_600_000],
  ['metric_day', 86_400_000],
] as const;

const OVER: Merge = Object.fromEntries(FIGURES.map(({ column, over }) => [column, over]));
const SET: Merge = Object.fromEntries(FIGURE_COLUMNS.map((column) => [column, 'set']));

const startOf = (time: number, span: number): number => time - (time % span);

const windowsOf = (at: number): number[] =>
  Array.from({ length: BLOCK_MS / SAMPLE_MS }, (_, index) => at + index * SAMPLE_MS);

/** Where the oldest block's time begins, of what was sampled before this moment (unix milliseconds); null: of nothing. */
export async function oldestBlock(db: Reader, before: number): Promise<number | null> {
  const query = db.selectFrom('metric_sample').select('at').where('at', '<', before).orderBy('at').limit(1);
  const found = await query.executeTakeFirst();
  return found ? startOf(found.at, BLOCK_MS) : null;
}

/** The last of the next subjects, so many that no window has more than `most` rows of them; null: there are no more. */
async function endOfNext({ engine, db }: Tx, at: number, after: string, most: number): Promise<string | null> {
  const windows = JSON.stringify(windowsOf(at));
  const given =
    engine === 'sqlite'
      ? sql`json_each(${windows})`
      : sql`(select value::bigint from json_array_elements_text(${windows}::json))`;
  const last = sql`
    select subject_id from metric_sample where at = given.value and subject_id > ${after}
    order by subject_id, source limit 1 offset ${most - 1}`;
  const { rows } = await sql<{ last: string | null }>`
    select min(last) as last from (select (${last}) as last from ${given} as given) as lasts`.execute(db);
  return rows[0]?.last ?? null;
}

/**
 * Takes a block's samples of the next subjects after `after` out of `metric_sample` and into blocks and levels. What is
 * deleted is what is added up, and nobody else does it at the same time: each sample counts once.
 * Gives the last of these subjects, or null when there are no more.
 */
export async function compactNext(tx: Tx, at: number, after: string, most: number): Promise<string | null> {
  await lockText(tx, 'compaction of metrics');
  const last = await endOfNext(tx, at, after, most);
  let query = tx.db.deleteFrom('metric_sample').where('at', 'in', windowsOf(at)).where('subject_id', '>', after);
  if (last !== null) query = query.where('subject_id', '<=', last);
  const subjects = Map.groupBy(await query.returningAll().execute(), (row) => row.subject_id);
  if (subjects.size > 0) await addUp(tx, at, subjects);
  return last;
}

async function addUp(tx: Tx, at: number, subjects: ReadonlyMap<string, readonly MetricSampleTable[]>): Promise<void> {
  const there = await tx.db
    .selectFrom('metric_block')
    .select(['subject_id', 'data'])
    .where('at', '=', at)
    .where('subject_id', 'in', [...subjects.keys()])
    .execute();
  const blocks = new Map(there.map(({ subject_id, data }) => [subject_id, unpack(at, data)]));
  const written = [...subjects].map(([subject_id, rows]) => {
    const { organisation_id } = rows[0]!;
    const fresh = pointsOf(rows.map((row) => ({ at: row.at, figures: row })));
    const known = blocks.get(subject_id) ?? [];
    return { subject: { subject_id, organisation_id }, fresh, known, all: pointsOf([...known, ...fresh]) };
  });
  const packed = written.map(({ subject, all }) => ({ ...subject, at, data: pack(at, all) }));
  await mergeRows(tx, 'metric_block', { data: 'set' }, packed);
  const [first, late] = [
    written.filter(({ known }) => known.length === 0),
    written.filter(({ known }) => known.length > 0),
  ];
  await mergeRows(
    tx,
    'metric_minute',
    OVER,
    first.flatMap(({ subject, all }) => minutesOf(subject, all)),
  );
  await mergeRows(
    tx,
    'metric_minute',
    SET,
    late.flatMap(({ subject, all }) => minutesOf(subject, all)),
  );
  for (const [table, span] of LATER) {
    const rows = written.map(({ subject, fresh, all }) => ({
      ...subject,
      at: startOf(at, span),
      ...increase(fresh, all),
    }));
    await mergeRows(tx, table, OVER, rows);
  }
}

type Subject = Pick<MetricLevelTable, 'subject_id' | 'organisation_id'>;

/** One point per window, in order: what several sources measured of one adds up. */
function pointsOf(points: readonly { at: number; figures: Readonly<Figures> }[]): Point[] {
  const windows = new Map<number, Figures>();
  for (const { at, figures } of points) {
    const known = windows.get(at);
    if (known) addAcross(known, figures);
    else windows.set(at, Object.fromEntries(FIGURE_COLUMNS.map((column) => [column, figures[column]])) as Figures);
  }
  return [...windows].map(([at, figures]) => ({ at, figures })).sort((a, b) => a.at - b.at);
}

function sumOf(points: readonly Point[]): Figures {
  const sum = noFigures();
  for (const { figures } of points) addOver(sum, figures);
  return sum;
}

const minutesOf = (subject: Subject, points: readonly Point[]): MetricLevelTable[] =>
  [...Map.groupBy(points, ({ at }) => startOf(at, MINUTE_MS))].map(([at, own]) => ({ ...subject, at, ...sumOf(own) }));

/** What a longer time's row has to take in: sums of what is new, and the largest of all. */
function increase(fresh: readonly Point[], all: readonly Point[]): Figures {
  const [sum, whole] = [sumOf(fresh), sumOf(all)];
  for (const { column, over } of FIGURES) if (over === 'max') sum[column] = whole[column];
  return sum;
}
