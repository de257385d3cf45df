import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from '../../src/media/flv/inspect.ts';
import { type MediaTag, TAG_AUDIO, TAG_DATA, TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { writeAmf } from '../../src/media/rtmp/amf0.ts';
import { connectPublisher, type Publisher } from '../../src/media/rtmp/client.ts';
import { aacConfig, avcConfig, frame, sound } from './bytes.ts';
import { Feed } from './feed.ts';
import { batchesOf, nextWindow, samplesOf, total } from './ledger.ts';
import { frames, watchHttp } from './players.ts';
import { Rig, until } from './rig.ts';

const SAMPLE_MS = 250;
const sampling = (more = {}) => Rig.inProcess({ sampleMs: SAMPLE_MS, ...more });
const publish = (rig: Rig, name: string) => connectPublisher({ url: `${rig.rtmp}/live`, name });

/** What an encoder sent, reckoned by it: its own counts, and its timestamps by stretches without a jump. */
class Sent {
  bytes = 0;
  video = 0;
  audio = 0;
  frames = 0;
  keys = 0;
  jumps: number[] = [];
  #last: number | null = null;
  #stretches: { first: number; furthest: number }[] = [];

  take({ type, timestamp, data }: MediaTag): void {
    const info = inspect({ type, timestamp, data });
    this.bytes += data.length;
    if (type === TAG_VIDEO) this.video += data.length;
    if (type === TAG_AUDIO) this.audio += data.length;
    if (!info.frame) return;
    if (type === TAG_VIDEO) this.frames++;
    if (info.key) this.keys++;
    const step = this.#last === null ? 0 : timestamp - this.#last;
    if (Math.abs(step) > 1_000) this.jumps.push(Math.abs(step));
    if (this.#last === null || Math.abs(step) > 1_000) this.#stretches.push({ first: timestamp, furthest: timestamp });
    const stretch = this.#stretches.at(-1)!;
    stretch.furthest = Math.max(stretch.furthest, timestamp);
    this.#last = timestamp;
  }

  get mediaMs(): number {
    return this.#stretches.reduce((sum, { first, furthest }) => sum + furthest - first, 0);
  }
}

describe('what an encoder sends', () => {
  test('is measured to the byte, the frame and the millisecond, with every jump of its timestamps', async () => {
    await using rig = await sampling();
    const sent = new Sent();
    let shift = 5_000;
    using feed = await Feed.to(rig, 'a', (tag) => {
      const moved = inspect(tag).frame ? { ...tag, timestamp: tag.timestamp + shift } : tag;
      sent.take(moved);
      return moved;
    });
    await feed.send(3);
    // A jump forward, one back, and one of a second, which is none.
    for (const jump of [30_000, -12_000, 900]) {
      shift += jump;
      await feed.send(2);
    }
    await until(() => total(rig, 'a', 'bytesIn') >= sent.bytes, 'everything is told');
    const sum = (...counters: Parameters<typeof total>[2][]) => counters.map((one) => total(rig, 'a', one));
    assert.equal(sent.jumps.length, 2);
    assert.deepEqual(sum('bytesIn', 'bytesVideo', 'bytesAudio', 'frames', 'keyFrames', 'gaps', 'gapMs', 'mediaMs'), [
      sent.bytes,
      sent.video,
      sent.audio,
      sent.frames,
      sent.keys,
      2,
      sent.jumps[0]! + sent.jumps[1]!,
      sent.mediaMs,
    ]);
    const [stats] = await rig.stats();
    assert.deepEqual(
      [stats!.bytesIn, stats!.framesIn],
      sum('bytesIn', 'frames'),
      'the page of the moment says the same',
    );
    const { width, height, publisher, live } = samplesOf(rig, 'a').at(-1)!;
    assert.deepEqual([width, height, publisher, live], [640, 360, stats!.publisher, true]);
  });

  test('has pictures of whole pixels, whatever it says of them', async () => {
    await using rig = await sampling();
    const publisher = await publish(rig, 'a');
    const said = writeAmf('onMetaData', { width: 1_280.5, height: 0.2, framerate: 29.97 });
    publisher.send({ type: TAG_DATA, timestamp: 0, data: said });
    publisher.send(frame(0, { key: true }));
    await until(() => samplesOf(rig, 'a').some(({ frames: count }) => count > 0), 'it is told');
    const { width, height } = samplesOf(rig, 'a').at(-1)!;
    assert.deepEqual([width, height], [1_281, 0]);
    const [stats] = await rig.stats();
    assert.deepEqual([stats!.width, stats!.height], [1_281, null]);
    publisher.destroy();
  });

  test('in real time has a time ratio of 1 and its key frames as far apart as they are; at half speed 0.5', async () => {
    await using rig = await sampling();
    const [steady, slow] = [await publish(rig, 'steady'), await publish(rig, 'slow')];
    for (const encoder of [steady, slow]) encoder.send({ type: TAG_VIDEO, timestamp: 0, data: avcConfig() });
    const began = performance.now();
    for (let at = 0; at <= 2_400; at = performance.now() - began) {
      const count = Math.floor(at / 40);
      steady.send(frame(count * 40, { key: count % 10 === 0 }));
      slow.send(frame(count * 20, { key: count % 20 === 0 }));
      await sleep(Math.max(0, (count + 1) * 40 - (performance.now() - began)));
    }
    for (const [stream, ratio, apart] of [
      ['steady', 1, 400],
      ['slow', 0.5, 800],
    ] as const) {
      const whole = samplesOf(rig, stream)
        .slice(1)
        .filter(({ live }) => live);
      const sum = (counter: 'mediaMs' | 'liveMs') => whole.reduce((all, sample) => all + sample[counter], 0);
      assert.ok(whole.length >= 6);
      const measured = sum('mediaMs') / sum('liveMs');
      assert.ok(Math.abs(measured / ratio - 1) < 0.1, `${stream}: ${measured}`);
      const longest = Math.max(...whole.map(({ keyFrameMs }) => keyFrameMs));
      assert.ok(Math.abs(longest - apart) < 120, `${stream}: ${longest} ms between key frames`);
      assert.equal(total(rig, stream, 'gaps'), 0);
    }
  });

  test('is told when it was on air for a moment only, and nothing is told of a stream without anybody', async () => {
    await using rig = await sampling({ sampleMs: 500 });
    await until(() => Date.now() % 500 < 50, 'the beginning of a window');
    const feed = await Feed.to(rig, 'brief');
    const watch = watchHttp(rig, 'brief');
    await rig.onAir('brief', 'play');
    await feed.send(1);
    await until(() => frames(watch).length >= 24, 'it is watched');
    watch.close();
    feed.publisher.destroy();
    await until(() => rig.ends.length === 2, 'both have gone');
    assert.deepEqual(await rig.stats(), [], 'the engine holds nothing of it any more');
    assert.deepEqual(batchesOf(rig), []);
    await until(() => samplesOf(rig, 'brief').length > 0, 'its sample');
    const [ends, [sample, ...more]] = [rig.ends, samplesOf(rig, 'brief')];
    const [publisher, player] = ['publish', 'play'].map(
      (action) => ends.find(({ session }) => session.action === action)!,
    );
    assert.deepEqual(
      [sample!.publisher, sample!.live, sample!.viewers, sample!.starts, sample!.bytesIn, sample!.bytesOut],
      [publisher!.session.id, false, 0, 1, publisher!.session.bytes, player!.session.bytes],
    );
    assert.ok(sample!.liveMs > 0 && sample!.liveMs < 500 && sample!.viewerMs > 0);
    assert.deepEqual(more, []);
    await sleep(1_000);
    assert.equal(samplesOf(rig, 'brief').length, 1);
  });
});

describe('pictures that viewers do not get', () => {
  const heavy = (publisher: Publisher, mark: number): boolean =>
    publisher.send(frame(mark * 40, { key: mark % 3 === 0, size: 500_000, mark }));

  test('are counted for one that is too slow, each of them, and for nobody else', { timeout: 20_000 }, async () => {
    await using rig = await sampling();
    const publisher = await publish(rig, 'a');
    publisher.send({ type: TAG_VIDEO, timestamp: 0, data: avcConfig() });
    const [good, slow] = [watchHttp(rig, 'a'), watchHttp(rig, 'a')];
    await rig.onAir('a', 'play', 2);
    let sent = 0;
    const send = async (count: number): Promise<void> => {
      for (const last = sent + count; sent < last; sent++) {
        heavy(publisher, sent);
        await until(() => frames(good).length > sent, 'the other one sees it');
      }
    };
    await send(3);
    await until(() => frames(slow).length === 3, 'both see it');
    await nextWindow(rig, 'a');
    assert.equal(total(rig, 'a', 'dropped'), 0);
    slow.pause();
    await send(40);
    slow.resume();
    const at = (): number => frames(slow).at(-1)!.data.readUInt32BE(5);
    while (at() < sent - 1) await send(1);
    await nextWindow(rig, 'a');
    const missed = sent - frames(slow).length;
    assert.ok(missed > 3, `${missed} pictures`);
    assert.equal(total(rig, 'a', 'dropped'), missed);
    for (const watch of [good, slow]) watch.close();
    publisher.destroy();
  });

  test('are not counted for one that waits for its first key frame', async () => {
    await using rig = await sampling();
    const publisher = await publish(rig, 'a');
    publisher.send({ type: TAG_VIDEO, timestamp: 0, data: avcConfig() });
    publisher.send({ type: TAG_AUDIO, timestamp: 0, data: aacConfig() });
    for (let mark = 1; mark < 6; mark++) publisher.send(frame(mark * 40, { mark }));
    await until(async () => (await rig.stats())[0]?.framesIn === 5, 'pictures without a key frame');
    using watch = watchHttp(rig, 'a');
    await rig.onAir('a', 'play');
    for (let mark = 6; mark < 12; mark++) publisher.send(frame(mark * 40, { mark, key: mark === 9 }));
    publisher.send(sound(480));
    await until(() => frames(watch).length === 3, 'from the key frame on');
    await nextWindow(rig, 'a');
    assert.deepEqual([total(rig, 'a', 'frames'), total(rig, 'a', 'dropped')], [11, 0]);
    publisher.destroy();
  });
});
