import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HlsPlayer } from '../media/hls-player.ts';
import { until } from '../process/lockkeeper.ts';
import { ffmpegPlay, ffmpegPublish, loopPublish } from './encoders.ts';
import { type StreamBody, stage } from './stage.ts';
import { ended, gaps, morePictures, pictures, sounds, view } from './viewers.ts';

/** Every address under `playout`, however deep. */
function addresses(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(addresses);
  if (typeof value !== 'object' || value === null) return [];
  const { url, streamname } = value as { url?: string; streamname?: string };
  if (url !== undefined && streamname !== undefined) return [`${url}/${streamname}`];
  return Object.values(value).flatMap((one) =>
    typeof one === 'string' && one.includes('://') ? [one] : addresses(one),
  );
}

test('a real encoder is seen and heard at every address that the API names', { timeout: 60_000 }, async () => {
  await using on = await stage();
  const { stream, ingest, urls, hls } = await on.newStream();
  assert.equal(stream.state, 'created');
  assert.deepEqual(stream.playout.h5live[0]?.info, { width: null, height: null, bitrate: null, fps: null });
  await using encoder = ffmpegPublish(ingest);
  await on.state(stream.id, 'live', 20_000);

  const named = new Set(addresses(stream.playout));
  assert.deepEqual(named, new Set([...Object.values(urls), hls]), 'one address per protocol, and no other');
  const segments = HlsPlayer.open(hls);
  const viewers = Object.values(urls).map((url) => view(url));
  for (const viewer of viewers) {
    await morePictures(viewer, 40);
    assert.ok(sounds(viewer).length > 20, 'sound too');
    assert.equal(gaps(viewer).backwards, false);
  }

  const { info } = (await on.read(stream.id)).playout.h5live[0]!;
  assert.deepEqual([info.width, info.height], [320, 180]);
  assert.ok(Math.abs(info.fps! - 25) < 5, `${info.fps} fps`);
  assert.ok(info.bitrate! > 50_000 && info.bitrate! < 5_000_000, `${info.bitrate} bit/s`);
  assert.equal(encoder.exit, null);
  const player = await segments;
  await player.follow(2);
  assert.match(await player.decode(), /Video: h264.*320x180/);
  for (const viewer of viewers) viewer[Symbol.dispose]();
});

test('a real player decodes every picture over RTMP and HTTP', { timeout: 60_000 }, async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  await using _encoder = ffmpegPublish(ingest);
  await on.state(stream.id, 'live', 20_000);
  for (const url of [urls.rtmp, urls.http]) {
    await using player = ffmpegPlay(url, 25);
    await until(() => player.exit !== null, 20_000, `the end of a player of ${url}`);
    assert.equal(player.exit, 0, player.said());
    assert.match(player.said(), /frame= *25 /);
    assert.match(player.said(), /Video: h264.*320x180/);
    assert.match(player.said(), /Audio: aac/);
    assert.doesNotMatch(player.said(), /error while decoding|concealing/i);
  }
});

test('a stream is created, live, ended, and live again at once for viewers who stayed', {
  timeout: 60_000,
}, async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  const states: string[] = [stream.state];
  const note = async (state: string) => {
    await on.state(stream.id, state);
    states.push(state);
  };
  using waiting = view(urls.http);
  {
    await using _first = loopPublish(ingest);
    await note('live');
    await morePictures(waiting, 10);
  }
  await note('ended');
  const after = await on.read(stream.id);
  assert.deepEqual(after.playout.h5live[0]?.info.fps, null, 'nothing is said of media that is not there');
  await using again = loopPublish(ingest);
  await note('live');
  await morePictures(waiting, 10);
  assert.equal(again.entered, 1);
  assert.equal(waiting.over, null);
  assert.equal(gaps(waiting).backwards, false, 'one line of time over both');
  assert.deepEqual(states, ['created', 'live', 'ended', 'live']);
});

test('lists by state follow the wire', async () => {
  await using on = await stage();
  const { stream, ingest } = await on.newStream();
  const other = await on.newStream();
  const list = async (state: string): Promise<string[]> => {
    const { body } = await on.running.call('GET', `/stream?state=${state}`, { token: on.tenant.observer.token });
    return body.map(({ id }: StreamBody) => id);
  };
  assert.deepEqual(await list('live'), []);
  await using loop = loopPublish(ingest);
  await on.state(stream.id, 'live');
  assert.deepEqual(await list('live'), [stream.id]);
  assert.deepEqual(await list('created'), [other.stream.id]);
  await loop[Symbol.asyncDispose]();
  await on.state(stream.id, 'ended');
  assert.deepEqual([await list('live'), await list('ended')], [[], [stream.id]]);
});

test('a stream that nobody publishes shows nothing, and shows it as soon as somebody does', async () => {
  await using on = await stage();
  const { ingest, urls } = await on.newStream();
  const viewers = Object.values(urls).map((url) => view(url));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(
    viewers.map((viewer) => [viewer.over, pictures(viewer).length]),
    [
      [null, 0],
      [null, 0],
      [null, 0],
    ],
  );
  await using _loop = loopPublish(ingest);
  for (const viewer of viewers) await morePictures(viewer, 5);
  for (const viewer of viewers) viewer[Symbol.dispose]();
  await ended(viewers);
});
