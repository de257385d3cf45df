import type { StreamSample } from '../media/samples.ts';
import { wholeFigure } from '../metrics/figures.ts';
import { listed, type Merge, mergeRows } from './bulk.ts';
import type { MetricAudienceTable } from './schema-metrics.ts';
import type { Tx } from './store.ts';

const HOUR_MS = 3_600_000;
export const DIMENSIONS = ['country', 'referrer', 'agent'] as const;
/** Values of one stream, dimension and hour; what is beyond them is counted under REST. */
export const MOST_VALUES = 200;
const REST = '*';

const ADDED: Merge = { sessions: 'sum', viewer_ms: 'sum', bytes_out: 'sum' };

interface Watched {
  sample: Pick<StreamSample, 'stream' | 'audience'>;
  organisation_id: string;
}

const keyOf = ({ dimension, stream_id }: Pick<MetricAudienceTable, 'dimension' | 'stream_id'>) =>
  `${dimension} ${stream_id}`;

/** One row per stream, dimension and value. */
class Rows {
  readonly #rows = new Map<string, MetricAudienceTable>();

  add(row: MetricAudienceTable): void {
    const key = `${keyOf(row)} ${row.value}`;
    const known = this.#rows.get(key);
    if (known === undefined) {
      this.#rows.set(key, { ...row });
      return;
    }
    known.sessions += row.sessions;
    known.viewer_ms += row.viewer_ms;
    known.bytes_out += row.bytes_out;
  }

  /** In one order whoever writes them, so that none waits for another in a circle. */
  sorted = (): MetricAudienceTable[] => [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Counts who watched under the hour of `at` (unix milliseconds). */
export async function addAudience(tx: Tx, time: number, watched: readonly Watched[]): Promise<void> {
  const at = time - (time % HOUR_MS);
  const rows = new Rows();
  for (const { sample, organisation_id } of watched) {
    for (const { sessions, viewerMs, bytesOut, ...words } of sample.audience) {
      const counted = {
        sessions: wholeFigure(sessions),
        viewer_ms: wholeFigure(viewerMs),
        bytes_out: wholeFigure(bytesOut),
      };
      for (const dimension of DIMENSIONS)
        rows.add({ organisation_id, at, dimension, stream_id: sample.stream, value: words[dimension], ...counted });
    }
  }
  const asked = rows.sorted();
  if (asked.length > 0) await mergeRows(tx, 'metric_audience', ADDED, await bounded(tx, at, asked));
}

/** What an hour has of these streams already. The order of the tables is meant: SQLite would read the whole hour. */
const there = (tx: Tx, at: number, streams: readonly string[]) =>
  tx.db
    .selectFrom('stream')
    .crossJoin('metric_audience')
    .whereRef('metric_audience.organisation_id', '=', 'stream.organisation_id')
    .whereRef('metric_audience.stream_id', '=', 'stream.id')
    .where('metric_audience.dimension', 'in', DIMENSIONS)
    .where('metric_audience.at', '=', at)
    .where('stream.id', 'in', listed(tx, streams));

/** Where an hour's values would become too many, new ones are counted together. */
async function bounded(tx: Tx, at: number, rows: MetricAudienceTable[]): Promise<MetricAudienceTable[]> {
  const asked = new Map<string, number>();
  for (const row of rows) asked.set(keyOf(row), (asked.get(keyOf(row)) ?? 0) + 1);
  const most = Math.max(...asked.values());
  const full = await there(tx, at, [...new Set(rows.map(({ stream_id }) => stream_id))])
    .select(({ fn }) => ['dimension', 'stream_id', fn.countAll<number>().as('count')])
    .groupBy(['dimension', 'stream_id'])
    .having(({ fn }) => fn.countAll(), '>', MOST_VALUES - most)
    .execute();
  if (full.length === 0 && most <= MOST_VALUES) return rows;
  const room = new Map([...asked.keys()].map((key) => [key, MOST_VALUES]));
  for (const row of full) room.set(keyOf(row), MOST_VALUES - Number(row.count));
  const values = there(tx, at, [...new Set(full.map(({ stream_id }) => stream_id))]);
  const known = await values.select(['dimension', 'stream_id', 'value']).execute();
  const names = new Set(known.map((row) => `${keyOf(row)} ${row.value}`));
  const kept = new Rows();
  for (const row of rows) {
    const left = room.get(keyOf(row))!;
    const fresh = row.value !== REST && !names.has(`${keyOf(row)} ${row.value}`);
    if (fresh) room.set(keyOf(row), left - 1);
    kept.add(fresh && left <= 0 ? { ...row, value: REST } : row);
  }
  return kept.sorted();
}
