import { after } from 'node:test';
import { Client as Postgres } from 'pg';
import { type Running, start } from '../harness.ts';
import { type PostgresServer, startPostgres } from '../store/postgres.ts';

/** A change as the audit log has it. */
export interface Row {
  id: string;
  action: string;
  actor_id: string;
  credential_id: string;
  target_id: string | null;
  outcome: string;
}

export interface Started extends AsyncDisposable {
  readonly running: Running;
  /** Every audit row in the order in which their transactions were committed. */
  committed(): Promise<Row[]>;
}

export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  start(): Promise<Started>;
}

const COLUMNS = ['id', 'action', 'actor_id', 'credential_id', 'target_id', 'outcome'] as const;

/** Transactions run one after the other and each makes its ids itself: the order of ids is that of the commits. */
const sqlite: Engine = {
  name: 'sqlite',
  async start() {
    const running = await start();
    return {
      running,
      committed: () => running.app.store.db.selectFrom('audit').select(COLUMNS).orderBy('id').execute(),
      [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
    };
  },
};

let server: Promise<PostgresServer> | undefined;
after(async () => (await server)?.stop());

/** The server itself notes when each transaction was committed. */
const postgres: Engine = {
  name: 'postgres',
  async start() {
    server ??= startPostgres();
    const databaseUrl = await (await server).createDatabase();
    const running = await start({ databaseUrl });
    const client = new Postgres({ connectionString: databaseUrl });
    await client.connect();
    return {
      running,
      async committed() {
        const order = 'order by pg_xact_commit_timestamp(xmin), id';
        return (await client.query<Row>(`select ${COLUMNS.join(', ')} from audit ${order}`)).rows;
      },
      async [Symbol.asyncDispose]() {
        await client.end();
        await running[Symbol.asyncDispose]();
      },
    };
  },
};

export const engines: readonly Engine[] = [sqlite, postgres];
