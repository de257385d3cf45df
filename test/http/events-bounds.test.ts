import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MOST_LISTENERS } from '../../src/events/events.ts';
import { idAfter } from '../../src/store/ids.ts';
import { type Person, type Running, start, type Tenant } from '../harness.ts';
import { addAudit } from '../store/fixtures.ts';
import { ask, listen, named, type Page } from './event-source.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

/** Writes rows of the log as if so many things had been done at once. */
const much = ({ app }: Running, { id }: Tenant, count: number, target = '') =>
  app.store.transaction(async (tx) => {
    for (let i = 0; i < count; i++)
      await addAudit(tx, { organisation_id: id, action: 'made', target_type: 'tag', target_id: `${target}${i}` });
  });

/** A client that asks for events and then reads nothing. */
async function deaf({ url }: Running, { token }: Person): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET /events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-BINTU-TOKEN: ${token}\r\n\r\n`);
  return socket;
}

const openConnections = ({ app }: Running) =>
  new Promise<number>((resolve, reject) =>
    app.server.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );

test('a client that does not read is hung up on, and nobody waits for it', { timeout: 30_000 }, async (t) => {
  await using running = await start();
  const home = await running.tenant();
  await using reader = await listen(running, { token: home.admin.token });
  const before = await openConnections(running);
  const socket = await deaf(running, home.user);
  while ((await openConnections(running)) === before) await sleep(5);
  let written = 0;
  for (; (await openConnections(running)) > before; written += 100) {
    assert.ok(written < 20_000, 'it is still connected after 160 MB');
    await much(running, home, 100, `${'x'.repeat(8_000)} ${written} `);
    await reader.until(({ data }) => data.target?.id.endsWith(` ${written} 99`), 5_000);
  }
  t.diagnostic(`hung up on after ${(written * 8) / 1_000} MB`);
  assert.equal(reader.closedAt, null);
  assert.equal(reader.heard.filter(named('change')).length, written);
  socket.destroy();
});

test('too much at once to be told one by one is told as one thing: read again', async () => {
  const home = await server().tenant();
  await using page = await listen(server(), { token: home.observer.token });
  await much(server(), home, 301);
  await page.until((heard) => heard.event === 'hello' && heard !== page.heard[0]);
  await much(server(), home, 300, 'fewer ');
  await page.until(({ data }) => data.target?.id === 'fewer 299');
  assert.deepEqual(
    page.heard.filter(({ event }) => event === 'hello').map(({ data }) => data.resumed),
    [false, false],
  );
  assert.equal(page.heard.filter(named('change')).length, 300);
});

test('one person opens so many pages and no more, however often she signs in; others go on, and a closed one makes room', async () => {
  const home = await server().tenant();
  const { token } = home.observer;
  const pages: Page[] = [];
  try {
    while (pages.length < MOST_LISTENERS.own) pages.push(await listen(server(), { token }));
    const body = { userId: home.observer.id, name: 'Another' };
    const another = ok(await server().call('POST', '/bintu/token', { apiKey: home.apiKey, body })).data.token;
    const answer = await ask(server(), { token: another });
    const { status, headers } = answer;
    refused({ status, headers, body: await answer.json() }, 429, 4290);
    assert.match(headers.get('retry-after') ?? '', /^\d+$/);
    await (await listen(server(), { token: home.user.token }))[Symbol.asyncDispose]();
    await pages.pop()![Symbol.asyncDispose]();
    await sleep(100);
    pages.push(await listen(server(), { token: another }));
  } finally {
    for (const page of pages) await page[Symbol.asyncDispose]();
  }
});

test('who comes again is told what it missed, but nothing of another organisation and nothing it may no longer read', async () => {
  const [home, foreign] = [await server().tenant('Home'), await server().tenant('Foreign')];
  const { call } = server();
  const { apiKey } = home;
  const make = async (name: string) => ok(await call('POST', '/tag', { apiKey, body: { name } }));
  let last: string | null;
  {
    await using page = await listen(server(), { token: home.user.token });
    await make('heard');
    last = (await page.until(named('change', 'createTag'))).id;
  }
  await make('missed');
  ok(await call('PUT', '/user/tokenkey', { apiKey, body: { id: home.admin.id } }));
  ok(await call('POST', '/tag', { apiKey: foreign.apiKey, body: { name: 'foreign' } }));
  const since = async (token: string, id: string) => {
    await using page = await listen(server(), { token, headers: { 'Last-Event-ID': id } });
    await make(crypto.randomUUID());
    const { resumed } = page.heard[0]!.data;
    await sleep(150);
    return { resumed, actions: page.heard.flatMap(({ data }) => data.action ?? []) };
  };
  assert.ok(last);
  const operator = await since(home.user.token, last);
  assert.equal(operator.resumed, true);
  assert.deepEqual(operator.actions.slice(-3), ['createTag', 'renewTokenKey', 'createTag']);
  const observer = await since(home.observer.token, last);
  assert.deepEqual([observer.resumed, observer.actions.includes('renewTokenKey')], [true, false]);
  const elsewhere = await since(foreign.admin.token, last);
  assert.deepEqual([elsewhere.resumed, elsewhere.actions], [true, ['createTag']]);
  for (const id of ['', 'x', '../..', idAfter(Date.now() - 2 * 3_600_000)])
    assert.deepEqual(await since(home.observer.token, id), { resumed: false, actions: ['createTag'] }, id);
});

test('when the server ends, every page is let go at once to come again, also one that does not read', async (t) => {
  const running = await start();
  const home = await running.tenant();
  await using page = await listen(running, { token: home.admin.token });
  const socket = await deaf(running, home.user);
  await sleep(100);
  const begun = performance.now();
  await running[Symbol.asyncDispose]();
  const tookMs = performance.now() - begun;
  t.diagnostic(`closed in ${Math.round(tookMs)} ms`);
  assert.ok(tookMs < 2_000, `${tookMs} ms`);
  await page.closed();
  assert.equal(page.heard.some(named('ended')), false, 'its right has not ended');
  socket.destroy();
});
