import type { Reader } from './store.ts';

/** A token of a user that opens nothing any more, before its time was over. */
export interface DeadToken {
  id: string;
  organisation: string;
  hash: string;
  /** Unix milliseconds; 0 when it ended before that was kept. */
  endedAt: number;
}

/** Which of these texts were tokens of kind `api` that were revoked, or whose tokenKey was renewed, and have not expired. */
export async function findDeadTokens(db: Reader, hashes: readonly string[], now: number): Promise<DeadToken[]> {
  const rows = await db
    .selectFrom('token')
    .innerJoin('user', 'user.id', 'token.user_id')
    .select(['token.id', 'token.organisation_id', 'token.token_hash', 'token.revoked_at', 'token.token_key'])
    .select(['user.token_key as current_key', 'user.token_key_at'])
    .where('token.token_hash', 'in', [...hashes])
    .where('token.kind', '=', 'api')
    .where('token.expires_at', '>', now)
    .execute();
  return rows.flatMap(({ id, organisation_id: organisation, token_hash: hash, ...row }) => {
    const renewed = row.token_key === row.current_key ? null : (row.token_key_at ?? 0);
    const ends = [row.revoked_at, renewed].filter((end) => end !== null);
    return ends.length === 0 ? [] : { id, organisation, hash, endedAt: Math.min(...ends) };
  });
}
