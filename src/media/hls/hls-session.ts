import type { ServerResponse } from 'node:http';
import type { EndReason } from '../engine.ts';
import { type Refusal, refusalOf } from '../flv/playout-reply.ts';
import type { Line } from './packaging.ts';

/** An answer that is not taken by then is given up. */
const MAX_ANSWER_MS = 60_000;
/** A player fetches a playlist and a segment at a time; this many at once is somebody else. */
const MAX_ANSWERS = 8;

const ENDED: Partial<Record<EndReason, Refusal>> = {
  kicked: refusalOf('locked', 'Not allowed any more.'),
  expired: refusalOf('unauthorised', 'Playback of this stream needs a valid token'),
};

/** One viewer over HLS: it is on air from the door's yes until it asks for nothing any more, or is ended. */
export class HlsSession {
  readonly line: Line;
  /** Resolves when the session is over. */
  readonly over: Promise<void>;
  /** Why it is over, or null while it is not. */
  refusal: Refusal | null = null;
  readonly #end: () => void;
  readonly #answers = new Map<ServerResponse, number>();
  #askedAt = performance.now();
  /** Its first answer waits for the first segment. */
  waiting = true;

  constructor(line: Line) {
    this.line = line;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#end = resolve;
  }

  get busy(): boolean {
    return this.#answers.size >= MAX_ANSWERS;
  }

  /** Takes note of an answer that is on its way; one that its peer does not take is given up after `stuckMs`. */
  answering(response: ServerResponse, stuckMs: number): void {
    this.#askedAt = performance.now();
    this.#answers.set(response, this.#askedAt);
    response.setTimeout(stuckMs, () => response.destroy());
    response.once('close', () => {
      this.#answers.delete(response);
      this.#askedAt = performance.now();
    });
  }

  /** True for one that asks for nothing any more. */
  idle(now: number, slackMs: number): boolean {
    if (this.waiting || this.#answers.size > 0) return false;
    return now - this.#askedAt > 3_000 * this.line.segmenter.window.target + slackMs;
  }

  giveUpSlow(now: number): void {
    for (const [response, since] of this.#answers) if (now - since > MAX_ANSWER_MS) response.destroy();
  }

  /** Nothing of what is on its way arrives any more. */
  finish(reason: EndReason): void {
    this.refusal ??= this.line.refusal ?? ENDED[reason] ?? refusalOf('unavailable', 'This playback session has ended');
    for (const response of this.#answers.keys()) response.destroy();
    this.#end();
  }
}
