import { Worker } from 'node:worker_threads';
import type { RemuxAnswer, Remuxed, RemuxJob } from './remux-job.ts';

/** A segment that is not written by then never will be. */
const REMUX_MS = 10_000;
/** For the library, the segments under way, and what the collector has not come to yet. */
const MAX_HEAP_MB = 256;

interface Pending {
  resolve(done: Remuxed): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * Writes segments in a thread of its own: who is sent frames this moment does not wait for it, and what strangers'
 * media can do to the library ends that thread and not the engine. The thread begins with the first segment.
 */
export class Remuxer implements AsyncDisposable {
  readonly #program: URL;
  #worker: Worker | null = null;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();

  constructor(program = new URL('./remux-worker.ts', import.meta.url)) {
    this.#program = program;
  }

  /** Takes `job.data` away. Rejects when it cannot be written, or not in time. */
  remux(job: RemuxJob): Promise<Remuxed> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void this.#fail(new Error('the remuxer does not answer')), REMUX_MS);
      timer.unref();
      this.#pending.set(id, { resolve, reject, timer });
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id, job }, [job.data.buffer]);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#program, {
      // What the process was started with (its leash) is not for its threads.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.unref();
    worker.on('message', (answer: RemuxAnswer) => this.#settle(answer));
    worker.on('error', (error) => void this.#fail(error as Error));
    worker.on('exit', () => {
      if (this.#worker === worker) void this.#fail(new Error('the remuxer has ended'));
    });
    return worker;
  }

  #settle(answer: RemuxAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    this.#pending.delete(answer.id);
    clearTimeout(pending.timer);
    if ('done' in answer) pending.resolve(answer.done);
    else pending.reject(new Error(answer.failed));
  }

  /** Whatever the thread had to do is lost; the next segment gets a new one. */
  async #fail(error: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fail(new Error('the engine is going down'));
  }
}
