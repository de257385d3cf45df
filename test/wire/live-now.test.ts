import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SUCH_ID, ok, refused } from '../http/helpers.ts';
import { until } from '../process/lockkeeper.ts';
import { loopPublish } from './encoders.ts';
import { stage } from './stage.ts';
import { morePictures, view } from './viewers.ts';

const NOTHING = {
  since: null,
  bitrate: null,
  width: null,
  height: null,
  fps: null,
  videoCodec: null,
  audioCodec: null,
};

test('everybody in the organisation sees how a stream does on the wire, and that it ended', {
  timeout: 60_000,
}, async () => {
  await using on = await stage();
  const { running, tenant } = on;
  const { stream, ingest, urls } = await on.newStream();
  const at = (token: string, id = stream.id) => running.call('GET', `/stream/${id}/live`, { token });
  const now = async () => ok(await at(tenant.observer.token));
  assert.deepEqual(await now(), { state: 'created', viewers: 0, bytesIn: 0, bytesOut: 0, ...NOTHING });

  const before = Date.now();
  const encoder = loopPublish(ingest);
  const viewer = view(urls.http);
  await morePictures(viewer, 30);
  let seen = await now();
  await until(
    async () => {
      seen = await now();
      // The first report is of less than a second.
      return seen.viewers === 1 && seen.bytesOut > 0 && seen.fps > 10 && seen.bitrate > 20_000;
    },
    8_000,
    'the viewer in the numbers',
  );
  assert.deepEqual([seen.state, seen.videoCodec, seen.audioCodec], ['live', 'h264', 'aac']);
  assert.ok(Date.parse(seen.since) >= before && Date.parse(seen.since) <= Date.now(), seen.since);
  assert.ok(seen.width > 100 && seen.height > 100 && seen.fps < 100, JSON.stringify(seen));
  assert.ok(seen.bitrate < 10_000_000, `${seen.bitrate} bit/s`);
  await until(async () => Date.now() - before > 3_000 && (await now()).bytesIn > seen.bytesIn, 8_000, 'more bytes');
  const last = await now();
  for (const by of [tenant.admin, tenant.user]) assert.equal(ok(await at(by.token)).state, 'live');

  const foreign = await running.tenant();
  refused(await at(foreign.admin.token), 404, 4040);
  refused(await at(tenant.admin.token, NO_SUCH_ID), 404, 4040);
  refused(await running.call('GET', `/stream/${stream.id}/live`), 401, 4003);
  refused(await running.call('GET', `/stream/${stream.id}/live`, { playerKey: tenant.playerKey }), 403, 2001);

  await encoder[Symbol.asyncDispose]();
  await on.state(stream.id, 'ended');
  assert.partialDeepStrictEqual(await now(), { state: 'ended', bytesIn: 0, bytesOut: 0, ...NOTHING });

  // The viewer has stayed, and with it what the engine knows of the stream.
  await using _again = loopPublish(ingest);
  let next = last;
  await until(
    async () => {
      next = await now();
      // Until the next report it may be the publisher before that is told of.
      return next.bytesIn > 0 && next.bytesIn < last.bytesIn;
    },
    5_000,
    'the next publisher',
  );
  assert.ok(next.since > seen.since, `${next.since} after ${seen.since}`);
  assert.equal(next.viewers, 1);
  viewer[Symbol.dispose]();
});

test('when the engine cannot be reached, it is said so rather than made up', { timeout: 30_000 }, async () => {
  const heard: ((message: never) => void)[] = [];
  await using on = await stage({
    between: (channel) => ({
      send: (message) => channel.send(message),
      onMessage(listener) {
        heard.push(listener as (message: never) => void);
        channel.onMessage(listener);
      },
    }),
  });
  const { stream } = await on.newStream();
  const { token } = on.tenant.observer;
  ok(await on.running.call('GET', `/stream/${stream.id}/live`, { token }));
  for (const tell of heard) tell({ type: 'engine-down' } as never);
  const answer = await on.running.call('GET', `/stream/${stream.id}/live`, { token });
  refused(answer, 503, 5030, { reason: 'The media engine cannot be reached' });
  assert.equal(answer.headers.get('retry-after'), '1');
});
