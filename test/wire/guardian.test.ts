import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, CallOptions } from '../harness.ts';
import { ok, refused } from '../http/helpers.ts';
import { until } from '../process/lockkeeper.ts';
import { type Loop, loopPublish } from './encoders.ts';
import { outcome, type Urls } from './secure.ts';
import { type OnStage, type Stage, stage } from './stage.ts';
import { tap } from './tap.ts';
import { ended, morePictures, type Viewer, view } from './viewers.ts';

/** Longer than the reconciler may take. */
const HEALED_MS = 2_500;

let on: Stage;
let shown: OnStage;
let loop: Loop;
let urls: Urls;
before(async () => {
  on = await stage();
  shown = await on.newStream();
  urls = { ...shown.urls, hls: shown.hls };
  loop = loopPublish(shown.ingest);
  await on.state(shown.stream.id, 'live');
});
after(async () => {
  await loop[Symbol.asyncDispose]();
  await on[Symbol.asyncDispose]();
});

const user = (at = on) => ({ token: at.tenant.user.token });
const rule = (noun: string, body: object, who: CallOptions = user(), at = on): Promise<Answer> =>
  at.running.call('POST', `/guardian/${noun}`, { ...who, body });
const forget = async (noun: string, id: string, at = on) =>
  ok(await at.running.call('DELETE', `/guardian/${noun}/${id}`, user(at)));

/** Blocks, lets `work` look at what came of it, and takes the rule back. */
async function blocked(noun: string, body: object, work: (made: Answer['body']) => Promise<void>): Promise<void> {
  const made = ok(await rule(noun, body));
  try {
    await work(made);
  } finally {
    await forget(noun, made.id);
  }
}

const page = (host: string) => ({ headers: { Referer: `https://${host}/watch` } });
const flv = () => [urls.http, urls.ws, urls.rtmp].map((url) => view(url));

async function hlsSession(): Promise<URL> {
  const playlist = await (await fetch(urls.hls)).text();
  return new URL(playlist.split('\n').find((line) => line.startsWith('../hls/'))!, urls.hls);
}

async function playing<V extends Viewer>(viewers: readonly V[]): Promise<void> {
  for (const viewer of viewers) await morePictures(viewer, 2);
}

describe('blocking an address', () => {
  test('ends its viewers within a second over every protocol and refuses new ones; others and the encoder stay', async () => {
    const viewers = flv();
    using other = view(urls.http, { from: '127.0.0.2' });
    const session = await hlsSession();
    await playing([...viewers, other]);
    assert.equal((await fetch(session)).status, 200);
    const entered = loop.entered;
    const start = performance.now();
    await blocked('ip', { ip: '127.0.0.1' }, async (made) => {
      assert.deepEqual([made.enforced, made.closed], [true, { publishers: 0, viewers: 4 }]);
      assert.equal((await fetch(session)).status, 404, 'the path that HLS was given leads nowhere now');
      await ended(viewers, 1_000 - (performance.now() - start));
      assert.equal(viewers[1]?.over, '4403');
      assert.equal(await outcome(urls.http), '403');
      assert.equal(await outcome(urls.ws), '4403');
      assert.match(await outcome(urls.rtmp), /Play\.Failed: Not allowed here/);
      assert.equal(await outcome(urls.hls), '403');
      await morePictures(other, 5);
      assert.equal(other.over, null);
      assert.deepEqual([loop.live, loop.entered], [true, entered], 'the encoder comes from the same address');
    });
    for (const url of Object.values(urls)) assert.equal(await outcome(url), 'plays', 'and is taken back');
  });

  test('works for a network, and for nobody beside it', async () => {
    const viewers = ['127.1.2.3', '127.1.200.1', '127.2.0.1'].map((from) => view(urls.http, { from }));
    await playing(viewers);
    await blocked('ip', { ip: '127.1.77.77/16' }, async ({ ip, closed }) => {
      assert.deepEqual([ip, closed.viewers], ['127.1.0.0/16', 2]);
      await ended(viewers.slice(0, 2));
      assert.equal(await outcome(urls.http, { from: '127.1.0.9' }), '403');
      assert.equal(await outcome(urls.http, { from: '127.2.0.9' }), 'plays');
      await morePictures(viewers[2]!, 3);
    });
    viewers[2]?.[Symbol.dispose]();
  });

  test('ends by itself when its time is over, and until then only', async () => {
    const made = ok(await rule('ip', { ip: '127.0.0.1', expiresIn: 1 }));
    assert.equal(await outcome(urls.http), '403');
    await sleep(Date.parse(made.expiresAt) - Date.now() + 5);
    assert.equal(await outcome(urls.http), 'plays');
  });

  test('is a nanoUser’s and not a nanoReadOnly’s, and touches no other tenant’s viewers', async () => {
    const { running } = on;
    const foreign = await running.tenant('Elsewhere');
    const theirs = ok(await running.call('POST', '/stream', { token: foreign.admin.token, body: {} }));
    const { server } = theirs.playout.h5live[0];
    await using publishing = loopPublish(theirs.ingest.rtmp);
    await until(() => publishing.live, 3_000, 'their encoder');
    using viewer = view(server.progressive);
    await playing([viewer]);
    await blocked('ip', { ip: '127.0.0.0/8' }, async () => {
      assert.equal(await outcome(urls.http), '403');
      assert.equal(await outcome(server.progressive), 'plays');
      await morePictures(viewer, 3);
    });
    const { reason } = refused(await rule('ip', { ip: '127.0.0.1' }, { token: on.tenant.observer.token }), 403, 2001);
    assert.match(reason, /block viewers/);
    assert.equal(await outcome(urls.http), 'plays');
  });
});

