import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';

export interface PostgresServer {
  /** The maintenance database, as a superuser. */
  readonly url: string;
  /** A fresh, empty database on it. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a real, throwaway PostgreSQL on a free port of the loopback, as root too. It goes with `stop`, or by itself
 * when this process ends, in whichever way.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const keeper = spawn(process.execPath, [path.join(import.meta.dirname, 'postgres-keeper.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const url = await Promise.race([
    new Promise<string>((resolve) => createInterface(keeper.stdout).once('line', resolve)),
    exited.then(() => Promise.reject(new Error('PostgreSQL did not start; see above'))),
  ]);
  keeper.unref();
  for (const pipe of [keeper.stdin, keeper.stdout]) (pipe as unknown as { unref(): void }).unref();

  return {
    url,
    async createDatabase() {
      const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return url.replace(/\/postgres$/, `/${name}`);
    },
    async stop() {
      keeper.ref();
      keeper.stdin.end();
      await exited;
    },
  };
}
