/** A source that cannot be read any further, or an import that cannot begin. The message is for people. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** A value of a JSON document, still as text: a member of the outer object, or one element of a member that is a list. */
export interface Cut {
  key: string;
  text: string;
}

/** Longer than any user or stream: a value beyond it is a document of another kind. */
const LONGEST = 4 * 1024 * 1024;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Behind the closing quote of the string that begins here; -1 when its end is not there yet. */
function endOfString(bytes: Buffer, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at + 1;
  }
  return -1;
}

function endOfNested(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at) - 1;
      if (at < 0) return -1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at + 1;
  }
  return -1;
}

/** Behind the value that begins here; -1 when its end is not there yet. */
function endOfValue(bytes: Buffer, from: number): number {
  const first = bytes[from]!;
  if (first === QUOTE) return endOfString(bytes, from);
  if (first === OPEN_OBJECT || first === OPEN_LIST) return endOfNested(bytes, from);
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || isSpace(byte)) return at;
  }
  return -1;
}

/** Where in the document the next byte stands: outside, in the outer object, behind a key, in a list. */
type Place = 'outside' | 'object' | 'colon' | 'value' | 'list';

/**
 * Cuts a JSON document into its rows without ever holding more than one of them: `{"users": [ … ], "streams": [ … ]}` gives
 * each element. Rows are not parsed here, so that one that is no JSON spoils itself alone.
 * @throws ImportError when the text is no such document
 */
export async function* cutDocument(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Cut> {
  let [rest, place, key, before] = [Buffer.alloc(0) as Buffer, 'outside' as Place, '', 0];
  const wrong = (at: number, what: string) =>
    new ImportError(`${name} is not a document to import: ${what} at byte ${before + at}`);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = before === 0 && bytes.subarray(0, 3).equals(BOM) ? 3 : 0;
    while (at < bytes.length) {
      const byte = bytes[at]!;
      if (isSpace(byte) || byte === COMMA) at++;
      else if (place === 'outside') {
        if (byte !== OPEN_OBJECT) throw wrong(at, 'it does not begin with {');
        place = 'object';
        at++;
      } else if ((place === 'object' && byte === CLOSE_OBJECT) || (place === 'list' && byte === CLOSE_LIST)) {
        place = place === 'object' ? 'outside' : 'object';
        at++;
      } else if (place === 'colon') {
        if (byte !== COLON) throw wrong(at, 'a colon is missing');
        place = 'value';
        at++;
      } else if (place === 'value' && byte === OPEN_LIST) {
        place = 'list';
        at++;
      } else {
        const end = endOfValue(bytes, at);
        if (end < 0) break;
        const text = bytes.toString('utf8', at, end);
        if (end === at) throw wrong(at, 'a bracket is misplaced');
        at = end;
        if (place === 'object') {
          key = keyOf(text) ?? fail(wrong(at, 'a key is missing'));
          place = 'colon';
        } else {
          yield { key, text };
          if (place === 'value') place = 'object';
        }
      }
    }
    rest = bytes.subarray(at);
    before += at;
    if (rest.length > LONGEST) throw wrong(0, 'a value is too long');
  }
  if (place !== 'outside') throw new ImportError(`${name} ends in the middle: its rows so far were read`);
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

function keyOf(text: string): string | null {
  try {
    const key: unknown = JSON.parse(text);
    return typeof key === 'string' ? key : null;
  } catch {
    return null;
  }
}

function fail(error: Error): never {
  throw error;
}
