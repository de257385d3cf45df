/** What went wrong below, read from the error of either engine. Nothing here repeats a value that was stored or presented. */

interface Failure {
  code?: unknown;
  errcode?: unknown;
  message?: unknown;
  table?: unknown;
  detail?: unknown;
}

const failure = (error: unknown): Failure => (typeof error === 'object' && error !== null ? error : {});

/** SQLite's extended result code: https://www.sqlite.org/rescode.html */
const sqliteCode = (error: unknown): number | null => {
  const { code, errcode } = failure(error);
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode : null;
};

/** PostgreSQL's SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const sqlState = (error: unknown): string | null => {
  const { code } = failure(error);
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
};

const SQLITE_UNIQUE = 2067;
const SQLITE_PRIMARY_KEY = 1555;
const SQLITE_FOREIGN_KEY = 787;

/** The columns of the violated unique constraint as `table.column[,column]`, or null if the error is another. */
export function violatedUnique(error: unknown): string | null {
  const { message, table, detail } = failure(error);
  const code = sqliteCode(error);
  if (code === SQLITE_UNIQUE || code === SQLITE_PRIMARY_KEY) {
    const columns = String(message)
      .replace(/^.*failed: /, '')
      .split(', ');
    const [name] = String(columns[0]).split('.');
    return `${name}.${columns.map((column) => column.slice(column.indexOf('.') + 1)).join(',')}`;
  }
  if (sqlState(error) !== '23505') return null;
  const columns = /\(([^)]*)\)=\(/.exec(String(detail))?.[1] ?? '';
  return `${String(table)}.${columns.replaceAll('"', '').replaceAll(', ', ',')}`;
}

/** True for a violated unique constraint; with `columns` (`user.email_key`, `tag.organisation_id,name`) only for that one. */
export function isUniqueViolation(error: unknown, columns?: string): boolean {
  const violated = violatedUnique(error);
  return violated !== null && (columns === undefined || columns === violated);
}

export function isForeignKeyViolation(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_FOREIGN_KEY || ['23503', '23001'].includes(sqlState(error) ?? '');
}

/** Raised for a NUL character in a parameter on SQLite, as PostgreSQL does by itself. */
export class InvalidTextError extends Error {
  override readonly name = 'InvalidTextError';
}

/** True when a text cannot be stored or looked up on either engine: it holds a NUL character. */
export function isInvalidText(error: unknown): boolean {
  return error instanceof InvalidTextError || sqlState(error) === '22021';
}

/** What both engines say when a statement's error was caught inside a transaction that then went on. */
export const LOST_TRANSACTION = 'A statement of this transaction has failed, so nothing of it can be committed';

const SQLITE_BUSY = 5;

/** Another process is writing to SQLite at this moment. */
export const isBusy = (error: unknown): boolean => {
  const code = sqliteCode(error);
  return code !== null && (code & 0xff) === SQLITE_BUSY;
};

/** Worth another try in a new transaction: the server gave up on this one so that others could go on. */
export const isRetryable = (error: unknown): boolean => ['40P01', '40001'].includes(sqlState(error) ?? '');

/** BUSY, LOCKED, IOERR, FULL, CANTOPEN: the primary codes that time or an operator cures. */
const SQLITE_UNAVAILABLE = new Set([5, 6, 10, 13, 14]);

/**
 * Connection lost (08), resources gone (53), server going down or not yet up (57P0x), cancelled by a time limit (57014,
 * 55P03, 25P0x), a standby that refuses writes (25006), and what is still in conflict after every retry.
 */
const POSTGRES_UNAVAILABLE = /^(08...|53...|57P0.|57014|55P03|25P0[34]|25006|40P01|40001)$/;

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What `pg` and Kysely say without a code when there is no connection to speak over. */
const NO_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|Query read timeout|Cannot use a pool after calling end|driver has already been destroyed)/;

/** What `node:sqlite` says of a store that was closed under a request that was still running. */
const CLOSED = /^(database is not open|statement has been finalized)/;

/** True when the storage cannot answer now and may later: 503, never 500. */
export function isUnavailable(error: unknown): boolean {
  const sqlite = sqliteCode(error);
  if (sqlite !== null) return SQLITE_UNAVAILABLE.has(sqlite & 0xff);
  const { code, message } = failure(error);
  if (code === 'ERR_INVALID_STATE') return CLOSED.test(String(message));
  if (typeof code === 'string') return POSTGRES_UNAVAILABLE.test(code) || NETWORK.has(code);
  return error instanceof Error && NO_CONNECTION.test(String(message));
}
