import { ApiError } from '../errors.ts';
import { randomReadable } from '../random.ts';
import { claimKey, isWaiting, keysOf, WAITING } from './address.ts';
import { newId } from './ids.ts';
import type { UserTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Tx } from './store.ts';
import { lockRow } from './tx.ts';

export const newTokenKey = (): string => randomReadable(7);

/** What ends every token that was made under another tokenKey. */
export const renewedTokenKey = (): Pick<UserTable, 'token_key' | 'token_key_at'> => ({
  token_key: newTokenKey(),
  token_key_at: Date.now(),
});

export type UserRef = { id: string } | { email: string };

const matching = (ref: UserRef, organisation: string) =>
  'id' in ref
    ? { column: 'id' as const, values: [ref.id] }
    : { column: 'email_key' as const, values: keysOf(ref.email, organisation) };

export async function findUser(scope: Scope, ref: UserRef): Promise<UserTable> {
  const { column, values } = matching(ref, scope.organisation);
  const query = readerOf(scope).selectFrom('user').selectAll().where('organisation_id', '=', scope.organisation);
  return (await query.where(column, 'in', values).executeTakeFirst()) ?? notFound();
}

const notFound = (): never => {
  throw new ApiError('notFound', { reason: 'There is no such user in your organisation' });
};

/**
 * One user of the caller's organisation, held for change. The organisation's row is locked first, so that changes of
 * users in one organisation happen one after the other: that is what makes the last-admin rule hold.
 */
export async function holdUser(tx: ScopedTx, ref: UserRef): Promise<UserTable> {
  await lockRow(tx, 'organisation', tx.organisation);
  const { column, values } = matching(ref, tx.organisation);
  const query = tx.db.selectFrom('user').selectAll().where('organisation_id', '=', tx.organisation);
  return (await query.where(column, 'in', values).executeTakeFirst()) ?? notFound();
}

export interface NewUser {
  organisation: string;
  email: string;
  name: string | null;
  role: string;
  passwordHash: string | null;
}

/**
 * A new user. One whose address belongs to another organisation's user looks the same and waits for it.
 * @throws ApiError notUnique when the organisation has a user with this address
 */
export async function insertUser(tx: Tx, user: NewUser, at: number): Promise<UserTable> {
  const row: UserTable = {
    id: newId(),
    organisation_id: user.organisation,
    email: user.email.trim(),
    email_key: await claimKey(tx, user),
    name: user.name,
    password_hash: user.passwordHash,
    role: user.role,
    token_key: newTokenKey(),
    token_key_at: null,
    created_at: at,
    last_seen_at: null,
  };
  await tx.db.insertInto('user').values(row).execute();
  return row;
}

/** Whether the organisation has nobody else. */
export async function isOnlyUser({ db }: Tx, { id, organisation_id }: UserTable): Promise<boolean> {
  const others = db.selectFrom('user').select('id').where('organisation_id', '=', organisation_id);
  return (await others.where('id', '<>', id).limit(1).executeTakeFirst()) === undefined;
}

export async function updateUser(tx: Tx, id: string, values: Partial<UserTable>): Promise<UserTable> {
  await tx.db.updateTable('user').set(values).where('id', '=', id).execute();
  return tx.db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/**
 * Sets a password. `andTokens` renews the tokenKey too, which ends every token. Tickets that were waiting to set one are
 * void: whoever holds an old link must not undo what was set since.
 */
export async function setUserPassword(
  tx: Tx,
  id: string,
  passwordHash: string,
  andTokens: boolean,
): Promise<UserTable> {
  await tx.db.deleteFrom('password_ticket').where('user_id', '=', id).where('used_at', 'is', null).execute();
  return updateUser(tx, id, { password_hash: passwordHash, ...(andTokens && renewedTokenKey()) });
}

/** Takes the user's address, if it has become free: called when somebody showed to be that user. */
export async function claimAddress(tx: Tx, user: UserTable): Promise<UserTable> {
  if (!isWaiting(user)) return user;
  const { id, email, organisation_id: organisation } = user;
  return updateUser(tx, id, { email_key: await claimKey(tx, { organisation, email, userId: id }) });
}

const canSignIn = (user: UserTable): boolean => user.password_hash !== null && !isWaiting(user);

/**
 * Refuses to take the role or the sign-in from, or to delete, the last nanoAdmin. Who cannot sign in does not count
 * beside one who can. Call with the organisation's row locked.
 */
export async function keepAnAdmin(tx: ScopedTx, user: UserTable): Promise<void> {
  if (user.role !== 'nanoAdmin') return;
  const others = tx.db
    .selectFrom('user')
    .select('id')
    .where('organisation_id', '=', tx.organisation)
    .where('role', '=', 'nanoAdmin')
    .where('id', '<>', user.id);
  const able = others.where('password_hash', 'is not', null).where('email_key', 'not like', WAITING);
  const other = await (canSignIn(user) ? able : others).limit(1).executeTakeFirst();
  if (!other) throw new ApiError('conflict', { reason: 'last-admin' });
}

export async function deleteUser(tx: Tx, id: string): Promise<void> {
  // Every change by this user holds its token and then the user: the other way round the two would wait for each other.
  await tx.db.deleteFrom('token').where('user_id', '=', id).execute();
  await tx.db.deleteFrom('user').where('id', '=', id).execute();
}
