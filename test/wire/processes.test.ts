import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LEASE_MS } from '../../src/media/engine.ts';
import { call, LINUX, listens, programOf, type Server, serve, until } from '../process/lockkeeper.ts';
import { loopPublish, tryPublish } from './encoders.ts';
import { type OnStage, onStage } from './stage.ts';
import { ended, gaps, morePictures, pictures, view } from './viewers.ts';

const ADMIN = { email: 'boss@example.org', password: 'correct horse battery' };
const PROGRAMS = { api: 'src/api.ts', engine: 'src/media/rtmp/main.ts' };

interface Installed extends OnStage {
  server: Server;
  /** A process is back within 2 s; on a machine so busy that the first start took longer, within that time. */
  backMs: number;
  token: string;
  api: string;
  ask(method: string, target: string): ReturnType<typeof call>;
  state(): Promise<string>;
  signal(program: keyof typeof PROGRAMS, signal: NodeJS.Signals): void;
}

/** The product as it is started, in processes of its own, with one stream. */
async function installed(t: TestContext, env: Record<string, string> = {}): Promise<Installed> {
  const start = performance.now();
  const admin = { LOCKKEEPER_ADMIN_EMAIL: ADMIN.email, LOCKKEEPER_ADMIN_PASSWORD: ADMIN.password };
  const server = await serve(t, { ...admin, ...env });
  const startMs = performance.now() - start;
  const api = server.ready.http;
  const signIn = { method: 'POST', body: JSON.stringify(ADMIN) };
  const { token } = (await call(`${api}/user/validate`, null, signIn)).body;
  const ask = (method: string, target: string) => call(`${api}${target}`, token, { method });
  const made = onStage((await ask('POST', '/stream')).body);
  return {
    ...made,
    server,
    backMs: Math.max(2_000, startMs),
    token,
    api,
    ask,
    state: async () => (await ask('GET', `/stream/${made.stream.id}`)).body.state,
    signal(program, signal) {
      const pid = programOf(server.pid, PROGRAMS[program]);
      assert.ok(pid, `the ${program} runs`);
      process.kill(pid, signal);
    },
  };
}

/** Calls until somebody listens. */
async function asSoonAsItAnswers<T>(ask: () => Promise<T>): Promise<T> {
  const late = performance.now() + 15_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > late) throw error;
      await sleep(2);
    }
  }
}

const options = { skip: !LINUX && 'reads /proc', timeout: 60_000 };

test('the engine dies: the API goes on and says so, and the encoder is on air again', options, async (t) => {
  const it = await installed(t);
  await using loop = loopPublish(it.ingest, 50);
  using viewer = view(it.urls.http);
  await morePictures(viewer, 5);
  await until(async () => (await it.state()) === 'live', 2_000, 'live');

  const killed = performance.now();
  it.signal('engine', 'SIGKILL');
  await until(async () => (await it.state()) !== 'live', 1_000, 'no longer live');
  assert.equal((await it.ask('GET', '/user/me')).status, 200);
  await until(() => listens(it.server.ready.playout), it.backMs, 'the engine back on its port');
  const back = performance.now() - killed;
  assert.ok(back < it.backMs, `back after ${back} ms`);
  await until(() => loop.entered === 2, 2_000, 'the encoder’s return');
  await until(async () => (await it.state()) === 'live', 2_000, 'live again');
  await ended([viewer]);
  using again = view(it.urls.http);
  await morePictures(again, 5);
  t.diagnostic(`the engine listened again after ${Math.round(back)} ms`);
  const { body } = await it.ask('PUT', `/stream/${it.stream.id}/lock`);
  assert.deepEqual([body.closed, body.enforced], [{ publishers: 1, viewers: 1 }, true]);
});

test('a lock while the engine is away is not claimed to be enforced, and holds when it is back', options, async (t) => {
  const it = await installed(t);
  await using loop = loopPublish(it.ingest, 30);
  await until(async () => (await it.state()) === 'live', 2_000, 'live');
  it.signal('engine', 'SIGKILL');
  await until(async () => (await it.state()) !== 'live', 1_000, 'no longer live');
  const { status, body } = await it.ask('PUT', `/stream/${it.stream.id}/lock`);
  assert.deepEqual([status, body.state, body.enforced], [200, 'locked', false]);
  await until(() => listens(it.ingest.url), it.backMs, 'the engine back');
  await until(() => /This stream is locked/.test(loop.error?.message ?? ''), 3_000, 'the refusal');
  assert.equal(loop.entered, 1);
});

test(
  'a lock that a frozen engine does not hear is not claimed to be enforced, and holds when it thaws',
  options,
  async (t) => {
    const it = await installed(t);
    await using loop = loopPublish(it.ingest);
    const viewers = [view(it.urls.http), view(it.urls.ws), view(it.urls.rtmp)];
    for (const viewer of viewers) await morePictures(viewer, 3);
    it.signal('engine', 'SIGSTOP');
    const asked = performance.now();
    const { status, body } = await it.ask('PUT', `/stream/${it.stream.id}/lock`);
    assert.deepEqual([status, body.state, body.enforced], [200, 'locked', false]);
    assert.ok(performance.now() - asked < 3_500, 'nobody waits for it for ever');
    it.signal('engine', 'SIGCONT');
    await ended(viewers, 2_500);
    await until(() => !loop.live, 1_000, 'the end of the encoder');
    assert.match(String(await tryPublish(it.ingest)), /This stream is locked/);
  },
);

