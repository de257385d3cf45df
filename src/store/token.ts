import { ApiError } from '../errors.ts';
import { newestFirst, type Page, type PageAsked } from './cursor.ts';
import { newId } from './ids.ts';
import type { TokenTable, UserTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Reader, Tx } from './store.ts';

export interface NewToken {
  id: string;
  user: Pick<UserTable, 'id' | 'organisation_id' | 'token_key'>;
  tokenHash: string;
  kind: TokenTable['kind'];
  name: string;
  narrowedTo: string | null;
  allowedIps: readonly string[] | null;
  createdBy: string;
  expiresAt: number;
}

export async function insertToken(tx: Tx, token: NewToken, at: number): Promise<void> {
  await tx.db
    .insertInto('token')
    .values({
      id: token.id,
      organisation_id: token.user.organisation_id,
      user_id: token.user.id,
      token_hash: token.tokenHash,
      kind: token.kind,
      name: token.name,
      token_key: token.user.token_key,
      narrowed_to: token.narrowedTo,
      allowed_ips: token.allowedIps && JSON.stringify(token.allowedIps),
      created_at: at,
      created_by: token.createdBy,
      expires_at: token.expiresAt,
      revoked_at: null,
      last_used_at: null,
      last_used_ip: null,
    })
    .execute();
}

export type ListedToken = Omit<TokenTable, 'token_hash' | 'token_key'> & { email: string };

export interface TokenFilter extends PageAsked {
  /** Whose tokens the caller may see; null: everybody's. */
  reach: string | null;
  /** Only this user's. */
  user?: string;
}

const SHOWN = [
  'token.id',
  'token.organisation_id',
  'token.user_id',
  'token.kind',
  'token.name',
  'token.narrowed_to',
  'token.allowed_ips',
  'token.created_at',
  'token.created_by',
  'token.expires_at',
  'token.revoked_at',
  'token.last_used_at',
  'token.last_used_ip',
  'user.email',
] as const;

/** The tokens that can still be used, newest first. */
export async function listTokens(scope: Scope, filter: TokenFilter): Promise<Page<ListedToken>> {
  const { reach, user, ...page } = filter;
  let open = readerOf(scope)
    .selectFrom('token')
    .innerJoin('user', (join) =>
      join.onRef('user.id', '=', 'token.user_id').onRef('user.token_key', '=', 'token.token_key'),
    )
    // A token is of its user's organisation. By its own, SQLite would walk through all of them for those of one user.
    .where(
      reach === null && user === undefined ? 'token.organisation_id' : 'user.organisation_id',
      '=',
      scope.organisation,
    )
    .where('token.revoked_at', 'is', null)
    .where('token.expires_at', '>', Date.now());
  if (reach !== null) open = open.where('token.user_id', '=', reach);
  if (user !== undefined) open = open.where('token.user_id', '=', user);
  return newestFirst(open.select(SHOWN), { ...page, table: 'token' }, async () =>
    Number((await open.select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow()).n),
  );
}

/** Revokes one token for good. @throws ApiError notFound, also for another organisation's or another user's */
export async function revokeToken(tx: ScopedTx, id: string, userId: string | null): Promise<void> {
  let query = tx.db
    .updateTable('token')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(tx.at)) }))
    .where('id', '=', id)
    .where('organisation_id', '=', tx.organisation);
  if (userId !== null) query = query.where('user_id', '=', userId);
  const { numUpdatedRows } = await query.executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ApiError('notFound', { reason: 'There is no such token' });
}

/** Ends every session of a user but the one in hand: what a change of password does. */
export async function revokeSessions(tx: Tx, userId: string, except: string, at: number): Promise<void> {
  await tx.db
    .updateTable('token')
    .set({ revoked_at: at })
    .where('user_id', '=', userId)
    .where('kind', '<>', 'api')
    .where('id', '<>', except)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Leaves the newest sign-ins of a user open and ends the others. Gives their ids. */
export async function endOldSignIns(
  tx: Tx,
  { userId, keep }: { userId: string; keep: number },
  at: number,
): Promise<string[]> {
  const open = await tx.db
    .selectFrom('token')
    .select('id')
    .where('user_id', '=', userId)
    .where('kind', '<>', 'api')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const old = open.slice(keep).map(({ id }) => id);
  if (old.length > 0) await tx.db.updateTable('token').set({ revoked_at: at }).where('id', 'in', old).execute();
  return old;
}

/** Makes a single-use ticket with which the user sets a password. */
export async function insertPasswordTicket(
  tx: Tx,
  { userId, ticketHash, expiresAt }: { userId: string; ticketHash: string; expiresAt: number },
  at: number,
): Promise<void> {
  await tx.db
    .insertInto('password_ticket')
    .values({
      id: newId(),
      user_id: userId,
      ticket_hash: ticketHash,
      created_at: at,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute();
}

/** Whether a ticket could be used up at this moment. */
export async function isPasswordTicket(db: Reader, ticketHash: string, at: number): Promise<boolean> {
  const found = await db
    .selectFrom('password_ticket')
    .select('id')
    .where('ticket_hash', '=', ticketHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst();
  return found !== undefined;
}

/** Uses a ticket up and gives its user's id, or null. One conditional write: of two that try, one gets it. */
export async function takePasswordTicket(tx: Tx, ticketHash: string, at: number): Promise<string | null> {
  const taken = await tx.db
    .updateTable('password_ticket')
    .set({ used_at: at })
    .where('ticket_hash', '=', ticketHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .returning('user_id')
    .executeTakeFirst();
  return taken?.user_id ?? null;
}
