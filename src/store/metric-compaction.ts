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
  const written = [...subjects].map(([subject_id, rows]) =>
    compacted({ subject_id, organisation_id: rows[0]!.organisation_id }, blocks.get(subject_id) ?? [], rows),
  );
  await mergeRows(
    tx,
    'metric_block',
    { data: 'set' },
    written.map(({ subject, points }) => ({ ...subject, at, data: pack(at, points) })),
  );
  const [first, late] = [written.filter((one) => !one.late), written.filter((one) => one.late)];
  const minutesIn = (some: typeof written) => some.flatMap(({ minutes }) => minutes);
  await mergeRows(tx, 'metric_minute', OVER, minutesIn(first));
  await mergeRows(tx, 'metric_minute', SET, minutesIn(late));
  for (const [table, span] of LATER) {
    const rows = written.map(({ subject, increase }) => ({ ...subject, at: startOf(at, span), ...increase }));
    await mergeRows(tx, table, OVER, rows);
  }
}

type Subject = Pick<MetricLevelTable, 'subject_id' | 'organisation_id'>;

/** What a subject's samples of a block's time make, with what was packed of it before. */
function compacted(subject: Subject, known: readonly Point[], rows: readonly MetricSampleTable[]) {
  const fresh = pointsOf(rows.map((row) => ({ at: row.at, figures: row })));
  const late = known.length > 0;
  const points = late ? pointsOf([...known, ...fresh]) : fresh;
  const minutes = minutesOf(subject, points);
  const increase = sumOf(minutes);
  if (late) {
    // What longer times add up is what is new; what they keep the largest of is the whole.
    const sum = sumOf(fresh.map(({ figures }) => figures));
    for (const { column, over } of FIGURES) if (over === 'sum') increase[column] = sum[column];
  }
  return { subject, late, points, minutes, increase };
}

/** One point per window, in order: what several sources measured of one adds up. */
function pointsOf(rows: readonly Point[]): Point[] {
  const points: Point[] = [];
  for (const { at, figures } of rows.toSorted((a, b) => a.at - b.at)) {
    const last = points.at(-1);
    if (last?.at !== at) points.push({ at, figures });
    else {
      last.figures = { ...last.figures };
      addAcross(last.figures, figures);
    }
  }
  return points;
}

function sumOf(rows: readonly Figures[]): Figures {
  const sum = noFigures();
  for (const row of rows) addOver(sum, row);
  return sum;
}

function minutesOf(subject: Subject, points: readonly Point[]): MetricLevelTable[] {
  const minutes: MetricLevelTable[] = [];
  for (const { at: window, figures } of points) {
    const at = startOf(window, MINUTE_MS);
    if (minutes.at(-1)?.at !== at) minutes.push({ ...subject, at, ...noFigures() });
    addOver(minutes.at(-1)!, figures);
  }
  return minutes;
}