test('the API dies: no viewer sees a gap, and the API that comes back knows who is live', options, async (t) => {
  const it = await installed(t);
  await using loop = loopPublish(it.ingest, 50);
  const viewers = [view(it.urls.http), view(it.urls.ws), view(it.urls.rtmp)];
  for (const viewer of viewers) await morePictures(viewer, 10);

  it.signal('api', 'SIGKILL');
  await until(async () => !(await listens(it.api)), 1_000, 'the end of the API');
  const took = await until(() => listens(it.api), LEASE_MS - 500, 'the API back');
  await until(async () => (await it.state()) === 'live', 2_000, 'live in the API that came back');
  for (const viewer of viewers) await morePictures(viewer, 25);
  for (const viewer of viewers) {
    const { wallMs, mediaMs, backwards } = gaps(viewer);
    assert.ok(wallMs < 700, `a pause of ${wallMs} ms`);
    assert.ok(mediaMs <= 80 && !backwards, `a step of ${mediaMs} ms in the stream’s own time`);
    assert.equal(viewer.over, null);
  }
  assert.equal(loop.entered, 1);
  t.diagnostic(`the API was away for ${took} ms; longest pause ${Math.round(gaps(viewers[0]!).wallMs)} ms`);
  for (const viewer of viewers) viewer[Symbol.dispose]();
});

test('a lock given as soon as the API is back takes effect, and the answer does not claim more', options, async (t) => {
  const it = await installed(t);
  await using loop = loopPublish(it.ingest, 50);
  for (let round = 0; round < 2; round++) {
    using viewer = view(it.urls.http);
    await morePictures(viewer, 5);
    const killed = performance.now();
    it.signal('api', 'SIGKILL');
    await until(async () => !(await listens(it.api)), 1_000, 'the end of the API');
    const { status, body } = await asSoonAsItAnswers(() => it.ask('PUT', `/stream/${it.stream.id}/lock`));
    assert.deepEqual([status, body.state], [200, 'locked']);
    const inLease = performance.now() - killed < LEASE_MS;
    if (body.enforced) {
      if (inLease) assert.deepEqual(body.closed, { publishers: 1, viewers: 1 });
      assert.match(String(await tryPublish(it.ingest)), /This stream is locked/);
    }
    await ended([viewer], 2_500);
    await until(() => !loop.live, 500, 'the end of the encoder');
    t.diagnostic(`enforced: ${body.enforced}`);
    assert.equal((await it.ask('PUT', `/stream/${it.stream.id}/unlock`)).status, 200);
  }
});

test('without the API for longer than the lease nobody is on air, and nobody gets on', options, async (t) => {
  const it = await installed(t);
  await using loop = loopPublish(it.ingest, 100);
  const viewers = [view(it.urls.http), view(it.urls.ws), view(it.urls.rtmp)];
  for (const viewer of viewers) await morePictures(viewer, 5);

  it.signal('api', 'SIGSTOP');
  const stopped = performance.now();
  await sleep(LEASE_MS - 1_500);
  assert.ok(
    viewers.every(({ over }) => over === null),
    'within the lease everyone stays',
  );
  await ended(viewers, 3_000);
  const after = performance.now() - stopped;
  assert.ok(after < LEASE_MS + 1_000, `closed after ${after} ms`);
  assert.equal(viewers[1]?.over, '4503');
  assert.match(String(await tryPublish(it.ingest)), /Publish\.Denied: .*cannot be authorised at the moment/);
  using refused = view(it.urls.http);
  await ended([refused]);
  assert.deepEqual([refused.over, pictures(refused).length], ['503', 0]);
  const entered = loop.entered;
  assert.equal(loop.live, false);

  it.signal('api', 'SIGCONT');
  await until(() => loop.entered > entered, 3_000, 'the encoder’s return');
  await until(async () => (await it.state()) === 'live', 2_000, 'live again');
  using again = view(it.urls.http);
  await morePictures(again, 5);
  await sleep(1_500);
  assert.deepEqual([await it.state(), loop.live, again.over], ['live', true, null], 'and stays');
});

test('even the most talkative log tells no name of an encoder, no key and no token', options, async (t) => {
  const it = await installed(t, { LOCKKEEPER_LOG: 'trace' });
  const loop = loopPublish(it.ingest);
  using viewer = view(`${it.urls.http}?token=secret-of-a-viewer`);
  await morePictures(viewer, 3);
  await it.ask('PUT', `/stream/${it.stream.id}/lock`);
  await loop.ended;
  const { url, streamname } = it.ingest;
  for (const name of [streamname, `${streamname}?key=secret-of-an-encoder`, `${streamname}x`]) {
    assert.equal(typeof (await tryPublish({ url, streamname: name })), 'string');
  }
  const response = await fetch(`${it.api}/stream/${it.stream.id}?token=secret-in-a-query`, {
    headers: { cookie: 'a=secret-in-a-cookie' },
  });
  await response.body?.cancel();
  const { body } = await it.ask('GET', '/organisation');
  await it.ask('DELETE', `/stream/${it.stream.id}`);
  await until(() => it.server.stderr().includes('kicked'), 2_000, 'a line of the log');
  await sleep(200);
  const log = it.server.stderr();
  for (const secret of [streamname, body.apiKey, body.playerKey, it.token, ADMIN.password, 'secret-']) {
    assert.ok(typeof secret === 'string' && !log.includes(secret), `${String(secret).slice(0, 4)}… is in the log`);
  }
});
