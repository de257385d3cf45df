import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { avcConfig } from './bytes.ts';
import { Feed } from './feed.ts';
import { fetchBytes, HlsPlayer } from './hls-player.ts';
import { runFfmpeg } from './players.ts';
import { Rig, until } from './rig.ts';

const master = (rig: Rig, name: string): string => `${rig.playout}/live/${name}.m3u8`;

/** A player of a stream that is sent its first segment once the player waits for it. */
async function watch(rig: Rig, feed: Feed, how: { name?: string; query?: string } = {}): Promise<HlsPlayer> {
  const { name = 'a', query = '' } = how;
  const before = rig.starts.length;
  const opening = HlsPlayer.open(master(rig, name) + query);
  await until(() => rig.starts.length > before, 'the session');
  await feed.send(5);
  const player = await opening;
  await player.reload();
  return player;
}

/** A picture small enough for the player at hand, which reads no further back than 32 kB in a segment. */
const encoder = (rig: Rig, name: string) =>
  runFfmpeg(
    ...'-re -f lavfi -i testsrc=size=160x90:rate=25 -re -f lavfi -i sine=sample_rate=44100'.split(' '),
    ...'-c:v libx264 -preset ultrafast -bf 2 -g 25 -b:v 40k -pix_fmt yuv420p -c:a aac -b:a 24k -f flv'.split(' '),
    `${rig.rtmp}/live/${name}`,
  );

describe('a real encoder over HLS', () => {
  test('is decoded by a real player, picture for picture and across segments, until a kick', {
    timeout: 60_000,
  }, async () => {
    await using rig = await Rig.inProcess();
    const ffmpeg = encoder(rig, 'show');
    await rig.onAir('show', 'publish');
    const play = runFfmpeg(
      '-i',
      master(rig, 'show'),
      '-map',
      '0:v',
      '-map',
      '0:a',
      '-frames:v',
      '110',
      '-f',
      'null',
      '-',
    );
    const strict = await HlsPlayer.open(master(rig, 'show'));
    assert.match(strict.master, /CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=160x90\n/);
    await rig.onAir('show', 'play', 2);
    assert.equal((await rig.stats())[0]?.viewers, 2);
    assert.deepEqual(new Set((await rig.list()).map(({ protocol }) => protocol)), new Set(['rtmp', 'hls']));

    const { code, said } = await play.done;
    assert.equal(code, 0, said);
    assert.match(said, /frame= *110 /);
    assert.doesNotMatch(said, /error while decoding|concealing|corrupt/i);
    await strict.follow(3);
    assert.match(await strict.decode(), /frame= *\d+ /);
    const [mine] = (await rig.list()).filter(({ action }) => action === 'play');
    assert.ok(mine!.bytes > strict.segments[0]!.bytes.length, 'what was fetched is counted');

    await rig.kick({ target: { stream: 'show' }, epoch: 1 });
    const after = await fetchBytes(strict.playlist);
    assert.equal(after.status, 404);
    assert.equal(after.headers['access-control-allow-origin'], '*', 'a page can read why');
    assert.equal((await fetchBytes(new URL(strict.segments[0]!.uri, strict.playlist).href)).status, 404);
    assert.equal((await fetchBytes(master(rig, 'show'))).status, 403, 'a verdict from before the lock is worthless');
    await ffmpeg.done;
  });
});

