import { ApiError } from '../errors.ts';
import type { IngestTokenTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Prepared, Store } from './store.ts';

export interface IngestTokenLookup {
  /** A token that was presented: which stream it is for, and until when (unix milliseconds). */
  byHash: Prepared<{ hash: string }, Pick<IngestTokenTable, 'id' | 'stream_id' | 'expires_at' | 'revoked_at'>>;
  revokedSince: Prepared<{ since: number }, Pick<IngestTokenTable, 'id'>>;
}

export const ingestTokenLookup = (store: Store): IngestTokenLookup => ({
  byHash: store.prepare((db, p) =>
    db
      .selectFrom('ingest_token')
      .select(['id', 'stream_id', 'expires_at', 'revoked_at'])
      .where('token_hash', '=', p('hash')),
  ),
  revokedSince: store.prepare((db, p) =>
    db.selectFrom('ingest_token').select(['id']).where('revoked_at', '>=', p('since')),
  ),
});

export async function insertIngestToken(
  tx: ScopedTx,
  token: Pick<IngestTokenTable, 'id' | 'stream_id' | 'token_hash' | 'expires_at'>,
): Promise<void> {
  const { organisation: organisation_id, principal, at } = tx;
  const maker = { created_by: principal.id, created_by_type: principal.kind, created_by_email: principal.email };
  await tx.db
    .insertInto('ingest_token')
    .values({ ...token, ...maker, organisation_id, created_at: at, revoked_at: null })
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
      'revoked_at',
    ])
    .where('organisation_id', '=', scope.organisation)
    .where('stream_id', '=', stream)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', Date.now())
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();

/** For good. @throws ApiError notFound, also for another stream's and another organisation's */
export async function revokeIngestToken(tx: ScopedTx, stream: string, id: string): Promise<void> {
  const found = await tx.db
    .updateTable('ingest_token')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(tx.at)) }))
    .where('id', '=', id)
    .where('stream_id', '=', stream)
    .where('organisation_id', '=', tx.organisation)
    .returning('id')
    .executeTakeFirst();
  if (!found) throw new ApiError('notFound', { reason: 'This stream has no such ingest token' });
}
