import { sql } from 'kysely';
import type { MetricsKeep } from '../metrics/keep.ts';
import { BLOCK_MS } from '../metrics/packing.ts';
import type { MetricTables } from './schema-metrics.ts';
import type { Store } from './store.ts';
import { TABLES } from './tables.ts';

/** Rows per transaction: others wait for one no longer than for a request. */
const BATCH = 500;
/** How long a batch that comes again is recognised. */
const BATCH_MS = 3_600_000;

interface Kept {
  /** Milliseconds after the end of a row's time. */
  keep(levels: MetricsKeep): number;
  /** Where the row's time begins, and how many milliseconds it is long. */
  since: string;
  span: number;
}

const KEPT: Readonly<Record<Exclude<keyof MetricTables, 'metric_sample'>, Kept>> = {
  metric_batch: { keep: () => BATCH_MS, since: 'at', span: 0 },
  metric_block: { keep: ({ sample }) => sample, since: 'at', span: BLOCK_MS },
  metric_minute: { keep: ({ minute }) => minute, since: 'at', span: 60_000 },
  metric_hour: { keep: ({ hour }) => hour, since: 'at', span: 3_600_000 },
  metric_day: { keep: ({ day }) => day, since: 'at', span: 86_400_000 },
  metric_audience: { keep: ({ hour }) => hour, since: 'at', span: 3_600_000 },
  ingest_session: { keep: ({ hour }) => hour, since: 'started_at', span: 0 },
};

async function removeSome(store: Store, table: keyof typeof KEPT, before: number): Promise<number> {
  const key = sql.join(TABLES[table].map((column) => sql.ref(column)));
  const name = sql.table(table);
  const since = sql.ref(KEPT[table].since);
  const running = table === 'ingest_session' ? sql`and ended_at is not null` : sql``;
  const old = sql`select ${key} from ${name} where ${since} < ${before} ${running} limit ${BATCH}`;
  const { numAffectedRows } = await store.transaction(({ db }) =>
    sql`delete from ${name} where (${key}) in (${old})`.execute(db),
  );
  return Number(numAffectedRows ?? 0);
}

/**
 * Removes what has been kept long enough at `now` (unix milliseconds), in small transactions. Ends between two of them
 * when `signal` says so.
 */
export async function removeOldMetrics(
  store: Store,
  keep: MetricsKeep,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<void> {
  for (const [name, kept] of Object.entries(KEPT)) {
    const before = now - kept.keep(keep) - kept.span;
    for (let count = BATCH; count === BATCH && !signal.aborted; )
      count = await removeSome(store, name as keyof typeof KEPT, before);
  }
}