describe('rules on pages', () => {
  test('a denied page shows nothing, whichever header names it, and who plays there ends', async () => {
    const [there, elsewhere] = [view(urls.http, page('evil.test')), view(urls.ws, page('good.test'))];
    using silent = view(urls.rtmp);
    await playing([there, elsewhere, silent]);
    await blocked('referer', { domain: 'EVIL.test', type: 'deny' }, async ({ domain, closed, enforced }) => {
      assert.deepEqual([domain, closed.viewers, enforced], ['evil.test', 1, true]);
      await ended([there], 1_000);
      assert.equal(await outcome(urls.http, page('evil.test')), '403');
      assert.equal(await outcome(urls.ws, { headers: { Origin: 'https://evil.test:8443' } }), '4403');
      const both = { headers: { Origin: 'https://good.test', Referer: 'https://evil.test/' } };
      assert.equal(await outcome(urls.hls, both), '403');
      assert.equal(await outcome(urls.http, page('www.evil.test')), 'plays');
      assert.equal(await outcome(urls.http), 'plays');
      await morePictures(elsewhere, 3);
      await morePictures(silent, 3);
    });
    elsewhere[Symbol.dispose]();
  });

  test('with an allowed page, no other shows the stream and nobody plays who hides it; a denied one is denied still', async () => {
    const [inside, outside, hidden] = [
      view(urls.http, page('www.good.test')),
      view(urls.http, page('other.test')),
      view(urls.rtmp),
    ];
    await playing([inside, outside, hidden]);
    await blocked('referrer', { domain: '*.good.test', type: 'allow' }, async (made) => {
      assert.deepEqual(made.closed, { publishers: 0, viewers: 2 });
      await ended([outside, hidden], 1_000);
      assert.equal(await outcome(urls.http, page('a.b.good.test')), 'plays');
      for (const host of ['good.test', 'evilgood.test', 'www.good.test.evil.test'])
        assert.equal(await outcome(urls.http, page(host)), '403', host);
      assert.equal(await outcome(urls.http), '403');
      assert.equal(await outcome(urls.http, { headers: { Origin: 'null', Referer: 'https://www.good.test/' } }), '403');
      await blocked('referrer', { domain: 'bad.good.test', type: 'deny' }, async () => {
        assert.equal(await outcome(urls.http, page('bad.good.test')), '403');
        assert.equal(await outcome(urls.http, page('www.good.test')), 'plays');
      });
      await morePictures(inside, 3);
      inside[Symbol.dispose]();
    });
    assert.equal(await outcome(urls.http), 'plays');
  });

  test('when the rule that let viewers in is deleted or ends by itself, they end', async () => {
    await blocked('referrer', { domain: 'stays.test', type: 'allow' }, async () => {
      const [deleted, over] = await Promise.all([
        rule('referrer', { domain: 'deleted.test', type: 'allow' }),
        rule('referrer', { domain: 'over.test', type: 'allow', expiresIn: 1 }),
      ]);
      const hosts = ['stays.test', 'deleted.test', 'over.test'];
      const [stays, cut, late] = hosts.map((host) => view(urls.http, page(host))) as [Viewer, Viewer, Viewer];
      await playing([stays, cut, late]);
      await forget('referrer', ok(deleted).id);
      await ended([cut], 1_000);
      assert.equal(ok(over).type, 'allow');
      await ended([late], 1_000 + HEALED_MS);
      assert.equal(await outcome(urls.http, page('over.test')), '403');
      await morePictures(stays, 3);
      stays[Symbol.dispose]();
    });
  });
});

