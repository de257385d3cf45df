import { readConfig } from '../config.ts';
import { ApiError, errorBody } from '../errors.ts';
import type { Local } from '../local.ts';
import { CliFailure, explainFailure } from './failure.ts';
import { inWords } from './progress.ts';

/**
 * Works on the data folder of this machine: whoever may read its secrets needs no token. The store and the password
 * hash are loaded for this alone, so that other commands start quickly.
 */
export async function withLocal<T>(work: (local: Local) => Promise<T>): Promise<T> {
  const { openLocal } = await import('../local.ts');
  const { config, secrets } = readConfig();
  try {
    return await inWords(async () => {
      await using local = await openLocal(config, secrets);
      return await work(local);
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const body = errorBody(error.kind, 'local', error.userinfo);
    throw new CliFailure(explainFailure(body, null), 1, body);
  }
}
