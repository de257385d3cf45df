import { isUuid } from './uuid.ts';

export type Kind = 'organisation' | 'key' | 'user' | 'stream' | 'tag';

export interface OrganisationRow {
  name: string;
  hash: string | null;
  apiKey: string | null;
  playerKey: string | null;
  webhook: string | null;
  /** Unix milliseconds, here and below; null: now. */
  createdAt: number | null;
}

export interface KeyRow {
  kind: 'api' | 'player';
  key: string;
  createdAt: number | null;
}

export interface UserRow {
  email: string;
  name: string | null;
  /** Argon2id in PHC form, or null: the user sets a password. */
  passwordHash: string | null;
  createdAt: number | null;
}

export interface StreamRow {
  /** Null where the export's is no UUID. */
  id: string | null;
  streamname: string;
  streamgroup: string | null;
  type: string;
  tags: readonly string[];
  pushUrl: string | null;
  locked: boolean;
  /** Whether it was ever on air. */
  wasLive: boolean;
  createdAt: number | null;
  updatedAt: number | null;
}

export interface TagRow {
  name: string;
}

/** Why a row is refused, in words that hold nothing of a secret. */
export class RowProblem extends Error {
  override readonly name = 'RowProblem';
}

type Raw = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no text may hold
const PRINTABLE = /^[^\u0000-\u001f\u007f\ud800-\udfff]*$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const HASH = /^[A-Za-z0-9]{1,32}$/;
/** What a publisher's URL carries as it is. */
const STREAM_NAME = /^[\w.~-]{1,128}$/;
const KEY = /^[\x21-\x7e]{16,512}$/;
const TIME = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/;
const ARGON2 = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,171}$/;
/** Whoever signs in makes us spend this much memory: in KiB. */
const MOST_MEMORY = 262_144;

function problem(words: string): never {
  throw new RowProblem(words);
}

/** A text of at most `max` characters; null when it is missing or empty. */
function text(raw: Raw, name: string, max: number): string | null {
  const value = raw[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') problem(`${name} is not a text`);
  if (value.length > max) problem(`${name} is longer than ${max} characters`);
  if (!PRINTABLE.test(value) && !PRINTABLE.test(value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '')))
    problem(`${name} holds characters that cannot be shown`);
  return value;
}

const matching = (raw: Raw, name: string, pattern: RegExp, words: string): string | null => {
  const value = text(raw, name, 1_024);
  return value === null || pattern.test(value) ? value : problem(`${name} ${words}`);
};

const needed = <T>(value: T | null, name: string): T => value ?? problem(`${name} is missing`);

function time(raw: Raw, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = text(raw, name, 40);
    if (value === null) continue;
    // A time without a zone is UTC, as the API writes it.
    const zoned = /Z$|[+-]\d\d:?\d\d$/.test(value.slice(10)) || value.length === 10 ? value : `${value}Z`;
    const at = TIME.test(value) ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN;
    return Number.isNaN(at) ? problem(`${name} is not an ISO 8601 time`) : at;
  }
  return null;
}

/** A list of texts, or one text with semicolons between them, as a CSV file has it. */
function tags(raw: Raw): string[] {
  const value = raw['tags'];
  if (value === undefined || value === null || value === '') return [];
  const names = typeof value === 'string' ? value.split(';').map((name) => name.trim()) : value;
  if (!Array.isArray(names)) problem('tags is not a list');
  if (names.length > 100) problem('there are more than 100 tags');
  return [...new Set(names.map((name) => needed(text({ tag: name }, 'tag', 100), 'tag')))];
}

const object = (value: unknown): Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};

function url(raw: Raw, name: string, protocols: readonly string[]): string | null {
  const value = text(raw, name, 2_048);
  if (value === null) return null;
  const parsed = URL.canParse(value) ? new URL(value) : null;
  return parsed && protocols.includes(parsed.protocol)
    ? value
    : problem(`${name} is not a URL of ${protocols.join(' or ')}`);
}

