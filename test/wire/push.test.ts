import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../process/lockkeeper.ts';
import { ffmpegPublish, loopPublish } from './encoders.ts';
import { type OnStage, type Stage, type StreamBody, stage } from './stage.ts';
import { gaps, morePictures, pictures, sounds, view } from './viewers.ts';

/** Two instances in one process are neighbours on loopback, which the operator has to allow. */
const NEIGHBOURS = { env: { LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1' } };

type Pushed = StreamBody & {
  push_url: string | null;
  push?: { state: string; since: string; bytes: number; error: string | null };
};

const read = async (on: Stage, { stream }: OnStage) => (await on.read(stream.id)) as Pushed;

async function pushTo(on: Stage, { stream }: OnStage, url: string | null): Promise<Pushed> {
  const { status, body } = await on.running.call('PUT', `/stream/${stream.id}/push_url`, {
    token: on.tenant.user.token,
    body: { url },
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const urlOf = ({ ingest }: OnStage) => `${ingest.url}/${ingest.streamname}`;

const pushState = (on: Stage, made: OnStage, state: string, limitMs = 5_000) =>
  until(async () => (await read(on, made)).push?.state === state, limitMs, `a push that is ${state}`);

describe('a stream with a push URL', () => {
  test('is seen on the other server, as the real encoder sent it, until it is locked here', {
    timeout: 60_000,
  }, async () => {
    await using here = await stage(NEIGHBOURS);
    await using there = await stage();
    const [from, to] = [await here.newStream(), await there.newStream()];
    const url = urlOf(to);
    assert.equal((await pushTo(here, from, url)).push_url, url);
    assert.equal((await read(here, from)).push, undefined, 'nothing is forwarded before it is live');
    await using encoder = ffmpegPublish(from.ingest);
    await there.state(to.stream.id, 'live', 20_000);
    const viewers = [view(to.urls.http), view(to.urls.rtmp), view(from.urls.http)];
    for (const viewer of viewers) await morePictures(viewer, 30);
    assert.ok(sounds(viewers[0]!).length > 10);
    const shown = pictures(viewers[0]!).map(({ tag }) => tag.data.toString('base64'));
    const sent = pictures(viewers[2]!).map(({ tag }) => tag.data.toString('base64'));
    const first = sent.indexOf(shown.find((picture) => sent.includes(picture))!);
    const common = sent.slice(first, first + 20);
    assert.deepEqual(shown.slice(shown.indexOf(common[0]!)).slice(0, 20), common, 'byte for byte');
    assert.equal(gaps(viewers[0]!).backwards, false);
    await until(async () => (await there.read(to.stream.id)).playout.h5live[0]?.info.width === 320, 3_000, 'the width');
    const { push } = await read(here, from);
    assert.equal(push?.state, 'live');
    assert.ok(push!.bytes > 10_000);
    assert.equal(push!.error, null);
    assert.equal((await read(here, from)).playout.h5live.length, 1);

    const { body } = await here.control('lock', from.stream.id);
    assert.deepEqual([body.enforced, body.closed], [true, { publishers: 1, viewers: 1 }], 'a push is no viewer');
    await there.state(to.stream.id, 'ended', 2_000);
    await until(() => encoder.exit !== null, 5_000, 'the end of the encoder');
    const before = pictures(viewers[0]!).length;
    await sleep(300);
    assert.equal(pictures(viewers[0]!).length, before, 'not one picture more');
  });

  test('is forwarded from the moment the URL is set, elsewhere when it is changed, and nowhere when it is cleared', async () => {
    await using here = await stage(NEIGHBOURS);
    await using there = await stage();
    const [from, one, other] = [await here.newStream(), await there.newStream(), await there.newStream()];
    await using _loop = loopPublish(from.ingest);
    await here.state(from.stream.id, 'live');
    using watching = view(from.urls.http);
    await pushTo(here, from, urlOf(one));
    using first = view(one.urls.http);
    await morePictures(first, 5);
    await pushTo(here, from, urlOf(other));
    await there.state(one.stream.id, 'ended');
    using second = view(other.urls.http);
    await morePictures(second, 5);
    const cleared = await pushTo(here, from, null);
    assert.deepEqual([cleared.push_url, cleared.state], [null, 'live']);
    await there.state(other.stream.id, 'ended');
    await morePictures(watching, 5);
    assert.ok(gaps(watching).mediaMs <= 80, 'whoever watches here notices nothing');
    await until(async () => (await read(here, from)).push === undefined, 3_000, 'no word of a push');
  });

  test('ends there when the encoder goes, and comes back with it', async () => {
    await using here = await stage(NEIGHBOURS);
    await using there = await stage();
    const [from, to] = [await here.newStream(), await there.newStream()];
    await pushTo(here, from, urlOf(to));
    for (let round = 0; round < 2; round++) {
      await using _loop = loopPublish(from.ingest);
      await there.state(to.stream.id, 'live');
      await _loop[Symbol.asyncDispose]();
      await there.state(to.stream.id, 'ended');
    }
    for (const verb of ['stop', 'delete'] as const) {
      await using _loop = loopPublish(from.ingest);
      await there.state(to.stream.id, 'live');
      await here.control(verb, from.stream.id);
      await there.state(to.stream.id, 'ended');
    }
  });

  test('comes back to a server that was away, and says what is wrong meanwhile', { timeout: 30_000 }, async () => {
    await using here = await stage(NEIGHBOURS);
    await using there = await stage();
    const [from, to] = [await here.newStream(), await there.newStream()];
    await there.control('lock', to.stream.id);
    await pushTo(here, from, urlOf(to));
    await using _loop = loopPublish(from.ingest);
    using watching = view(from.urls.ws);
    await pushState(here, from, 'waiting');
    assert.equal((await read(here, from)).push?.error, 'The target refused (NetStream.Publish.Denied)');
    await there.control('unlock', to.stream.id);
    using viewer = view(to.urls.http);
    await morePictures(viewer, 5, 10_000);
    await there.control('stop', to.stream.id);
    await there.state(to.stream.id, 'live', 10_000);
    assert.ok(gaps(watching).mediaMs <= 80);
  });
});
