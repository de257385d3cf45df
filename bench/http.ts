import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import autocannon from 'autocannon';

const CONNECTIONS = 64;
const SECONDS = 4;
const ROUNDS = 5;

const file = (name: string) => new URL(name, import.meta.url);
const EMAIL = 'bench@example.test';
const PASSWORD = 'a password for benches';

export interface Api extends AsyncDisposable {
  url: string;
  child: ChildProcess;
  folder: string;
}

/** The API's own process on SQLite, as the supervisor would start it; nobody answers for the engine. */
export async function startApi(folder?: string): Promise<Api> {
  const data = folder ?? (await mkdtemp(path.join(os.tmpdir(), 'lockkeeper-bench-')));
  const env = {
    ...process.env,
    LOCKKEEPER_DATA: data,
    LOCKKEEPER_HTTP: '127.0.0.1:0',
    LOCKKEEPER_ADMIN_EMAIL: EMAIL,
    LOCKKEEPER_ADMIN_PASSWORD: PASSWORD,
    LOCKKEEPER_LOG: 'error',
  };
  const child = fork(file('../src/api.ts'), { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (message: { type: string; http: string }) => message.type === 'ready' && resolve(message.http));
    child.once('exit', () => reject(new Error('The API did not start')));
  });
  return {
    url,
    child,
    folder: data,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
      if (folder === undefined) await rm(data, { recursive: true, force: true });
    },
  };
}

export async function json(url: string, init: RequestInit = {}): Promise<Record<string, string>> {
  const response = await fetch(url, { ...init, headers: { 'Content-Type': 'application/json', ...init.headers } });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
}

export async function signIn(url: string): Promise<string> {
  const body = JSON.stringify({ email: EMAIL, password: PASSWORD });
  return (await json(`${url}/user/validate`, { method: 'POST', body })).token!;
}

/** Requests per second, with every answer checked to be 200. */
export async function throughput(url: string, headers: Record<string, string>, seconds = SECONDS): Promise<number> {
  const result = await autocannon({ url, headers, connections: CONNECTIONS, duration: seconds });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed at ${url}`);
  return result.requests.average;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

export interface HttpRow {
  name: string;
  ours: number;
  bare: number;
  ratio: number;
}

/** An authorised GET /stream/{id} by token beside a bare Fastify route that answers the same bytes. */
export async function measure(): Promise<HttpRow> {
  await using api = await startApi();
  const token = await signIn(api.url);
  const headers = { 'X-BINTU-TOKEN': token };
  const { id } = await json(`${api.url}/stream`, { method: 'POST', headers, body: JSON.stringify({ tags: ['news'] }) });
  const target = `${api.url}/stream/${id}`;
  const bytes = await (await fetch(target, { headers })).text();

  const bare = fork(file('./peers/bare-http.ts'));
  bare.send(bytes);
  const [address] = (await once(bare, 'message')) as [string];
  try {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = -1; round < ROUNDS; round++) {
      const pair = [await throughput(target, headers), await throughput(`${address}/stream/${id}`, headers)] as const;
      // The first round only warms up.
      if (round >= 0) [ours.push(pair[0]), theirs.push(pair[1])];
    }
    const row = { name: 'GET /stream/{id} by token', ours: median(ours), bare: median(theirs) };
    return { ...row, ratio: row.ours / row.bare };
  } finally {
    bare.kill();
  }
}

if (import.meta.main) console.log(await measure());
