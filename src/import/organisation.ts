import { randomReadable } from '../random.ts';
import type { Secrets } from '../secrets.ts';
import { newId } from '../store/ids.ts';
import {
  findKeyByHash,
  findOrganisationByHash,
  findOrganisationById,
  findProgress,
  insertImportedOrganisation,
  insertProgress,
  kindsOfKeys,
  recordImported,
  saveProgress,
  wasImported,
} from '../store/import.ts';
import { insertKey } from '../store/key.ts';
import type { ImportProgressTable, OrganisationTable } from '../store/schema.ts';
import type { Store, Tx } from '../store/store.ts';
import { type Context, importer } from './context.ts';
import { ImportError } from './cutter.ts';
import type { OrganisationRow } from './rows.ts';
import { entriesOf, readEntry } from './sources.ts';

/** The organisation that these files are of. @throws ImportError when they name none, or one that cannot be told again */
export async function readOrganisation(files: readonly string[]): Promise<OrganisationRow> {
  for (const file of files) {
    for await (const entry of entriesOf(file)) {
      if (entry.kind !== 'organisation') continue;
      const { row, problem } = readEntry(entry);
      if (row?.of !== 'organisation') throw new ImportError(`The organisation cannot be imported: ${problem}`);
      if (row.hash === null && row.apiKey === null)
        throw new ImportError(
          'The organisation has neither a hash nor an apiKey: a second run could not find it again',
        );
      return row;
    }
  }
  throw new ImportError('These files do not say which organisation they are of');
}

async function find(tx: Tx, secrets: Secrets, row: OrganisationRow): Promise<OrganisationTable | undefined> {
  const key = row.apiKey === null ? undefined : await findKeyByHash(tx.db, secrets.fingerprint(row.apiKey));
  const byHash = row.hash === null ? undefined : await findOrganisationByHash(tx.db, row.hash);
  const found = byHash ?? (key && (await findOrganisationById(tx.db, key.organisation_id)));
  if (key && key.organisation_id !== found?.id)
    throw new ImportError('The API key belongs to another organisation here');
  if (found && !(await wasImported(tx.db, found.id)))
    throw new ImportError(
      `There is an organisation here with this ${byHash ? `hash, ${row.hash}` : 'API key'}, and no import made it`,
    );
  return found;
}

async function create(tx: Tx, secrets: Secrets, row: OrganisationRow, at: number): Promise<OrganisationTable> {
  const organisation: OrganisationTable = {
    id: newId(),
    name: row.name,
    hash: row.hash ?? randomReadable(5),
    settings: '{}',
    created_at: row.createdAt ?? at,
    webhook_cipher: row.webhook === null ? null : secrets.encrypt(row.webhook),
    webhook_secret_cipher: row.webhook === null ? null : secrets.encrypt(`whsec_${randomReadable(43)}`),
    guardian_epoch: 0,
  };
  await insertImportedOrganisation(tx, organisation);
  const keys = { api: row.apiKey, player: row.playerKey };
  for (const kind of ['api', 'player'] as const) {
    const text = keys[kind];
    if (text === null) continue;
    if (await findKeyByHash(tx.db, secrets.fingerprint(text)))
      throw new ImportError(`The ${kind} key of the organisation is in use here already`);
    await insertKey(tx, secrets, { organisation: organisation.id, kind, text }, at);
  }
  const target = { type: 'organisation', id: organisation.id } as const;
  const detail = { name: row.name, keys: Object.keys(keys).filter((kind) => keys[kind as 'api'] !== null) };
  await recordImported(tx, { principal: importer(organisation.id), action: 'importOrganisation', at }, [
    { target, detail },
  ]);
  return organisation;
}

/** Finds what an earlier run began, or begins. @throws ImportError */
export function begin(
  store: Store,
  secrets: Secrets,
  row: OrganisationRow,
  source: string,
): Promise<{ context: Context; progress: ImportProgressTable }> {
  return store.transaction(async (tx) => {
    const at = Date.now();
    const organisation = (await find(tx, secrets, row)) ?? (await create(tx, secrets, row, at));
    const context = { secrets, organisation, principal: importer(organisation.id), at };
    const before = await findProgress(tx.db, organisation.id, source);
    if (before) return { context, progress: before };
    const progress: ImportProgressTable = {
      id: newId(),
      organisation_id: organisation.id,
      source,
      rows_done: 0,
      rows_refused: 0,
      started_at: at,
      updated_at: at,
      finished_at: null,
    };
    await insertProgress(tx, progress);
    return { context, progress };
  });
}

/** Marks the import done, and makes the keys that the export did not have. */
export const finish = (
  store: Store,
  { secrets, organisation }: Context,
  progress: ImportProgressTable,
): Promise<void> =>
  store.transaction(async (tx) => {
    const at = Date.now();
    const there = await kindsOfKeys(tx.db, organisation.id, true);
    for (const kind of (['api', 'player'] as const).filter((one) => !there.includes(one)))
      await insertKey(tx, secrets, { organisation: organisation.id, kind }, at);
    await saveProgress(tx, progress.id, { finished_at: at, updated_at: at });
  });
