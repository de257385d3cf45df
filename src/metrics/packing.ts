import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { FIGURE_COLUMNS, type FigureColumn, type Figures, noFigures, SAMPLE_MS } from './figures.ts';

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

/** A block's figures: a number of each column for each time. */
export interface Unpacked {
  /** When each window began: unix milliseconds. */
  times: readonly number[];
  columns: Readonly<Record<FigureColumn, Float64Array>>;
}

/** What `pack` was given, by columns: a day has too many points for an object each. Figures that the block's writer did not know are 0. */
export function unpackColumns(at: number, data: string): Unpacked {
  const reader = new Reader(inflateRawSync(Buffer.from(data, 'base64')));
  const known = reader.unsigned();
  const count = reader.unsigned();
  const times: number[] = [];
  for (let last = at; times.length < count; ) {
    last += reader.unsigned() * SAMPLE_MS;
    times.push(last);
  }
  const columns = FIGURE_COLUMNS.map((column, index) => {
    const values = new Float64Array(count);
    if (index < known) for (let i = 0, before = 0; i < count; i++) values[i] = before += reader.signed();
    return [column, values];
  });
  return { times, columns: Object.fromEntries(columns) };
}

/** The same, by points. */
export function unpack(at: number, data: string): Point[] {
  const { times, columns } = unpackColumns(at, data);
  return times.map((time, index) => {
    const figures = noFigures();
    for (const column of FIGURE_COLUMNS) figures[column] = columns[column][index]!;
    return { at: time, figures };
  });
}
