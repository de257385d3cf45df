import type { Logger } from '../log.ts';
import type { Reporter } from './follower.ts';
import type { SampleBatch } from './samples.ts';

interface SampleWriterOptions {
  reporter: Pick<Reporter, 'sampled'>;
  /** Tells the engine that it need not send this batch again. */
  acknowledge(batch: SampleBatch): void;
  log: Logger;
}

/** Has samples written one batch after the other, and says of each that it is. */
export class SampleWriter {
  readonly #options: SampleWriterOptions;
  /** Those that wait: the engine may send them again meanwhile. */
  readonly #waiting = new Set<string>();
  #written: Promise<void> = Promise.resolve();

  constructor(options: SampleWriterOptions) {
    this.#options = options;
  }

  take(batch: SampleBatch): void {
    const key = `${batch.source} ${batch.seq}`;
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#written = this.#written.then(() => this.#write(batch)).finally(() => this.#waiting.delete(key));
  }

  async #write(batch: SampleBatch): Promise<void> {
    try {
      await this.#options.reporter.sampled(batch);
      this.#options.acknowledge(batch);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'samples were not written; the engine sends them again');
    }
  }

  /** Resolves when everything that was taken is written, or failed to be. */
  settled(): Promise<void> {
    return this.#written;
  }
}
