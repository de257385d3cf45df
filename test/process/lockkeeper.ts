import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Env, readCliEnv } from '../../src/config.ts';

export const HOME = fileURLToPath(new URL('../../', import.meta.url));
export const BIN = path.join(HOME, 'bin/lockkeeper.js');

/** The process tree is read from /proc. */
export const LINUX = process.platform === 'linux';

export interface Ready {
  ready: true;
  http: string;
  playout: string;
  rtmp: string;
  version: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process with all that it has said so far. */
export interface Watched {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<Ended>;
}

/** Ports are free ones, and nothing of the caller's own configuration comes through. */
function environment(extra: Env): NodeJS.ProcessEnv {
  const rest = Object.entries(readCliEnv().inherited).filter(([name]) => !/^(LOCKKEEPER_|NODE_TEST|npm_)/.test(name));
  const free = ['HTTP', 'PLAYOUT', 'RTMP', 'OPERATOR'].map((name) => [`LOCKKEEPER_${name}`, '127.0.0.1:0']);
  const ports = Object.fromEntries(free);
  return { ...Object.fromEntries(rest), ...ports, LOCKKEEPER_LOG: 'error', ...extra };
}

interface Yard {
  processes: ChildProcess[];
  folders: string[];
}

const yards = new WeakMap<TestContext, Yard>();

/** What a test leaves is cleared away when it is over: processes before the folders that they write to. */
function yardOf(t: TestContext): Yard {
  const known = yards.get(t);
  if (known) return known;
  const yard: Yard = { processes: [], folders: [] };
  yards.set(t, yard);
  t.after(async () => {
    const running = yard.processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const pids = running.flatMap(({ pid }) => [pid!, ...(LINUX ? descendants(pid!).map((below) => below.pid) : [])]);
    for (const pid of pids.filter(alive)) process.kill(pid, 'SIGKILL');
    await until(() => !pids.some(alive), 5_000, 'the end of what was left');
    for (const folder of yard.folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  return yard;
}

/** Whatever the test forgets is killed when it is over. */
export function run(t: TestContext, command: readonly string[], env: Env = {}, input = ''): Watched {
  const child = spawn(command[0]!, command.slice(1), { cwd: HOME, env: environment(env), stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  child.stdin.on('error', () => {}).end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  ended.catch(() => {});
  yardOf(t).processes.push(child);
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

export const lockkeeper = (t: TestContext, args: readonly string[], env: Env = {}, input = '') =>
  run(t, [process.execPath, BIN, ...args], env, input);

/** Runs a command to its end. */
export async function finish(watched: Watched, limitMs = 30_000) {
  const { code, signal } = await within(
    limitMs,
    watched.ended,
    () => `no end; said ${watched.stdout()}${watched.stderr()}`,
  );
  return { code, signal, stdout: watched.stdout(), stderr: watched.stderr() };
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-process-'));
  yardOf(t).folders.push(folder);
  return folder;
}

/** The first line of JSON on standard output; npm writes lines of its own before. */
export async function firstAnswer<T = Ready>(watched: Watched, limitMs = 30_000): Promise<T> {
  const find = () => watched.stdout().match(/^\{.*\}$/m)?.[0];
  let over = false;
  watched.ended.then(
    () => (over = true),
    () => (over = true),
  );
  await until(() => find() !== undefined || over, limitMs);
  const line = find();
  assert.ok(line, `no ready line; it said: ${watched.stdout()}${watched.stderr()}`);
  return JSON.parse(line) as T;
}

export interface Server extends Watched {
  ready: Ready;
  data: string;
  pid: number;
}

/** A server that is ready. */
export async function serve(
  t: TestContext,
  env: Env = {},
  command = [process.execPath, BIN, 'serve'],
): Promise<Server> {
  const data = env.LOCKKEEPER_DATA ?? path.join(temporaryFolder(t), 'data');
  const watched = run(t, command, { ...env, LOCKKEEPER_DATA: data });
  const ready = await firstAnswer(watched);
  return { ...watched, ready, data, pid: watched.child.pid! };
}

export interface Descendant {
  pid: number;
  parent: number;
  command: string;
}

/** All processes below this one. */
export function descendants(pid: number): Descendant[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // The name in parentheses may hold anything; the parent's number is the second field behind it.
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent, command }];
      } catch {
        return [];
      }
    });
  const below = (parent: number): Descendant[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** The process that runs this file, below that one; undefined while it is away. */
export const programOf = (pid: number, file: string): number | undefined =>
  descendants(pid).find(({ command }) => command.includes(file))?.pid;

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether somebody listens at this URL's host and port. */
export function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  what = 'the condition',
): Promise<number> {
  const start = Date.now();
  while (!(await condition())) {
    if (Date.now() - start > limitMs) assert.fail(`${what} did not come true within ${limitMs} ms`);
    await sleep(20);
  }
  return Date.now() - start;
}

async function within<T>(limitMs: number, promise: Promise<T>, complaint: () => string): Promise<T> {
  const late = sleep(limitMs, undefined, { ref: false }).then(() => assert.fail(complaint()));
  return await Promise.race([promise, late]);
}

/** Nothing of it runs and none of its ports is taken. */
export async function assertGone({ ready }: { ready: Ready }, pids: readonly number[]): Promise<void> {
  await until(() => !pids.some(alive), 3_000, 'the end of all processes');
  for (const url of [ready.http, ready.playout, ready.rtmp]) assert.equal(await listens(url), false, `${url} is taken`);
}

/** Calls the API and answers the status with the body. */
export async function call(url: string, token: string | null, init: RequestInit = {}) {
  const headers = {
    ...(token && { 'x-bintu-token': token }),
    ...(init.body ? { 'content-type': 'application/json' } : {}),
  };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(5_000) });
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect and fail where it is not there
  return { status: response.status, body: (await response.json()) as any };
}
