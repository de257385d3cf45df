import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import autocannon from 'autocannon';
import { fill, STREAMS, USERS } from './growth-data.ts';
import { median } from './product.ts';
import { type Row, table } from './row.ts';

const CONNECTIONS = 64;
const SECONDS = 4;
const ROUNDS = 5;

const file = (name: string) => new URL(name, import.meta.url);
const EMAIL = 'bench@example.test';
const PASSWORD = 'a password for benches';

interface Api extends AsyncDisposable {
  url: string;
  child: ChildProcess;
  folder: string;
}

/** The API's own process on SQLite, as the supervisor would start it; nobody answers for the engine. */
async function startApi(): Promise<Api> {
  const data = await mkdtemp(path.join(os.tmpdir(), 'lockkeeper-bench-'));
  const env = {
    ...process.env,
    LOCKKEEPER_DATA: data,
    LOCKKEEPER_HTTP: '127.0.0.1:0',
    LOCKKEEPER_ADMIN_EMAIL: EMAIL,
    LOCKKEEPER_ADMIN_PASSWORD: PASSWORD,
    LOCKKEEPER_LOG: 'silent',
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
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function json(url: string, init: RequestInit = {}): Promise<Record<string, string>> {
  const response = await fetch(url, { ...init, headers: { 'Content-Type': 'application/json', ...init.headers } });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
}

async function signIn(url: string): Promise<string> {
  const body = JSON.stringify({ email: EMAIL, password: PASSWORD });
  return (await json(`${url}/user/validate`, { method: 'POST', body })).token!;
}

/** Requests per second, with every answer checked to be 200. */
async function throughput(url: string, headers: Record<string, string>, seconds = SECONDS): Promise<number> {
  const result = await autocannon({ url, headers, connections: CONNECTIONS, duration: seconds });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed at ${url}`);
  return result.requests.average;
}

/** A stream of our own with a tag, and the header with which it is read. */
async function subject(api: Api): Promise<{ target: string; headers: Record<string, string> }> {
  const headers = { 'X-BINTU-TOKEN': await signIn(api.url) };
  const { id } = await json(`${api.url}/stream`, { method: 'POST', headers, body: JSON.stringify({ tags: ['news'] }) });
  return { target: `${api.url}/stream/${id}`, headers };
}

interface Contestant {
  url: string;
  headers: Record<string, string>;
}

/** Interleaved rounds: medians, and the median ratio of the first to the second. */
async function duel(first: Contestant, second: Contestant): Promise<{ first: number; second: number; ratio: number }> {
  const rounds: [number, number][] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const pair: [number, number] = [
      await throughput(first.url, first.headers),
      await throughput(second.url, second.headers),
    ];
    // The first round only warms up.
    if (round >= 0) rounds.push(pair);
  }
  return {
    first: median(rounds.map(([ours]) => ours)),
    second: median(rounds.map(([, theirs]) => theirs)),
    ratio: median(rounds.map(([ours, theirs]) => ours / theirs)),
  };
}

const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')} requests/s`;

async function besideBare(): Promise<Row> {
  await using api = await startApi();
  const { target, headers } = await subject(api);
  const bytes = await (await fetch(target, { headers })).text();
  const bare = fork(file('./peers/bare-http.ts'));
  bare.send(bytes);
  const [address] = (await once(bare, 'message')) as [string];
  try {
    const { first, second, ratio } = await duel(
      { url: target, headers },
      { url: `${address}${new URL(target).pathname}`, headers },
    );
    return {
      what: `(a) GET /stream/{id} by token, ${CONNECTIONS} connections, ${bytes.length} bytes`,
      result: perSecond(first),
      beside: `${ratio.toFixed(2)} × bare Fastify with the same bytes (${perSecond(second)})`,
      target: 'at least 0.7 ×',
      met: ratio >= 0.7,
    };
  } finally {
    bare.kill();
  }
}

async function asDataGrows(): Promise<Row> {
  await using small = await startApi();
  await using large = await startApi();
  const [first, second] = [await subject(large), await subject(small)];
  process.stderr.write(`filling a database with ${USERS} users and ${STREAMS} streams …\n`);
  fill(path.join(large.folder, 'lockkeeper.sqlite'));
  const pace = await duel(
    { url: first.target, headers: first.headers },
    { url: second.target, headers: second.headers },
  );
  return {
    what: `(e) the same with ${USERS.toLocaleString('en')} users and ${STREAMS.toLocaleString('en')} streams`,
    result: perSecond(pace.first),
    beside: `${pace.ratio.toFixed(2)} × the small database (${perSecond(pace.second)})`,
    target: 'at least 0.9 ×',
    met: pace.ratio >= 0.9,
  };
}

/** (a) and (e): what an authorised request costs beside a bare one, and as the data grows. */
export async function run(): Promise<Row[]> {
  return [await besideBare(), await asDataGrows()];
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
