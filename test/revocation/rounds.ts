import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person, Running, Tenant } from '../harness.ts';
import { Client } from './client.ts';

/** What takes a token's life, in turn. Every second one renews the tokenKey; between them the role goes every way. */
const CYCLE = [
  'same role',
  'tokenKey',
  'demotion',
  'tokenKey',
  'promotion',
  'tokenKey',
  'same role',
  'revocation',
  'demotion',
  'tokenKey',
  'promotion',
  'deletion',
] as const;

const ACTIONS = {
  'same role': 'setUserPermission',
  demotion: 'setUserPermission',
  promotion: 'setUserPermission',
  tokenKey: 'renewTokenKey',
  revocation: 'revokeToken',
  deletion: 'deleteUser',
} as const;

/** One token, what ended it, and what became of the requests that carried it. */
export interface Round {
  kind: (typeof CYCLE)[number];
  tokenId: string;
  ending: { action: string; target: string };
  /** Changes that were answered 200. */
  changes: number;
  /** Requests that were sent after the answer, all refused. */
  refused: number;
}

interface Place {
  running: Running;
  tenant: Tenant;
  /** A stream that everybody may read. */
  stream: string;
}

interface Lane extends Place {
  name: string;
  /** Raised when another lane has failed. */
  stop: AbortSignal;
}

const LANES = 8;
/** Clients that share a token. */
const USERS = 3;

/** The names of what a round's changes make, as the store has them now. */
async function made({ running }: Lane, prefix: string): Promise<string[]> {
  const query = running.app.store.db.selectFrom('tag').select('name').orderBy('name');
  const rows = await query.where('name', '>=', prefix).where('name', '<', `${prefix}~`).execute();
  return rows.map(({ name }) => name);
}

interface Use {
  stream: string;
  token: string;
  /** What the names of everything this client makes begin with. */
  prefix: string;
  state: RoundState;
}

/** A user who never pauses: reads and changes in turn, until a request sent after the answer has been refused. */
async function use(client: Client, { stream, token, prefix, state }: Use): Promise<void> {
  for (let n = 0; ; n++) {
    const afterAnswer = state.answered;
    const tag = `${prefix}${n}`;
    const { status } =
      n % 3 === 0
        ? await client.send('GET', `/stream/${stream}`, { token })
        : n % 3 === 1
          ? await client.send('POST', '/tag', { token }, { name: tag })
          : await client.send('POST', '/stream', { token }, { tags: [tag] });
    if (afterAnswer) {
      assert.equal(status, 401, `sent after the answer: ${status} at step ${n} of ${prefix}`);
      state.refused++;
      return;
    }
    if (n % 3 !== 0 && status === 200) state.done.push(tag);
    if (state.asked) assert.ok([200, 401, 403].includes(status), `${status} while the token dies`);
    else assert.ok(status === 200 || (n % 3 !== 0 && !state.mayChange && status === 403), `${status} while it lives`);
    // What it sends next is a change, on its way together with what ends the token.
    if (n === 3) state.ready();
  }
}

interface RoundState {
  /** Whether the role lets its user change anything. */
  mayChange: boolean;
  /** The admin's request is on its way. */
  asked: boolean;
  /** The admin has the answer. */
  answered: boolean;
  refused: number;
  /** The tags of changes that were answered 200. */
  done: string[];
  /** To be called by each client once it has read and changed. */
  ready(): void;
  /** Resolves when all of them have. */
  inUse: Promise<void>;
}

function beginning(mayChange: boolean): RoundState {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = USERS;
  const ready = () => void (--waiting === 0 && resolve());
  return { mayChange, asked: false, answered: false, refused: 0, done: [], ready, inUse: promise };
}

type Ender = (kind: Round['kind'], victim: Person, n: number) => Promise<Round['ending']>;

/** Ends tokens over HTTP, with an admin's token or the API key in turn. */
function ender(admin: Client, { tenant }: Lane, roleOf: { role: string }): Ender {
  return async (kind, victim, n) => {
    const by = n % 2 === 0 ? { token: tenant.admin.token } : { apiKey: tenant.apiKey };
    const permission = kind === 'demotion' ? 'nanoReadOnly' : kind === 'promotion' ? 'nanoUser' : roleOf.role;
    const whom = n % 3 === 0 ? { email: victim.email } : { id: victim.id };
    const target = kind === 'revocation' ? victim.tokenId : victim.id;
    const { status, body } = await {
      setUserPermission: () => admin.send('PUT', '/user/permission', by, { ...whom, permission }),
      renewTokenKey: () => admin.send('PUT', '/user/tokenkey', by, whom),
      revokeToken: () => admin.send('DELETE', `/bintu/token/${target}`, by),
      deleteUser: () => admin.send('DELETE', `/user/${target}`, by),
    }[ACTIONS[kind]]();
    assert.equal(status, 200, JSON.stringify(body));
    roleOf.role = permission;
    return { action: ACTIONS[kind], target };
  };
}

async function newToken(admin: Client, { tenant }: Lane, victim: Person): Promise<Person> {
  const { token } = tenant.admin;
  const { status, body } = await admin.send('POST', '/bintu/token', { token }, { userId: victim.id, name: 'Next' });
  assert.equal(status, 200, JSON.stringify(body));
  return { ...victim, token: body.data.token, tokenId: body.data.id };
}

/** Rounds with one user, one after the other: a token in use by several clients at once, its end, and what follows. */
async function runLane(lane: Lane, rounds: number): Promise<Round[]> {
  using connections = new DisposableStack();
  const connect = () => connections.use(new Client(lane.running.url));
  const admin = connect();
  const clients = Array.from({ length: USERS }, connect);
  const current = { role: 'nanoUser' };
  const end = ender(admin, lane, current);
  const results: Round[] = [];
  let victim = await lane.tenant.join('nanoUser');
  for (let n = 0; n < rounds && !lane.stop.aborted; n++) {
    const kind = CYCLE[n % CYCLE.length]!;
    const prefix = `${lane.name}-${n}-`;
    const state = beginning(current.role !== 'nanoReadOnly');
    const { token, tokenId } = victim;
    const users = Promise.all(
      clients.map((client, c) => use(client, { stream: lane.stream, token, prefix: `${prefix}${c}-`, state })),
    );
    // Awaited below; a failure must not be called unhandled while the admin is still waiting for an answer.
    users.catch(() => undefined);
    await Promise.race([state.inUse, users]);
    await sleep(Math.random() * 4);
    state.asked = true;
    const ending = await end(kind, victim, n);
    state.answered = true;
    const atAnswer = await made(lane, prefix);
    await users;
    assert.deepEqual(await made(lane, prefix), atAnswer, `${kind}: something was made after the answer`);
    assert.deepEqual(state.done.sort(), atAnswer, `${kind}: what was answered 200 is what is there`);
    results.push({ kind, tokenId, ending, changes: atAnswer.length, refused: state.refused });
    victim = kind === 'deletion' ? await lane.tenant.join('nanoUser') : await newToken(admin, lane, victim);
    if (kind === 'deletion') current.role = 'nanoUser';
  }
  return results;
}

/** All lanes at once, so that writes queue. Where one fails the others stop. */
export async function runLanes(place: Place, rounds: number): Promise<Round[]> {
  const failed = new AbortController();
  const lanes = Array.from({ length: LANES }, (_, n) =>
    runLane({ ...place, name: `lane${n}`, stop: failed.signal }, rounds / LANES).catch((error) => {
      failed.abort();
      throw error;
    }),
  );
  await Promise.allSettled(lanes);
  return (await Promise.all(lanes)).flat();
}
