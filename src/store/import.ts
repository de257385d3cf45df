import type { AuditDetail, AuditTarget } from '../audit.ts';
import type { Principal } from '../principal.ts';
import { auditRow } from './audit.ts';
import { insertRows, listed } from './bulk.ts';
import { newId } from './ids.ts';
import type { ImportProgressTable, KeyTable, OrganisationTable, StreamTable, UserTable } from './schema.ts';
import type { Reader, Tx } from './store.ts';

/** How far an import of these files into an organisation has come. */
export const findProgress = (db: Reader, organisation: string, source: string) =>
  db
    .selectFrom('import_progress')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .where('source', '=', source)
    .executeTakeFirst();

/** Whether an import made this organisation. */
export const wasImported = async (db: Reader, organisation: string): Promise<boolean> =>
  (await db.selectFrom('import_progress').select('id').where('organisation_id', '=', organisation).limit(1).execute())
    .length > 0;

export const insertProgress = (tx: Tx, row: ImportProgressTable): Promise<void> =>
  insertRows(tx, 'import_progress', [row]);

export async function saveProgress(tx: Tx, id: string, values: Partial<ImportProgressTable>): Promise<void> {
  await tx.db.updateTable('import_progress').set(values).where('id', '=', id).execute();
}

export const findOrganisationByHash = (db: Reader, hash: string): Promise<OrganisationTable | undefined> =>
  db.selectFrom('organisation').selectAll().where('hash', '=', hash).executeTakeFirst();

export const findOrganisationById = (db: Reader, id: string): Promise<OrganisationTable> =>
  db.selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

export const insertImportedOrganisation = (tx: Tx, row: OrganisationTable): Promise<void> =>
  insertRows(tx, 'organisation', [row]);

export type KnownKey = Pick<KeyTable, 'key_hash' | 'kind' | 'organisation_id'>;

export const findKeyByHash = (db: Reader, hash: string): Promise<KnownKey | undefined> =>
  db.selectFrom('key').select(['key_hash', 'kind', 'organisation_id']).where('key_hash', '=', hash).executeTakeFirst();

/** The kinds of key that the organisation has; without `disabled` only of those that are not. */
export async function kindsOfKeys(db: Reader, organisation: string, disabled: boolean): Promise<string[]> {
  const query = db.selectFrom('key').select('kind').where('organisation_id', '=', organisation);
  return (await (disabled ? query : query.where('disabled_at', 'is', null)).execute()).map(({ kind }) => kind);
}

/** Of these addresses those that are in use, with the organisation that they are in. */
export const knownAddresses = (tx: Tx, emailKeys: readonly string[]) =>
  tx.db
    .selectFrom('user')
    .select(['email_key', 'organisation_id'])
    .where('email_key', 'in', listed(tx, emailKeys))
    .execute();

export const insertUsers = (tx: Tx, rows: readonly UserTable[]): Promise<void> => insertRows(tx, 'user', rows);

export type KnownStream = Pick<StreamTable, 'id' | 'ingest_hash' | 'organisation_id'>;

const KNOWN = ['id', 'ingest_hash', 'organisation_id'] as const;

export const streamsByIngest = (tx: Tx, hashes: readonly string[]): Promise<KnownStream[]> =>
  tx.db.selectFrom('stream').select(KNOWN).where('ingest_hash', 'in', listed(tx, hashes)).execute();

export const streamsById = (tx: Tx, ids: readonly string[]): Promise<KnownStream[]> =>
  tx.db.selectFrom('stream').select(KNOWN).where('id', 'in', listed(tx, ids)).execute();

export const takenPlayoutNames = async (tx: Tx, names: readonly string[]): Promise<Set<string>> => {
  const query = tx.db.selectFrom('stream').select('playout_name').where('playout_name', 'in', listed(tx, names));
  return new Set((await query.execute()).map(({ playout_name }) => playout_name));
};

export const hasStreams = async (db: Reader): Promise<boolean> =>
  (await db.selectFrom('stream').select('id').limit(1).execute()).length > 0;

export async function insertStreams(
  tx: Tx,
  rows: readonly StreamTable[],
  tags: readonly { stream_id: string; tag_id: string }[],
): Promise<void> {
  await insertRows(tx, 'stream', rows);
  const created = new Map(rows.map(({ id, created_at }) => [id, created_at]));
  const links = tags.map((tag) => ({ ...tag, created_at: created.get(tag.stream_id)! }));
  await insertRows(tx, 'stream_tag', links);
}

/** The id of each of these names in the organisation; those that were not there are made. */
export async function tagIds(
  tx: Tx,
  { organisation, at }: { organisation: string; at: number },
  names: readonly string[],
): Promise<{ ids: Map<string, string>; made: number }> {
  const found = await tx.db
    .selectFrom('tag')
    .select(['id', 'name'])
    .where('organisation_id', '=', organisation)
    .where('name', 'in', listed(tx, names))
    .execute();
  const ids = new Map(found.map(({ id, name }) => [name, id]));
  const missing = [...new Set(names)].filter((name) => !ids.has(name));
  const rows = missing.map((name) => ({ id: newId(), organisation_id: organisation, name, created_at: at }));
  await insertRows(tx, 'tag', rows);
  for (const { id, name } of rows) ids.set(name, id);
  return { ids, made: rows.length };
}

/** Not a request: it has no address and no id. */
const NOWHERE = { ip: null, requestId: null };

/** Audit rows of one principal and one moment, any number at once. */
export const recordImported = (
  tx: Tx,
  { principal, action, at }: { principal: Principal; action: string; at: number },
  things: readonly { target: AuditTarget; detail: AuditDetail }[],
): Promise<void> =>
  insertRows(
    tx,
    'audit',
    things.map((thing) => auditRow({ principal, origin: NOWHERE, action, outcome: 'allowed', ...thing }, at)),
  );
