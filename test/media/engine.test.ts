import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from '../../src/media/flv/inspect.ts';
import { TAG_AUDIO, TAG_DATA, TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { writeAmf } from '../../src/media/rtmp/amf0.ts';
import { connectPublisher, publishFlvLoop } from '../../src/media/rtmp/client.ts';
import { aacConfig, avcConfig, frame, sound, tagOf } from './bytes.ts';
import { frames, runFfmpeg, watchHttp, watchRtmp, watchWebSocket } from './players.ts';
import { DEMO, Rig, until } from './rig.ts';

const publish = (rig: Rig, name: string) => connectPublisher({ url: `${rig.rtmp}/live`, name });
const encoder = (rig: Rig, name: string) =>
  runFfmpeg('-re', '-stream_loop', '-1', '-i', DEMO, '-c', 'copy', '-f', 'flv', `${rig.rtmp}/live/${name}`);

describe('a real encoder and real players', () => {
  test('ffmpeg publishes, and players of all three kinds see the same frames; a kick takes everyone off', {
    timeout: 40_000,
  }, async () => {
    await using rig = await Rig.inProcess();
    const ffmpeg = encoder(rig, 'show?key=1');
    await until(() => rig.starts.length === 1, 'ffmpeg is on air', 8_000);
    await sleep(1_500);
    const watches = [watchHttp(rig, 'show'), watchWebSocket(rig, 'show'), watchRtmp(rig, 'show')];
    await until(() => watches.every((watch) => frames(watch).length >= 40), '40 frames each', 10_000);
    for (const watch of watches) {
      assert.equal(watch.tags[0]?.type, TAG_DATA);
      assert.ok(watch.tags.slice(0, 3).some((tag) => inspect(tag).config === 'video'));
      assert.ok(watch.tags.some((tag) => tag.type === TAG_AUDIO && inspect(tag).frame));
      assert.ok(inspect(frames(watch)[0]!).key);
      assert.ok((watch.firstKeyMs ?? 999) < 250);
    }
    const [http, ws, rtmp] = watches.map((watch) => new Map(frames(watch).map((tag) => [tag.timestamp, tag.data])));
    const shared = [...http!.keys()].filter((time) => ws!.has(time) && rtmp!.has(time));
    assert.ok(shared.length >= 20);
    for (const time of shared)
      assert.ok(http!.get(time)!.equals(ws!.get(time)!) && http!.get(time)!.equals(rtmp!.get(time)!));

    const [stats] = await rig.stats();
    const { videoCodec, audioCodec, width, height, viewers, stream } = stats!;
    assert.deepEqual(
      { videoCodec, audioCodec, width, height, viewers, stream },
      { videoCodec: 'h264', audioCodec: 'aac', width: 640, height: 360, viewers: 3, stream: 'show' },
    );
    const fps = async (): Promise<number> => (await rig.stats())[0]?.fps ?? 0;
    await until(async () => Math.abs((await fps()) - 25) < 3, 'the rate of frames is known', 8_000);
    const request = rig.messages.find((message) => message.type === 'authorise')!;
    assert.equal(request.type === 'authorise' && request.request.query, 'key=1');

    assert.deepEqual(await rig.kick({ target: { stream: 'show' }, epoch: 1 }), {
      matched: 4,
      closed: { publishers: 1, viewers: 3 },
    });
    assert.notEqual((await ffmpeg.done).code, 0);
    await until(() => watches.every((watch) => watch.over !== null), 'players are closed');
    assert.equal(watches[1]!.over!.status, 4403);
    assert.deepEqual(await rig.list(), []);
    const again = encoder(rig, 'show');
    assert.notEqual((await again.done).code, 0);
    assert.equal(rig.starts.length, 4);
    assert.deepEqual(
      rig.ends.map(({ reason }) => reason),
      ['kicked', 'kicked', 'kicked', 'kicked'],
    );
  });

  test('ffmpeg plays what our own publisher sends, over RTMP and over HTTP', { timeout: 40_000 }, async () => {
    await using rig = await Rig.inProcess();
    const stop = new AbortController();
    const loop = publishFlvLoop({ url: `${rig.rtmp}/live`, name: 'clip', file: DEMO, signal: stop.signal });
    await until(() => rig.starts.length === 1, 'on air');
    for (const url of [`${rig.rtmp}/play/clip`, `${rig.playout}/live/clip.flv`]) {
      const { code, said } = await runFfmpeg('-i', url, '-t', '1', '-f', 'null', '-').done;
      assert.equal(code, 0, said);
      assert.match(said, /Video: h264 .*640x360/s);
      assert.match(said, /frame=\s*2\d /);
    }
    stop.abort();
    await loop;
    await until(() => rig.ends.length === 3, 'every session ends');
    assert.equal(rig.ends.at(-1)?.reason, 'closed');
  });
});

describe('publishing', () => {
  test('a second publisher is refused while the first one sends, and takes over when it has fallen silent', async () => {
    await using rig = await Rig.inProcess({ limits: { yieldMs: 400 } });
    const first = await publish(rig, 'one');
    first.send(frame(0, { key: true }));
    await assert.rejects(publish(rig, 'one'), /NetStream\.Publish\.BadName/);
    assert.ok(first.open);
    await sleep(500);
    const second = await publish(rig, 'one');
    await first.closed;
    await until(() => rig.ends.length === 1, 'the first has ended');
    assert.equal(rig.ends[0]!.reason, 'timeout');
    const [session] = await rig.list();
    assert.equal(session!.id, rig.starts[1]!.session.id);
    second.destroy();
  });

  test('a publisher that sends nothing is closed', async () => {
    await using rig = await Rig.inProcess({ limits: { idleMs: 300 } });
    const publisher = await publish(rig, 'idle');
    await publisher.closed;
    await until(() => rig.ends[0]?.reason === 'timeout', 'the end is reported');
  });

  test('viewers stay when the encoder goes, and go on with the next one in one line of time', async () => {
    await using rig = await Rig.inProcess();
    const watch = watchHttp(rig, 'cut');
    await until(() => rig.starts.length === 1, 'the viewer waits');
    for (const start of [7_000, 0]) {
      const publisher = await publish(rig, 'cut');
      const config = avcConfig();
      config[10] = start === 0 ? 1 : 2;
      publisher.send({ type: TAG_VIDEO, timestamp: 0, data: config });
      publisher.send({ type: TAG_AUDIO, timestamp: 0, data: aacConfig() });
      for (let i = 0; i < 4; i++) publisher.send(frame(start + i * 40, { key: i === 0 }));
      const seen = frames(watch).length;
      await until(() => frames(watch).length === seen + 4, 'frames of this publisher');
      await publisher.close();
    }
    const times = frames(watch).map(({ timestamp }) => timestamp);
    assert.deepEqual(times, [0, 40, 80, 120, 160, 200, 240, 280]);
    const configs = watch.tags.filter((tag) => inspect(tag).config === 'video').map(({ data }) => data[10]);
    assert.deepEqual(configs, [2, 1]);
    assert.equal(watch.over, null);
    watch.close();
    await until(() => rig.ends.length === 3, 'all ends');
    assert.deepEqual(await rig.list(), []);
  });

  test('enhanced tags pass through byte for byte, and late joiners get their configuration', async () => {
    await using rig = await Rig.inProcess();
    const publisher = await publish(rig, 'hdr');
    const early = watchHttp(rig, 'hdr');
    await until(() => rig.starts.length === 2, 'the viewer is there');
    const sent = [
      {
        ...tagOf(TAG_DATA),
        data: writeAmf('onMetaData', { videocodecid: 1752589105, width: 3840, height: 2160, framerate: 50 }),
      },
      tagOf(TAG_VIDEO, 0x90, 'hvc1', 'configuration'),
      tagOf(TAG_AUDIO, 0x90, 'Opus', 'OpusHead'),
      tagOf(TAG_VIDEO, 0xd4, 'hvc1', 'colour'),
      tagOf(TAG_VIDEO, 0x96, 0x00, 'av01', 1, 'second track'),
      tagOf(TAG_VIDEO, 0x91, 'hvc1', 0, 0, 0, 'key frame'),
      tagOf(TAG_AUDIO, 0x91, 'Opus', 'sound'),
      tagOf(TAG_VIDEO, 0xa3, 'hvc1', 'frame'),
    ];
    for (const tag of sent) publisher.send(tag);
    await until(() => early.tags.length >= sent.length, 'everything');
    const data = (watch: typeof early): string[] => watch.tags.map((tag) => tag.data.toString('hex'));
    for (const tag of sent) assert.ok(data(early).includes(tag.data.toString('hex')));
    const late = watchHttp(rig, 'hdr');
    await until(() => late.tags.length >= sent.length, 'the same');
    assert.deepEqual(new Set(data(late)), new Set(data(early)));
    const [stats] = await rig.stats();
    const { videoCodec, audioCodec, width, height } = stats!;
    assert.deepEqual(
      { videoCodec, audioCodec, width, height },
      { videoCodec: 'hevc', audioCodec: 'opus', width: 3840, height: 2160 },
    );
    publisher.destroy();
  });

  test('sound alone is played without a cache', async () => {
    await using rig = await Rig.inProcess();
    const publisher = await publish(rig, 'radio');
    publisher.send({ type: TAG_AUDIO, timestamp: 0, data: aacConfig() });
    for (let i = 0; i < 20; i++) publisher.send(sound(i * 23));
    await sleep(150);
    const watch = watchHttp(rig, 'radio');
    await until(() => watch.tags.length === 1, 'the configuration');
    publisher.send(sound(500));
    await until(() => watch.tags.length === 2, 'sound');
    publisher.destroy();
  });
});

describe('viewers', () => {
  test('one that waits for a stream in vain is closed', async () => {
    await using rig = await Rig.inProcess({ limits: { waitMs: 300 } });
    const watch = watchHttp(rig, 'never');
    await until(() => watch.over, 'closed');
    await until(() => rig.ends[0]?.reason === 'timeout', 'reported');
  });

  test('however many of them come from one address, an encoder there is let in too', async () => {
    await using rig = await Rig.inProcess({ maxPendingPerAddress: 3 });
    const watches = Array.from({ length: 4 }, () => [watchWebSocket(rig, 'x'), watchHttp(rig, 'x')]).flat();
    await until(() => rig.starts.length === 8, 'all in');
    (await publish(rig, 'x')).destroy();
    const strangers = Array.from({ length: 4 }, () =>
      connect(Number(new URL(rig.rtmp).port)).on('error', () => undefined),
    );
    await until(() => strangers.some(({ destroyed }) => destroyed), 'who says nothing is still counted');
    for (const stranger of strangers) stranger.destroy();
    for (const watch of watches) watch.close();
  });

  test('one that leaves is off the list at once, whatever it leaves by', async () => {
    await using rig = await Rig.inProcess();
    const watches = [watchHttp(rig, 'x'), watchWebSocket(rig, 'x'), watchRtmp(rig, 'x')];
    await until(() => rig.starts.length === 3, 'all in');
    await sleep(100);
    for (const watch of watches) watch.close();
    await until(() => rig.ends.length === 3, 'all out');
    assert.deepEqual(await rig.list(), []);
    assert.deepEqual(await rig.stats(), []);
  });

  test('one that does not read loses frames up to a key frame, is closed in the end, and holds nobody up', {
    timeout: 30_000,
  }, async () => {
    await using rig = await Rig.inProcess({ limits: { stuckMs: 1_500 } });
    const publisher = await publish(rig, 'heavy');
    const [good, slow, stuck] = [watchHttp(rig, 'heavy'), watchHttp(rig, 'heavy'), watchHttp(rig, 'heavy')];
    await until(() => rig.starts.length === 4, 'all in');
    let sent = 0;
    const send = (): void =>
      void publisher.send(frame(sent * 20, { key: sent % 25 === 0, size: 200_000, mark: sent++ }));
    const timer = setInterval(send, 20);
    await until(() => frames(good!).length > 5 && frames(slow!).length > 5, 'all see it');
    slow!.pause();
    stuck!.pause();
    await until(async () => (await rig.stats())[0]!.bytesIn > 20_000_000, '20 MB', 10_000);
    slow!.resume();
    await until(() => rig.ends.length === 1, 'the stuck one is closed', 10_000);
    clearInterval(timer);
    await until(() => frames(good!).length === sent, 'everything arrived');
    assert.equal(rig.ends[0]!.reason, 'timeout');
    assert.equal(slow!.over, null);
    const marks = frames(slow!).map((tag) => tag.data.readUInt32BE(5));
    const gaps = marks.flatMap((mark, i) => (i > 0 && mark !== marks[i - 1]! + 1 ? [i] : []));
    assert.ok(gaps.length >= 1, 'the slow one lost something');
    for (const gap of gaps) assert.ok(inspect(frames(slow!)[gap]!).key, 'and went on at a key frame');
    publisher.destroy();
  });
});
