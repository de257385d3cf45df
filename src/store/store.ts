import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

export type EngineName = 'sqlite' | 'postgres';

/** What a read may run on: the store's readers, or the transaction it is part of. */
export type Reader = Pick<Kysely<Schema>, 'selectFrom' | 'with'>;

/** What a write runs on. Only `transaction` hands one out: there is no way to write outside a transaction. */
export interface Tx {
  readonly engine: EngineName;
  readonly db: Transaction<Schema>;
}

/**
 * Marks a value given at each call. `p('hash')` stands wherever Kysely takes a value; its type is the column's.
 */
export type Parameter<P> = <K extends keyof P & string>(name: K) => P[K];

/** A query compiled once. Answers at once on SQLite and with a promise on PostgreSQL: `await` serves both. */
export type Prepared<P, R> = (parameters: P) => R[] | Promise<R[]>;

export interface Store extends AsyncDisposable {
  readonly engine: EngineName;
  /** Reads of committed state. On SQLite a connection of its own, so that it never sees a transaction's insides. */
  readonly db: Reader;
  /** Compiles once, runs often: for the queries of every request. */
  prepare<P extends object, R>(
    build: (db: Reader, parameter: Parameter<P>) => { compile(): { sql: string; parameters: readonly unknown[] } },
  ): Prepared<P, R>;
  /** Reads that all see the same moment, while others go on writing. For what reads much and late. */
  snapshot<T>(work: (db: Reader) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction and commits. SQLite: BEGIN IMMEDIATE, one at a time, in order of arrival.
   * PostgreSQL: READ COMMITTED; run again, at most five times, when the server reports a deadlock or a serialisation
   * failure. `work` must have no effects outside the database.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Calls back after every commit of this process's own, at once: the listener must not throw and nobody waits for it. */
  onCommit(listener: () => void): void;
}

/** What an engine brings; the rest is the same for both. */
export type StorageEngine = Omit<Store, 'onCommit'>;
