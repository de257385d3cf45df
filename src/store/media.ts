import type { Prepared, Reader, Store, Tx } from './store.ts';

/** What the gate must know of a stream, read at every publish and play. */
export interface MediaStream {
  id: string;
  organisation_id: string;
  locked: number;
  epoch: number;
  streamgroup: string;
  playout_name: string;
  push_cipher: string | null;
  organisation_settings: string;
  webhook_cipher: string | null;
  webhook_secret_cipher: string | null;
  guardian_epoch: number;
}

export interface MediaLookup {
  byIngest: Prepared<{ hash: string }, MediaStream>;
  byPlayout: Prepared<{ name: string }, MediaStream>;
  byId: Prepared<{ id: string }, MediaStream>;
  /** Every stream that the database believes to be on air. */
  live: Prepared<Record<never, never>, { id: string; organisation_id: string; live_session: string | null }>;
}

const streams = (db: Reader) =>
  db
    .selectFrom('stream')
    .innerJoin('organisation', 'organisation.id', 'stream.organisation_id')
    .select([
      'stream.id',
      'stream.organisation_id',
      'stream.locked',
      'stream.epoch',
      'stream.streamgroup',
      'stream.playout_name',
      'stream.push_cipher',
      'organisation.settings as organisation_settings',
      'organisation.webhook_cipher',
      'organisation.webhook_secret_cipher',
      'organisation.guardian_epoch',
    ]);

export const mediaLookup = (store: Store): MediaLookup => ({
  byIngest: store.prepare((db, p) => streams(db).where('stream.ingest_hash', '=', p('hash'))),
  byPlayout: store.prepare((db, p) => streams(db).where('stream.playout_name', '=', p('name'))),
  byId: store.prepare((db, p) => streams(db).where('stream.id', '=', p('id'))),
  live: store.prepare((db) =>
    db.selectFrom('stream').select(['id', 'organisation_id', 'live_session']).where('live_session', 'is not', null),
  ),
});

/** The session now on air for a stream. */
export async function setLive(tx: Tx, stream: string, session: string, at: number): Promise<void> {
  await tx.db
    .updateTable('stream')
    .set((eb) => ({
      live_session: session,
      first_live_at: eb.fn.coalesce('first_live_at', eb.val(at)),
      updated_at: at,
    }))
    .where('id', '=', stream)
    .execute();
}

/** Takes a session off air. Says nothing of a newer one: an old end may arrive after the new start. */
export async function clearLive(tx: Tx, stream: string, session: string, at: number): Promise<void> {
  await tx.db
    .updateTable('stream')
    .set({ live_session: null, updated_at: at })
    .where('id', '=', stream)
    .where('live_session', '=', session)
    .execute();
}
