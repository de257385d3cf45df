import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rig } from '../media/rig.ts';
import { badTarget } from '../media/targets.ts';
import { loopPublish } from '../wire/encoders.ts';
import { call, finish, LINUX, listens, programOf, serve, until } from './lockkeeper.ts';

const KEY = 'the-key-of-the-other-server';

test('a forwarded stream does not notice the death of the API, and its key is in no line of the log', {
  skip: !LINUX && 'reads /proc',
}, async (t) => {
  await using there = await Rig.inProcess();
  await using bad = await badTarget('answers with noise');
  const [email, password] = ['boss@example.org', 'correct horse battery'];
  const server = await serve(t, {
    LOCKKEEPER_ADMIN_EMAIL: email,
    LOCKKEEPER_ADMIN_PASSWORD: password,
    LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1',
    LOCKKEEPER_LOG: 'trace',
  });
  const api = server.ready.http;
  const signIn = { method: 'POST', body: JSON.stringify({ email, password }) };
  const { token } = (await call(`${api}/user/validate`, null, signIn)).body;
  const { id, ingest } = (await call(`${api}/stream`, token, { method: 'POST' })).body;
  const stream = async () => (await call(`${api}/stream/${id}`, token)).body;
  const pushTo = async (url: string) => {
    const body = JSON.stringify({ url });
    assert.equal((await call(`${api}/stream/${id}/push_url`, token, { method: 'PUT', body })).status, 200);
  };

  await pushTo(`rtmp://127.0.0.1:${bad.port}/live/${KEY}?secret=${KEY}`);
  await using encoder = loopPublish(ingest.rtmp);
  await until(async () => (await stream()).push?.error, 5_000, 'a word about the bad target');
  await pushTo(`${there.rtmp}/live/${KEY}?secret=${KEY}`);
  await until(() => there.starts.length === 1, 5_000, 'the stream on the other server');
  assert.equal(there.starts[0]?.session.stream, KEY);
  await until(async () => (await stream()).push?.state === 'live', 3_000, 'a push that is live');

  process.kill(programOf(server.pid, 'src/api.ts')!, 'SIGKILL');
  await until(async () => !(await listens(api)), 1_000, 'the end of the API');
  await until(() => listens(api), 5_000, 'the API back');
  await until(async () => (await stream()).push?.state === 'live', 3_000, 'a push that is live');
  await sleep(500);
  assert.deepEqual([there.starts.length, there.ends.length, encoder.live], [1, 0, true]);

  assert.equal((await call(`${api}/stream/${id}/lock`, token, { method: 'PUT' })).body.enforced, true);
  await until(() => there.ends.length === 1, 2_000, 'the end on the other server');
  server.child.kill('SIGTERM');
  const { code, stderr } = await finish(server);
  assert.equal(code, 0);
  assert.match(stderr, /a pushed stream was interrupted/);
  assert.equal(stderr.includes(KEY), false);
});
