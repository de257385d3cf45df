import { type SqlBool, sql } from 'kysely';
import type { PublishingEnd } from '../media/follower.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { IngestSessionTable } from './schema-metrics.ts';
import { readerOf, type Scope } from './scope.ts';
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

export interface SessionsAsked {
  limit: number;
  /** What `nextCursor` of the page before said. */
  cursor?: string;
}

/** A stream's sessions, newest first. @throws ApiError invalid for a cursor that is none of ours */
export async function listIngestSessions(
  scope: Scope,
  stream: string,
  { limit, cursor }: SessionsAsked,
): Promise<{ rows: IngestSessionTable[]; nextCursor: string | null }> {
  let query = readerOf(scope)
    .selectFrom('ingest_session')
    .selectAll()
    .where('organisation_id', '=', scope.organisation)
    .where('stream_id', '=', stream);
  if (cursor !== undefined) {
    const [at, id] = decodeCursor(cursor, ['number', 'string']);
    query = query.where(sql<SqlBool>`(started_at, id) < (${at}, ${id})`);
  }
  const found = await query
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: last && found.length > limit ? encodeCursor([last.started_at, last.id]) : null };
}
