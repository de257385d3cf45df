import { readerOf, type Scope } from './scope.ts';

/** Unix milliseconds at which the caller's own credential ends by itself, or null for one that does not. */
export async function expiryOfCredential(scope: Scope): Promise<number | null> {
  const { type, id } = scope.grant.principal.credential;
  if (type === 'token' || type === 'session') {
    const own = readerOf(scope)
      .selectFrom('token')
      .select('expires_at')
      .where('organisation_id', '=', scope.organisation);
    return (await own.where('id', '=', id).executeTakeFirst())?.expires_at ?? null;
  }
  const own = readerOf(scope).selectFrom('key').select('disabled_at').where('organisation_id', '=', scope.organisation);
  return (await own.where('id', '=', id).executeTakeFirst())?.disabled_at ?? null;
}
