import { randomReadable } from '../random.ts';
import type { Secrets } from '../secrets.ts';
import { newId } from './ids.ts';
import { insertKey } from './key.ts';
import type { OrganisationTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Reader, Tx } from './store.ts';
import { lockRow } from './tx.ts';

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

export interface OrganisationEdit {
  name?: string | undefined;
  settings?: Partial<OrganisationSettings> | undefined;
}

/** Changes what is named and leaves the rest; gives the row as it was and as it is. */
export async function editOrganisation(
  tx: ScopedTx,
  { name, settings = {} }: OrganisationEdit,
): Promise<{ before: OrganisationTable; after: OrganisationTable }> {
  await lockRow(tx, 'organisation', tx.organisation);
  const row = tx.db.selectFrom('organisation').selectAll().where('id', '=', tx.organisation);
  const before = await row.executeTakeFirstOrThrow();
  const values = { name: name ?? before.name, settings: JSON.stringify({ ...settingsOf(before), ...settings }) };
  await tx.db.updateTable('organisation').set(values).where('id', '=', tx.organisation).execute();
  return { before, after: { ...before, ...values } };
}

/** For a mail to somebody who is to join it. */
export const organisationName = async (db: Reader, id: string): Promise<string> =>
  (await db.selectFrom('organisation').select('name').where('id', '=', id).executeTakeFirstOrThrow()).name;

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
    guardian_epoch: 0,
  };
  await tx.db.insertInto('organisation').values(organisation).execute();
  for (const kind of ['api', 'player'] as const) {
    await insertKey(tx, secrets, { organisation: organisation.id, kind }, at);
  }
  return organisation;
}
