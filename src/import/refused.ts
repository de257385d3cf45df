import { closeSync, fchmodSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';

export interface Refused {
  file: string;
  number: number;
  kind: string;
  label: string;
  reason: string;
}

const HEADING = 'file,row,kind,which,reason\r\n';
const LINE_FEED = 0x0a;

/** One line per row: what other people wrote must neither start a formula nor break the line. */
const line = ({ file, number, kind, label, reason }: Refused): string =>
  stringify([[file, number, kind, label.replace(/\p{Cc}/gu, '?'), reason]], {
    escape_formulas: true,
    record_delimiter: 'windows',
  });

/** Where the heading and so many rows end; the file's end when it has fewer. */
function endOfRows(descriptor: number, rows: number): number {
  const chunk = Buffer.alloc(65_536);
  let [position, lines] = [0, 0];
  for (;;) {
    const read = readSync(descriptor, chunk, 0, chunk.length, position);
    if (read === 0) return position;
    for (let at = 0; at < read; at++) if (chunk[at] === LINE_FEED && ++lines > rows) return position + at + 1;
    position += read;
  }
}

/**
 * The rows that were refused, as a CSV file for their owner alone. What is written for a batch is written before the batch
 * is committed and again from the same place if the batch is done again: each row is there once, wherever we are killed.
 */
export class RefusedFile implements Disposable {
  readonly #descriptor: number;
  #end: number;

  /** Goes on behind so many rows of an earlier run. */
  constructor(file: string, rows: number) {
    this.#descriptor = openSync(file, rows > 0 ? 'a+' : 'w+', 0o600);
    closeSync(this.#descriptor);
    this.#descriptor = openSync(file, 'r+');
    fchmodSync(this.#descriptor, 0o600);
    this.#end = endOfRows(this.#descriptor, rows);
    if (this.#end === 0) this.#end = writeSync(this.#descriptor, HEADING, 0);
    ftruncateSync(this.#descriptor, this.#end);
  }

  /** Writes a batch's rows behind those that are kept. */
  stage(rows: readonly Refused[]): void {
    ftruncateSync(this.#descriptor, this.#end);
    if (rows.length > 0) writeSync(this.#descriptor, rows.map(line).join(''), this.#end);
  }

  /** The batch is committed: what was staged stays. */
  keep(rows: readonly Refused[]): void {
    this.#end += Buffer.byteLength(rows.map(line).join(''));
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}
