import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { InvalidTextError, isBusy, LOST_TRANSACTION } from './failures.ts';

/** The statements an application writes are few; a query built from a list of ids is another text for every length. */
const CACHED_STATEMENTS = 256;

/**
 * How long a writer of another process (the CLI on the same machine) is waited for. SQLite's own waiting would hold the
 * whole process still, and with it the sign of life that keeps the engine's streams on the air.
 */
const BUSY_WAIT_MS = 5_000;
const BUSY_RETRY_MS = 10;

type Values = readonly unknown[];
type Row = Record<string, unknown>;

/** Refuses what PostgreSQL refuses, so that a text is storable on both engines or on neither. */
function checked(values: Values): SQLInputValue[] {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\0')) throw new InvalidTextError('Text holds a NUL character');
  }
  return values as SQLInputValue[];
}

/**
 * Answers a statement's rows as plain objects. Arrays from `node:sqlite` made into objects here are twice as fast to
 * make and read as its own rows, which have no prototype.
 */
export function rowReader(statement: StatementSync): (values: Values) => Row[] {
  statement.setReturnArrays(true);
  const names = statement.columns().map((column) => column.name);
  return (values) => {
    const rows = statement.all(...checked(values)) as unknown as unknown[][];
    const answer = new Array<Row>(rows.length);
    for (let index = 0; index < rows.length; index++) {
      const cells = rows[index]!;
      const row: Row = {};
      for (let column = 0; column < names.length; column++) row[names[column]!] = cells[column];
      answer[index] = row;
    }
    return answer;
  };
}

function statementOf(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  const reader = statement.columns().length > 0;
  const all = reader ? rowReader(statement) : () => [];
  return {
    reader,
    all,
    run: (values) => statement.run(...checked(values)),
    iterate: (values) => all(values).values(),
  };
}

/** Gives `node:sqlite` the shape of better-sqlite3 that Kysely speaks to, and keeps prepared what was used last. */
function kyselyShape(database: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const statement = cache.get(sql) ?? statementOf(database, sql);
      cache.delete(sql);
      cache.set(sql, statement);
      if (cache.size > CACHED_STATEMENTS) cache.delete(cache.keys().next().value!);
      return statement;
    },
    close() {
      cache.clear();
      if (database.isOpen) database.close();
    },
  };
}

/**
 * Keeps PostgreSQL's rule that a transaction is lost with its first failed statement, even if the caller catches the
 * error: what would be committed by one engine and dropped by the other is committed by neither.
 */
class StrictConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #database: DatabaseSync;
  #failed = false;

  constructor(inner: DatabaseConnection, database: DatabaseSync) {
    this.#inner = inner;
    this.#database = database;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#failed) throw new Error(LOST_TRANSACTION);
    const inTransaction = this.#database.isTransaction;
    try {
      return await this.#inner.executeQuery<R>(query);
    } catch (error) {
      // The failure itself may have ended it, and what came after would be committed by itself.
      this.#failed = inTransaction;
      throw error;
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize);
  }

  /** SQLite rolls back by itself on a full disk or an I/O error; a second rollback would hide which of them it was. */
  rollback(): void {
    this.#failed = false;
    if (this.#database.isTransaction) this.#database.exec('rollback');
  }
}

/** Kysely begins deferred transactions, which fail when they first write while another process is writing. */
class ImmediateDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  #connection: StrictConnection | null = null;

  constructor(database: DatabaseSync) {
    super({ database: kyselyShape(database) });
    this.#database = database;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const inner = await super.acquireConnection();
    this.#connection ??= new StrictConnection(inner, this.#database);
    return this.#connection;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const late = performance.now() + BUSY_WAIT_MS;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() > late) throw error;
      }
      await sleep(BUSY_RETRY_MS);
    }
  }

  override async rollbackTransaction(): Promise<void> {
    this.#connection?.rollback();
  }
}

/** SQLite's DDL is transactional; Kysely's adapter says no, and then a migration that fails stays half done. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: kyselyShape(database) });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#database);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}
