import type { AudioTrack } from './tracks.ts';

/** A step of the stream's timestamps beyond this is no frame after the other any more. */
const MAX_STEP_MS = 5_000;

/** Milliseconds since the first frame, which go on where 32 bits end. */
export class MediaClock {
  now = 0;
  #last: number | null = null;

  /** False at a jump, across which time stands still. */
  step(timestamp: number): boolean {
    const step = this.#last === null ? 0 : (timestamp - this.#last) | 0;
    this.#last = timestamp;
    const plausible = Math.abs(step) <= MAX_STEP_MS;
    if (plausible) this.now += step;
    return plausible;
  }
}

/** Sound that is this far from where it should be was lost or delayed; nearer, it is only rounded to milliseconds. */
const MAX_DRIFT_MS = 60;

/** Puts each frame of sound right behind the one before: rounded times would sound like gaps. */
export class SoundClock {
  #next: number | null = null;

  /** The number of the frame's first sample; null for one whose time is filled already: it came twice, or late. */
  place(ms: number, { rate, frame }: Pick<AudioTrack, 'rate' | 'frame'>): number | null {
    const wanted = Math.max(0, Math.round((ms * rate) / 1_000));
    const ahead = this.#next === null ? 0 : wanted - this.#next;
    const drift = (MAX_DRIFT_MS * rate) / 1_000;
    if (ahead < -drift) return null;
    const at = this.#next === null || ahead > drift ? wanted : this.#next;
    this.#next = at + frame;
    return at;
  }

  restart(): void {
    this.#next = null;
  }
}
