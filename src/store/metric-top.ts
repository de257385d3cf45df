import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { Range } from '../metrics/range.ts';
import { listed } from './bulk.ts';
import type { DIMENSIONS } from './metric-audience.ts';
import { atOneOf, pendingWindows } from './metric-curve.ts';
import { engineOf, readerOf, type Scope, snapshotOf } from './scope.ts';
import type { Reader } from './store.ts';

const DAY_MS = 86_400_000;
/** Ranges of so many days are read by whole days, and by the hours before and behind them. */
const BY_DAYS = 3;
/** Windows of everybody's samples that are read at a time: what waits for the loop meanwhile waits for some milliseconds. */
const WINDOWS = 12;

export interface TopAsked extends Range {
  limit: number;
  /** Of this stream alone. */
  stream?: string;
}

/** What a stream, or a value of a dimension, has brought. */
export interface TopRow {
  value: string;
  sessions: number;
  viewer_ms: number;
  bytes_out: number;
}

/** Rows of the same value, added up. */
class Sums {
  readonly #rows = new Map<string, TopRow>();

  add(rows: readonly TopRow[]): void {
    for (const row of rows) {
      const known = this.#rows.get(row.value);
      if (known === undefined) {
        this.#rows.set(row.value, { ...row });
        continue;
      }
      known.sessions += row.sessions;
      known.viewer_ms += row.viewer_ms;
      known.bytes_out += row.bytes_out;
    }
  }

  values = (): string[] => [...this.#rows.keys()];

  first(limit: number): TopRow[] {
    const rows = [...this.#rows.values()];
    const later = (a: TopRow, b: TopRow) => b.viewer_ms - a.viewer_ms || b.sessions - a.sessions;
    return rows.sort((a, b) => later(a, b) || (a.value < b.value ? -1 : 1)).slice(0, limit);
  }
}

const select = (db: Reader, query: RawBuilder<unknown>): Promise<TopRow[]> =>
  db.selectFrom(sql<TopRow>`(${query})`.as('top')).selectAll().execute();

/** The values of a dimension, the most watched first. Day by day: there may be millions of rows. */
export async function topAudience(
  scope: Scope,
  dimension: (typeof DIMENSIONS)[number],
  { from, to, limit, stream }: TopAsked,
): Promise<TopRow[]> {
  const sums = new Sums();
  for (let day = from; day < to; day += DAY_MS) {
    const until = Math.min(to, day + DAY_MS);
    const query = sql`select value, sum(sessions) as sessions, sum(viewer_ms) as viewer_ms, sum(bytes_out) as bytes_out
      from metric_audience where organisation_id = ${scope.organisation} and dimension = ${dimension}
      and at >= ${day} and at < ${until} ${stream === undefined ? sql`` : sql`and stream_id = ${stream}`} group by value`;
    sums.add(await select(readerOf(scope), query));
    await setImmediate();
  }
  return sums.first(limit);
}

/** The hours and days that make up a range of whole hours. */
function partsOf({ from, to }: Range): ({ table: 'metric_hour' | 'metric_day' } & Range)[] {
  const [first, last] = [Math.ceil(from / DAY_MS) * DAY_MS, Math.floor(to / DAY_MS) * DAY_MS];
  if (last - first < BY_DAYS * DAY_MS) return [{ table: 'metric_hour', from, to }];
  return [
    { table: 'metric_hour', from, to: first },
    { table: 'metric_day', from: first, to: last },
    { table: 'metric_hour', from: last, to },
  ];
}

const ADDED = sql`sum(starts) as sessions, sum(viewer_ms) as viewer_ms, sum(bytes_out) as bytes_out`;
const WATCHED = sql`(viewer_ms > 0 or starts > 0 or bytes_out > 0)`;

/** The organisation's streams, the most watched first, with what has not been taken together yet. */
export function topStreams(scope: Scope, { stream, limit, ...range }: TopAsked): Promise<TopRow[]> {
  const { organisation } = scope;
  const one = stream === undefined ? sql`subject_id <> ${organisation}` : sql`subject_id = ${stream}`;
  const own = sql`organisation_id = ${organisation} and ${one} and ${WATCHED}`;
  const parts = partsOf(range).map(
    ({ table, from, to }) =>
      sql`select subject_id, starts, viewer_ms, bytes_out from ${sql.table(table)} where ${own} and at >= ${from} and at < ${to}`,
  );
  const levels = sql`select subject_id as value, ${ADDED} from (${sql.join(parts, sql` union all `)}) as part`;
  return snapshotOf(scope, async (db) => {
    const sums = new Sums();
    for (const windows of chunks(await pendingWindows(db, range))) {
      const samples = sql`from metric_sample where ${atOneOf(scope, windows)} and ${own} group by subject_id`;
      sums.add(await select(db, sql`select subject_id as value, ${ADDED} ${samples}`));
      await setImmediate();
    }
    // Whoever is among the first is so by what was taken together alone, or has something beside it.
    const also = sums.values();
    const first = sql`${levels} group by subject_id order by viewer_ms desc, sessions desc, value limit ${limit}`;
    const leaders = await select(db, first);
    const listing = listed({ engine: engineOf(scope) }, also);
    const others = await select(db, sql`${levels} where subject_id in ${listing} group by subject_id`);
    const known = new Set(also);
    sums.add([...leaders.filter(({ value }) => !known.has(value)), ...others]);
    return sums.first(limit);
  });
}

function* chunks(windows: readonly number[]): Generator<readonly number[]> {
  for (let first = 0; first < windows.length; first += WINDOWS) yield windows.slice(first, first + WINDOWS);
}

/** The playout names of those of these streams that are still there. */
export async function playoutNames(scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await readerOf(scope)
    .selectFrom('stream')
    .select(['id', 'playout_name'])
    .where('organisation_id', '=', scope.organisation)
    .where('id', 'in', listed({ engine: engineOf(scope) }, ids))
    .execute();
  return new Map(rows.map(({ id, playout_name }) => [id, playout_name]));
}
