import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseQuery } from '../../src/http/parse.ts';
import { start } from '../harness.ts';
import { exchange, http, Wire } from './wire.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Megabytes that are really held: buffers go a turn or two after the collection that finds them unused. */
async function held(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 10; n++) {
    await sleep(150);
    collect();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, (heapUsed + external) / 1e6);
  }
  return least;
}

test('bodies that are too big, too slow or cut off leave no memory and no connection behind', {
  timeout: 60_000,
}, async (t) => {
  await using running = await start();
  const { token } = (await running.tenant()).admin;
  const headers = [`X-BINTU-TOKEN: ${token}`, 'Content-Type: application/json'];
  const open = () => new Promise<number>((resolve) => running.app.server.server.getConnections((_, n) => resolve(n)));
  const big = `POST /tag HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n${`4000\r\n${'x'.repeat(0x4000)}\r\n`.repeat(60)}0\r\n\r\n`;
  const slow = `POST /tag HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\nContent-Length: 200000\r\n\r\n{"name":"${'x'.repeat(1_000)}`;

  async function attack() {
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => (await exchange(running.url, big)).answers[0]?.status),
    );
    // A client that is still sending when it is refused may see the connection go before it reads why.
    assert.ok(
      statuses.every((status) => status === 413 || status === undefined),
      `${statuses}`,
    );
    const wires = Array.from({ length: 200 }, () => new Wire(running.url));
    for (const wire of wires) wire.send(slow);
    const began = performance.now();
    assert.equal((await running.call('GET', '/user/me', { token })).status, 200);
    assert.ok(performance.now() - began < 5_000, 'others are served meanwhile');
    for (const wire of wires) wire[Symbol.dispose]();
    for (let n = 0; n < 300; n += 30)
      await Promise.all(Array.from({ length: 30 }, () => exchange(running.url, 'garbage\r\n\r\n')));
  }

  // The first time pays for code and caches.
  await attack();
  const before = await held();
  await attack();
  await attack();
  const after = await held();
  t.diagnostic(`${before.toFixed(1)} MB held before, ${after.toFixed(1)} MB after`);
  assert.ok(after - before < 10, `${(after - before).toFixed(1)} MB are kept`);
  assert.ok((await open()) < 10, `${await open()} connections are kept`);
});

test('a query costs by its length, not by how often a name stands in it', () => {
  // As long as a request's head may be.
  const text = 'a&'.repeat(8_000);
  const cost = (read: (text: string) => unknown) => {
    const once = () => {
      const began = performance.now();
      read(text);
      return performance.now() - began;
    };
    return Math.min(...Array.from({ length: 20 }, once));
  };
  const cut = cost((query) => [...new URLSearchParams(query)]);
  const read = cost(parseQuery);
  assert.ok(read < cut * 5, `to read it cost ${(read / cut).toFixed(1)} times what cutting it apart cost`);
});

test('a throng of callers that nobody knows does not keep out those whom somebody does', {
  timeout: 60_000,
}, async () => {
  await using running = await start();
  const { admin } = await running.tenant();
  const unknown = Array.from({ length: 300 }, (_, n) =>
    exchange(running.url, http('GET /user/me', [`X-BINTU-TOKEN: unknown-${n}`])),
  );
  const known = await running.call('GET', '/user/me', { token: admin.token });
  assert.equal(known.status, 200);
  const statuses = (await Promise.all(unknown)).map(({ answers }) => answers[0]?.status);
  assert.deepEqual([...new Set(statuses)], [401]);
  assert.equal((await running.call('GET', '/user/me', { token: admin.token })).status, 200);
});
