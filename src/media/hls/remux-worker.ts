import { parentPort } from 'node:worker_threads';
import { remux } from './remux.ts';
import type { RemuxAnswer, RemuxQuestion } from './remux-job.ts';

/** One segment after the other, so that a crowd of them is not in memory at once. */
let turn: Promise<void> = Promise.resolve();

parentPort?.on('message', (question: RemuxQuestion) => {
  turn = turn.then(() => answer(question));
});

async function answer({ id, job }: RemuxQuestion): Promise<void> {
  let said: RemuxAnswer;
  try {
    said = { id, done: await remux(job) };
  } catch (error) {
    said = { id, failed: (error as Error).message };
  }
  parentPort?.postMessage(said, 'done' in said ? [said.done.init, said.done.media] : []);
}
