import assert from 'node:assert/strict';
import { get } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../process/lockkeeper.ts';
import { ffmpegPlay } from './encoders.ts';
import { outcome, REFUSED, refusedEverywhere, type SecureStage, secureStage, type Urls, withToken } from './secure.ts';
import { tap } from './tap.ts';
import { ended, morePictures, view } from './viewers.ts';

/** Longer than the reconciler may take. */
const HEALED_MS = 2_500;
const seconds = () => Math.floor(Date.now() / 1_000);

let at: SecureStage;
let urls: Urls;
before(async () => {
  at = await secureStage();
  ({ urls } = at);
});
after(() => at[Symbol.asyncDispose]());

const flv = (token: string) => [urls.http, urls.ws, urls.rtmp].map((url) => view(withToken(url, token)));

/** The message behind a refusal over HTTP. */
async function words(url: string): Promise<string> {
  const answer = await fetch(url);
  const { error, message } = (await answer.json()) as { error: { code: number }; message: string };
  assert.deepEqual([answer.status, error.code, answer.headers.get('access-control-allow-origin')], [401, 4003, '*']);
  return message;
}

describe('where playback is secure', () => {
  test('a token of the stream, its group or the organisation plays over every protocol', async () => {
    const { stream } = at.shown;
    const { streamgroup } = stream as unknown as { streamgroup: string };
    for (const body of [{ streams: [stream.id] }, { groupid: streamgroup }, {}]) {
      const { token } = await at.token(body);
      for (const [protocol, url] of Object.entries(urls))
        assert.equal(await outcome(withToken(url, token)), 'plays', protocol);
    }
  });

  test('it may come as token, as jwt, as both, or in a header; two different ones are a mistake', async () => {
    const [{ token }, other] = [await at.token(), await at.token()];
    const headers = { Authorization: `Bearer ${token}` };
    for (const url of Object.values(urls)) {
      assert.equal(await outcome(withToken(url, token, 'jwt')), 'plays');
      assert.equal(await outcome(`${withToken(url, token)}&jwt=${token}`), 'plays');
    }
    for (const url of [urls.http, urls.ws, urls.hls]) assert.equal(await outcome(url, { headers }), 'plays');
    const two = `${withToken(urls.http, token)}&jwt=${other.token}`;
    assert.equal(await outcome(two), '400');
    assert.equal(await outcome(two.replace(urls.http, urls.hls)), '400');
    assert.equal(await outcome(two.replace(urls.http, urls.ws)), '4400');
    assert.match(await outcome(two.replace(urls.http, urls.rtmp)), /Play\.Failed: Show one/);
    assert.equal(await outcome(withToken(urls.http, other.token), { headers }), '400');
  });

  test('a real player plays with it, and not without', { timeout: 30_000 }, async () => {
    const { token } = await at.token();
    await using player = ffmpegPlay(withToken(urls.http, token), 10);
    await using refused = ffmpegPlay(urls.http, 10);
    await until(() => player.exit !== null && refused.exit !== null, 20_000, 'the end of both');
    assert.equal(player.exit, 0, player.said());
    assert.notEqual(refused.exit, 0);
    assert.match(refused.said(), /401/);
  });

  test('nobody plays without one, and a page can read why', async () => {
    for (const [protocol, url] of Object.entries(urls))
      assert.match(await outcome(url), REFUSED[protocol as keyof Urls], protocol);
    assert.equal(await words(urls.http), 'Playback of this stream needs a valid token');
    assert.equal((await fetch(urls.http)).headers.get('www-authenticate'), 'Bearer');
    const own = at.on.tenant.admin.token;
    await refusedEverywhere(urls, own);
    assert.match(await outcome(urls.http, { headers: { Authorization: 'Basic dTpw' } }), REFUSED.http);
  });

  test('a token is refused over every protocol that is not for this stream, this viewer or this moment', async () => {
    const other = await at.on.newStream();
    const foreign = await at.on.running.tenant();
    const cases: Record<string, { token: string }> = {
      'another stream': await at.token({ streams: [other.stream.id] }),
      'another group': await at.token({ groupid: (other.stream as unknown as { streamgroup: string }).streamgroup }),
      'another organisation': await at.token({}, { token: foreign.user.token }),
      'a later time': await at.token({ nbf: seconds() + 60 }),
      'another address': await at.token({ ip: '192.0.2.0/24' }),
      'a page': await at.token({ domain: 'example.org' }),
    };
    const told = new Set<string>();
    for (const { token } of Object.values(cases)) {
      await refusedEverywhere(urls, token);
      told.add(await words(withToken(urls.http, token)));
    }
    assert.deepEqual(
      [...told],
      ['The playback token is not valid for this playback'],
      'no cause can be told from another',
    );
  });

  test('an expired one is refused in words that a player can show', async () => {
    const exp = seconds() + 2;
    const { token } = await at.token({ exp });
    await sleep(Math.max(0, exp * 1_000 - Date.now()) + 20);
    await refusedEverywhere(urls, token);
    assert.equal(await words(withToken(urls.http, token)), 'The playback token has expired');
  });

  test('one for a page plays on that page and on no other', async () => {
    const exact = (await at.token({ domain: 'example.org' })).token;
    const below = (await at.token({ domain: '*.example.org' })).token;
    const from = (headers: Record<string, string>, token: string) =>
      Promise.all([urls.http, urls.ws].map((url) => outcome(withToken(url, token), { headers })));
    const plays = ['plays', 'plays'];
    const refused = ['401', '4401'];
    const page = (host: string) => ({ Referer: `https://${host}/watch` });
    assert.deepEqual(await from(page('example.org'), exact), plays);
    assert.deepEqual(await from({ Origin: 'https://EXAMPLE.org:8443' }, exact), plays);
    assert.deepEqual(await from(page('www.example.org'), exact), refused);
    assert.deepEqual(await from(page('www.example.org'), below), plays);
    assert.deepEqual(await from(page('a.b.example.org'), below), plays);
    for (const host of ['example.org', 'evilexample.org', 'example.org.evil.test', 'evil.test/.example.org'])
      assert.deepEqual(await from(page(host), below), refused, host);
    assert.deepEqual(await from({ ...page('example.org'), Origin: 'https://evil.test' }, exact), refused);
    assert.deepEqual(await from({ Origin: 'null' }, exact), refused);
  });

  test('one for an address plays from there', async () => {
    const { token } = await at.token({ ip: '127.0.0.1' });
    for (const url of Object.values(urls)) assert.equal(await outcome(withToken(url, token)), 'plays');
    assert.equal(await outcome(withToken(urls.http, token), { from: '127.0.0.2' }), '401');
    const playlist = await (await fetch(withToken(urls.hls, token))).text();
    const session = new URL(playlist.split('\n').find((line) => line.startsWith('../hls/'))!, urls.hls);
    const fetched = (localAddress: string) =>
      new Promise((resolve) => get(session, { localAddress }, (answer) => resolve(answer.resume().statusCode)));
    assert.deepEqual(
      [await fetched('127.0.0.1'), await fetched('127.0.0.2')],
      [200, 404],
      'nor does its path elsewhere',
    );
    // Nobody chooses an address by a header unless a proxy is trusted.
    const headers = { 'X-Forwarded-For': '127.0.0.1' };
    assert.equal(await outcome(withToken(urls.http, token), { from: '127.0.0.2', headers }), '401');
  });
});

