import { randomInt } from 'node:crypto';
import type { Logger } from '../log.ts';
import type { DenyCode } from '../media/engine.ts';
import type { Follower, Publishing, PublishingEnd } from '../media/follower.ts';
import type { SampleBatch } from '../media/samples.ts';
import { endIngestSession, startIngestSession } from '../store/ingest-session.ts';
import { insertMeasured, insertSamples } from '../store/metric-sample.ts';
import type { Store, Tx } from '../store/store.ts';
import { SAMPLE_MS } from './figures.ts';
import { RefusalCounts, type Taken } from './refusals.ts';

/** Writes down what the engine measures, each batch once, who was not let in, and who published when. */
export class Metrics implements Follower, AsyncDisposable {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #refusals = new RefusalCounts(randomInt(2 ** 31));
  readonly #timer: NodeJS.Timeout;
  /** What was taken and is not known to be written. */
  #taken: Taken | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
    this.#timer = setInterval(() => void this.flush(), SAMPLE_MS);
    this.#timer.unref();
  }

  /** Resolves when the batch is in the database: true by this call, false by an earlier one. */
  sampled(batch: SampleBatch): Promise<boolean> {
    return this.#store.transaction((tx) => insertSamples(tx, batch));
  }

  /** Somebody was not let in to this stream. Counted in memory, for five seconds at the most. */
  refused(stream: { id: string; organisation_id: string }, code: DenyCode): void {
    this.#refusals.add(stream.id, stream.organisation_id, code);
  }

  /** Resolves when refusals so far are written, or could not be: then it is tried again later. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    this.#taken ??= this.#refusals.take(Date.now());
    if (this.#taken === null) return;
    const { name, measured } = this.#taken;
    try {
      await this.#store.transaction((tx) => insertMeasured(tx, name, measured));
      this.#taken = null;
    } catch (error) {
      this.#log.warn({ err: error }, 'refusals were not counted in the database; it is tried again');
    }
  }

  async started(tx: Tx, { session, stream, protocol }: Publishing, at: number): Promise<void> {
    if (stream) await startIngestSession(tx, { id: session, stream, protocol: protocol ?? 'rtmp' }, at);
  }

  ended(tx: Tx, { session }: Publishing, at: number, end: PublishingEnd): Promise<void> {
    return endIngestSession(tx, session, at, end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
