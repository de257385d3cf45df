import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DenyCode } from '../../src/media/engine.ts';
import { connectPublisher } from '../../src/media/rtmp/client.ts';
import { frame } from './bytes.ts';
import { frames, watchHttp, watchRtmp, watchWebSocket } from './players.ts';
import { Rig, until } from './rig.ts';

const publish = (rig: Rig, name: string) => connectPublisher({ url: `${rig.rtmp}/live`, name });

async function ask(rig: Rig, path: string, method = 'GET') {
  const response = await fetch(`${rig.playout}${path}`, { method });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

describe('a refusal', () => {
  const cases: { code: DenyCode; http: number; ws: number; publish: RegExp; play: RegExp }[] = [
    { code: 'unknown', http: 404, ws: 4404, publish: /Publish\.BadName/, play: /Play\.StreamNotFound/ },
    { code: 'invalid', http: 400, ws: 4400, publish: /Publish\.Denied/, play: /Play\.Failed/ },
    { code: 'unauthorised', http: 401, ws: 4401, publish: /Publish\.Denied/, play: /Play\.Failed/ },
    { code: 'locked', http: 403, ws: 4403, publish: /Publish\.Denied/, play: /Play\.Failed/ },
    { code: 'refused', http: 403, ws: 4403, publish: /Publish\.Denied/, play: /Play\.Failed/ },
    { code: 'unavailable', http: 503, ws: 4503, publish: /Publish\.Denied/, play: /Play\.Failed/ },
  ];
  test('says the same thing in every protocol, and lets a page read it', async () => {
    await using rig = await Rig.inProcess();
    for (const { code, http, ws, publish: published, play } of cases) {
      rig.decide = () => ({ allow: false, code, message: `It is ${code}.` });
      const { status, headers, body } = await ask(rig, '/live/a.flv?token=t');
      assert.equal(status, http);
      assert.equal(headers.get('access-control-allow-origin'), '*');
      assert.equal(headers.has('retry-after'), http === 503);
      const parsed = JSON.parse(body);
      assert.equal(parsed.message, `It is ${code}.`);
      assert.equal(parsed.error.message, parsed.message);
      assert.equal(parsed.requestId, headers.get('x-request-id'));
      const socket = watchWebSocket(rig, 'a');
      assert.deepEqual(await until(() => socket.over, 'closed'), { status: ws, text: `It is ${code}.` });
      await assert.rejects(publish(rig, 'a'), published);
      const player = watchRtmp(rig, 'a');
      assert.match((await until(() => player.over, 'refused')).text, play);
    }
    assert.equal(rig.starts.length, 0);
  });

  test('is held back for as long as the verdict says, and holds up nobody else', async () => {
    await using rig = await Rig.inProcess();
    rig.decide = ({ name }) =>
      name === 'guess'
        ? { allow: false, code: 'unknown', message: 'No.', delayMs: 600 }
        : { allow: true, stream: name, epoch: 0 };
    const began = performance.now();
    const guesses = [
      publish(rig, 'guess').catch(() => performance.now()),
      ask(rig, '/live/guess.flv').then(() => performance.now()),
    ];
    const publisher = await publish(rig, 'fine');
    assert.ok(performance.now() - began < 400);
    for (const answered of await Promise.all(guesses)) assert.ok((answered as number) - began >= 590);
    publisher.destroy();
  });
});

describe('no usable verdict', () => {
  const verdicts: Record<string, unknown> = {
    'no answer': undefined,
    nothing: null,
    'a bare yes': true,
    'an allow without a stream': { allow: true, epoch: 0 },
    'an allow without an epoch': { allow: true, stream: 's' },
    'an allow in words': { allow: 'true', stream: 's', epoch: 0 },
    'a deny of an unknown kind': { allow: false, code: 'maybe', message: '' },
  };
  for (const [name, verdict] of Object.entries(verdicts)) {
    test(`is a deny: ${name}`, async () => {
      await using rig = await Rig.inProcess({ verdictMs: 250 });
      rig.decide = () => verdict;
      assert.equal((await ask(rig, '/live/a.flv')).status, 503);
      await assert.rejects(publish(rig, 'a'), /Publish\.Denied/);
      assert.equal(rig.starts.length, 0);
    });
  }
});

describe('a lock', () => {
  test('that comes while a verdict is under way refuses it, for publishers and for viewers', async () => {
    await using rig = await Rig.inProcess();
    let release: (() => void)[] = [];
    rig.decide = ({ name }) =>
      new Promise((resolve) => release.push(() => resolve({ allow: true, stream: name, epoch: 1 })));
    const publishing = publish(rig, 'a');
    const watches = [watchHttp(rig, 'a'), watchWebSocket(rig, 'a'), watchRtmp(rig, 'a')];
    await until(() => release.length === 4, 'all four are asked for');
    assert.deepEqual(await rig.kick({ target: { stream: 'a' }, epoch: 2 }), {
      matched: 0,
      closed: { publishers: 0, viewers: 0 },
    });
    for (const one of release) one();
    await assert.rejects(publishing, /Publish\.Denied/);
    await until(() => watches.every(({ over }) => over !== null), 'all are refused');
    assert.deepEqual(
      watches.slice(0, 2).map(({ over }) => over!.status),
      [403, 4403],
    );
    assert.equal(rig.starts.length, 0);

    release = [];
    rig.decide = ({ name }) => ({ allow: true, stream: name, epoch: 2 });
    const after = await publish(rig, 'a');
    assert.ok(after.open, 'a verdict read after the lock counts');
    after.destroy();
  });

  test('a kick of one session while its verdict is under way refuses it', async () => {
    await using rig = await Rig.inProcess();
    let release: (() => void) | null = null;
    let session = '';
    rig.decide = (request) => {
      session = request.session;
      return new Promise((resolve) => {
        release = () => resolve({ allow: true, stream: 'a', epoch: 0 });
      });
    };
    const publishing = publish(rig, 'a');
    await until(() => release, 'asked');
    await rig.kick({ target: { session } });
    release!();
    await assert.rejects(publishing, /Publish\.Denied/);
    assert.equal(rig.starts.length, 0);
  });

  test('kicks only what it names', async () => {
    await using rig = await Rig.inProcess();
    const [a, b] = [await publish(rig, 'a'), await publish(rig, 'b')];
    const [viewer, other] = [watchHttp(rig, 'a'), watchHttp(rig, 'a')];
    await until(() => rig.starts.length === 4, 'all in');
    assert.equal((await rig.kick({ target: {} })).matched, 0);
    const viewers = rig.starts.filter(({ session }) => session.action === 'play');
    assert.deepEqual(await rig.kick({ target: { session: viewers[0]!.session.id } }), {
      matched: 1,
      closed: { publishers: 0, viewers: 1 },
    });
    assert.deepEqual(await rig.kick({ target: { stream: 'a', action: 'publish' } }), {
      matched: 1,
      closed: { publishers: 1, viewers: 0 },
    });
    await a.closed;
    assert.ok(b.open);
    assert.equal([viewer, other].filter(({ over }) => over === null).length, 1);
    b.destroy();
    other.close();
    viewer.close();
  });
});

describe('the lease', () => {
  test('without a control plane everything is closed and refused, until it is back', async () => {
    await using rig = await Rig.inProcess({ leaseMs: 500, verdictMs: 300 });
    const publisher = await publish(rig, 'a');
    publisher.send(frame(0, { key: true }));
    const watch = watchHttp(rig, 'a');
    await until(() => frames(watch).length === 1, 'on air');
    rig.alive = false;
    await sleep(250);
    assert.ok(publisher.open, 'within the lease nothing happens');
    await publisher.closed;
    await until(() => rig.ends.length === 2, 'both ended');
    assert.deepEqual(
      rig.ends.map(({ reason }) => reason),
      ['lease', 'lease'],
    );
    await assert.rejects(publish(rig, 'a'), /Publish\.Denied/);
    assert.equal((await ask(rig, '/live/a.flv')).status, 503);
    rig.alive = true;
    await sleep(150);
    const again = await publish(rig, 'a');
    assert.ok(again.open);
    again.destroy();
  });

  test('a control plane that appears is told who is on air', async () => {
    await using rig = await Rig.inProcess();
    const publisher = await publish(rig, 'a');
    await until(() => rig.starts.length === 1, 'on air');
    rig.send({ type: 'hello?' });
    const hellos = await until(() => {
      const all = rig.messages.filter((message) => message.type === 'hello');
      return all.length === 2 ? all : null;
    }, 'a second hello');
    assert.deepEqual(
      hellos[1]!.sessions.map(({ stream }) => stream),
      ['a'],
    );
    rig.alive = false;
    await sleep(1_700);
    rig.alive = true;
    const count = (): number => rig.messages.filter(({ type }) => type === 'hello').length;
    await until(() => count() === 3, 'a sign of life after a silence may be a newcomer');
    publisher.destroy();
  });
});

describe('the playback port', () => {
  test('answers what is not a stream', async () => {
    await using rig = await Rig.inProcess();
    assert.deepEqual(await ask(rig, '/healthz').then(({ status, body }) => [status, body]), [200, '{"status":"ok"}']);
    const statuses: [string, string, number][] = [
      ['/', 'GET', 404],
      ['/live/', 'GET', 404],
      ['/live/a.mp4', 'GET', 404],
      ['/live/a/b.flv', 'GET', 404],
      ['/live/%zz.flv', 'GET', 400],
      [`/live/${'a'.repeat(300)}.flv`, 'GET', 414],
      [`/live/a.flv?${'q'.repeat(2_049)}`, 'GET', 414],
      ['/live/a.flv', 'POST', 405],
      ['/live/a.flv', 'OPTIONS', 204],
      ['/live/a.flv', 'HEAD', 200],
    ];
    for (const [path, method, status] of statuses) {
      const answer = await ask(rig, path, method);
      assert.equal(answer.status, status, `${method} ${path.slice(0, 20)}`);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    }
    assert.equal(rig.messages.filter(({ type }) => type === 'authorise').length, 0);
  });

  test('passes on what the verdict needs, and media is never cached or kept alive', async () => {
    await using rig = await Rig.inProcess();
    const headers = { origin: 'https://page.example', referer: 'https://page.example/watch', 'user-agent': 'player' };
    const authorization = 'Bearer t';
    const response = await new Promise<import('node:http').IncomingMessage>((resolve) =>
      request(
        `${rig.playout}/live/n%C3%A4me.flv?token=a%3Db&x`,
        { headers: { ...headers, authorization }, agent: false },
        resolve,
      ).end(),
    );
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['cache-control'], 'no-store');
    assert.equal(response.headers.connection, 'close');
    assert.equal(response.headers['transfer-encoding'], undefined);
    const asked = rig.messages.find((message) => message.type === 'authorise')!;
    const { session: _, ...rest } = asked.type === 'authorise' ? asked.request : ({} as never);
    assert.deepEqual(rest, {
      action: 'play',
      protocol: 'http-flv',
      app: 'live',
      name: 'näme',
      query: 'token=a%3Db&x',
      ip: '127.0.0.1',
      userAgent: 'player',
      origin: 'https://page.example',
      referrer: 'https://page.example/watch',
      authorization,
    });
    response.destroy();
  });
});
