import type { KeyRow, TokenRow } from '../credentials.ts';
import type { Prepared, Reader, Store, Tx } from './store.ts';

/** A token with its user, unless it was revoked or made under another tokenKey: such a token is not there. */
const tokens = (db: Reader) =>
  db
    .selectFrom('token')
    .innerJoin('user', (join) =>
      join.onRef('user.id', '=', 'token.user_id').onRef('user.token_key', '=', 'token.token_key'),
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
      'user.organisation_id',
    ]);
const keys = (db: Reader) => db.selectFrom('key').select(['id', 'kind', 'organisation_id', 'disabled_at']);

export interface CredentialLookup {
  token: Prepared<{ hash: string }, TokenRow>;
  key: Prepared<{ hash: string }, KeyRow>;
}

/** Token, user, role, tokenKey and organisation in one query: what every request reads. */
export const credentialLookup = (store: Store): CredentialLookup => ({
  token: store.prepare((db, p) => tokens(db).where('token.token_hash', '=', p('hash'))),
  key: store.prepare((db, p) => keys(db).where('key_hash', '=', p('hash'))),
});

/**
 * The same rows inside a mutation's own transaction, held against change until it commits: a role change waits for
 * it, or it sees the role change.
 */
export function holdToken(tx: Tx, id: string): Promise<TokenRow | undefined> {
  const query = tokens(tx.db).where('token.id', '=', id);
  return (tx.engine === 'postgres' ? query.forShare() : query).executeTakeFirst();
}

export function holdKey(tx: Tx, id: string): Promise<KeyRow | undefined> {
  const query = keys(tx.db).where('id', '=', id);
  return (tx.engine === 'postgres' ? query.forShare() : query).executeTakeFirst();
}