describe('revoking', () => {
  test('cuts whoever plays by the token within a second, over every protocol, and nobody else', async () => {
    const { token, id } = await at.token({ revocable: true });
    const viewers = flv(token);
    const playlist = await (await fetch(withToken(urls.hls, token))).text();
    const session = new URL(playlist.split('\n').find((line) => line.startsWith('../hls/'))!, urls.hls);
    using other = view(withToken(urls.http, (await at.token()).token));
    for (const viewer of [...viewers, other]) await morePictures(viewer, 3);
    assert.equal((await fetch(session)).status, 200);
    const start = performance.now();
    await at.revoke({ id });
    assert.equal((await fetch(session)).status, 404, 'the path that HLS was given leads nowhere now');
    await ended(viewers, 1_000 - (performance.now() - start));
    assert.equal(viewers[1]?.over, '4403');
    await refusedEverywhere(urls, token);
    await morePictures(other, 10);
    assert.equal(other.over, null);
  });

  test('in the database alone ends the session too, because the reconciler reads what no message told', async () => {
    const { token, id } = await at.token({ revocable: true });
    const viewers = flv(token);
    for (const viewer of viewers) await morePictures(viewer, 3);
    const database = new DatabaseSync(path.join(at.on.running.folder, 'lockkeeper.sqlite'));
    database.exec('pragma busy_timeout = 2000');
    database.prepare('update playback_token set revoked_at = ? where id = ?').run(Date.now(), id);
    database.close();
    await ended(viewers, HEALED_MS);
  });

  test('makes a yes worthless that was under way', async () => {
    const wire = tap();
    await using held = await secureStage({ between: wire.through });
    const { token, id } = await held.token({ revocable: true });
    wire.hold();
    const viewers = [held.urls.http, held.urls.ws, held.urls.rtmp].map((url) => view(withToken(url, token)));
    await until(() => wire.held.length === 3, 2_000, 'three verdicts');
    assert.ok(wire.held.every(({ verdict }) => verdict.allow));
    await held.revoke({ token });
    wire.release();
    await ended(viewers);
    assert.deepEqual(
      viewers.map(({ over, seen }) => [over === 'end', seen.length]),
      [
        [false, 0],
        [false, 0],
        [false, 0],
      ],
    );
    assert.deepEqual(
      (await wire.list()).filter((one) => one.token === id),
      [],
    );
  });
});