describe('a playlist', () => {
  test('goes on without a gap, keeps to its target duration, and forgets the oldest', async () => {
    await using rig = await Rig.inProcess();
    using feed = await Feed.to(rig, 'a');
    const player = await watch(rig, feed);
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      const newest = player.last!.segments.at(-1)!.sequence;
      await feed.send(2);
      const sent = performance.now();
      await until(async () => (await player.reload()).segments.at(-1)!.sequence > newest, `segment after ${newest}`);
      waits.push(performance.now() - sent);
    }
    const usual = waits.sort((a, b) => a - b)[6]!;
    assert.ok(usual < 500, `listed ${Math.round(usual)} ms after the key frame that ends it`);
    const { segments, target } = player.last!;
    assert.equal(target, 2);
    assert.equal(segments.length, 6);
    assert.ok(segments[0]!.sequence >= 6);
    assert.deepEqual(
      player.segments.map(({ sequence }) => sequence),
      player.segments.map((_, index) => index),
      'every segment could be fetched',
    );
    const gone = await fetchBytes(new URL(player.segments[0]!.uri, player.playlist).href);
    assert.equal(gone.status, 404, 'the first segment is not kept');
    const kept = await fetchBytes(new URL(player.segments[segments[0]!.sequence - 2]!.uri, player.playlist).href);
    assert.equal(kept.status, 200, 'one that has just left the list still is');
    assert.match(await player.decode(), /Video: h264/);
  });

  test('says where another encoder or another configuration begins', async () => {
    await using rig = await Rig.inProcess();
    const first = await Feed.to(rig, 'a');
    const player = await watch(rig, first);
    await first.publisher.close();
    using second = await Feed.to(rig, 'a');
    await second.send(5);
    await until(async () => (await player.reload()).segments.at(-1)!.series === 1, 'the second encoder');
    second.publisher.send({ type: TAG_VIDEO, timestamp: 5_000, data: avcConfig() });
    await second.send(5);
    await until(async () => (await player.reload()).segments.at(-1)!.series === 2, 'the second configuration');
    const maps = new Set(player.segments.map(({ map }) => map));
    assert.equal(maps.size, 3, 'each has an initialisation segment of its own');
    await player.decode(0);
    await player.decode(1);
    await second.send(20);
    const last = await until(async () => {
      const now = await player.reload();
      return now.segments[0]!.series === 2 ? now : null;
    }, 'both breaks have left the list');
    assert.equal(last.ended, false);
    assert.equal(last.segments.length, 6);
  });

  test('ends for good when the encoder stays away, and begins anew when it comes back', async () => {
    await using rig = await Rig.inProcess({ limits: { hlsGoneMs: 500, hlsIdleMs: 500 } });
    using feed = await Feed.to(rig, 'a');
    const player = await watch(rig, feed);
    feed.publisher.destroy();
    await until(async () => (await player.reload()).ended, 'the end of the playlist');
    using again = await Feed.to(rig, 'a');
    const late = await watch(rig, again);
    assert.equal(late.segments[0]?.sequence, 0);
    assert.equal((await player.reload()).ended, true, 'the first playlist stays ended');
  });

  test('has sound alone where a stream has no picture', async () => {
    await using rig = await Rig.inProcess();
    using feed = await Feed.to(rig, 'a', (tag) => (tag.type === TAG_VIDEO ? null : tag));
    const player = await watch(rig, feed);
    assert.match(player.master, /CODECS="mp4a\.40\.2"\n/);
    await player.follow(2);
    assert.match(await player.decode(), /Audio: aac/);
  });
});

