import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { start } from '../src/main.ts';
import type { Ready } from '../src/supervisor/ready.ts';

const EMAIL = 'bench@example.test';
const PASSWORD = 'a password for benches';

export type Json = Record<string, unknown>;

export interface Product extends AsyncDisposable, Ready {
  folder: string;
  /** A nanoAdmin's token. */
  token: string;
  /** Answers the body of a 200; throws on anything else. */
  call(method: string, path: string, body?: unknown): Promise<Json>;
}

async function ask(url: string, method: string, token: string | null, body?: unknown): Promise<Json> {
  const headers = { 'Content-Type': 'application/json', ...(token !== null && { 'X-BINTU-TOKEN': token }) };
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  if (response.status !== 200) throw new Error(`${method} ${url} answered ${response.status} ${await response.text()}`);
  return (await response.json()) as Json;
}

/** Lockkeeper as an operator starts it: supervisor, API and engine, each a process, on SQLite in a folder that goes. */
export async function startProduct(prepare?: (folder: string) => Promise<void>): Promise<Product> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lockkeeper-bench-'));
  await prepare?.(folder);
  const running = start({
    ...process.env,
    LOCKKEEPER_DATA: folder,
    LOCKKEEPER_HTTP: '127.0.0.1:0',
    LOCKKEEPER_PLAYOUT: '127.0.0.1:0',
    LOCKKEEPER_RTMP: '127.0.0.1:0',
    LOCKKEEPER_OPERATOR: 'off',
    LOCKKEEPER_ADMIN_EMAIL: EMAIL,
    LOCKKEEPER_ADMIN_PASSWORD: PASSWORD,
    LOCKKEEPER_LOG: 'error',
  });
  const ready = await running.ready;
  const signedIn = await ask(`${ready.http}/user/validate`, 'POST', null, { email: EMAIL, password: PASSWORD });
  const token = String(signedIn.token);
  return {
    ...ready,
    folder,
    token,
    call: (method, target, body) => ask(ready.http + target, method, token, body),
    async [Symbol.asyncDispose]() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

export const median = (values: readonly number[]): number => percentile(values, 0.5);
