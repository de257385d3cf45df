import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/** Raised when the data folder is in use or cannot be used. The message is for people. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

function ownerOf(pidFile: string): string {
  try {
    return ` (process ${readFileSync(pidFile, 'utf8').trim()})`;
  } catch {
    return '';
  }
}

/** Throws what SQLite says. */
function takeLock(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN IMMEDIATE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * One Lockkeeper per data folder. The lock is SQLite's write lock on an empty database, which the kernel drops when
 * its owner dies, however it dies: nothing goes stale after `kill -9`, and no reused process number (a container's
 * first process is always number 1) is taken for the owner. The file with the number only serves the message.
 * @throws DataFolderError
 */
export function lockDataFolder(folder: string): Disposable {
  const pidFile = path.join(folder, 'lockkeeper.pid');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = takeLock(path.join(folder, 'lock'));
    writeFileSync(pidFile, `${process.pid}\n`);
    return { [Symbol.dispose]: () => database.close() };
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new DataFolderError(
        `Another Lockkeeper${ownerOf(pidFile)} already runs on ${folder}. Stop it first, or set LOCKKEEPER_DATA to another folder.`,
      );
    }
    throw new DataFolderError(
      `The data folder ${folder} cannot be used: ${(error as Error).message}. Set LOCKKEEPER_DATA to a folder that can be written.`,
    );
  }
}

/**
 * One import at a time, beside a server or without one; it goes with its owner too.
 * @throws DataFolderError
 */
export function lockImports(folder: string): Disposable {
  try {
    const database = takeLock(path.join(folder, 'import.lock'));
    return { [Symbol.dispose]: () => database.close() };
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new DataFolderError(`Another import runs on ${folder}. Wait until it is done.`);
  }
}
