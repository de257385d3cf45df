import { fileURLToPath } from 'node:url';
import { type Address, type Config, ConfigError, type Env, readConfig } from './config.ts';
import { createLog } from './log.ts';
import type { EngineMessage } from './media/engine.ts';
import { DataFolderError, lockDataFolder } from './supervisor/data-lock.ts';
import { announce, type Ready } from './supervisor/ready.ts';
import { supervise } from './supervisor/supervised.ts';
import type { FirstAdmin, FromApi, ToApi } from './supervisor/supervisor-messages.ts';
import { version } from './version.ts';

/** Raised when Lockkeeper could not be started at all. The message is for people. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export interface Running {
  /** Both processes work. Rejects with a StartError when one of them cannot be started. */
  ready: Promise<Ready>;
  /** Drains both processes. Resolves within 8 s, when they are gone. */
  stop(): Promise<void>;
}

/** The programs that are supervised; tests put others in their place. */
export const PROGRAMS = {
  api: fileURLToPath(new URL('./api.ts', import.meta.url)),
  engine: fileURLToPath(new URL('./media/rtmp/main.ts', import.meta.url)),
};

/** What the two processes have said of themselves so far. */
interface Told {
  http: string | null;
  operator: string | null;
  engine: { rtmp: string; playout: string } | null;
  firstAdmin: FirstAdmin | null;
}

const ENGINE_GRACE_MS = 3_000;
const API_GRACE_MS = 5_000;

const join = ({ host, port }: Address) => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The address that was asked for, with the port that was really taken. Port 0 must not move at a restart. */
function taken(asked: Address, told: string | null): string {
  const port = told ? /:(\d+)\/?$/.exec(told)?.[1] : undefined;
  return join(asked.port === 0 && port ? { ...asked, port: Number(port) } : asked);
}

/**
 * Starts the API and the engine on one data folder, carries the messages between them, and restarts either.
 * @throws ConfigError, DataFolderError
 */
export function start(env: Env, programs = PROGRAMS): Running {
  const { config } = readConfig(env);
  const lock = lockDataFolder(config.data);
  const log = createLog('supervisor', config.log);
  const ready = Promise.withResolvers<Ready>();
  // Whoever stops before the start is over does not wait for it.
  ready.promise.catch(() => {});
  const told: Told = { http: null, operator: null, engine: null, firstAdmin: null };

  const announceWhenBoth = () => {
    if (told.http && told.engine) ready.resolve(readyOf(told.http, told.engine, told.firstAdmin));
  };
  const failed = (words: string) => ready.reject(new StartError(`Lockkeeper cannot start: ${words}.`));

  const toApi = (message: ToApi) => api.send(message);
  const engine = supervise<EngineMessage>({
    name: 'engine',
    log,
    command: () => ({
      file: programs.engine,
      args: [engineArgument(config, told.engine)],
      // Media lives in buffers outside the heap: a large nursery would only be 30 MB more.
      nodeArgs: ['--max-semi-space-size=1'],
      env: withoutOurs(env),
    }),
    onMessage(message) {
      if (message.type === 'hello') {
        engine.markReady();
        told.engine = { rtmp: message.rtmp, playout: message.playout };
        announceWhenBoth();
      }
      toApi(message);
    },
    onEnd: () => toApi({ type: 'engine-down' }),
    onFailedStart: failed,
  });
  const api = supervise<FromApi>({
    name: 'API',
    log,
    command: () => ({ file: programs.api, args: [], env: { ...env, ...keptAddresses(config, told) } }),
    onMessage(message) {
      if (message.type !== 'ready') return engine.send(message);
      api.markReady();
      told.http = message.http;
      told.operator = message.operator;
      told.firstAdmin ??= message.firstAdmin;
      announceWhenBoth();
    },
    onEnd: () => {},
    onFailedStart: failed,
  });

  // The engine goes first: the ends of its sessions are the last thing the API writes down.
  const end = async () => {
    await engine.stop(ENGINE_GRACE_MS);
    await api.stop(API_GRACE_MS);
    lock[Symbol.dispose]();
  };
  let ending: Promise<void> | undefined;
  return {
    ready: ready.promise,
    stop: () => {
      ending ??= end();
      return ending;
    },
  };
}

/** The engine is told what it needs by its argument: what strangers speak to holds no password of the database. */
const withoutOurs = (env: Env) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LOCKKEEPER_')));

function engineArgument(config: Config, told: { rtmp: string; playout: string } | null): string {
  const { log, trustProxy } = config;
  const [rtmp, playout] = [taken(config.rtmp, told?.rtmp ?? null), taken(config.playout, told?.playout ?? null)];
  return JSON.stringify({ rtmp, playout, log, trustProxy });
}

function keptAddresses(config: Config, told: Told) {
  return {
    ...(config.operator && { LOCKKEEPER_OPERATOR: taken(config.operator, told.operator) }),
    LOCKKEEPER_HTTP: taken(config.http, told.http),
    LOCKKEEPER_RTMP: taken(config.rtmp, told.engine?.rtmp ?? null),
    LOCKKEEPER_PLAYOUT: taken(config.playout, told.engine?.playout ?? null),
  };
}

/** The engine says `host:port`, with or without a scheme. */
function readyOf(http: string, engine: { rtmp: string; playout: string }, firstAdmin: FirstAdmin | null): Ready {
  const bare = (address: string) => address.replace(/^\w+:\/\//, '');
  return {
    http,
    playout: `http://${bare(engine.playout)}`,
    rtmp: `rtmp://${bare(engine.rtmp)}`,
    version: version(),
    firstAdmin,
  };
}

/** Resolves when somebody wants this process to end: a signal, or the end of the process that started it. */
export function askedToStop(env: Env): Promise<void> {
  return new Promise((resolve) => {
    // Every one of them, for ever: npm passes on a Ctrl-C that the terminal has already delivered.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.once('disconnect', () => resolve());
    // Listening alone must not keep a process alive that could not start.
    process.channel?.unref();
    if (env.npm_lifecycle_event) whenParentEnds(resolve);
  });
}

/** npm has no channel to us: killed hard, it would leave us running with nobody who knows our number. */
function whenParentEnds(act: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && act(), 500).unref();
}

/** What a person is told when `start` failed; null for what is our own mistake. */
export function startProblem(error: unknown): string | null {
  return error instanceof StartError || error instanceof ConfigError || error instanceof DataFolderError
    ? error.message
    : null;
}

export interface ServeOptions {
  env: Env;
  /** The ready line as JSON on a terminal too, and what went wrong as JSON. */
  json?: boolean;
}

/** `lockkeeper serve`: runs until asked to stop, and returns the exit code. */
export async function serve({ env, json = false }: ServeOptions): Promise<number> {
  const stopped = askedToStop(env);
  let running: Running | null = null;
  try {
    running = start(env);
    const ready = await Promise.race([running.ready, stopped]);
    if (ready) announce(ready, json);
    await stopped;
    return 0;
  } catch (error) {
    const words = startProblem(error);
    if (words === null) throw error;
    process.stderr.write(`${json ? JSON.stringify({ error: { message: words } }) : words}\n`);
    return 1;
  } finally {
    await running?.stop();
  }
}
