import type { PublishingEnd } from '../media/follower.ts';
import type { Tx } from './store.ts';

/** A publisher that is on air, at the latest since `at`. */
export interface BegunSession {
  id: string;
  stream: { id: string; organisation_id: string };
  protocol: string;
}

/** One that is known already stays as it is. */
export async function startIngestSession(tx: Tx, { id, stream, protocol }: BegunSession, at: number): Promise<void> {
  await tx.db
    .insertInto('ingest_session')
    .values({
      id,
      organisation_id: stream.organisation_id,
      stream_id: stream.id,
      protocol,
      started_at: at,
      ended_at: null,
      reason: null,
      bytes_in: null,
      bytes_out: null,
      frames: null,
      video_codec: null,
      audio_codec: null,
      width: null,
      height: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The end counts once: a later one of the same session changes nothing. */
export async function endIngestSession(
  tx: Tx,
  id: string,
  at: number,
  { reason, bytes, last }: PublishingEnd,
): Promise<void> {
  await tx.db
    .updateTable('ingest_session')
    .set({
      ended_at: at,
      reason,
      bytes_in: bytes?.in ?? null,
      bytes_out: bytes?.out ?? null,
      frames: last?.framesIn ?? null,
      video_codec: last?.videoCodec ?? null,
      audio_codec: last?.audioCodec ?? null,
      width: last?.width ?? null,
      height: last?.height ?? null,
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}
