import type { SigningKeyTable } from './schema.ts';
import type { Prepared, Reader, Store, Tx } from './store.ts';

export type NewSigningKey = Pick<SigningKeyTable, 'kid' | 'private_cipher' | 'public_jwk'>;

const findCurrent = (db: Reader) =>
  db.selectFrom('signing_key').selectAll().where('retired_at', 'is', null).executeTakeFirst();

/** The key that signs now, made by `make` when there is none. Two that make one at once get the same. */
export async function currentKey(tx: Tx, make: () => NewSigningKey, at: number): Promise<SigningKeyTable> {
  const known = await findCurrent(tx.db);
  if (known) return known;
  await insertKey(tx, make(), at);
  return (await findCurrent(tx.db))!;
}

/** Does nothing when another key signs already. */
async function insertKey(tx: Tx, key: NewSigningKey, at: number): Promise<void> {
  await tx.db
    .insertInto('signing_key')
    .values({ ...key, created_at: at, retired_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** From now on another key signs; the ones before it still verify. Gives the kids of the present and the last. */
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
  // Of two that rotate at once one makes the key.
  return { kid: (await findCurrent(tx.db))!.kid, retired: old?.kid ?? null };
}

/** Every key, the one that signs first, each with the expiry of the last of its tokens (null: none). */
export const listKeys = (db: Reader) =>
  db
    .selectFrom('signing_key')
    .select(['kid', 'created_at', 'retired_at'])
    .select(({ selectFrom }) =>
      selectFrom('playback_token')
        .select(({ fn }) => fn.max('expires_at').as('last'))
        .whereRef('playback_token.kid', '=', 'signing_key.kid')
        .as('last_expiry'),
    )
    .orderBy('retired_at', (order) => order.desc().nullsFirst())
    .orderBy('created_at', 'desc')
    .execute();

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
