/** A step backwards of more than this is an encoder that began anew, not frames out of order. */
const RESET_MS = 1_000;
/** What lies between the last frame of one publisher and the first of the next. */
const SEAM_MS = 40;

/**
 * Turns an encoder's timestamps into the stream's own, which go on across reconnects, resets and the 32-bit wrap.
 * Milliseconds, unsigned 32 bits.
 */
export class StreamClock {
  /** The stamp of the last frame. */
  now = 0;
  #lastIn: number | null = null;
  #used = false;

  /** Another publisher begins: its first frame follows the last one of the one before. */
  restart(): void {
    this.#lastIn = null;
  }

  /** Configuration carries the present time and moves nothing: encoders often stamp it with 0. */
  stamp(timestamp: number, frame: boolean): number {
    if (!frame) return this.now;
    if (this.#lastIn === null) this.now = this.#used ? (this.now + SEAM_MS) >>> 0 : 0;
    else {
      const step = (timestamp - this.#lastIn) | 0;
      this.now = step < -RESET_MS ? (this.now + 1) >>> 0 : Math.max(0, this.now + step) >>> 0;
    }
    this.#lastIn = timestamp;
    this.#used = true;
    return this.now;
  }
}
