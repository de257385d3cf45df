import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../process/lockkeeper.ts';
import { ffmpegPublish, loopPublish, tryPublish } from './encoders.ts';
import { stage } from './stage.ts';
import { ended, gaps, morePictures, pictures, view } from './viewers.ts';

const VERBS = ['lock', 'stop', 'delete'] as const;

test('operators and observers who would take a stream off the air are told why not, and it goes on without a gap', {
  timeout: 60_000,
}, async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  await using encoder = ffmpegPublish(ingest);
  await on.state(stream.id, 'live', 20_000);
  using viewer = view(urls.http);
  await morePictures(viewer, 10);
  const narrowed = await on.running.call('POST', '/bintu/token', {
    token: on.tenant.admin.token,
    body: { userId: on.tenant.admin.id, name: 'Narrow', permission: 'nanoUser' },
  });
  const callers = {
    nanoUser: on.tenant.user.token,
    nanoReadOnly: on.tenant.observer.token,
    'an administrator’s token narrowed to nanoUser': narrowed.body.data.token as string,
  };
  for (const [who, token] of Object.entries(callers)) {
    for (const verb of VERBS) {
      const { status, body } = await on.control(verb, stream.id, { token });
      assert.equal(status, 403, `${verb} by ${who}`);
      const { capability, grantedTo, reason } = body.error.userinfo;
      assert.deepEqual([body.error.code, capability, grantedTo], [2001, `stream:${verb}`, ['nanoAdmin']]);
      assert.match(reason, /^You may not /);
      await morePictures(viewer, 3);
    }
  }
  const foreigner = await on.running.tenant('Another organisation');
  for (const verb of VERBS) {
    assert.equal((await on.control(verb, stream.id, { token: foreigner.admin.token })).status, 404);
    assert.equal((await on.control(verb, stream.id, { playerKey: on.tenant.playerKey })).status, 403);
    assert.equal((await on.control(verb, stream.id, {})).status, 401);
  }
  await morePictures(viewer, 10);
  assert.equal((await on.read(stream.id)).state, 'live');
  assert.deepEqual([encoder.exit, viewer.over], [null, null]);
  const { wallMs, mediaMs, backwards } = gaps(viewer);
  assert.ok(mediaMs <= 80, `a step of ${mediaMs} ms in the stream’s own time`);
  assert.ok(wallMs < 1_000, `a pause of ${wallMs} ms`);
  assert.equal(backwards, false);
});

test('an administrator’s lock disconnects the real encoder and its viewers, and refuses it until the unlock', {
  timeout: 60_000,
}, async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  await using encoder = ffmpegPublish(ingest);
  await on.state(stream.id, 'live', 20_000);
  const viewers = [view(urls.http), view(urls.ws), view(urls.rtmp)];
  for (const viewer of viewers) await morePictures(viewer, 5);

  const { status, body } = await on.control('lock', stream.id);
  assert.equal(status, 200);
  assert.deepEqual([body.state, body.closed, body.enforced], ['locked', { publishers: 1, viewers: 3 }, true]);
  assert.ok(body.tookMs >= 0 && body.tookMs < 1_000, `${body.tookMs} ms`);
  assert.equal((await on.read(stream.id)).state, 'locked');
  await ended(viewers);
  assert.deepEqual(
    viewers.map(({ over }) => over),
    ['end', '4403', 'end'],
  );
  const shown = viewers.map((viewer) => pictures(viewer).length);
  await until(() => encoder.exit !== null, 5_000, 'the end of the encoder');
  assert.notEqual(encoder.exit, 0);

  await using reconnect = ffmpegPublish(ingest);
  await until(() => reconnect.exit !== null, 10_000, 'the end of the encoder that came back');
  assert.match(reconnect.said(), /This stream is locked/);
  assert.match(String(await tryPublish(ingest)), /Publish\.Denied: This stream is locked/);
  const refused = [view(urls.http), view(urls.ws), view(urls.rtmp)];
  await ended(refused);
  assert.deepEqual([refused[0]?.over, refused[1]?.over], ['403', '4403']);
  assert.match(refused[2]?.over ?? '', /Play\.Failed: This stream is locked/);
  assert.equal((await on.read(stream.id)).state, 'locked');
  assert.deepEqual(
    viewers.map((viewer) => pictures(viewer).length),
    shown,
    'not one picture more',
  );

  const unlocked = await on.control('unlock', stream.id);
  assert.deepEqual([unlocked.status, unlocked.body.state], [200, 'ended']);
  await using again = ffmpegPublish(ingest);
  await on.state(stream.id, 'live', 20_000);
  using viewer = view(urls.http);
  await morePictures(viewer, 5);
  assert.equal(again.exit, null);
});

