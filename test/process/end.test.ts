import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LEASE_MS } from '../../src/media/engine.ts';
import {
  alive,
  assertGone,
  BIN,
  call,
  descendants,
  finish,
  LINUX,
  listens,
  lockkeeper,
  programOf,
  type Server,
  serve,
  temporaryFolder,
  until,
} from './lockkeeper.ts';

const API = 'src/api.ts';
const ENGINE = 'src/media/rtmp/main.ts';
const skip = !LINUX && 'reads /proc';

function pidsOf(server: Server): number[] {
  const pids = descendants(server.pid).map(({ pid }) => pid);
  assert.ok(programOf(server.pid, API) && programOf(server.pid, ENGINE), 'both processes run');
  return [server.pid, ...pids];
}

const BODY = 200;

/** Sends the first byte of a body; the rest is up to the caller. */
async function beginSignIn(t: TestContext, url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  const head = ['POST /user/validate HTTP/1.1', 'Host: x', 'Connection: close', 'Content-Type: application/json'];
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${BODY}\r\n\r\n{`);
  return socket;
}

test('SIGTERM to the process of npm start drains and ends with 0', { skip }, async (t) => {
  const [email, password] = ['boss@example.org', 'correct horse battery'];
  const env = { LOCKKEEPER_ADMIN_EMAIL: email, LOCKKEEPER_ADMIN_PASSWORD: password };
  const server = await serve(t, env, ['npm', 'start']);
  const pids = pidsOf(server);
  const [whole, half] = [await beginSignIn(t, server.ready.http), await beginSignIn(t, server.ready.http)];
  const answer = text(whole);
  half.resume();
  await sleep(300);
  const start = Date.now();
  server.child.kill('SIGTERM');
  await sleep(200);
  whole.write(
    JSON.stringify({ email, password })
      .slice(1)
      .padEnd(BODY - 1),
  );
  assert.match(await answer, /^HTTP\/1\.1 200 /, 'what was begun is finished');
  const { code, signal } = await finish(server, 10_000);
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  t.diagnostic(`it ended after ${Date.now() - start} ms`);
  assert.ok(Date.now() - start < 10_000);
  assert.ok(half.destroyed || half.readableEnded, 'who never finishes is not waited for');
  await assertGone(server, pids);
});

test('Ctrl-C, delivered twice as npm does, ends it cleanly', { skip }, async (t) => {
  const server = await serve(t);
  const pids = pidsOf(server);
  server.child.kill('SIGINT');
  server.child.kill('SIGINT');
  assert.equal((await finish(server)).code, 0);
  await assertGone(server, pids);
});

test('kill -9 of the supervisor leaves no orphan, and its data folder is free again', { skip }, async (t) => {
  const server = await serve(t);
  const pids = pidsOf(server);
  server.child.kill('SIGKILL');
  await finish(server);
  await assertGone(server, pids);
  const next = await serve(t, { LOCKKEEPER_DATA: server.data });
  next.child.kill('SIGTERM');
  assert.equal((await finish(next)).code, 0);
});

test('kill -9 of npm ends what it started', { skip }, async (t) => {
  const server = await serve(t, {}, ['npm', 'start']);
  const pids = pidsOf(server);
  server.child.kill('SIGKILL');
  await assertGone(server, pids);
});

test('kill -9 of the API or of the engine: the other goes on and the dead one is back on its port', {
  skip,
}, async (t) => {
  const server = await serve(t);
  const { http, playout, rtmp } = server.ready;
  for (const [victim, survivor, urls] of [
    [ENGINE, API, [playout, rtmp]],
    [API, ENGINE, [http]],
    [ENGINE, API, [playout, rtmp]],
  ] as const) {
    const [dying, staying] = [programOf(server.pid, victim)!, programOf(server.pid, survivor)!];
    process.kill(dying, 'SIGKILL');
    await until(() => !alive(dying), 1_000, `the end of ${victim}`);
    const all = async () => (await Promise.all(urls.map(listens))).every(Boolean);
    await until(() => programOf(server.pid, victim) !== undefined, 2_000, `${victim} started again`);
    // The API has much to load; what counts is that the engine's lease does not run out.
    const took = await until(all, victim === ENGINE ? 2_000 : LEASE_MS, `${victim} back on ${urls}`);
    t.diagnostic(`${victim} was back after ${took} ms`);
    assert.notEqual(programOf(server.pid, victim), dying);
    assert.equal(programOf(server.pid, survivor), staying, `${survivor} is the same process`);
    assert.equal((await call(`${http}/healthz`, null)).status, 200);
  }
  const pids = pidsOf(server);
  server.child.kill('SIGTERM');
  assert.equal((await finish(server)).code, 0);
  await assertGone(server, pids);
});

test('kill -9 of the supervisor while the others are starting leaves no orphan either', { skip }, async (t) => {
  const pidsAtDeath = await Promise.all(
    [0, 100, 300, 600].map(async (ms) => {
      const { child } = lockkeeper(t, ['serve'], { LOCKKEEPER_DATA: path.join(temporaryFolder(t), 'data') });
      await until(() => descendants(child.pid!).length === 2, 5_000, 'both processes');
      await sleep(ms);
      const pids = descendants(child.pid!).map(({ pid }) => pid);
      child.kill('SIGKILL');
      t.after(() => {
        for (const pid of pids.filter(alive)) process.kill(pid, 'SIGKILL');
      });
      return pids;
    }),
  );
  const pids = pidsAtDeath.flat();
  await until(() => !pids.some(alive), 15_000, 'the end of all processes');
});

/** The machine's own Node, when it is too old for us; then `bin/lockkeeper.js` goes on in the packaged one. */
function oldNode(): string | null {
  const places = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node'];
  const version = (file: string) => {
    try {
      return Number(execFileSync(file, ['-p', 'parseInt(process.versions.node)'], { encoding: 'utf8' }));
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  };
  return places.find((file) => version(file) < 24) ?? null;
}

test('started by an older Node it goes on in the packaged one, and dies with it', {
  skip: skip || (!oldNode() && 'no older Node here'),
}, async (t) => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const server = await serve(t, {}, [oldNode()!, BIN, 'serve']);
    const pids = pidsOf(server);
    assert.equal(server.stderr().includes('Warning'), false);
    server.child.kill(signal);
    assert.equal((await finish(server)).code, signal === 'SIGTERM' ? 0 : null);
    await assertGone(server, pids);
  }
});
