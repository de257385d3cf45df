import { parentPort, workerData } from 'node:worker_threads';
import { readConfig } from '../config.ts';
import { type Imported, type ImportOptions, runImport } from './run.ts';

/** What the thread says: how far it is, and then either what was done or what went wrong. */
export type FromWorker =
  | { rows: number }
  | { done: Imported }
  | { failed: { name: string; message: string; stack: string | undefined } };

const say = (message: FromWorker) => parentPort!.postMessage(message);
const options = workerData as Omit<ImportOptions, 'onProgress'>;

try {
  say({ done: await runImport(readConfig(), { ...options, onProgress: (rows) => say({ rows }) }) });
} catch (error) {
  const { name, message, stack } = error as Error;
  say({ failed: { name, message, stack } });
}
