import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { type Storage, storageOf } from '../../src/store/open.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures');

/** Every schema that was released. */
export const RELEASED = ['0001'] as const;

type Row = Record<string, unknown>;

/** What people of that release hold. */
export type Held = Record<'apiKey' | 'playerKey' | 'token' | 'ticket' | 'password', string>;

/** A database as that release left it, in a data folder with its secrets. */
export interface Old extends AsyncDisposable {
  readonly engine: 'sqlite' | 'postgres';
  readonly folder: string;
  readonly databaseUrl: string | null;
  readonly storage: Storage;
  readonly held: Held;
  /** Past everything of ours. */
  run(sql: string): Promise<Row[]>;
  /** Every row of every table, by table. */
  everything(): Promise<Record<string, Row[]>>;
}

let server: Promise<PostgresServer> | undefined;

const TABLE_LIST = {
  sqlite: "select name from sqlite_master where type = 'table' order by name",
  postgres: "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
};

async function runner(databaseUrl: string | null, file: string) {
  if (databaseUrl === null)
    return {
      async run(sql: string): Promise<Row[]> {
        using database = new DatabaseSync(file);
        if (!/^\s*select/i.test(sql)) {
          database.exec(sql);
          return [];
        }
        return database
          .prepare(sql)
          .all()
          .map((row) => ({ ...row }));
      },
    };
  return {
    async run(sql: string): Promise<Row[]> {
      const client = new Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        return (await client.query(sql)).rows as Row[];
      } finally {
        await client.end();
      }
    },
  };
}

export async function released(schema: string, engine: Old['engine']): Promise<Old> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-released-'));
  const text = (name: string) => readFile(`${FIXTURES}/schema-${schema}.${name}`, 'utf8');
  await mkdir(folder, { recursive: true });
  await copyFile(`${FIXTURES}/schema-${schema}.secrets.json`, path.join(folder, 'secrets.json'));
  if (engine === 'postgres') server ??= startPostgres();
  const databaseUrl = engine === 'postgres' ? await (await server!).createDatabase() : null;
  const { run } = await runner(databaseUrl, path.join(folder, 'lockkeeper.sqlite'));
  await run(await text(`${engine}.sql`));
  return {
    engine,
    folder,
    databaseUrl,
    storage: storageOf({ data: folder }, { databaseUrl }),
    held: JSON.parse(await text('held.json')) as Held,
    run,
    async everything() {
      const all: Record<string, Row[]> = {};
      for (const { name } of await run(TABLE_LIST[engine])) {
        const rows = await run(`select * from "${name}"`);
        all[String(name)] = rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      }
      return all;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
