import type { KeyRow, TokenRow } from '../credentials.ts';
import { findRole } from '../roles.ts';
import type { Prepared, Reader, Store, Tx } from './store.ts';

/** A token with its user, unless it was revoked or made under another tokenKey: such a token is not there. */
const tokens = (db: Reader) =>
  db
    .selectFrom('token')
    .innerJoin('user', (join) =>
      join.onRef('user.id', '=', 'token.user_id').onRef('user.token_key', '=', 'token.token_key'),
    )
    .leftJoin('role as own', (join) =>
      join.onRef('own.organisation_id', '=', 'user.organisation_id').onRef('own.name', '=', 'user.role'),
    )
    .leftJoin('role as narrowing', (join) =>
      join
        .onRef('narrowing.organisation_id', '=', 'user.organisation_id')
        .onRef('narrowing.name', '=', 'token.narrowed_to'),
    )
    .where('token.revoked_at', 'is', null)
    .select([
      'token.id',
      'token.kind',
      'token.narrowed_to',
      'token.allowed_ips',
      'token.expires_at',
      'user.id as user_id',
      'user.email',
      'user.role',
      'own.capabilities as role_capabilities',
      'narrowing.capabilities as narrowed_capabilities',
      'user.organisation_id',
    ]);
const keys = (db: Reader) => db.selectFrom('key').select(['id', 'kind', 'organisation_id', 'disabled_at']);

export interface CredentialLookup {
  token: Prepared<{ hash: string }, TokenRow>;
  key: Prepared<{ hash: string }, KeyRow>;
  tokenById: Prepared<{ id: string }, TokenRow>;
  keyById: Prepared<{ id: string }, KeyRow>;
}

/** Token, user, role, tokenKey and organisation in one query: what every request reads. */
export const credentialLookup = (store: Store): CredentialLookup => ({
  token: store.prepare((db, p) => tokens(db).where('token.token_hash', '=', p('hash'))),
  key: store.prepare((db, p) => keys(db).where('key_hash', '=', p('hash'))),
  tokenById: store.prepare((db, p) => tokens(db).where('token.id', '=', p('id'))),
  keyById: store.prepare((db, p) => keys(db).where('id', '=', p('id'))),
});

/**
 * The same rows inside a mutation's own transaction, held against change until it commits: a role change waits for
 * it, or it sees the role change.
 */
export async function holdToken(tx: Tx, id: string): Promise<TokenRow | undefined> {
  const query = tokens(tx.db).where('token.id', '=', id);
  if (tx.engine === 'sqlite') return query.executeTakeFirst();
  // PostgreSQL holds no row of an outer join's optional side: those are held, and read, by a statement of their own.
  const row = await query.forShare(['token', 'user']).executeTakeFirst();
  return (
    row && {
      ...row,
      role_capabilities: await heldCapabilities(tx, row.organisation_id, row.role),
      narrowed_capabilities: await heldCapabilities(tx, row.organisation_id, row.narrowed_to),
    }
  );
}

async function heldCapabilities(tx: Tx, organisation: string, name: string | null): Promise<string | null> {
  if (name === null || findRole(name)) return null;
  const query = tx.db.selectFrom('role').select('capabilities').where('organisation_id', '=', organisation);
  return (await query.where('name', '=', name).forShare().executeTakeFirst())?.capabilities ?? null;
}

export function holdKey(tx: Tx, id: string): Promise<KeyRow | undefined> {
  const query = keys(tx.db).where('id', '=', id);
  return (tx.engine === 'postgres' ? query.forShare() : query).executeTakeFirst();
}
