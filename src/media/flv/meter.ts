const WINDOW = 5;

/** Counts over the last whole seconds, in one slot per second: no allocation per packet. */
export class Meter {
  #bytes = new Float64Array(WINDOW + 1);
  #frames = new Uint32Array(WINDOW + 1);
  #second = 0;
  #began = 0;

  add(now: number, bytes: number, frames: number): void {
    this.#turn(now);
    const slot = this.#second % (WINDOW + 1);
    this.#bytes[slot]! += bytes;
    this.#frames[slot]! += frames;
  }

  /** Bits and frames per second; null until a whole second has passed. */
  read(now: number): { bitrate: number; fps: number } | null {
    this.#turn(now);
    const seconds = Math.min(WINDOW, this.#second - this.#began);
    if (this.#began === 0 || seconds < 1) return null;
    let bytes = 0;
    let frames = 0;
    for (let back = 1; back <= seconds; back++) {
      const slot = (this.#second - back) % (WINDOW + 1);
      bytes += this.#bytes[slot]!;
      frames += this.#frames[slot]!;
    }
    return { bitrate: Math.round((bytes * 8) / seconds), fps: Math.round((frames / seconds) * 100) / 100 };
  }

  #turn(now: number): void {
    const second = Math.floor(now / 1000);
    if (this.#began === 0) this.#began = second;
    else {
      const passed = Math.min(second - this.#second, WINDOW + 1);
      for (let i = 0; i < passed; i++) {
        this.#bytes[(second - i) % (WINDOW + 1)] = 0;
        this.#frames[(second - i) % (WINDOW + 1)] = 0;
      }
    }
    this.#second = Math.max(second, this.#second);
  }
}
