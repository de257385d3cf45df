import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { AuthoriseRequest } from '../../src/media/engine.ts';
import { watchHttp, watchRtmp, watchWebSocket } from './players.ts';
import { Rig, until } from './rig.ts';

/** Admits every player with the text behind `token=` as the id of its token; none when there is none. */
const byQuery = ({ name, query }: AuthoriseRequest) => {
  const token = new URLSearchParams(query).get('token');
  return { allow: true, stream: name, epoch: 0, ...(token && { token }) };
};

const overs = (watches: readonly { over: { status: number } | null }[]) => watches.map(({ over }) => over !== null);

describe('a session that a token admitted', () => {
  test('is ended by a kick of that token, in every protocol, and nobody else is', async () => {
    await using rig = await Rig.inProcess();
    rig.decide = byQuery;
    const mine = [
      watchHttp(rig, 'a', '?token=t1'),
      watchWebSocket(rig, 'a', '?token=t1'),
      watchRtmp(rig, 'b?token=t1'),
      watchHttp(rig, 'b', '?token=t1'),
    ];
    using other = watchHttp(rig, 'a', '?token=t2');
    using none = watchHttp(rig, 'a');
    await until(() => rig.starts.length === 6, 'six viewers');
    assert.deepEqual(
      (await rig.list()).map(({ token }) => token ?? '').sort(),
      ['', 't1', 't1', 't1', 't1', 't2'],
      'the engine says who came in with what',
    );
    const { matched, closed } = await rig.kick({ target: { token: 't1' } });
    assert.deepEqual([matched, closed], [4, { publishers: 0, viewers: 4 }]);
    await until(() => overs(mine).every(Boolean), 'the end of all four', 1_000);
    assert.equal(mine[1]?.over?.status, 4403);
    assert.deepEqual(overs([other, none]), [false, false]);
  });

  test('is not let in by a verdict that was under way when its token was revoked', async () => {
    await using rig = await Rig.inProcess();
    const release: (() => void)[] = [];
    rig.decide = async (request) => {
      await new Promise<void>((resolve) => release.push(resolve));
      return byQuery(request);
    };
    using revoked = watchHttp(rig, 'a', '?token=t1');
    using other = watchHttp(rig, 'a', '?token=t2');
    await until(() => release.length === 2, 'both are asked for');
    assert.deepEqual(await rig.kick({ target: { token: 't1' } }), {
      matched: 0,
      closed: { publishers: 0, viewers: 0 },
    });
    for (const go of release) go();
    await until(() => revoked.over, 'refused');
    assert.equal(revoked.over?.status, 403);
    await rig.onAir('a', 'play');
    assert.equal(other.over, null);
    assert.equal(rig.starts.length, 1);
  });

  test('ends by itself at the time the verdict named, and one without such a time goes on', async () => {
    await using rig = await Rig.inProcess();
    const endsAt = Date.now() + 1_200;
    rig.decide = ({ name, query }) => ({ allow: true, stream: name, epoch: 0, ...(query && { endsAt }) });
    const ending = [watchHttp(rig, 'a', '?x'), watchWebSocket(rig, 'a', '?x'), watchRtmp(rig, 'a?x')];
    using staying = watchHttp(rig, 'a');
    await until(() => rig.starts.length === 4, 'four viewers');
    await until(() => overs(ending).every(Boolean), 'the end of three', 3_000);
    const late = Date.now() - endsAt;
    assert.ok(late >= -5 && late < 600, `${late} ms after its time`);
    assert.equal(ending[1]?.over?.status, 4401, 'a player is told that coming back with it is of no use');
    assert.deepEqual(
      rig.ends.map(({ reason }) => reason),
      ['expired', 'expired', 'expired'],
    );
    assert.equal(staying.over, null);
    rig.decide = ({ name }) => ({ allow: true, stream: name, epoch: 0, endsAt: Date.now() - 1 });
    using late2 = watchHttp(rig, 'a');
    assert.equal((await until(() => late2.over, 'refused')).status, 403, 'a time that is over admits nobody');
  });

  test('viewers without a token can be counted, and ended alone', async () => {
    await using rig = await Rig.inProcess();
    rig.decide = byQuery;
    using holder = watchHttp(rig, 'a', '?token=t1');
    using open = watchHttp(rig, 'a');
    using elsewhere = watchHttp(rig, 'b');
    await until(() => rig.starts.length === 3, 'three viewers');
    const counted = (await rig.stats()).map((one) => [one.stream, one.viewers, one.viewersWithoutToken]);
    assert.deepEqual(counted.sort(), [
      ['a', 2, 1],
      ['b', 1, 1],
    ]);
    assert.equal((await rig.kick({ target: { stream: 'a', token: null } })).matched, 1);
    await until(() => open.over, 'the end of the one');
    assert.deepEqual(overs([holder, elsewhere]), [false, false]);
    assert.equal((await rig.kick({ target: { token: null } })).matched, 0, 'of no stream is of none');
  });

  for (const [what, more] of [
    ['a token that is no text', { token: 7 }],
    ['an empty token', { token: '' }],
    ['an address that is no text', { from: 7 }],
    ['an end in words', { endsAt: 'tomorrow' }],
    ['an end that is no number', { endsAt: null }],
  ] as const) {
    test(`is refused when the verdict has ${what}`, async () => {
      await using rig = await Rig.inProcess();
      rig.decide = ({ name }) => ({ allow: true, stream: name, epoch: 0, ...more });
      using watch = watchHttp(rig, 'a');
      assert.equal((await until(() => watch.over, 'refused')).status, 503);
    });
  }
});

