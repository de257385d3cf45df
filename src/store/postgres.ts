import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import { Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { isRetryable, isUnavailable, LOST_TRANSACTION } from './failures.ts';
import { migrate } from './migrations/index.ts';
import { type BuildQuery, compileTemplate } from './prepare.ts';
import type { Schema } from './schema.ts';
import type { Prepared, StorageEngine, Tx } from './store.ts';
import { keepArchive } from './upgrade.ts';

const MAX_CONNECTIONS = 10;
const MAX_RETRIES = 5;
const INT8 = 20;
const NUMERIC = 1700;

/** Counts, sums and times are numbers, as on SQLite; none of ours comes near 2^53. */
const numbers: PoolConfig['types'] = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format as 'text'),
};

const base = (databaseUrl: string): PoolConfig => ({
  connectionString: databaseUrl,
  application_name: 'lockkeeper',
  types: numbers,
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
});

/**
 * A request is answered or refused within seconds. The server's limits come first, because they leave the connection
 * usable; `query_timeout` is for a network that swallows the answer. Outside a transaction nothing may be written.
 */
const serving = (databaseUrl: string): PoolConfig => ({
  ...base(databaseUrl),
  max: MAX_CONNECTIONS,
  lock_timeout: 5_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
  query_timeout: 15_000,
  options: '-c default_transaction_read_only=on',
});

/** A lost connection is reported to the query that needed it; without a listener it would end the process instead. */
function connect(config: PoolConfig): Pool {
  const pool = new Pool(config);
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A client that leaves the pool once its connection is in doubt, and that says so when a commit did not commit. */
function guarded(client: PoolClient): PostgresPoolClient {
  let lost: Error | null = null;
  const query = async (sql: string, values: readonly unknown[]) => {
    if (lost) throw lost;
    try {
      const result = await client.query(sql, [...values]);
      if (sql === 'commit' && result.command === 'ROLLBACK') throw new Error(LOST_TRANSACTION);
      return result;
    } catch (error) {
      if (error instanceof Error && isUnavailable(error) && !('severity' in error)) lost = error;
      throw error;
    }
  };
  return {
    query: query as unknown as <R>(sql: string, values: readonly unknown[]) => Promise<PostgresQueryResult<R>>,
    release: () => client.release(lost ?? false),
  } as PostgresPoolClient;
}

const kyselyPool = (pool: Pool): PostgresPool => ({
  connect: async () => guarded(await pool.connect()),
  end: () => pool.end(),
});

type Snapshot = StorageEngine['snapshot'];

const snapshotOf =
  (db: Kysely<Schema>): Snapshot =>
  (work) =>
    db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);

async function prepareDatabase(databaseUrl: string, backups: string | undefined): Promise<void> {
  const pool = connect({ ...base(databaseUrl), max: 1 });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) });
  try {
    const { rows } = await pool.query<{ server_encoding: string }>('show server_encoding');
    if (rows[0]?.server_encoding !== 'UTF8') {
      throw new Error(
        'The PostgreSQL database must be encoded in UTF8: create it with ENCODING UTF8 TEMPLATE template0',
      );
    }
    await migrate(db, 'postgres', async (steps) => {
      // The migration's own connection is inside its transaction; nothing is changed yet.
      await using reading = new Kysely<Schema>({
        dialect: new PostgresDialect({ pool: kyselyPool(connect({ ...base(databaseUrl), max: 1 })) }),
      });
      await snapshotOf(reading)((reader) => keepArchive(backups, reader, steps));
    });
  } finally {
    await pool.end();
  }
}

/** @throws when the server cannot be reached (`isUnavailable`), is not usable for us, or a migration fails */
export async function openPostgres(databaseUrl: string, backups: string | undefined): Promise<StorageEngine> {
  await prepareDatabase(databaseUrl, backups);
  const pool = connect(serving(databaseUrl));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) });
  const begin = () => db.transaction().setIsolationLevel('read committed').setAccessMode('read write');
  let prepared = 0;

  return {
    engine: 'postgres',
    db,
    prepare<P extends object, R>(build: BuildQuery<P>): Prepared<P, R> {
      const { sql, bind } = compileTemplate(db, build);
      const name = `lockkeeper_${++prepared}`;
      return async (parameters) => (await pool.query({ name, text: sql, values: bind(parameters) })).rows as R[];
    },
    snapshot: snapshotOf(db),
    async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      for (let retries = 0; ; retries++) {
        try {
          return await begin().execute((tx) => work({ engine: 'postgres', db: tx }));
        } catch (error) {
          if (retries === MAX_RETRIES || !isRetryable(error)) throw error;
          await wait(Math.random() * 20 * (retries + 1));
        }
      }
    },
    async [Symbol.asyncDispose]() {
      if (!pool.ended && !pool.ending) await pool.end();
    },
  };
}