describe('an HLS session', () => {
  test('ends when nobody asks for it any more, and the packaging with the last one', async () => {
    await using rig = await Rig.inProcess({ limits: { hlsIdleMs: -5_500 } });
    using feed = await Feed.to(rig, 'a');
    const player = await watch(rig, feed);
    assert.equal((await fetchBytes(player.playlist, { method: 'HEAD' })).status, 200);
    await until(() => rig.ends.length === 1, 'the end of the session');
    assert.deepEqual([rig.ends[0]?.reason, rig.ends[0]?.session.protocol], ['closed', 'hls']);
    assert.equal((await fetchBytes(player.playlist)).status, 404);
    assert.equal((await rig.stats())[0]?.viewers, 0);
  });

  test('is over at once when no control plane has spoken within the lease', async () => {
    await using rig = await Rig.inProcess({ leaseMs: 600 });
    using feed = await Feed.to(rig, 'a');
    const player = await watch(rig, feed);
    rig.alive = false;
    await until(
      () => rig.ends.some(({ session, reason }) => session.protocol === 'hls' && reason === 'lease'),
      'the end',
    );
    assert.equal((await fetchBytes(player.playlist)).status, 404);
    assert.equal((await fetchBytes(master(rig, 'a'))).status, 503);
  });

  test('is over when its token is revoked or its time has come, and another goes on', async () => {
    await using rig = await Rig.inProcess();
    const endsAt = Date.now() + 3_000;
    rig.decide = ({ name, query, action }) => ({
      allow: true,
      stream: name,
      epoch: 0,
      ...(action === 'play' && { token: query, ...(query === 'short' && { endsAt }) }),
    });
    using feed = await Feed.to(rig, 'a');
    const [revoked, short, other] = await Promise.all(
      ['revoked', 'short', 'other'].map((token) => watch(rig, feed, { query: `?${token}` })),
    );
    assert.deepEqual((await rig.kick({ target: { token: 'revoked' } })).closed, { publishers: 0, viewers: 1 });
    assert.equal((await fetchBytes(revoked!.playlist)).status, 404);
    await until(async () => (await fetchBytes(short!.playlist)).status === 404, 'the end of the short one');
    assert.ok(Date.now() >= endsAt);
    assert.equal((await fetchBytes(other!.playlist)).status, 200);
  });

  test('cannot be guessed, entered sideways, or opened without the door', async () => {
    await using rig = await Rig.inProcess();
    rig.decide = ({ name, action }) =>
      name === 'a' || action === 'publish'
        ? { allow: true, stream: name, epoch: 0 }
        : name === 'locked'
          ? { allow: false, code: 'locked', message: 'This stream is locked' }
          : { allow: false, code: 'unknown', message: 'No stream has this name' };
    using feed = await Feed.to(rig, 'a');
    const player = await watch(rig, feed);
    const secret = /\/hls\/([\w-]{32})\//.exec(player.playlist)![1]!;
    const other = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    const wrong: [string, number][] = [
      [master(rig, 'b'), 404],
      [master(rig, 'locked'), 403],
      [player.playlist.replace(secret, other), 404],
      [player.playlist.replace(secret, secret.toLowerCase()), 404],
      [player.playlist.replace('live.m3u8', '99.mp4'), 404],
      [player.playlist.replace('live.m3u8', '..%2F..%2Flive%2Fa.flv'), 404],
      [player.playlist.replace('live.m3u8', '__proto__'), 404],
      [`${rig.playout}/hls/`, 404],
      [`${rig.playout}/hls/${secret}`, 404],
      [`${rig.playout}/hls/${'A'.repeat(15_000)}/live.m3u8`, 404],
      [`${rig.playout}/live/.m3u8`, 404],
      [`${rig.playout}/live/a/b.m3u8`, 404],
      [`${rig.playout}/live/%.m3u8`, 400],
      [`${rig.playout}/live/a.m3u8?${'q'.repeat(3_000)}`, 414],
    ];
    for (const [url, status] of wrong) {
      const { headers, ...answer } = await fetchBytes(url);
      assert.equal(answer.status, status, url);
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.equal(answer.body.includes(secret), false);
    }
    assert.equal((await fetchBytes(player.playlist)).status, 200, 'its own path goes on playing');
    assert.equal((await fetchBytes(player.playlist, { method: 'DELETE' })).status, 405);
    const idle = await fetchBytes(`${rig.playout}/live/a.m3u8`, { method: 'OPTIONS' });
    assert.equal(idle.status, 204);
    assert.equal((await rig.list()).length, 2);
  });

  test('that finds nothing on air is told to try again, and is not on the list any more', async () => {
    await using rig = await Rig.inProcess({ limits: { hlsFirstMs: 2_000 } });
    const { status, headers, body } = await fetchBytes(master(rig, 'quiet'));
    assert.equal(status, 503);
    assert.equal(headers['retry-after'], '2');
    assert.match(String(body), /not on air yet/);
    assert.deepEqual(await rig.list(), []);
    const waiting = HlsPlayer.open(master(rig, 'soon'));
    await rig.onAir('soon', 'play');
    using feed = await Feed.to(rig, 'soon');
    await feed.send(5);
    await (await waiting).reload();
  });
});
