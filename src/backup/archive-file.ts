import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';

/** An archive that is damaged, incomplete or none of ours. The message is for people. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export interface ArchiveHeader {
  lockkeeper: 'backup';
  format: 1;
  /** Of the program that wrote it. */
  version: string;
  /** ISO 8601. */
  createdAt: string;
  /** The schema's steps that the rows were written under. */
  steps: readonly string[];
  /** The content of `secrets.json`; null where it was left where it is. */
  secrets: string | null;
}

/** One row's values, in the order of the columns that were last named. */
export type ArchiveRow = readonly (string | number | null)[];

/** What stands between header and trailer. */
export type ArchiveLine = { table: string; columns: readonly string[] } | ArchiveRow;

interface Trailer {
  end: { rows: number; sha256: string };
}

const LONGEST_LINE = 64 * 1024 * 1024;
/** Fast: the rows are mostly random text. */
const COMPRESSION = { level: 3 };

async function* withTrailer(header: ArchiveHeader, lines: AsyncIterable<ArchiveLine>): AsyncGenerator<string> {
  const digest = createHash('sha256');
  let rows = 0;
  let text = `${JSON.stringify(header)}\n`;
  for await (const line of lines) {
    if (Array.isArray(line)) rows++;
    text += `${JSON.stringify(line)}\n`;
    if (text.length < 65_536) continue;
    digest.update(text);
    yield text;
    text = '';
  }
  digest.update(text);
  const trailer: Trailer = { end: { rows, sha256: digest.digest('hex') } };
  yield `${text}${JSON.stringify(trailer)}\n`;
}

async function syncFolder(file: string): Promise<void> {
  const folder = await open(path.dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}

/** A file for its owner alone that appears whole under its name, or not at all; one that is there is replaced. */
export async function writeWhole(file: string, write: (draft: FileHandle, name: string) => Promise<void>) {
  const name = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const draft = await open(name, 'wx', 0o600);
    try {
      await write(draft, name);
      await draft.sync();
    } finally {
      await draft.close();
    }
    await rename(name, file);
    if (process.platform !== 'win32') await syncFolder(file);
  } finally {
    await rm(name, { force: true });
  }
}

/** Gzipped lines of JSON: a header, tables and rows, and a trailer that counts and sums them up. */
export const writeArchive = (file: string, header: ArchiveHeader, lines: AsyncIterable<ArchiveLine>): Promise<void> =>
  writeWhole(file, (draft) =>
    draft.writeFile(Readable.from(withTrailer(header, lines)).compose(createGzip(COMPRESSION))),
  );

/** Lines end in a line feed alone; Node's own reader also splits at U+2028, which a text may hold. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const text = source.pipe(createGunzip()).setEncoding('utf8');
  source.on('error', (error) => text.destroy(error));
  let rest = '';
  try {
    for await (const chunk of text) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      if (rest.length > LONGEST_LINE) throw new ArchiveError(`${file} is not a backup of Lockkeeper`);
      yield* lines;
    }
  } finally {
    source.destroy();
    text.destroy();
  }
  if (rest !== '') yield rest;
}

function parsed(file: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new ArchiveError(`${file} is not a backup of Lockkeeper`);
  }
}

function headerOf(file: string, line: string): ArchiveHeader {
  const header = parsed(file, line) as Partial<ArchiveHeader> | null;
  if (header?.lockkeeper !== 'backup' || !Array.isArray(header.steps))
    throw new ArchiveError(`${file} is not a backup of Lockkeeper`);
  if (header.format !== 1)
    throw new ArchiveError(`${file} was written by a newer Lockkeeper: restore it with that one`);
  return header as ArchiveHeader;
}

const damaged = (file: string, cause?: unknown) =>
  new ArchiveError(`${file} is damaged or incomplete. Nothing was restored.`, { cause });

/**
 * Gives the header and then each line. The last comes only when everything before it was whole.
 * @throws ArchiveError
 */
export async function* readArchive(file: string): AsyncGenerator<ArchiveHeader | ArchiveLine> {
  const digest = createHash('sha256');
  let [rows, first, ended] = [0, true, false];
  try {
    for await (const line of linesOf(file)) {
      if (ended) throw damaged(file);
      const value = first ? headerOf(file, line) : (parsed(file, line) as ArchiveLine | Trailer);
      if (typeof value !== 'object' || value === null) throw damaged(file);
      if ('end' in value) {
        ended = true;
        if (value.end.rows !== rows || value.end.sha256 !== digest.digest('hex')) throw damaged(file);
        continue;
      }
      digest.update(`${line}\n`);
      if (Array.isArray(value)) rows++;
      first = false;
      yield value;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof ArchiveError) throw error;
    if (code === 'ENOENT') throw new ArchiveError(`There is no file ${file}`);
    if (first) throw new ArchiveError(`${file} is not a backup of Lockkeeper`, { cause: error });
    throw code?.startsWith('Z_') ? damaged(file, error) : error;
  }
  if (!ended) throw damaged(file);
}

/** Reads all of it and gives its header and its number of rows. @throws ArchiveError unless everything is there */
export async function checkArchive(file: string): Promise<{ header: ArchiveHeader; rows: number }> {
  let [header, rows] = [null as ArchiveHeader | null, 0];
  for await (const line of readArchive(file)) {
    if (Array.isArray(line)) rows++;
    else header ??= line as ArchiveHeader;
  }
  return { header: header!, rows };
}
