import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from '../../src/media/flv/inspect.ts';
import { type MediaTag, TAG_OVERHEAD, TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { countingWire } from './counting-wire.ts';
import { Feed } from './feed.ts';
import { fetchBytes, readPlaylist } from './hls-player.ts';
import { nextWindow, samplesOf, total } from './ledger.ts';
import { frames, type Watching, watchHttp, watchRtmp, watchWebSocket } from './players.ts';
import { Rig, until } from './rig.ts';

const sampling = () => Rig.inProcess({ sampleMs: 150 });

const tagBytes = (watch: Watching): number => watch.tags.reduce((sum, { data }) => sum + TAG_OVERHEAD + data.length, 0);

const PLAYERS = { http: watchHttp, ws: watchWebSocket, rtmp: watchRtmp };

/** One who waits for the stream of this name and one who comes late, over a wire that counts. */
async function measure(rig: Rig, name: keyof typeof PLAYERS): Promise<void> {
  using wire = await countingWire(name === 'rtmp' ? rig.rtmp : rig.playout);
  const through = Object.assign(Object.create(rig) as Rig, { rtmp: wire.url, playout: wire.url });
  using early = PLAYERS[name](through, name);
  await rig.onAir(name, 'play');
  await sleep(400);
  let last: MediaTag | null = null;
  using feed = await Feed.to(rig, name, (tag) => {
    if (tag.type === TAG_VIDEO && inspect(tag).frame) last = tag;
    return tag;
  });
  await feed.send(4);
  await until(() => early.firstKeyMs, 'it plays');
  await nextWindow(rig, name);
  const [waited, ...others] = samplesOf(rig, name).filter(({ startups }) => startups > 0);
  assert.deepEqual([waited!.startups, others.length], [1, 0]);
  assert.ok(waited!.startupMs >= 400 && waited!.startupMs <= early.firstKeyMs! + 1, `${waited!.startupMs} ms`);

  using late = PLAYERS[name](through, name);
  await until(() => late.firstKeyMs, 'it plays too');
  await feed.send(8);
  const end = (watch: Watching): boolean => frames(watch).at(-1)!.data.equals(last!.data);
  await until(() => end(early) && end(late), 'all of it');
  await nextWindow(rig, name);
  const told = total(rig, name, 'bytesOut');
  assert.ok(told > 1_000_000 && Math.abs(told / wire.bytes() - 1) < 0.01, `${told} of ${wire.bytes()} bytes`);
  assert.deepEqual([total(rig, name, 'starts'), total(rig, name, 'startups')], [2, 2]);
  assert.ok(total(rig, name, 'startupMs') - waited!.startupMs < 100, 'who came late did not wait');
  assert.equal(samplesOf(rig, name).at(-1)!.viewers, 2);
  if (name === 'http') assert.equal(told, tagBytes(early) + tagBytes(late), 'to the byte');
}

describe('what viewers get', () => {
  test('over HTTP-FLV, WebSocket-FLV and RTMP is as a wire counts it, within 1 %, and so is how long they waited', async () => {
    await using rig = await sampling();
    await Promise.all([measure(rig, 'http'), measure(rig, 'ws'), measure(rig, 'rtmp')]);
  });

  test('over HLS is measured to the byte, and a viewer has started with its first segment', async () => {
    await using rig = await sampling();
    using feed = await Feed.to(rig, 'a');
    const url = `${rig.playout}/live/a.m3u8`;
    const opening = fetchBytes(url);
    await rig.onAir('a', 'play');
    await feed.send(6);
    const master = await opening;
    const address = new URL(master.body.toString().trimEnd().split('\n').at(-1)!, url).href;
    let got = master.body.length;
    const get = async (uri: string): Promise<string> => {
      const { body } = await fetchBytes(new URL(uri, address).href);
      got += body.length;
      return body.toString('latin1');
    };
    const [first, second] = await until(async () => {
      const { segments } = readPlaylist(await get(address));
      return segments.length >= 2 ? segments : null;
    }, 'two segments');
    await get(first!.map);
    await nextWindow(rig, 'a');
    assert.deepEqual([total(rig, 'a', 'bytesOut'), total(rig, 'a', 'startups')], [got, 0]);
    for (const { uri } of [first!, second!]) await get(uri);
    await nextWindow(rig, 'a');
    assert.deepEqual([total(rig, 'a', 'bytesOut'), total(rig, 'a', 'startups')], [got, 1]);
    const [session] = (await rig.list()).filter(({ action }) => action === 'play');
    assert.equal(session!.bytes, got);
    const startup = total(rig, 'a', 'startupMs');
    assert.ok(startup > 0 && startup <= Date.now() - session!.since, `${startup} ms`);
    assert.equal(samplesOf(rig, 'a').at(-1)!.viewers, 1);
  });

  test('is watched for as long as they were there, whatever window that was in', async () => {
    await using rig = await sampling();
    const watches = [watchHttp(rig, 'a'), watchWebSocket(rig, 'a')];
    await rig.onAir('a', 'play', 2);
    await sleep(600);
    for (const watch of watches) watch.close();
    await until(() => rig.ends.length === 2, 'both have gone');
    const now = Date.now();
    const stayed = rig.ends.reduce((sum, { session }) => sum + now - session.since, 0);
    await until(() => samplesOf(rig, 'a').at(-1)?.viewers === 0, 'the last window');
    const told = total(rig, 'a', 'viewerMs');
    assert.ok(told >= 1_200 && Math.abs(told - stayed) < 100, `${told} of ${stayed} ms`);
  });
});
