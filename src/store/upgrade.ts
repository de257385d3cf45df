import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { writeArchive, writeWhole } from '../backup/archive-file.ts';
import { version } from '../version.ts';
import { dumpTables } from './archive.ts';
import { UpgradeError } from './migrations/index.ts';
import type { Reader } from './store.ts';

/** What the upgrade itself may add, as a part of the size: indexes over what is there, and the write-ahead log. */
const ROOM = 1.5;

const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MB`;

const freeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/**
 * Copies an SQLite database beside itself, as `<file>.before-<version>`, before an upgrade changes it. The caller holds
 * the write lock, so that the copy is exactly what will be changed.
 * @throws UpgradeError when there is no room for it
 */
export async function keepCopy(file: string, free: (folder: string) => Promise<number> = freeBytes): Promise<void> {
  using database = new DatabaseSync(file, { readOnly: true });
  const { bytes } = database
    .prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size')
    .get() as { bytes: number };
  const [needed, there] = [bytes * (1 + ROOM), await free(path.dirname(file))];
  if (there < needed)
    throw new UpgradeError(
      `The database has to be upgraded, and there is no room for a copy of it beside it: ${megabytes(needed)} are needed in ${path.dirname(file)}, ${megabytes(there)} are free. Nothing was changed.`,
    );
  // SQLite fills a file that is there and empty, and so keeps its mode.
  await writeWhole(`${file}.before-${version()}`, async (_draft, name) => {
    database.prepare('vacuum into ?').run(name);
  });
}

/**
 * Writes everything of a PostgreSQL database to an archive in this folder, for `lockkeeper restore`. Secrets are left out:
 * they stay in the same folder.
 * @throws UpgradeError when there is no folder to write to
 */
export async function keepArchive(folder: string | undefined, reader: Reader, steps: readonly string[]): Promise<void> {
  if (folder === undefined)
    throw new UpgradeError('The database has to be upgraded, and there is no folder for a copy of it.');
  const header = {
    lockkeeper: 'backup',
    format: 1,
    version: version(),
    createdAt: new Date().toISOString(),
    steps,
    secrets: null,
  } as const;
  await writeArchive(path.join(folder, `database.before-${version()}.gz`), header, dumpTables(reader));
}