describe('what is under way or lost', () => {
  test('a yes that was read before the block lets nobody in', async () => {
    const wire = tap();
    await using held = await stage({ between: wire.through });
    const { ingest, urls: own, stream } = await held.newStream();
    await using _publishing = loopPublish(ingest);
    await held.state(stream.id, 'live');
    wire.hold();
    const viewers = [view(own.http), view(own.ws), view(own.rtmp), view(own.http, { from: '127.0.0.2' })];
    await until(() => wire.held.length === 4, 2_000, 'four verdicts');
    assert.ok(wire.held.every(({ verdict }) => verdict.allow));
    const made = ok(await rule('ip', { ip: '127.0.0.1' }, user(held), held));
    assert.deepEqual([made.enforced, made.closed.viewers], [true, 0]);
    wire.release();
    await ended(viewers);
    assert.deepEqual([viewers[0]?.over, viewers[1]?.over], ['503', '4503'], 'it asks again');
    assert.match(String(viewers[2]?.over), /Play\.Failed/);
    assert.ok(viewers.every(({ seen }) => seen.length === 0));
    const all = (await wire.list()).filter(({ action }) => action === 'play');
    assert.deepEqual(all, []);
    assert.equal(await outcome(own.http), '403');
    assert.equal(await outcome(own.http, { from: '127.0.0.2' }), 'plays');
  });

  test('what the engine could not be told is said, and made good within a second of its return', async () => {
    let away = false;
    await using own = await stage({
      env: { LOCKKEEPER_LOG: 'silent' },
      between: (wire) => ({
        onMessage: (listener) => wire.onMessage(listener),
        send: (message) => void ((away && message.type === 'guard') || wire.send(message)),
      }),
    });
    const { ingest, urls: there, stream } = await own.newStream();
    await using publishing = loopPublish(ingest);
    await own.state(stream.id, 'live');
    const viewer = view(there.http);
    using other = view(there.http, { from: '127.0.0.2' });
    await playing([viewer, other]);
    away = true;
    const made = ok(await rule('ip', { ip: '127.0.0.1' }, user(own), own));
    assert.deepEqual([made.enforced, made.closed.viewers], [false, 0]);
    assert.equal(await outcome(there.http), '403', 'the gate needs nobody');
    assert.equal(viewer.over, null);
    away = false;
    await ended([viewer], HEALED_MS);
    await morePictures(other, 3);
    assert.deepEqual([other.over, publishing.live], [null, true]);
  });
});

test('behind a trusted proxy it is the viewer’s address that counts, of either family', async () => {
  await using own = await stage({ env: { LOCKKEEPER_TRUST_PROXY: '127.0.0.0/8' } });
  const { ingest, urls: there, stream } = await own.newStream();
  await using _publishing = loopPublish(ingest);
  await own.state(stream.id, 'live');
  const through = (ip: string) => ({ headers: { 'X-Forwarded-For': `198.51.100.7, ${ip}` } });
  const [inside, outside] = [view(there.http, through('203.0.113.9')), view(there.http, through('198.51.100.7'))];
  await playing([inside, outside]);
  ok(await rule('ip', { ip: '203.0.113.0/24' }, user(own), own));
  await ended([inside], 1_000);
  assert.equal(await outcome(there.http, through('203.0.113.77')), '403');
  assert.equal(await outcome(there.ws, through('::ffff:203.0.113.78')), '4403');
  await morePictures(outside, 3);
  outside[Symbol.dispose]();
  const over6 = view(there.http, through('2001:db8:7:0:1::9'));
  await playing([over6]);
  const { ip } = ok(await rule('ip', { ip: '2001:DB8:7:0::1/64' }, user(own), own));
  assert.equal(ip, '2001:db8:7::/64');
  await ended([over6], 1_000);
  assert.equal(await outcome(there.http, through('2001:db8:7::5')), '403');
  assert.equal(await outcome(there.http, through('2001:db8:7:1::5')), 'plays');
});
