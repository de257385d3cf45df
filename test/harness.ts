import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AlertLimits } from '../src/alerts/limits.ts';
import { type App, openApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import type { ControlMessage, EngineMessage } from '../src/media/engine.ts';
import type { Channel } from '../src/media/link.ts';
import { startEngine } from '../src/media/rtmp/media-engine.ts';
import { insertOrganisation } from '../src/store/organisation.ts';
import { insertUser } from '../src/store/user.ts';

export const PASSWORD = 'correct horse battery';
/** Argon2id of PASSWORD, made once: hashing in every test would only warm the room. */
const PASSWORD_HASH = import('../src/people/passwords.ts').then(({ hashPassword }) => hashPassword(PASSWORD));

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
  body: any;
}

export interface CallOptions {
  token?: string;
  apiKey?: string;
  playerKey?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Person {
  id: string;
  email: string;
  token: string;
  tokenId: string;
}

export interface Tenant {
  id: string;
  hash: string;
  apiKey: string;
  playerKey: string;
  admin: Person;
  user: Person;
  observer: Person;
  /** One more person in this role, with a token of her own. */
  join(role: string): Promise<Person>;
}

export interface Running extends AsyncDisposable {
  app: App;
  url: string;
  rtmp: string;
  playout: string;
  /** `host:port`, where the operator's port was asked for. */
  operator: string | null;
  folder: string;
  call(method: string, target: string, options?: CallOptions): Promise<Answer>;
  /** A new organisation with one person per role. */
  tenant(name?: string): Promise<Tenant>;
}

/** Two ends of a wire within this process; what is sent is copied, as it would be between two. */
function wire() {
  const listeners = { api: [] as ((message: never) => void)[], engine: [] as ((message: never) => void)[] };
  const deliver = (to: keyof typeof listeners, message: unknown) => {
    const copy = structuredClone(message) as never;
    setImmediate(() => {
      for (const listener of listeners[to]) listener(copy);
    });
  };
  const api: Channel = {
    send: (message) => deliver('engine', message),
    onMessage: (listener) => void listeners.api.push(listener as (message: never) => void),
  };
  const engine = {
    send: (message: EngineMessage) => deliver('api', message),
    onMessage: (listener: (message: ControlMessage) => void) =>
      void listeners.engine.push(listener as (message: never) => void),
  };
  return { api, engine };
}

export interface StartOptions {
  databaseUrl?: string;
  /** Configuration beside it. */
  env?: Record<string, string>;
  /** Other limits of alerts than the usual ones: what takes minutes would take them in a test. */
  alertLimits?: Partial<AlertLimits>;
  /** A hand on the wire between the API and the engine: to listen, or to hold a message back. */
  between?: (channel: Channel) => Channel;
}

/** The whole product in this process: the API, its database (SQLite unless `databaseUrl`), and the media engine. */
export async function start({
  databaseUrl = '',
  env = {},
  alertLimits = {},
  between = (wire) => wire,
}: StartOptions = {}): Promise<Running> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lockkeeper-test-'));
  const { config, secrets } = readConfig({
    LOCKKEEPER_DATA: folder,
    LOCKKEEPER_HTTP: '127.0.0.1:0',
    LOCKKEEPER_DATABASE_URL: databaseUrl,
    LOCKKEEPER_OPERATOR: 'off',
    LOCKKEEPER_LOG: 'error',
    ...env,
  });
  const log = createLog('test', config.log);
  const { api, engine: engineEnd } = wire();
  const app = await openApp({ config, secrets, channel: between(api), alertLimits, log });
  const { trustProxy } = config;
  const ports = { rtmp: '127.0.0.1:0', playout: '127.0.0.1:0' };
  const engine = await startEngine({ ...ports, log: config.log, trustProxy }, engineEnd);
  const { http: url, operator } = await app.listen();
  while (app.services.live.addresses === null) await new Promise((resolve) => setTimeout(resolve, 5));
  const { rtmp, playout } = app.services.live.addresses;

  const call = (method: string, target: string, options: CallOptions = {}) => request(url, method, target, options);
  const tenant = (name = 'Test organisation') => createTenant(app, call, name);
  return {
    app,
    url,
    rtmp,
    playout,
    operator,
    folder,
    call,
    tenant,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One request as a client would send it; the body is parsed where there is one. */
export async function request(url: string, method: string, target: string, options: CallOptions = {}): Promise<Answer> {
  const { token, apiKey, playerKey, body } = options;
  const headers = new Headers(options.headers);
  if (token !== undefined) headers.set('X-BINTU-TOKEN', token);
  if (apiKey !== undefined) headers.set('X-BINTU-APIKEY', apiKey);
  if (playerKey !== undefined) headers.set('X-BINTU-PLAYERKEY', playerKey);
  if (body !== undefined && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + target, { method, headers, ...(text !== undefined && { body: text }) });
  const answered = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answered) : answered };
}

let people = 0;

async function createTenant(app: App, call: Running['call'], name: string): Promise<Tenant> {
  const passwordHash = await PASSWORD_HASH;
  const organisation = await app.store.transaction((tx) => insertOrganisation(tx, app.secrets, name, Date.now()));

  async function join(role: string): Promise<Person> {
    const email = `${role}-${++people}@example.test`.toLowerCase();
    return app.store.transaction(async (tx) => {
      const at = Date.now();
      const user = await insertUser(tx, { organisation: organisation.id, email, name: null, role, passwordHash }, at);
      const expiresAt = at + 3_600_000;
      const request = { user, kind: 'api', name: 'Test', createdBy: user.id, expiresAt } as const;
      const { id, token } = await app.services.accounts.mint(tx, request, at);
      return { id: user.id, email, token, tokenId: id };
    });
  }

  const [admin, user, observer] = [await join('nanoAdmin'), await join('nanoUser'), await join('nanoReadOnly')];
  const { body } = await call('GET', '/organisation', { token: admin.token });
  const { hash, apiKey, playerKey } = body;
  return { id: organisation.id, hash, apiKey, playerKey, admin, user, observer, join };
}
