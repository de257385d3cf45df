import type { MediaSession } from '../engine.ts';
import type { AudienceSample } from '../samples.ts';
import type { Viewer } from './viewer.ts';

/** What viewers did in a window, beside what is told by audience. */
export interface Watched {
  startups: number;
  startupMs: number;
  dropped: number;
}

/**
 * One viewer's stay, settled at the end of each window and of its own: between two of these its socket's counters
 * alone move.
 */
export class Visit {
  readonly session: MediaSession;
  /** What its audience is found under; empty for who has none. */
  readonly group: string;
  readonly #viewer: Viewer | null;
  readonly #since: number;
  #settledAt: number;
  #bytes = 0;
  #dropped = 0;
  /** When a reader was answered its first segment, as `Viewer.startedAt`. */
  #answeredAt = 0;
  #started = false;

  /** `viewer` is null for one that fetches. */
  constructor(session: MediaSession, viewer: Viewer | null, now: number) {
    const { audience } = session;
    this.session = session;
    this.group = audience ? JSON.stringify([audience.agent, audience.referrer, audience.country]) : '';
    this.#viewer = viewer;
    this.#since = now;
    this.#settledAt = now;
  }

  /** A reader is answered a segment. */
  answered(): void {
    if (this.#answeredAt === 0) this.#answeredAt = performance.now();
  }

  /** Adds up what came since the last time. */
  settle(sum: Watched, audience: AudienceSample, now: number): void {
    audience.viewerMs += now - this.#settledAt;
    audience.bytesOut += this.session.bytes - this.#bytes;
    this.#settledAt = now;
    this.#bytes = this.session.bytes;
    const startedAt = this.#viewer?.startedAt ?? this.#answeredAt;
    if (startedAt > 0 && !this.#started) {
      this.#started = true;
      sum.startups++;
      sum.startupMs += Math.max(0, Math.round(startedAt) - this.#since);
    }
    if (this.#viewer === null) return;
    sum.dropped += this.#viewer.dropped - this.#dropped;
    this.#dropped = this.#viewer.dropped;
  }
}
