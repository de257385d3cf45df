import { existsSync } from 'node:fs';
import path from 'node:path';
import { NO_RIGHTS } from '../capabilities.ts';
import type { Config, ConfigSecrets } from '../config.ts';
import { loadSecrets, readSecretsFile, replaceSecretsFile, type Secrets, secretsFrom } from '../secrets.ts';
import { dumpTables, loadTables, type OnProgress } from '../store/archive.ts';
import { recordAudit } from '../store/audit.ts';
import { checkKnown, SCHEMA } from '../store/migrations/index.ts';
import { openStore, storageOf } from '../store/open.ts';
import { anyKeyCipher, countOrganisations, listOrganisations } from '../store/organisation.ts';
import type { Tx } from '../store/store.ts';
import { DataFolderError, lockDataFolder } from '../supervisor/data-lock.ts';
import { version } from '../version.ts';
import {
  ArchiveError,
  type ArchiveHeader,
  type ArchiveLine,
  checkArchive,
  readArchive,
  writeArchive,
} from './archive-file.ts';

/** Where an installation keeps what it keeps. */
export interface Installation {
  config: Config;
  secrets: ConfigSecrets;
}

/**
 * Writes everything of an installation, its secrets included, to a file for its owner alone. The rows are of one moment,
 * and the server goes on meanwhile. Gives the number of rows.
 * @throws ArchiveError when the file is already there
 */
export async function backup(
  { config, secrets }: Installation,
  file: string,
  onProgress: OnProgress,
): Promise<{ rows: number }> {
  if (existsSync(file)) throw new ArchiveError(`${file} is already there: choose another name, or remove it first`);
  await loadSecrets(config.data);
  await using store = await openStore({ storage: storageOf(config, secrets) });
  const header: ArchiveHeader = {
    lockkeeper: 'backup',
    format: 1,
    version: version(),
    createdAt: new Date().toISOString(),
    steps: SCHEMA,
    secrets: await readSecretsFile(config.data),
  };
  let rows = 0;
  const count: OnProgress = (sum) => {
    rows = sum;
    onProgress(sum);
  };
  await store.snapshot((reader) => writeArchive(path.resolve(file), header, dumpTables(reader, count)));
  return { rows };
}

const NEEDS_STOP =
  'The backup was made with other secrets than this installation has, and a running server cannot change its own. Stop the server, restore, and start it again.';

/** A server holds this lock for as long as it runs. @throws ArchiveError */
function withoutServer(folder: string): Disposable {
  try {
    return lockDataFolder(folder);
  } catch (error) {
    throw error instanceof DataFolderError ? new ArchiveError(NEEDS_STOP, { cause: error }) : error;
  }
}

async function* rowsOf(file: string): AsyncGenerator<ArchiveLine> {
  let header = true;
  for await (const line of readArchive(file)) {
    if (!header) yield line as ArchiveLine;
    header = false;
  }
}

async function checkOpens(tx: Tx, secrets: Secrets): Promise<void> {
  const cipher = await anyKeyCipher(tx.db);
  try {
    if (cipher !== undefined) secrets.decrypt(cipher);
  } catch (cause) {
    const words = 'The backup holds no secrets, and the secrets.json of this installation does not open its keys.';
    throw new ArchiveError(`${words} Put the right file into the data folder first. Nothing was restored.`, { cause });
  }
}

async function writeDown(tx: Tx, { version: from, createdAt }: ArchiveHeader): Promise<void> {
  for (const { id } of await listOrganisations(tx.db, Number.MAX_SAFE_INTEGER)) {
    const credential = { type: 'local', id: 'restore' } as const;
    const principal = { kind: 'system', id: 'restore', email: null, organisation: id, role: null } as const;
    const event = { principal: { ...principal, rights: NO_RIGHTS, credential }, outcome: 'allowed' } as const;
    const target = { type: 'organisation', id } as const;
    const detail = { from, createdAt };
    await recordAudit(
      tx,
      { ...event, origin: { ip: null, requestId: null }, action: 'restore', target, detail },
      Date.now(),
    );
  }
}

/**
 * Puts a backup in the place of everything there is, in one transaction, also beside a running server. Gives the number
 * of rows.
 * @throws ArchiveError, UpgradeError: then nothing was changed
 */
export async function restore(
  { config, secrets: configSecrets }: Installation,
  { file, force }: { file: string; force: boolean },
  onProgress: OnProgress,
): Promise<{ rows: number; createdAt: string }> {
  const { header, rows } = await checkArchive(file);
  checkKnown(header.steps, 'The backup');
  const own = await readSecretsFile(config.data);
  const theirs = header.secrets;
  const replacement = theirs !== null && !sameSecrets(own, theirs) ? theirs : null;
  using _lock = replacement === null ? null : withoutServer(config.data);
  const secrets = theirs === null ? await loadSecrets(config.data) : secretsFrom(theirs);
  await using store = await openStore({ storage: storageOf(config, configSecrets) });
  if (!force && (await countOrganisations(store.db)) > 0)
    throw new ArchiveError(
      'This installation is not empty, and a restore replaces everything in it. Say --force if that is meant.',
    );
  await store.transaction(async (tx) => {
    await loadTables(tx, header, rowsOf(file), onProgress);
    await checkOpens(tx, secrets);
    await writeDown(tx, header);
  });
  if (replacement !== null) await replaceSecretsFile(config.data, replacement);
  return { rows, createdAt: header.createdAt };
}

const sameSecrets = (own: string | null, theirs: string): boolean =>
  own !== null && JSON.stringify(JSON.parse(own)) === JSON.stringify(JSON.parse(theirs));
