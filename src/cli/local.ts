import { readConfig } from '../config.ts';

type Local = Awaited<ReturnType<typeof import('../local.ts').openLocal>>;

/**
 * Works on the data folder of this machine: whoever may read its secrets needs no token. The store and the password
 * hash are loaded for this alone, so that other commands start quickly.
 */
export async function withLocal<T>(work: (local: Local) => Promise<T>): Promise<T> {
  const { openLocal } = await import('../local.ts');
  const { config, secrets } = readConfig();
  await using local = await openLocal(config, secrets);
  return await work(local);
}
