import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEncoder } from '../../src/cli/demo-encoder.ts';
import { CLIP } from '../../src/cli/demo-lines.ts';
import { LEASE_MS } from '../../src/media/engine.ts';
import { call, finish, LINUX, listens, programOf, serve, until } from './lockkeeper.ts';

/** Watches until the test ends, and knows how long it has waited between two pieces at most. */
async function watch(t: TestContext, url: string) {
  const stop = new AbortController();
  t.after(() => stop.abort());
  const response = await fetch(url, { signal: stop.signal });
  assert.equal(response.status, 200);
  const seen = { bytes: 0, longestGapMs: 0, over: false };
  const read = async () => {
    let last = Date.now();
    for await (const chunk of response.body!) {
      seen.bytes += (chunk as Uint8Array).length;
      seen.longestGapMs = Math.max(seen.longestGapMs, Date.now() - last);
      last = Date.now();
    }
  };
  read()
    .catch(() => {})
    .finally(() => {
      seen.over = true;
    });
  return seen;
}

test('a live stream does not notice the death of the API, and comes back after that of the engine', {
  skip: !LINUX && 'reads /proc',
}, async (t) => {
  const [email, password] = ['boss@example.org', 'correct horse battery'];
  const server = await serve(t, { LOCKKEEPER_ADMIN_EMAIL: email, LOCKKEEPER_ADMIN_PASSWORD: password });
  const api = server.ready.http;
  const signIn = { method: 'POST', body: JSON.stringify({ email, password }) };
  const { token } = (await call(`${api}/user/validate`, null, signIn)).body;
  const { id, ingest, playout } = (await call(`${api}/stream`, token, { method: 'POST' })).body;
  const live = async () => (await call(`${api}/stream/${id}`, token)).body.state === 'live';

  const encoder = startEncoder(`${ingest.rtmp.url}/${ingest.rtmp.streamname}`, CLIP, (event) => t.diagnostic(event));
  t.after(() => encoder[Symbol.dispose]());
  await until(live, 5_000, 'live');
  const seen = await watch(t, playout.web[0].url);
  await until(() => seen.bytes > 50_000, 3_000, 'media at the viewer');

  process.kill(programOf(server.pid, 'src/api.ts')!, 'SIGKILL');
  await until(async () => !(await listens(api)), 1_000, 'the end of the API');
  const away = await until(() => listens(api), LEASE_MS, 'the API back');
  const before = seen.bytes;
  await sleep(1_500);
  assert.ok(seen.bytes > before + 30_000 && !seen.over, 'the viewer is still served');
  // On a busy machine everything stutters, this process too, but never as long as the API was away.
  const gap = `the longest gap was ${seen.longestGapMs} ms, the API was away for ${away} ms`;
  assert.ok(seen.longestGapMs < Math.max(1_000, away / 2), gap);
  t.diagnostic(gap);
  assert.equal(await live(), true, 'the API that came back knows that it is live');

  process.kill(programOf(server.pid, 'src/media/rtmp/main.ts')!, 'SIGKILL');
  await until(async () => !(await live()), 5_000, 'no longer live');
  const took = await until(live, 10_000, 'live again');
  t.diagnostic(`the encoder was accepted again after ${took} ms`);

  assert.equal((await call(`${api}/stream/${id}/lock`, token, { method: 'PUT' })).body.closed.publishers, 1);
  server.child.kill('SIGTERM');
  assert.equal((await finish(server)).code, 0);
});