const key = (raw: Raw, name: string) => matching(raw, name, KEY, 'has not 16 to 512 characters without spaces');

function organisation(raw: Raw): OrganisationRow {
  return {
    name: needed(text(raw, 'name', 200), 'name'),
    hash: matching(raw, 'hash', HASH, 'is not 1 to 32 letters and digits'),
    apiKey: key(raw, 'apiKey'),
    playerKey: key(raw, 'playerKey'),
    webhook: url(raw, 'webhook', ['https:']),
    createdAt: time(raw, 'created_at', 'createdAt'),
  };
}

function keyRow(raw: Raw): KeyRow {
  const kind = text(raw, 'kind', 20);
  if (kind !== 'api' && kind !== 'player') problem('kind is neither api nor player');
  return { kind, key: needed(key(raw, 'key'), 'key'), createdAt: time(raw, 'created_at', 'createdAt') };
}

/** A hash of another kind is not kept: what cannot be checked opens nothing. */
function passwordHash(raw: Raw): string | null {
  const value = text(raw, 'password_hash', 512);
  const [, memory, passes, lanes] = ARGON2.exec(value ?? '') ?? [];
  const bounded = memory !== undefined && Number(memory) <= MOST_MEMORY && Number(passes) <= 10 && Number(lanes) <= 16;
  return bounded ? value : null;
}

function user(raw: Raw): UserRow {
  const email = needed(text(raw, 'email', 254), 'email').trim();
  if (!EMAIL.test(email)) problem('email is not an e-mail address');
  return {
    email,
    name: text(raw, 'name', 200),
    passwordHash: passwordHash(raw),
    createdAt: time(raw, 'created_at', 'createdAt'),
  };
}

const STATES = ['created', 'live', 'ended', 'locked'];

function stream(raw: Raw): StreamRow {
  const nested = object(object(raw['ingest'])['rtmp']);
  const streamname = matching(
    nested['streamname'] === undefined ? raw : nested,
    'streamname',
    STREAM_NAME,
    'is not 1 to 128 letters, digits or ._~-',
  );
  const state = text(raw, 'state', 20) ?? 'created';
  if (!STATES.includes(state)) problem(`state is none of ${STATES.join(', ')}`);
  // A number is an id of another world as much as any text that is no UUID.
  const id = typeof raw['id'] === 'string' ? raw['id'].toLowerCase() : null;
  return {
    id: id !== null && isUuid(id) ? id : null,
    streamname: needed(streamname, 'streamname'),
    streamgroup: text(raw, 'streamgroup', 200),
    type: text(raw, 'type', 50) ?? 'live',
    tags: tags(raw),
    pushUrl: url(raw, 'push_url', ['rtmp:', 'rtmps:']),
    locked: state === 'locked',
    wasLive: state === 'live' || state === 'ended',
    createdAt: time(raw, 'created_at', 'createdAt'),
    updatedAt: time(raw, 'updated_at', 'updatedAt'),
  };
}

export type Row =
  | ({ of: 'organisation' } & OrganisationRow)
  | ({ of: 'key' } & KeyRow)
  | ({ of: 'user' } & UserRow)
  | ({ of: 'stream' } & StreamRow)
  | ({ of: 'tag' } & TagRow);

/** Reads what an export says of one thing. @throws RowProblem */
export function readRow(kind: Kind, value: unknown): Row {
  if (kind === 'tag' && typeof value === 'string') return readRow('tag', { tag: value });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) problem('this is not an object');
  const raw = value as Raw;
  if (kind === 'organisation') return { of: 'organisation', ...organisation(raw) };
  if (kind === 'key') return { of: 'key', ...keyRow(raw) };
  if (kind === 'user') return { of: 'user', ...user(raw) };
  if (kind === 'stream') return { of: 'stream', ...stream(raw) };
  return { of: 'tag', name: needed(text(raw, 'tag', 100) ?? text(raw, 'name', 100), 'tag') };
}
