import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { FIGURE_COLUMNS, type Figures, noFigures, SAMPLE_MS } from './figures.ts';

/** Milliseconds that a block stands for. Blocks begin at whole multiples of it. */
export const BLOCK_MS = 600_000;

/** A subject's window of `SAMPLE_MS`. */
export interface Point {
  /** When it began: unix milliseconds. */
  at: number;
  figures: Figures;
}

/** Integers of up to 53 bits: seven a byte, the lowest first; the sign is the lowest bit of the first. */
class Writer {
  #bytes = Buffer.alloc(4_096);
  #length = 0;

  signed(value: number): void {
    const size = Math.abs(value);
    const rest = Math.floor(size / 64);
    this.#byte((rest > 0 ? 128 : 0) + (size % 64) * 2 + (value < 0 ? 1 : 0));
    if (rest > 0) this.unsigned(rest);
  }

  unsigned(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte(128 + (rest % 128));
    this.#byte(rest);
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#length * 2);
    this.#bytes[this.#length++] = value;
  }

  written = (): Buffer => this.#bytes.subarray(0, this.#length);
}

class Reader {
  readonly #bytes: Buffer;
  #next = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  signed(): number {
    const first = this.#byte();
    const low = (first & 127) >> 1;
    const size = first < 128 ? low : low + 64 * this.unsigned();
    return first & 1 ? -size : size;
  }

  unsigned(): number {
    let [value, unit] = [0, 1];
    for (;;) {
      const byte = this.#byte();
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#next++];
    if (byte === undefined) throw new Error('A block of figures ends too early');
    return byte;
  }
}

/**
 * Points of one block as a text, column by column, each value as the difference from the one before it: most columns
 * hardly change. `points` are in the order of their time, no two of the same, all within the block that begins at `at`.
 */
export function pack(at: number, points: readonly Point[]): string {
  const writer = new Writer();
  writer.unsigned(FIGURE_COLUMNS.length);
  writer.unsigned(points.length);
  let last = at;
  for (const point of points) {
    writer.unsigned((point.at - last) / SAMPLE_MS);
    last = point.at;
  }
  for (const column of FIGURE_COLUMNS) {
    let before = 0;
    for (const { figures } of points) {
      writer.signed(figures[column] - before);
      before = figures[column];
    }
  }
  return deflateRawSync(writer.written()).toString('base64');
}

/** What `pack` was given. Figures that the block's writer did not know are 0. */
export function unpack(at: number, data: string): Point[] {
  const reader = new Reader(inflateRawSync(Buffer.from(data, 'base64')));
  const columns = reader.unsigned();
  const count = reader.unsigned();
  const points: Point[] = [];
  for (let last = at; points.length < count; ) {
    last += reader.unsigned() * SAMPLE_MS;
    points.push({ at: last, figures: noFigures() });
  }
  for (const column of FIGURE_COLUMNS.slice(0, columns)) {
    let before = 0;
    for (const { figures } of points) {
      before += reader.signed();
      figures[column] = before;
    }
  }
  return points;
}
