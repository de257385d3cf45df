import type { WebhookSessionTable } from './schema-webhook.ts';
import type { Reader, Tx } from './store.ts';

type Session = WebhookSessionTable;

export async function insertSession(
  tx: Tx,
  session: Pick<Session, 'id' | 'organisation_id' | 'stream_id' | 'publisher_cipher' | 'created_at'>,
): Promise<void> {
  const values = { ...session, started_at: null, next_update_at: null, bytes_in: 0, bytes_out: 0 };
  await tx.db.insertInto('webhook_session').values(values).execute();
}

/** It is on air. Nothing happens to one that no webhook let in. */
export async function startSession(tx: Tx, id: string, at: number, updateAt: number): Promise<void> {
  await tx.db
    .updateTable('webhook_session')
    .set({ started_at: at, next_update_at: updateAt })
    .where('id', '=', id)
    .where('started_at', 'is', null)
    .execute();
}

/** Takes it out: whoever gets the row tells the end, and nobody else does. */
export const takeSession = (tx: Tx, id: string): Promise<Session | undefined> =>
  tx.db.deleteFrom('webhook_session').where('id', '=', id).returningAll().executeTakeFirst();

/** Those to be told of, the longest due first. */
export const dueSessions = (db: Reader, at: number, limit: number): Promise<Session[]> =>
  db
    .selectFrom('webhook_session')
    .selectAll()
    .where('next_update_at', '<=', at)
    .orderBy('next_update_at')
    .limit(limit)
    .execute();

/** Takes an update that was found due, and notes how far the session is. False when somebody else has it. */
export async function claimUpdate(
  tx: Tx,
  { id, next_update_at }: Session,
  now: Pick<Session, 'next_update_at' | 'bytes_in' | 'bytes_out'>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('webhook_session')
    .set(now)
    .where('id', '=', id)
    .where('next_update_at', '=', next_update_at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/**
 * Those that are over without anybody having said so: whose stream is gone or has another session on air, or none, and
 * those let in before `before` that never went on air.
 */
export const lostSessions = async (db: Reader, before: number): Promise<string[]> =>
  (
    await db
      .selectFrom('webhook_session as session')
      .leftJoin('stream', 'stream.id', 'session.stream_id')
      .select('session.id')
      .where((eb) =>
        eb.or([
          eb.and([eb('session.started_at', 'is', null), eb('session.created_at', '<', before)]),
          eb.and([
            eb('session.started_at', 'is not', null),
            eb.or([eb('stream.live_session', 'is', null), eb('stream.live_session', '!=', eb.ref('session.id'))]),
          ]),
        ]),
      )
      .limit(100)
      .execute()
  ).map(({ id }) => id);
