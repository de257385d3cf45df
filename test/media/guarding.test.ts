import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { watchHttp, watchRtmp, watchWebSocket } from './players.ts';
import { Rig, until } from './rig.ts';

const NOTHING = { ip: [], deny: [], allow: [] };
const EVERYBODY = { ...NOTHING, ip: ['127.0.0.0/8'] };
const nobody = { matched: 0, closed: { publishers: 0, viewers: 0 } };

/** Admits everybody, as the viewers of the organisation behind `of=` under the epoch behind `epoch=`. */
const guarded = async (config = {}): Promise<Rig> => {
  const rig = await Rig.inProcess(config);
  rig.decide = ({ name, query }) => {
    const asked = new URLSearchParams(query);
    const epoch = Number(asked.get('epoch') ?? 1);
    return { allow: true, stream: name, epoch: 0, guarded: { organisation: asked.get('of') ?? 'ours', epoch } };
  };
  return rig;
};
const epochs = async (rig: Rig) =>
  (await rig.stats()).map(({ stream, oldestGuardianEpoch }) => [stream, oldestGuardianEpoch]).sort();

describe('an order that brings rules', () => {
  test('ends whom they shut out, of this organisation alone, and has the others measured by them', async () => {
    await using rig = await guarded();
    const viewers = [watchHttp(rig, 'a'), watchWebSocket(rig, 'a'), watchRtmp(rig, 'b')];
    using theirs = watchHttp(rig, 'c', '?of=theirs');
    await until(() => rig.starts.length === 4, 'four viewers');
    assert.deepEqual(await rig.guard({ organisation: 'ours', epoch: 2, rules: NOTHING }), nobody);
    assert.deepEqual(await epochs(rig), [
      ['a', 2],
      ['b', 2],
      ['c', 1],
    ]);
    const { matched, closed } = await rig.guard({ organisation: 'ours', epoch: 3, rules: EVERYBODY });
    assert.deepEqual([matched, closed], [3, { publishers: 0, viewers: 3 }]);
    await until(() => viewers.every(({ over }) => over !== null), 'the end of three', 1_000);
    assert.equal(viewers[1]?.over?.status, 4403);
    assert.deepEqual([theirs.over, await epochs(rig)], [null, [['c', 1]]]);
  });

  test('and comes late ends nobody whom later rules let in', async () => {
    await using rig = await guarded();
    using first = watchHttp(rig, 'a', '?epoch=3');
    await rig.onAir('a', 'play');
    assert.deepEqual(await rig.guard({ organisation: 'ours', epoch: 3, rules: NOTHING }), nobody);
    assert.deepEqual(await rig.guard({ organisation: 'ours', epoch: 2, rules: EVERYBODY }), nobody);
    using second = watchHttp(rig, 'a', '?epoch=2');
    assert.equal((await until(() => second.over, 'refused')).status, 503, 'nor is what came first forgotten');
    using third = watchHttp(rig, 'a', '?epoch=3');
    await rig.onAir('a', 'play', 2);
    assert.deepEqual([first.over, third.over], [null, null]);
    using theirs = watchHttp(rig, 'a', '?epoch=1&of=theirs');
    await rig.onAir('a', 'play', 3);
    assert.equal(theirs.over, null);
  });

  test('measures by the pages that were told, of those who are guarded', async () => {
    await using rig = await guarded();
    const headers = { Referer: 'https://www.Good.test:8443/a?b', Origin: 'null' };
    const answer = await fetch(`${rig.playout}/live/a.flv`, { headers });
    await rig.onAir('a', 'play');
    assert.deepEqual((await rig.list())[0]?.pages, ['', 'www.good.test']);
    const rules = { ...NOTHING, deny: ['*.good.test'] };
    assert.equal((await rig.guard({ organisation: 'ours', epoch: 2, rules })).matched, 1);
    await answer.body?.cancel().catch(() => undefined);
    rig.decide = ({ name }) => ({ allow: true, stream: name, epoch: 0 });
    using free = watchHttp(rig, 'a');
    await rig.onAir('a', 'play');
    assert.equal((await rig.list())[0]?.pages, undefined);
    assert.deepEqual(await rig.guard({ organisation: 'ours', epoch: 9, rules: EVERYBODY }), nobody);
    assert.equal(free.over, null);
  });
});

test('a verdict whose guardian cannot be read lets nobody in', async () => {
  await using rig = await Rig.inProcess();
  for (const wrong of [
    null,
    'ours',
    {},
    { organisation: 'ours' },
    { organisation: '', epoch: 1 },
    { organisation: 'ours', epoch: '1' },
  ]) {
    rig.decide = ({ name }) => ({ allow: true, stream: name, epoch: 0, guarded: wrong });
    using watch = watchHttp(rig, 'a');
    assert.equal((await until(() => watch.over, 'refused')).status, 503, JSON.stringify(wrong));
  }
});
