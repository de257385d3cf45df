import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  alive,
  call,
  descendants,
  LINUX,
  listens,
  programOf,
  type Server,
  serve,
  temporaryFolder,
  until,
} from '../process/lockkeeper.ts';
import { Books } from './books.ts';
import { Storm } from './storm.ts';

const API = 'src/api.ts';
/** Side by side, each with a data folder of its own. */
const LANES = 2;
/** Times a whole server is killed in each, and times its API alone is before that. */
const SERVERS = 5;
const KILLS_OF_THE_API = 4;
const ADMIN = { email: 'boss@example.org', password: 'correct horse battery' };

async function signIn({ ready }: Server): Promise<string> {
  const { status, body } = await call(`${ready.http}/user/validate`, null, {
    method: 'POST',
    body: JSON.stringify(ADMIN),
  });
  assert.equal(status, 200);
  return body.token;
}

/** Lets the storm rage for a moment that is never the same, so that kills meet every stage of a change. */
async function rage(storm: Storm): Promise<void> {
  const before = storm.told.length;
  await until(() => storm.told.length > before + 10, 10_000, 'changes that are answered');
  await sleep(Math.random() * 250);
}

/** SIGKILL to the API alone: the supervisor brings it back. */
async function killApi(server: Server): Promise<void> {
  const pid = programOf(server.pid, API)!;
  process.kill(pid, 'SIGKILL');
  await until(() => !alive(pid), 2_000, 'the end of the API');
  await until(() => listens(server.ready.http), 15_000, 'the API back');
}

/** SIGKILL to every process of the server at once: nobody is left to tidy up. */
async function killAll(server: Server): Promise<void> {
  const pids = [server.pid, ...descendants(server.pid).map(({ pid }) => pid)];
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await until(() => !pids.some(alive), 3_000, 'the end of all processes');
}

interface Sum {
  kills: number;
  answered: number;
  cutOff: number;
}

/** One server's life: its API is killed again and again, then all of it; what was promised is looked up each time. */
async function oneServer(t: TestContext, data: string, name: string): Promise<Sum> {
  const server = await serve(t, {
    LOCKKEEPER_DATA: data,
    LOCKKEEPER_LOG: 'silent',
    LOCKKEEPER_ADMIN_EMAIL: ADMIN.email,
    LOCKKEEPER_ADMIN_PASSWORD: ADMIN.password,
  });
  const token = await signIn(server);
  await using storm = new Storm(name, { url: server.ready.http, token });
  let checked = 0;
  const check = () => {
    using books = new Books(data);
    const fresh = storm.told.slice(checked);
    checked += fresh.length;
    books.assertKept(fresh, storm.told);
  };
  for (let n = 0; n < KILLS_OF_THE_API; n++) {
    await rage(storm);
    await killApi(server);
    check();
  }
  await rage(storm);
  await killAll(server);
  await storm[Symbol.asyncDispose]();
  check();
  using books = new Books(data);
  books.assertBalanced();
  books.assertSound();
  assert.deepEqual(storm.wrong, []);
  return { kills: KILLS_OF_THE_API + 1, answered: storm.told.length, cutOff: storm.cutOff };
}

test('what was answered 200 outlives kill -9 in a storm of writes, and nothing is half done', {
  skip: !LINUX && 'reads /proc',
  timeout: 300_000,
}, async (t) => {
  const began = Date.now();
  const sum: Sum = { kills: 0, answered: 0, cutOff: 0 };
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const data = path.join(temporaryFolder(t), 'data');
    for (let round = 0; round < SERVERS; round++) {
      const { kills, answered, cutOff } = await oneServer(t, data, `lane${lane}-${round}`);
      sum.kills += kills;
      sum.answered += answered;
      sum.cutOff += cutOff;
      const seconds = Math.round((Date.now() - began) / 1_000);
      t.diagnostic(`${sum.kills} kills, ${sum.answered} changes kept, ${sum.cutOff} requests cut off, ${seconds} s`);
    }
  });
  await Promise.all(lanes);
  assert.ok(sum.kills >= 50, `${sum.kills} kills`);
  assert.ok(sum.answered > sum.kills * 10, 'there was a storm');
  assert.ok(sum.cutOff > sum.kills, 'kills met changes that were under way');
});
