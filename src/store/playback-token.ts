import { ApiError } from '../errors.ts';
import { newId } from './ids.ts';
import type { PlaybackTokenTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Prepared, Store } from './store.ts';

/** What a token opens, by exactly one of the three, and under which conditions. Names are playout names. */
export interface PlaybackClaims {
  streams?: string[];
  groupid?: string;
  orgawide?: true;
  domain?: string;
  ip?: string;
  tag?: string;
  user?: string;
  cust?: string;
  revocable?: true;
  forceDisconnect?: true;
}

/** What the gate must know of a token, read at every play. */
export type HeldToken = Pick<
  PlaybackTokenTable,
  'id' | 'organisation_id' | 'claims' | 'not_before' | 'expires_at' | 'revocable' | 'revoked_at'
>;

export interface PlaybackLookup {
  /** A token signed by a key that is not there any more is not there either. */
  byHash: Prepared<{ hash: string }, HeldToken>;
  revokedSince: Prepared<{ since: number }, { id: string; revoked_at: number | null }>;
}

export const playbackLookup = (store: Store): PlaybackLookup => ({
  byHash: store.prepare((db, p) =>
    db
      .selectFrom('playback_token')
      .innerJoin('signing_key', 'signing_key.kid', 'playback_token.kid')
      .select(['id', 'organisation_id', 'claims', 'not_before', 'expires_at', 'revocable', 'revoked_at'])
      .where('token_hash', '=', p('hash')),
  ),
  revokedSince: store.prepare((db, p) =>
    db.selectFrom('playback_token').select(['id', 'revoked_at']).where('revoked_at', '>=', p('since')),
  ),
});

export interface NewPlaybackToken {
  tokenHash: string;
  kid: string;
  claims: PlaybackClaims;
  notBefore: number | null;
  expiresAt: number;
}

/** `id` is the JWT's `jti`. */
export const newPlaybackTokenId = newId;

export async function insertPlaybackToken(tx: ScopedTx, id: string, token: NewPlaybackToken): Promise<void> {
  const { principal, organisation, at } = tx;
  await tx.db
    .insertInto('playback_token')
    .values({
      id,
      organisation_id: organisation,
      token_hash: token.tokenHash,
      kid: token.kid,
      claims: JSON.stringify(token.claims),
      not_before: token.notBefore,
      expires_at: token.expiresAt,
      revocable: token.claims.revocable ? 1 : 0,
      created_at: at,
      created_by: principal.id,
      created_by_type: principal.kind,
      created_by_email: principal.email,
      revoked_at: null,
    })
    .execute();
}

export type ListedPlaybackToken = Omit<PlaybackTokenTable, 'token_hash' | 'kid'>;

export interface PlaybackTokenFilter {
  /** A maker's id or e-mail address. */
  maker?: string;
  /** Only those that this user or key made. */
  createdBy?: string;
  limit: number;
  /** The id of the last token of the page before. */
  cursor?: string;
}

/** Newest first; those that ended a while ago are gone. */
export async function listPlaybackTokens(scope: Scope, filter: PlaybackTokenFilter): Promise<ListedPlaybackToken[]> {
  const { maker, createdBy, limit, cursor } = filter;
  let query = readerOf(scope)
    .selectFrom('playback_token')
    .select(['id', 'organisation_id', 'claims', 'not_before', 'expires_at', 'revocable', 'created_at'])
    .select(['created_by', 'created_by_type', 'created_by_email', 'revoked_at'])
    .where('organisation_id', '=', scope.organisation);
  if (maker !== undefined) query = query.where(maker.includes('@') ? 'created_by_email' : 'created_by', '=', maker);
  if (createdBy !== undefined) query = query.where('created_by', '=', createdBy);
  if (cursor !== undefined) {
    const { created_at, id } = await placeOf(scope, cursor);
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(created_at, id)));
  }
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

async function placeOf(scope: Scope, id: string): Promise<{ created_at: number; id: string }> {
  const found = await readerOf(scope)
    .selectFrom('playback_token')
    .select(['created_at', 'id'])
    .where('id', '=', id)
    .where('organisation_id', '=', scope.organisation)
    .executeTakeFirst();
  if (found) return found;
  throw new ApiError('invalid', { parameter: 'cursor', reason: 'Use the id of the last token of the answer before' });
}

/**
 * Ends a token for good. `maker`: only one of this user's; null: anybody's of the organisation.
 * @throws ApiError notFound, notRevocable
 */
export async function revokePlaybackToken(tx: ScopedTx, id: string, maker: string | null): Promise<void> {
  const row = await tx.db
    .selectFrom('playback_token')
    .select(['revocable', 'created_by'])
    .where('id', '=', id)
    .where('organisation_id', '=', tx.organisation)
    .executeTakeFirst();
  if (!row || (maker !== null && row.created_by !== maker))
    throw new ApiError('notFound', { reason: 'There is no such playback token' });
  if (row.revocable === 0) throw new ApiError('notRevocable');
  await tx.db
    .updateTable('playback_token')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(tx.at)) }))
    .where('id', '=', id)
    .execute();
}

/** Whether a group has a stream of the organisation. */
export async function hasGroup(scope: Scope, group: string): Promise<boolean> {
  const found = await readerOf(scope)
    .selectFrom('stream')
    .select('id')
    .where('organisation_id', '=', scope.organisation)
    .where('streamgroup', '=', group)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
