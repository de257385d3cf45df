import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse';
import { cutDocument, ImportError } from './cutter.ts';
import { type Kind, type Row, RowProblem, readRow } from './rows.ts';

/** One thing of a source as it stands there: its JSON, or why it cannot be read. */
export interface Entry {
  file: string;
  /** Counted from 1; in a CSV file behind its heading. */
  number: number;
  kind: Kind;
  json: string;
  problem: string | null;
}

/** A row of a source, read, or why it cannot be. */
export interface SourceRow {
  file: string;
  number: number;
  kind: Kind;
  row: Row | null;
  problem: string | null;
  /** By which people find it again: an address, a name, an id. Never a secret. */
  label: string;
}

const CHUNK = { highWaterMark: 256 * 1024 };
const LONGEST_RECORD = 1024 * 1024;

const KINDS: Readonly<Record<string, Kind>> = {
  organisation: 'organisation',
  keys: 'key',
  key: 'key',
  users: 'user',
  user: 'user',
  streams: 'stream',
  stream: 'stream',
  tags: 'tag',
  tag: 'tag',
};

/** The column that a CSV file of this kind has and no other. */
const HEADINGS: readonly (readonly [column: string, kind: Kind])[] = [
  ['streamname', 'stream'],
  ['email', 'user'],
  ['hash', 'organisation'],
  ['kind', 'key'],
  ['tag', 'tag'],
];

const labelOf = (kind: Kind, value: unknown): string => {
  const { id, email, name, tag } = (typeof value === 'object' && value !== null ? value : { tag: value }) as Record<
    string,
    unknown
  >;
  const found = { organisation: name, key: null, user: email, stream: id, tag: tag ?? name }[kind];
  return typeof found === 'string' || typeof found === 'number' ? String(found).slice(0, 254) : '';
};

const NOT_JSON = 'this is not JSON';

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What an entry says. */
export function readEntry({ file, number, kind, json, problem }: Entry): SourceRow {
  const value = problem === null ? parsed(json) : undefined;
  if (value === undefined) return { file, number, kind, row: null, problem: problem ?? NOT_JSON, label: '' };
  const about = { file, number, kind, label: labelOf(kind, value) };
  try {
    return { ...about, row: readRow(kind, value), problem: null };
  } catch (error) {
    if (error instanceof RowProblem) return { ...about, row: null, problem: error.message };
    throw error;
  }
}

const unreadable = (file: string, number: number, kind: Kind, problem: string): Entry => ({
  file,
  number,
  kind,
  json: '',
  problem,
});

async function* documentEntries(file: string, name: string): AsyncGenerator<Entry> {
  let number = 0;
  for await (const { key, text } of cutDocument(createReadStream(file, CHUNK), name)) {
    const kind = KINDS[key];
    if (kind !== undefined) yield { file: name, number: ++number, kind, json: text, problem: null };
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, { ...CHUNK, encoding: 'utf8' })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST_RECORD) rest = rest.slice(0, LONGEST_RECORD + 1);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** One object a line, which says what it is of: `{"stream": { … }}`. */
async function* lineEntries(file: string, name: string): AsyncGenerator<Entry> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    if (line.trim() === '') continue;
    let entries: [string, unknown][] = [];
    try {
      if (line.length <= LONGEST_RECORD) entries = Object.entries(JSON.parse(line.replace(/^\ufeff/, '')) as object);
    } catch {}
    const [entry] = entries.filter(([key]) => KINDS[key] !== undefined);
    if (entry) yield { file: name, number, kind: KINDS[entry[0]]!, json: JSON.stringify(entry[1]), problem: null };
    else yield unreadable(name, number, 'stream', 'this line is not JSON that names what it is of');
  }
}

async function* csvEntries(file: string, name: string): AsyncGenerator<Entry> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  });
  const source = createReadStream(file, CHUNK);
  source.on('error', (error) => parser.destroy(error));
  let [headings, kind, number] = [null as string[] | null, 'stream' as Kind, 0];
  try {
    for await (const record of source.pipe(parser) as AsyncIterable<string[]>) {
      if (headings === null) {
        headings = record.map((heading) => heading.trim());
        kind = kindOf(name, headings);
        continue;
      }
      number++;
      if (record.length !== headings.length) {
        yield unreadable(name, number, kind, `it has ${record.length} columns instead of ${headings.length}`);
        continue;
      }
      const value: Record<string, string> = {};
      for (let index = 0; index < headings.length; index++) value[headings[index]!] = record[index]!;
      yield { file: name, number, kind, json: JSON.stringify(value), problem: null };
    }
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('CSV_')) throw error;
    throw new ImportError(`${name} cannot be read behind row ${number}: a quote is never closed.`);
  } finally {
    source.destroy();
  }
}

function kindOf(name: string, headings: readonly string[]): Kind {
  const found = HEADINGS.find(([column]) => headings.includes(column));
  if (found) return found[1];
  const columns = HEADINGS.map(([column, kind]) => `${column} (${kind})`).join(', ');
  throw new ImportError(`${name} has no heading that says what it holds, one of ${columns}`);
}

/** Everything in a file, in its order. @throws ImportError when it cannot be read to its end */
export function entriesOf(file: string): AsyncGenerator<Entry> {
  const name = path.basename(file);
  const extension = path.extname(name).toLowerCase();
  if (extension === '.csv') return csvEntries(file, name);
  if (extension === '.json') return documentEntries(file, name);
  if (extension === '.jsonl' || extension === '.ndjson') return lineEntries(file, name);
  throw new ImportError(`${name} is neither .json, .jsonl nor .csv`);
}

/** What these files hold, as a name: the same files are the same import, wherever they lie. @throws ImportError */
export async function digestOf(files: readonly string[]): Promise<string> {
  const all = createHash('sha256');
  for (const file of files) {
    const one = createHash('sha256');
    try {
      for await (const chunk of createReadStream(file, CHUNK)) one.update(chunk);
    } catch (error) {
      throw new ImportError(`${file} cannot be read: ${(error as Error).message}`);
    }
    all.update(one.digest());
  }
  return all.digest('hex');
}
