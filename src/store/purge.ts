import type { Store, Tx } from './store.ts';

/** Rows per transaction: others wait for one no longer than for a request. */
const BATCH = 500;

type Sweep = (tx: Tx, before: number) => Promise<{ numDeletedRows: bigint }>;

type Expiring =
  | 'token'
  | 'password_ticket'
  | 'invitation'
  | 'sign_up'
  | 'playback_token'
  | 'ingest_token'
  | 'guardian_rule';

const expired =
  (table: Expiring): Sweep =>
  ({ db }, before) =>
    db
      .deleteFrom(table)
      .where('id', 'in', (eb) => eb.selectFrom(table).select('id').where('expires_at', '<', before).limit(BATCH))
      .executeTakeFirst();

/** How much longer than the rest what was wrong is kept, once it is over: a year in all. */
const ALERT_KEPT_MS = 335 * 24 * 3_600_000;

const finished =
  (table: 'webhook_delivery' | 'alert_delivery'): Sweep =>
  ({ db }, before) =>
    db
      .deleteFrom(table)
      .where('id', 'in', (eb) => eb.selectFrom(table).select('id').where('finished_at', '<', before).limit(BATCH))
      .executeTakeFirst();

/** What nobody can use any more and no report is made of, by the time since which that is so. */
const SWEEPS: Readonly<Record<string, Sweep>> = {
  token: expired('token'),
  password_ticket: expired('password_ticket'),
  invitation: expired('invitation'),
  sign_up: expired('sign_up'),
  playback_token: expired('playback_token'),
  ingest_token: expired('ingest_token'),
  guardian_rule: expired('guardian_rule'),
  expected_window: ({ db }, before) =>
    db
      .deleteFrom('expected_window')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('stream_id', 'from_at'),
          'in',
          selectFrom('expected_window')
            .select(['stream_id', 'from_at'])
            .where('to_at', '<', before)
            .limit(BATCH)
            .$asTuple('stream_id', 'from_at'),
        ),
      )
      .executeTakeFirst(),
  webhook_delivery: finished('webhook_delivery'),
  alert_delivery: finished('alert_delivery'),
  alert: ({ db }, before) =>
    db
      .deleteFrom('alert')
      .where('id', 'in', (eb) => {
        const over = eb
          .selectFrom('alert')
          .select('id')
          .where('resolved_at', '<', before - ALERT_KEPT_MS);
        return over.limit(BATCH);
      })
      .executeTakeFirst(),
};

/**
 * Removes, in small transactions, what was over before this moment (unix milliseconds). Gives how many rows went, by
 * table. Ends between two transactions when `signal` says so.
 */
export async function purge(store: Store, before: number, signal: AbortSignal): Promise<Record<string, number>> {
  const gone: Record<string, number> = {};
  for (const [table, sweep] of Object.entries(SWEEPS)) {
    for (let count = BATCH; count === BATCH && !signal.aborted; ) {
      count = Number((await store.transaction((tx) => sweep(tx, before))).numDeletedRows);
      if (count > 0) gone[table] = (gone[table] ?? 0) + count;
    }
  }
  return gone;
}
