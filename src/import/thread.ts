import { Worker } from 'node:worker_threads';
import type { Imported, ImportOptions } from './run.ts';
import type { FromWorker } from './worker.ts';

/**
 * In megabytes. Rows live for one batch: without a limit the engine lets them pile up to several times what is needed, and
 * only a thread of its own can be given one.
 */
const LIMITS = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 256 };

/** Imports in a thread of its own, as this process is configured. Rejects with what the import threw, by its name. */
export async function importInThread({ onProgress, ...options }: ImportOptions): Promise<Imported> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options, resourceLimits: LIMITS });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if ('rows' in message) onProgress(message.rows);
        else if ('done' in message) resolve(message.done);
        else reject(Object.assign(new Error(message.failed.message), message.failed));
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`The import ended by itself, with ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
