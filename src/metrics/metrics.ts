import type { Follower, Publishing, PublishingEnd } from '../media/follower.ts';
import type { SampleBatch } from '../media/samples.ts';
import { endIngestSession, startIngestSession } from '../store/ingest-session.ts';
import { insertSamples } from '../store/metric-sample.ts';
import type { Store, Tx } from '../store/store.ts';

/** Writes down what the engine measures, each batch once, and who published when. */
export class Metrics implements Follower {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves when the batch is in the database, by this call or by an earlier one. */
  sampled(batch: SampleBatch): Promise<void> {
    return this.#store.transaction((tx) => insertSamples(tx, batch));
  }

  async started(tx: Tx, { session, stream, protocol }: Publishing, at: number): Promise<void> {
    if (stream) await startIngestSession(tx, { id: session, stream, protocol: protocol ?? 'rtmp' }, at);
  }

  ended(tx: Tx, { session }: Publishing, at: number, end: PublishingEnd): Promise<void> {
    return endIngestSession(tx, session, at, end);
  }
}