describe('taking a stream off the air', () => {
  test('stop ends the encoder and its viewers, and lets the encoder come back', async () => {
    await using on = await stage();
    const { stream, ingest, urls } = await on.newStream();
    await using loop = loopPublish(ingest, 50);
    using viewer = view(urls.http);
    await morePictures(viewer, 5);
    const { body } = await on.control('stop', stream.id);
    assert.deepEqual([body.closed, body.enforced], [{ publishers: 1, viewers: 1 }, true]);
    assert.equal(body.state, 'ended');
    await ended([viewer]);
    await until(() => loop.entered === 2, 3_000, 'the encoder’s return');
    await on.state(stream.id, 'live');
    using next = view(urls.http);
    await morePictures(next, 5);
  });

  test('delete ends everyone, and the name means nothing afterwards', async () => {
    await using on = await stage();
    const { stream, ingest, urls } = await on.newStream();
    await using loop = loopPublish(ingest);
    const viewers = [view(urls.http), view(urls.ws), view(urls.rtmp)];
    for (const viewer of viewers) await morePictures(viewer, 5);
    const { status, body } = await on.control('delete', stream.id);
    assert.deepEqual([status, body.id, body.deleted], [200, stream.id, true]);
    assert.deepEqual([body.closed, body.enforced], [{ publishers: 1, viewers: 3 }, true]);
    await loop.ended;
    await ended(viewers);
    assert.match(String(await tryPublish(ingest)), /Publish\.BadName: No stream has this name/);
    const late = [view(urls.http), view(urls.ws), view(urls.rtmp)];
    await ended(late, 5_000);
    assert.deepEqual([late[0]?.over, late[1]?.over], ['404', '4404']);
    assert.match(late[2]?.over ?? '', /Play\.StreamNotFound/);
    for (const verb of VERBS) assert.equal((await on.control(verb, stream.id)).status, 404, verb);
  });

  test('a second stop, lock or unlock changes nothing and says so', async () => {
    await using on = await stage();
    const { stream, ingest } = await on.newStream();
    const nobody = { publishers: 0, viewers: 0 };
    for (const verb of ['stop', 'unlock'] as const) {
      const { body } = await on.control(verb, stream.id);
      assert.deepEqual([body.state, body.closed, body.enforced], ['created', nobody, true], `${verb} when never live`);
    }
    await using _loop = loopPublish(ingest);
    await on.state(stream.id, 'live');
    const kept = await on.control('unlock', stream.id);
    assert.deepEqual([kept.body.state, kept.body.closed], ['live', nobody], 'unlock ends nothing');
    for (const publishers of [1, 0, 0]) {
      const { body } = await on.control('lock', stream.id);
      assert.deepEqual([body.state, body.closed, body.enforced], ['locked', { publishers, viewers: 0 }, true]);
    }
    const stopped = await on.control('stop', stream.id);
    assert.equal(stopped.body.state, 'locked', 'stop opens no lock');
    for (let i = 0; i < 2; i++) assert.equal((await on.control('unlock', stream.id)).body.state, 'ended');
    await using _again = loopPublish(ingest);
    await on.state(stream.id, 'live');
  });

  test('the API key may do it too', async () => {
    await using on = await stage();
    const who = { apiKey: on.tenant.apiKey };
    const { stream, ingest } = await on.newStream(who);
    await using loop = loopPublish(ingest, 50);
    await on.state(stream.id, 'live');
    assert.equal((await on.control('stop', stream.id, who)).body.closed.publishers, 1);
    await until(() => loop.entered === 2, 3_000, 'the encoder’s return');
    assert.equal((await on.control('lock', stream.id, who)).body.closed.publishers, 1);
    assert.equal((await on.control('unlock', stream.id, who)).body.state, 'ended');
    await until(() => loop.entered === 3, 3_000, 'the encoder’s return');
    assert.equal((await on.control('delete', stream.id, who)).body.closed.publishers, 1);
  });

  test('only the stream that is named goes off the air', async () => {
    await using on = await stage();
    const [one, other] = [await on.newStream(), await on.newStream()];
    await using _one = loopPublish(one.ingest);
    await using _other = loopPublish(other.ingest);
    using viewer = view(other.urls.ws);
    await morePictures(viewer, 5);
    await on.state(one.stream.id, 'live');
    assert.equal((await on.control('lock', one.stream.id)).body.closed.publishers, 1);
    await morePictures(viewer, 20);
    assert.equal((await on.read(other.stream.id)).state, 'live');
    assert.ok(gaps(viewer).mediaMs <= 80);
  });
});
