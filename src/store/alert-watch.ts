import { listed } from './bulk.ts';
import { newId } from './ids.ts';
import type { AlertTable } from './schema-alerts.ts';
import type { Reader, Tx } from './store.ts';

/** An open alert; `stream_id` is null when there is no such stream. */
export type OpenAlert = AlertTable & { stream_id: string | null };

/** Everything that is wrong, of all organisations. */
export const readOpenAlerts = (db: Reader): Promise<OpenAlert[]> =>
  db
    .selectFrom('alert')
    .leftJoin('stream', 'stream.id', 'alert.subject_id')
    .selectAll('alert')
    .select('stream.id as stream_id')
    .where('alert.resolved_at', 'is', null)
    .orderBy('alert.organisation_id')
    .orderBy('alert.code')
    .orderBy('alert.subject_id')
    .execute();

export type NewAlert = Pick<
  AlertTable,
  'organisation_id' | 'code' | 'subject_type' | 'subject_id' | 'detail' | 'last_at' | 'first_at' | 'remind_at'
>;

/** The alert as it is now open, and whether it was opened here: at most one is, whoever else finds out the same. */
export async function openAlert(tx: Tx, alert: NewAlert): Promise<{ row: AlertTable | undefined; isNew: boolean }> {
  const values = { id: newId(), ...alert, resolved_at: null };
  const made = await tx.db
    .insertInto('alert')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (made) return { row: made, isNew: true };
  const row = await tx.db
    .selectFrom('alert')
    .selectAll()
    .where('organisation_id', '=', alert.organisation_id)
    .where('code', '=', alert.code)
    .where('subject_id', '=', alert.subject_id)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  return { row, isNew: false };
}

/** Undefined when somebody else has, or it was seen after `lastAt`. */
export async function resolveAlert(
  tx: Tx,
  id: string,
  { at, lastAt }: { at: number; lastAt: number },
): Promise<AlertTable | undefined> {
  return tx.db
    .updateTable('alert')
    .set({ resolved_at: at, remind_at: null })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .where('last_at', '<=', lastAt)
    .returningAll()
    .executeTakeFirst();
}

/** They were seen again then. */
export async function keepAlerts(tx: Tx, ids: readonly string[], at: number): Promise<void> {
  await tx.db
    .updateTable('alert')
    .set({ last_at: at })
    .where('id', 'in', listed(tx, ids))
    .where('resolved_at', 'is', null)
    .where('last_at', '<', at)
    .execute();
}

export async function setAlertDetail(tx: Tx, id: string, detail: string): Promise<void> {
  await tx.db.updateTable('alert').set({ detail }).where('id', '=', id).execute();
}

export const organisationOf = async (db: Reader, stream: string): Promise<string | undefined> =>
  (await db.selectFrom('stream').select('organisation_id').where('id', '=', stream).executeTakeFirst())
    ?.organisation_id;

/** Publishers that began at this moment or later, each with when the last one before it had ended. */
export const startsSince = (db: Reader, at: number) =>
  db
    .selectFrom('ingest_session as session')
    .select(['session.id as session', 'session.stream_id as stream', 'session.started_at as at'])
    .select(({ selectFrom }) =>
      selectFrom('ingest_session as earlier')
        .select(({ fn }) => fn.max('earlier.ended_at').as('before'))
        .whereRef('earlier.organisation_id', '=', 'session.organisation_id')
        .whereRef('earlier.stream_id', '=', 'session.stream_id')
        .whereRef('earlier.started_at', '<', 'session.started_at')
        .as('before'),
    )
    .where('session.started_at', '>=', at)
    .execute();