test('a player over HTTP may show its token in a header, one over RTMP cannot', async () => {
  await using rig = await Rig.inProcess();
  const shown: Record<string, string | null> = {};
  rig.decide = ({ protocol, authorization }) => {
    shown[protocol] = authorization;
    return { allow: false, code: 'invalid', message: 'No.' };
  };
  const headers = { Authorization: 'Bearer one' };
  const answer = await fetch(`${rig.playout}/live/a.flv`, { headers });
  const body = (await answer.json()) as { error: { code: number } };
  assert.deepEqual([answer.status, body.error.code], [400, 1000]);
  const socket = new WebSocket(`${rig.playout.replace('http', 'ws')}/live/a.flv`, { headers });
  assert.equal(await new Promise((resolve) => socket.once('close', resolve)), 4400);
  const rtmp = watchRtmp(rig, 'a');
  assert.match((await until(() => rtmp.over, 'refused')).text, /Play\.Failed/);
  assert.deepEqual(shown, { 'http-flv': 'Bearer one', 'ws-flv': 'Bearer one', rtmp: null });
});

/** One playback request through whatever stands in between; gives the answer once its head is here. */
const ask = (rig: Rig, forwarded: string | string[] | null) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const headers = forwarded === null ? {} : { 'X-Forwarded-For': forwarded };
    get(`${rig.playout}/live/a.flv`, { agent: false, headers }, resolve).on('error', reject);
  });

describe('behind a proxy', () => {
  const addresses = async (trustProxy: string[], forwarded: (string | string[] | null)[]): Promise<string[]> => {
    await using rig = await Rig.inProcess({ trustProxy });
    const seen: string[] = [];
    rig.decide = ({ ip }) => {
      seen.push(ip);
      return { allow: false, code: 'refused', message: 'No.' };
    };
    for (const one of forwarded) (await ask(rig, one)).resume();
    return seen;
  };

  test('the viewer is who the nearest trusted proxy says, and nobody further to the left', async () => {
    const told = [
      '203.0.113.9',
      '198.51.100.1, 203.0.113.9',
      '203.0.113.9, 10.1.2.3',
      ['198.51.100.1', '203.0.113.9'],
      '2001:db8::7',
      '::ffff:203.0.113.9',
      '203.0.113.9, not an address',
      null,
    ];
    assert.deepEqual(await addresses(['127.0.0.0/8', '10.0.0.0/8'], told), [
      '203.0.113.9',
      '203.0.113.9',
      '203.0.113.9',
      '203.0.113.9',
      '2001:db8::7',
      '203.0.113.9',
      '127.0.0.1',
      '127.0.0.1',
    ]);
  });

  test('somebody who is no trusted proxy cannot choose its own address', async () => {
    assert.deepEqual(await addresses([], ['203.0.113.9']), ['127.0.0.1']);
    assert.deepEqual(await addresses(['192.0.2.1'], ['203.0.113.9']), ['127.0.0.1']);
  });

  test('each viewer has an allowance of its own, however many come through the proxy', async () => {
    await using rig = await Rig.inProcess({ trustProxy: ['127.0.0.1'], maxConnectionsPerAddress: 2 });
    const first = [await ask(rig, '203.0.113.1'), await ask(rig, '203.0.113.1'), await ask(rig, '203.0.113.2')];
    const third = await ask(rig, '203.0.113.1');
    assert.deepEqual(
      [...first, third].map(({ statusCode }) => statusCode),
      [200, 200, 200, 429],
    );
    third.resume();
    first[0]!.destroy();
    await until(() => rig.ends.length === 1, 'one has left');
    await sleep(20);
    const again = await ask(rig, '203.0.113.1');
    assert.equal(again.statusCode, 200, 'its place is free again');
    for (const answer of [...first, again]) answer.destroy();
  });
});