describe('when a token expires', () => {
  test('what it opened with forceDisconnect ends to the second; without it, it plays on and may not come back', async () => {
    const exp = seconds() + 4;
    const [forced, lasting] = [await at.token({ exp, forceDisconnect: true }), await at.token({ exp })];
    const [cut, staying] = [flv(forced.token), flv(lasting.token)];
    for (const viewer of [...cut, ...staying]) await morePictures(viewer, 3);
    await ended(cut, 6_000);
    const late = Date.now() - exp * 1_000;
    assert.ok(late > -50 && late < 1_000, `ended ${late} ms after it expired`);
    assert.equal(cut[1]?.over, '4401');
    for (const viewer of staying) await morePictures(viewer, 5);
    await refusedEverywhere(urls, lasting.token);
    for (const viewer of staying) {
      assert.equal(viewer.over, null);
      viewer[Symbol.dispose]();
    }
  });
});

describe('switching it', () => {
  test('on ends viewers who showed nothing or whose token was not looked at; off lets everybody play', async () => {
    await using own = await secureStage();
    await own.secure(false);
    const { hls: _, ...flvUrls } = own.urls;
    const all = Object.values(flvUrls);
    for (const url of all) assert.equal(await outcome(url), 'plays');
    for (const url of all)
      assert.equal(await outcome(withToken(url, 'not.a.token')), 'plays', 'a token is not looked at');
    const { token } = await own.token();
    const viewers = [
      view(own.urls.http),
      view(own.urls.ws),
      view(own.urls.rtmp),
      view(withToken(own.urls.http, token)),
    ];
    for (const viewer of viewers) await morePictures(viewer, 3);
    await own.secure(true);
    using admitted = view(withToken(own.urls.http, token));
    await ended(viewers, HEALED_MS);
    await sleep(1_200);
    await morePictures(admitted, 3);
    assert.equal(admitted.over, null, 'whoever came in with a token stays');
    await own.on.state(own.shown.stream.id, 'live', 100);
  });
});

test('what cannot be read lets nobody in', async () => {
  await using own = await secureStage({ env: { LOCKKEEPER_LOG: 'silent' } });
  const { token, id } = await own.token();
  assert.equal(await outcome(withToken(own.urls.http, token)), 'plays');
  const database = new DatabaseSync(path.join(own.on.running.folder, 'lockkeeper.sqlite'));
  database.exec('pragma busy_timeout = 2000');
  database.prepare(`update playback_token set claims = '{' where id = ?`).run(id);
  assert.equal(await outcome(withToken(own.urls.http, token)), '503');
  database.prepare(`update playback_token set claims = '{}' where id = ?`).run(id);
  assert.equal(await outcome(withToken(own.urls.http, token)), '401', 'a token that names nothing opens nothing');
  database.exec('alter table playback_token rename to away');
  assert.equal(await outcome(withToken(own.urls.ws, token)), '4503');
  database.exec('alter table away rename to playback_token');
  database.prepare(`update organisation set settings = '{' where id = ?`).run(own.on.tenant.id);
  assert.equal(await outcome(own.urls.http), '503', 'nor does a setting that cannot be read');
  database.close();
});

test('behind a trusted proxy a token for an address is for the viewer’s', async () => {
  await using own = await secureStage({ env: { LOCKKEEPER_TRUST_PROXY: '127.0.0.0/8' } });
  const { token } = await own.token({ ip: '203.0.113.0/24' });
  const through = (ip: string) => ({ headers: { 'X-Forwarded-For': `198.51.100.7, ${ip}` } });
  for (const url of [own.urls.http, own.urls.ws]) {
    assert.equal(await outcome(withToken(url, token), through('203.0.113.9')), 'plays');
    assert.match(await outcome(withToken(url, token), through('198.51.100.9')), /401$/);
    assert.match(await outcome(withToken(url, token)), /401$/);
  }
});
