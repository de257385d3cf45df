import type { SampleBatch } from '../samples.ts';

/** Batches that are kept while nobody says that they are written: half a minute and more of a full machine. */
const MOST_KEPT = 200;
/** One at a time: writing a message for the channel holds everything else up. */
const PAUSE_MS = 20;

interface Kept {
  batch: SampleBatch;
  /** `performance.now()` from which on it is to be sent. */
  dueAt: number;
}

/** Batches on their way to the control plane, each sent until that says that it is written. */
export class Outbox {
  readonly #send: (batch: SampleBatch) => void;
  readonly #againMs: number;
  /** By source and number, oldest first. */
  readonly #kept = new Map<string, Kept>();
  #timer: NodeJS.Timeout | null = null;
  #timerAt = 0;

  /** A batch that is not acknowledged is sent again after `againMs`. */
  constructor(send: (batch: SampleBatch) => void, againMs: number) {
    this.#send = send;
    this.#againMs = againMs;
  }

  /** Gives how many were forgotten unwritten to make room. */
  add(batch: SampleBatch): number {
    this.#kept.set(keyOf(batch), { batch, dueAt: 0 });
    let lost = 0;
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(key);
      lost++;
    }
    this.#wake(0);
    return lost;
  }

  written(about: Pick<SampleBatch, 'source' | 'seq'>): void {
    this.#kept.delete(keyOf(about));
  }

  /** Whoever listens now may have heard none of them. */
  again(): void {
    for (const kept of this.#kept.values()) kept.dueAt = 0;
    this.#wake(0);
  }

  /** Sends everything at once, for the last time. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { batch } of this.#kept.values()) this.#send(batch);
    this.#kept.clear();
  }

  #wake(delay: number): void {
    const at = performance.now() + delay;
    if (this.#timer !== null && this.#timerAt <= at) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#next(), delay);
  }

  #next(): void {
    this.#timer = null;
    const now = performance.now();
    let sent = false;
    let soonest = Number.POSITIVE_INFINITY;
    for (const kept of this.#kept.values()) {
      if (!sent && kept.dueAt <= now) {
        sent = true;
        kept.dueAt = now + this.#againMs;
        this.#send(kept.batch);
      }
      soonest = Math.min(soonest, kept.dueAt);
    }
    if (soonest !== Number.POSITIVE_INFINITY) this.#wake(Math.max(PAUSE_MS, soonest - now));
  }
}

const keyOf = ({ source, seq }: Pick<SampleBatch, 'source' | 'seq'>): string => `${source} ${seq}`;
