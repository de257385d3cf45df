import { ApiError } from '../errors.ts';
import type { IngestTokenTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Prepared, Store } from './store.ts';

/** A token that was presented: which stream it is for, and until when (unix milliseconds). */
export type IngestTokenLookup = Prepared<
  { hash: string },
  Pick<IngestTokenTable, 'id' | 'organisation_id' | 'stream_id' | 'expires_at'>
>;

export const ingestTokenLookup = (store: Store): IngestTokenLookup =>
  store.prepare((db, p) =>
    db
      .selectFrom('ingest_token')
      .select(['id', 'organisation_id', 'stream_id', 'expires_at'])
      .where('token_hash', '=', p('hash')),
  );

/** Stores one and forgets those of the stream that have ended. */
export async function insertIngestToken(
  tx: ScopedTx,
  token: Pick<IngestTokenTable, 'id' | 'stream_id' | 'token_hash' | 'expires_at'>,
): Promise<void> {
  const { organisation: organisation_id, principal, at } = tx;
  await tx.db
    .deleteFrom('ingest_token')
    .where('stream_id', '=', token.stream_id)
    .where('expires_at', '<=', at)
    .execute();
  const maker = { created_by: principal.id, created_by_type: principal.kind, created_by_email: principal.email };
  await tx.db
    .insertInto('ingest_token')
    .values({ ...token, ...maker, organisation_id, created_at: at })
    .execute();
}

export type ListedIngestToken = Omit<IngestTokenTable, 'token_hash'>;

/** The tokens of a stream that admit an encoder now, newest first. */
export const listIngestTokens = (scope: Scope, stream: string): Promise<ListedIngestToken[]> =>
  readerOf(scope)
    .selectFrom('ingest_token')
    .select([
      'id',
      'organisation_id',
      'stream_id',
      'expires_at',
      'created_at',
      'created_by',
      'created_by_type',
      'created_by_email',
    ])
    .where('organisation_id', '=', scope.organisation)
    .where('stream_id', '=', stream)
    .where('expires_at', '>', Date.now())
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();

/** @throws ApiError notFound, also for another stream's and another organisation's */
export async function deleteIngestToken(tx: ScopedTx, stream: string, id: string): Promise<void> {
  const gone = await tx.db
    .deleteFrom('ingest_token')
    .where('id', '=', id)
    .where('stream_id', '=', stream)
    .where('organisation_id', '=', tx.organisation)
    .returning('id')
    .executeTakeFirst();
  if (!gone) throw new ApiError('notFound', { reason: 'This stream has no such ingest token' });
}
