import { parentPort, workerData } from 'node:worker_threads';
import { type PreparedBatch, type Preparing, preparedBatches } from './preparing.ts';

const batches = preparedBatches(workerData as Preparing);

/** Each message is answered by the next batch, or by null behind the last one. */
parentPort!.on('message', async () => {
  const answer: PreparedBatch | null = (await batches.next()).value ?? null;
  parentPort!.postMessage(answer);
});
