import type { SigningKeyTable } from './schema.ts';
import type { Prepared, Reader, Store, Tx } from './store.ts';

export type NewSigningKey = Pick<SigningKeyTable, 'kid' | 'private_cipher' | 'public_jwk'>;

/** The key that signs now, made by `make` when there is none. Two that make one at once get the same. */
export async function currentKey(tx: Tx, make: () => NewSigningKey, at: number): Promise<SigningKeyTable> {
  const read = () => tx.db.selectFrom('signing_key').selectAll().where('retired_at', 'is', null).executeTakeFirst();
  const known = await read();
  if (known) return known;
  await insertKey(tx, make(), at);
  return (await read())!;
}

/** Does nothing when another key signs already. */
async function insertKey(tx: Tx, key: NewSigningKey, at: number): Promise<void> {
  await tx.db
    .insertInto('signing_key')
    .values({ ...key, created_at: at, retired_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** From now on another key signs; the ones before it still verify. Gives the kids of both. */
export async function rotateKey(
  tx: Tx,
  key: NewSigningKey,
  at: number,
): Promise<{ kid: string; retired: string | null }> {
  const [old] = await tx.db
    .updateTable('signing_key')
    .set({ retired_at: at })
    .where('retired_at', 'is', null)
    .returning('kid')
    .execute();
  await insertKey(tx, key, at);
  return { kid: key.kid, retired: old?.kid ?? null };
}

export interface SigningKeyLookup {
  byKid: Prepared<{ kid: string }, Pick<SigningKeyTable, 'kid' | 'public_jwk'>>;
}

export const signingKeyLookup = (store: Store): SigningKeyLookup => ({
  byKid: store.prepare((db, p) =>
    db.selectFrom('signing_key').select(['kid', 'public_jwk']).where('kid', '=', p('kid')),
  ),
});

/** Public keys of the one that signs and of those under which a token may still be valid, newest first. */
export const verifyingKeys = (db: Reader, now: number): Promise<{ public_jwk: string }[]> =>
  db
    .selectFrom('signing_key')
    .select('public_jwk')
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('retired_at', 'is', null),
        exists(
          selectFrom('playback_token')
            .select('playback_token.kid')
            .whereRef('playback_token.kid', '=', 'signing_key.kid')
            .where('playback_token.expires_at', '>', now),
        ),
      ]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute();
