import { randomInt } from 'node:crypto';
import type { Logger } from '../../log.ts';
import { BATCH_STREAMS, SAMPLE_MS, type SampleBatch, type StreamSample } from '../samples.ts';
import { Outbox } from './outbox.ts';
import { Tally } from './tally.ts';

/** Audiences in one batch: few streams with many of them are as long a message as many streams. */
const BATCH_AUDIENCES = 5_000;
const AGAIN_MS = 10_000;

export interface SamplerOptions {
  send(batch: SampleBatch): void;
  log: Logger;
  /** Milliseconds of a window. */
  sampleMs?: number | undefined;
  /** After which a batch that nobody acknowledged is sent again. */
  againMs?: number | undefined;
}

/** A window whose time is over, and the streams in it that are not told yet. */
interface Closing {
  at: number;
  tallies: ArrayIterator<Tally>;
}

/** Closes a window at every whole multiple of its length by the clock, and sends what happened in it. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #length: number;
  readonly #tallies = new Map<string, Tally>();
  readonly #outbox: Outbox;
  #source = newSource();
  #seq = 0;
  /** When the open window began. */
  #at = 0;
  #timer: NodeJS.Timeout | null = null;
  #closing: Closing | null = null;
  #turn: NodeJS.Immediate | null = null;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#length = options.sampleMs ?? SAMPLE_MS;
    this.#outbox = new Outbox(options.send, options.againMs ?? AGAIN_MS);
  }

  start(): void {
    this.#at = this.#windowOf(Date.now());
    this.#wait();
  }

  /** What is counted for this stream: the same until nobody publishes or watches it and that has been told. */
  tally(stream: string): Tally {
    const known = this.#tallies.get(stream);
    if (known !== undefined) return known;
    const tally = new Tally(stream);
    this.#tallies.set(stream, tally);
    return tally;
  }

  written(about: Pick<SampleBatch, 'source' | 'seq'>): void {
    this.#outbox.written(about);
  }

  /** Another control plane may be listening. */
  again(): void {
    this.#outbox.again();
  }

  /** Closes the window that is open and sends everything that is left. */
  finish(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#complete();
    this.#begin();
    this.#complete();
    this.#outbox.flush();
  }

  #windowOf(now: number): number {
    return now - (now % this.#length);
  }

  #wait(): void {
    const rest = this.#at + this.#length - Date.now();
    this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(rest, 1), this.#length));
  }

  /** Windows that were slept through are missing: what the process finds when it wakes belongs to the one before. */
  #tick(): void {
    const now = Date.now();
    const setBack = now < this.#at;
    // Timers may be a little early.
    if (setBack || now >= this.#at + this.#length) {
      this.#complete();
      this.#begin();
      // A clock that was set back brings windows that have been told: as those of another run they are no repetition.
      if (setBack) {
        this.#complete();
        [this.#source, this.#seq] = [newSource(), 0];
      }
      this.#at = this.#windowOf(now);
      this.#goOn();
    }
    this.#wait();
  }

  #begin(): void {
    // Those that come from now on are of the next window. In the order in which the database keeps them: a batch whose
    // streams lie side by side touches few of its pages.
    const tallies = [...this.#tallies.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1));
    this.#closing = { at: this.#at, tallies: tallies.values() };
  }

  /** Some streams at a time: media does not wait for ten thousand of them. */
  #goOn(): void {
    if (this.#closing === null) return;
    this.#closeSome(this.#closing);
    if (this.#closing !== null) this.#turn = setImmediate(() => this.#goOn());
  }

  #complete(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    while (this.#closing !== null) this.#closeSome(this.#closing);
  }

  #closeSome({ at, tallies }: Closing): void {
    const streams: StreamSample[] = [];
    let audiences = 0;
    for (let seen = 0; seen < BATCH_STREAMS && audiences < BATCH_AUDIENCES; seen++) {
      const { value: tally, done } = tallies.next();
      if (done) {
        this.#closing = null;
        break;
      }
      const sample = tally.close();
      if (tally.idle) this.#tallies.delete(tally.stream);
      if (sample === null) continue;
      streams.push(sample);
      audiences += sample.audience.length;
    }
    if (streams.length > 0) this.#post(at, streams);
  }

  #post(at: number, streams: StreamSample[]): void {
    const lost = this.#outbox.add({ source: this.#source, seq: ++this.#seq, at, streams });
    if (lost > 0) this.#options.log.warn({ batches: lost }, 'samples were given up: nobody writes them down');
  }
}

const newSource = (): number => randomInt(1, 2 ** 31);
