/** What the wire said of a publisher, as every call of its session tells it. Holds the ingest name: a secret. */
export interface Publisher {
  name: string;
  app: string;
  addr: string;
  /** The query parameters that go with it, read by `parametersOf`. */
  parameters: readonly (readonly [name: string, value: string])[];
}

export type WebhookCall = 'publish' | 'update_publish' | 'publish_done' | 'test';

/** Ours, each without what separates its words. */
const RESERVED = ['call', 'name', 'app', 'addr', 'clientid', 'time', 'timestamp', 'bytesin', 'bytesout'];
/** What opens something here is nobody else's to know. */
const CREDENTIALS = ['token', 'jwt'];
/** Decoded so often, a name that is still encoded is taken for what it is. */
const DECODINGS = 4;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // An escape that no character comes from: the rest is read all the same, as most parsers do.
    return text.replace(/%[0-9a-f]{2}/gi, (byte) => String.fromCharCode(Number.parseInt(byte.slice(1), 16)));
  }
}

/**
 * Every name that a lenient parser may read a parameter's name as, in lower case and without all but letters and
 * digits: PHP turns dots and spaces into `_`, cuts at NUL and reads `name[]` as `name`; others fold cases or widths.
 */
function readings(raw: string): Set<string> {
  const found = new Set<string>();
  let text = raw.replaceAll('+', ' ');
  for (let i = 0; i <= DECODINGS; i++) {
    const plain = text.normalize('NFKC').toLowerCase();
    for (const form of [plain, plain.split('\0')[0]!, plain.split('[')[0]!]) found.add(form.replace(/[^a-z0-9]/g, ''));
    text = decode(text);
  }
  return found;
}

const meets = (names: ReadonlySet<string>, list: readonly string[]) => list.some((name) => names.has(name));

/**
 * The parameters of a stream name's query that are passed on: all but what may be a credential of ours. Null when one
 * of them could be read as a field of ours, however it is written.
 */
export function parametersOf(query: string): Publisher['parameters'] | null {
  // Some parsers part at semicolons too.
  const raw = query.split(/[&;]/).map((pair) => readings(pair.split('=')[0]!));
  if (raw.some((names) => meets(names, RESERVED))) return null;
  return [...new URLSearchParams(query)].filter(([name]) => !meets(readings(name), CREDENTIALS));
}

/** The body of a call: our own fields first. `application/x-www-form-urlencoded`. */
export function formBody(
  call: WebhookCall,
  { name, app, addr, parameters }: Publisher,
  more: Readonly<Record<string, string | number>>,
): string {
  const form = new URLSearchParams({ call, name, app, addr });
  for (const [field, value] of Object.entries(more)) form.append(field, String(value));
  for (const [field, value] of parameters) form.append(field, value);
  return form.toString();
}
