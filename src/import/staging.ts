import { appendFileSync, createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Entry } from './sources.ts';

const BUCKETS = 256;
/** Characters kept back per bucket before they are written. */
const HELD = 32_768;
/** Where Node's reader ends a line. */
const LINE_END = /[\n\r\u2028\u2029]/;
/** The beginning of what is most probably the id. */
const ID = /"id"\s*:\s*"([0-9a-f]{2})/i;

const fileOf = (folder: string, bucket: number): string => path.join(folder, bucket.toString(16).padStart(2, '0'));

/** The same JSON on one line; what is none stays none. */
function onOneLine(json: string): string {
  if (!LINE_END.test(json)) return json;
  try {
    return JSON.stringify(JSON.parse(json)).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
  } catch {
    return '';
  }
}

/**
 * Puts streams roughly into the order of their ids without holding or reading them: rows that are near each other in the
 * database's indexes are then added together, which writes a fifth of the pages. The files hold ingest names: they are
 * for their owner alone, and gone when the import is over.
 */
export class Staging implements Disposable {
  readonly folder: string;
  #held: string[] = new Array(BUCKETS).fill('');

  constructor(folder: string) {
    this.folder = folder;
    // What an import that was killed has left.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  #write(bucket: number): void {
    if (this.#held[bucket] === '') return;
    appendFileSync(fileOf(this.folder, bucket), this.#held[bucket]!, { mode: 0o600 });
    this.#held[bucket] = '';
  }

  add({ file, number, json, problem }: Entry): void {
    const bucket = Number.parseInt(ID.exec(json)?.[1] ?? '0', 16);
    this.#held[bucket] += `${JSON.stringify([file, number, problem])}\t${onOneLine(json)}\n`;
    if (this.#held[bucket]!.length > HELD) this.#write(bucket);
  }

  /** Nothing more will be added: everything is in the files. */
  end(): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#write(bucket);
    this.#held = [];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function entryOf(line: string): Entry {
  const at = line.indexOf('\t');
  const [file, number, problem] = JSON.parse(line.slice(0, at)) as [string, number, string | null];
  return { file, number, kind: 'stream', json: line.slice(at + 1), problem };
}

/** Everything that was staged but the first `skip`, so many at a time. The same order for the same entries. */
export async function* stagedBatches(folder: string, size: number, skip: number): AsyncGenerator<Entry[]> {
  let [left, batch] = [skip, [] as Entry[]];
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const file = fileOf(folder, bucket);
    if (!existsSync(file)) continue;
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (left-- > 0) continue;
      batch.push(entryOf(line));
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    rmSync(file);
  }
  if (batch.length > 0) yield batch;
}
