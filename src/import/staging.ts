import { appendFileSync, createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { StreamRow } from './rows.ts';
import { isUuid } from './uuid.ts';

export interface StagedStream {
  file: string;
  number: number;
  label: string;
  /** The export's id, or one derived from the name. */
  id: string;
  row: StreamRow;
}

const BUCKETS = 256;
/** Characters kept back per bucket before they are written. */
const HELD = 32_768;

/**
 * Puts streams into the order of their ids without holding them: rows that are near each other in the database's indexes
 * are then added together, which writes a fifth of the pages. The files hold ingest names: they are for their owner
 * alone, and gone when the import is over.
 */
export class Staging implements Disposable {
  readonly #folder: string;
  #held: string[] = new Array(BUCKETS).fill('');
  /** Streams so far. */
  count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    // What an import that was killed has left.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  #file(bucket: number): string {
    return path.join(this.#folder, bucket.toString(16).padStart(2, '0'));
  }

  #write(bucket: number): void {
    if (this.#held[bucket] === '') return;
    appendFileSync(this.#file(bucket), this.#held[bucket]!, { mode: 0o600 });
    this.#held[bucket] = '';
  }

  add(stream: StagedStream): void {
    const bucket = isUuid(stream.id) ? Number.parseInt(stream.id.slice(0, 2), 16) : 0;
    // U+2028 ends a line for Node's reader; as an escape it does not.
    this.#held[bucket] +=
      `${JSON.stringify(stream).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)}\n`;
    this.count++;
    if (this.#held[bucket]!.length > HELD) this.#write(bucket);
  }

  /** Everything added, nearly in the order of ids, so many at a time. The same again for the same rows. */
  async *batches(size: number): AsyncGenerator<StagedStream[]> {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#write(bucket);
    this.#held = [];
    let batch: StagedStream[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const file = this.#file(bucket);
      if (!existsSync(file)) continue;
      for await (const line of createInterface({ input: createReadStream(file) })) {
        batch.push(JSON.parse(line) as StagedStream);
        if (batch.length < size) continue;
        yield batch;
        batch = [];
      }
      rmSync(file);
    }
    if (batch.length > 0) yield batch;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
