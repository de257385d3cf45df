import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Sealed, ToSeal } from './sealing-worker.ts';
import type { StagedStream } from './staging.ts';

/** A stream with what is costly to make, and is made before the database is held. */
export interface Prepared extends StagedStream {
  hash: string;
  cipher: string;
  pushCipher: string | null;
}

/** In megabytes: it holds a batch's names and what becomes of them. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

/** Hashes and encrypts in a thread of its own, so that the other core does it while the rows before are written. */
export class Sealing implements AsyncDisposable {
  readonly #worker: Worker;

  constructor(data: string) {
    const url = new URL('./sealing-worker.ts', import.meta.url);
    this.#worker = new Worker(url, { workerData: { data }, resourceLimits: LIMITS });
  }

  /** One batch at a time. Gives it in the order of ids. */
  async prepare(batch: readonly StagedStream[]): Promise<Prepared[]> {
    const work: ToSeal = { names: batch.map(({ row }) => row.streamname), urls: batch.map(({ row }) => row.pushUrl) };
    const answer = once(this.#worker, 'message') as Promise<[Sealed]>;
    this.#worker.postMessage(work);
    const [{ hashes, ciphers, urlCiphers }] = await answer;
    return batch
      .map((staged, n) => ({ ...staged, hash: hashes[n]!, cipher: ciphers[n]!, pushCipher: urlCiphers[n]! }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
