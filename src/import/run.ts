import path from 'node:path';
import type { Config, ConfigSecrets } from '../config.ts';
import { loadSecrets } from '../secrets.ts';
import { isUniqueViolation } from '../store/failures.ts';
import { hasStreams, saveProgress } from '../store/import.ts';
import { openStore, storageOf } from '../store/open.ts';
import type { ImportProgressTable } from '../store/schema.ts';
import type { Store, Tx } from '../store/store.ts';
import { DataFolderError, lockDataFolder, lockImports } from '../supervisor/data-lock.ts';
import { add, type Context, NOTHING, type Outcome } from './context.ts';
import { begin, finish, readOrganisation } from './organisation.ts';
import { applyPeople } from './people.ts';
import { Preparer } from './preparer.ts';
import { RefusedFile } from './refused.ts';
import { digestOf, entriesOf, readEntry, type SourceRow } from './sources.ts';
import { Staging } from './staging.ts';
import { applyStreams } from './streams.ts';

/** Rows of one transaction. */
const PEOPLE = 2_000;
/** Others may have added the same meanwhile, and then the batch is looked at again. */
const TRIES = 5;

export interface ImportOptions {
  files: readonly string[];
  /** Where refused rows go. */
  refused: string;
  onProgress(rows: number): void;
}

export interface Imported extends Omit<Outcome, 'refused'> {
  organisation: { id: string; name: string; hash: string };
  /** Of all runs together. */
  rows: number;
  refused: number;
  /** Nothing was left to do. */
  finishedBefore: boolean;
}

/** One run over the files: what has been done, and where it goes. */
class Run {
  readonly #store: Store;
  readonly #context: Context;
  readonly #progress: ImportProgressTable;
  readonly #file: RefusedFile;
  readonly #onProgress: (rows: number) => void;
  /** Rows of earlier runs that are still to be passed over. */
  skip: number;
  sum: Outcome = NOTHING;

  constructor(
    options: { store: Store; context: Context; progress: ImportProgressTable; file: RefusedFile },
    onProgress: (rows: number) => void,
  ) {
    this.#store = options.store;
    this.#context = options.context;
    this.#progress = options.progress;
    this.#file = options.file;
    this.#onProgress = onProgress;
    this.skip = options.progress.rows_done;
  }

  /** What of a batch is left to do. Batches are the same in every run, but a run may have ended behind any of them. */
  pending<T>(batch: readonly T[]): readonly T[] {
    const passed = Math.min(this.skip, batch.length);
    this.skip -= passed;
    return batch.slice(passed);
  }

  hasStreams(): Promise<boolean> {
    return hasStreams(this.#store.db);
  }

  /** Does a batch, its refused rows and the progress in one transaction. */
  async commit(count: number, work: (tx: Tx, context: Context, tries: number) => Promise<Outcome>): Promise<void> {
    const progress = this.#progress;
    for (let tries = 1; ; tries++) {
      try {
        const outcome = await this.#store.transaction(async (tx) => {
          const at = Date.now();
          const done = await work(tx, { ...this.#context, at }, tries);
          this.#file.stage(done.refused);
          await saveProgress(tx, progress.id, {
            rows_done: progress.rows_done + count,
            rows_refused: progress.rows_refused + done.refused.length,
            updated_at: at,
          });
          return done;
        });
        this.#file.keep(outcome.refused);
        progress.rows_done += count;
        progress.rows_refused += outcome.refused.length;
        this.sum = add(this.sum, outcome);
        this.#onProgress(progress.rows_done);
        return;
      } catch (error) {
        if (tries === TRIES || !isUniqueViolation(error)) throw error;
      }
    }
  }
}

async function importPeople(run: Run, files: readonly string[], staging: Staging): Promise<void> {
  let batch: SourceRow[] = [];
  const flush = async () => {
    const pending = run.pending(batch);
    batch = [];
    if (pending.length > 0) await run.commit(pending.length, (tx, context) => applyPeople(tx, context, pending));
  };
  for (const file of files) {
    for await (const entry of entriesOf(file)) {
      if (entry.kind === 'stream') {
        staging.add(entry);
        continue;
      }
      batch.push(readEntry(entry));
      if (batch.length === PEOPLE) await flush();
    }
  }
  await flush();
  staging.end();
}

async function importStreams(run: Run, preparer: Preparer): Promise<void> {
  // Where no stream was, none is looked for, until a unique index has found one.
  let look = await run.hasStreams();
  for await (const { streams, refused } of preparer.batches()) {
    await run.commit(streams.length + refused.length, async (tx, context, tries) => {
      look ||= tries > 1;
      const outcome = await applyStreams(tx, context, streams, look);
      return { ...outcome, refused: [...refused, ...outcome.refused] };
    });
  }
}

/** Everything but streams in the order of the files, then the streams in the order of their ids. */
async function work(run: Run, context: Context, { files, data }: { files: readonly string[]; data: string }) {
  using staging = new Staging(path.join(data, 'import'));
  await importPeople(run, files, staging);
  const { folder } = staging;
  await using preparer = new Preparer({ folder, data, organisation: context.organisation.id, skip: run.skip });
  await importStreams(run, preparer);
}

/** Whether no server runs on the folder. One that starts meanwhile is none the worse for it. */
function isAlone(folder: string): boolean {
  try {
    lockDataFolder(folder)[Symbol.dispose]();
    return true;
  } catch (error) {
    if (error instanceof DataFolderError) return false;
    throw error;
  }
}

/**
 * Takes an organisation from an export. May be broken off anywhere and run again: what is there is not added twice. Works
 * beside a running server, which waits for one batch at the most.
 * @throws ImportError when the files cannot be read, or name an organisation that is not theirs
 */
export async function runImport(
  installation: { config: Config; secrets: ConfigSecrets },
  { files, refused, onProgress }: ImportOptions,
): Promise<Imported> {
  const { config } = installation;
  const row = await readOrganisation(files);
  const source = await digestOf(files);
  const secrets = await loadSecrets(config.data);
  using _lock = lockImports(config.data);
  await using store = await openStore({
    storage: storageOf(config, installation.secrets),
    alone: isAlone(config.data),
  });
  const { context, progress } = await begin(store, secrets, row, source);
  const finishedBefore = progress.finished_at !== null;
  let sum = NOTHING;
  if (!finishedBefore) {
    using file = new RefusedFile(refused, progress.rows_refused);
    const run = new Run({ store, context, progress, file }, onProgress);
    await work(run, context, { files, data: config.data });
    await finish(store, context, progress);
    sum = run.sum;
  }
  const { id, name, hash } = context.organisation;
  const { rows_done: rows, rows_refused } = progress;
  return { ...sum, organisation: { id, name, hash }, rows, refused: rows_refused, finishedBefore };
}
