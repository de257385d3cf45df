import { randomReadable } from '../random.ts';
import type { Secrets } from '../secrets.ts';
import { newId } from './ids.ts';
import type { KeyTable, OrganisationTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';
import type { Reader, Tx } from './store.ts';

export interface OrganisationSettings {
  securePlayback: boolean;
  /** Whether anyone who knows a stream's id may read what players need of it. */
  publicStreamInfo: boolean;
  ingestTokens: boolean;
}

const DEFAULTS: OrganisationSettings = { securePlayback: false, publicStreamInfo: true, ingestTokens: false };

export const settingsOf = (row: { settings: string }): OrganisationSettings => ({
  ...DEFAULTS,
  ...(JSON.parse(row.settings) as Partial<OrganisationSettings>),
});

export function findOrganisation(scope: Scope): Promise<OrganisationTable> {
  return readerOf(scope)
    .selectFrom('organisation')
    .selectAll()
    .where('id', '=', scope.organisation)
    .executeTakeFirstOrThrow();
}

/** The cipher of the live key of this kind, or undefined when it is disabled. */
export function findKeyCipher(scope: Scope, kind: KeyTable['kind']): Promise<{ key_cipher: string } | undefined> {
  return readerOf(scope)
    .selectFrom('key')
    .select('key_cipher')
    .where('organisation_id', '=', scope.organisation)
    .where('kind', '=', kind)
    .where('disabled_at', 'is', null)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
}

/** Any key's cipher, by which it can be told whether the secrets at hand are the ones it was made with. */
export const anyKeyCipher = async (db: Reader): Promise<string | undefined> =>
  (await db.selectFrom('key').select('key_cipher').limit(1).executeTakeFirst())?.key_cipher;

export const countOrganisations = async (db: Reader): Promise<number> =>
  Number(
    (
      await db
        .selectFrom('organisation')
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

/** The organisations there are, at most `limit`: for the machine's own administration, never for a request. */
export const listOrganisations = (db: Reader, limit: number): Promise<OrganisationTable[]> =>
  db.selectFrom('organisation').selectAll().orderBy('created_at').limit(limit).execute();

/** A new organisation with an API key and a player key of its own. */
export async function insertOrganisation(
  tx: Tx,
  secrets: Secrets,
  name: string,
  at: number,
): Promise<OrganisationTable> {
  const organisation: OrganisationTable = {
    id: newId(),
    name,
    hash: randomReadable(5),
    settings: '{}',
    created_at: at,
    webhook_cipher: null,
    webhook_secret_cipher: null,
  };
  await tx.db.insertInto('organisation').values(organisation).execute();
  for (const kind of ['api', 'player'] as const) {
    const text = randomReadable(40);
    await tx.db
      .insertInto('key')
      .values({
        id: newId(),
        organisation_id: organisation.id,
        kind,
        key_hash: secrets.fingerprint(text),
        key_cipher: secrets.encrypt(text),
        created_at: at,
        disabled_at: null,
        last_used_at: null,
        last_used_ip: null,
      })
      .execute();
  }
  return organisation;
}
