import { CliFailure } from './failure.ts';

const EVERY_MS = 1_000;

/** Says on standard error how far a long command has come, about once a second; nothing when its answer is for a program. */
export function progress(json: boolean, words: (count: number) => string): (count: number) => void {
  let last = performance.now();
  return (count) => {
    const now = performance.now();
    if (json || now - last < EVERY_MS) return;
    last = now;
    process.stderr.write(`${words(count)}\n`);
  };
}

/** Errors whose message was written for whoever runs the command. */
const FOR_PEOPLE = new Set(['ArchiveError', 'UpgradeError', 'ConfigError', 'DataFolderError', 'ImportError']);

/** Runs a command on this machine's own data. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && FOR_PEOPLE.has(error.name)) throw new CliFailure(error.message);
    throw error;
  }
}
