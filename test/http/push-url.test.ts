import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPushUrl } from '../../src/media/push-url.ts';
import { start } from '../harness.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const running = serverForFile();
/** A public address; nothing is called while a stream is not on air. */
const URL_THERE = 'rtmps://93.184.215.14/app/a-very-secret-key?and=more';
const KEY = 'a-very-secret-key';

async function stage() {
  const { call, tenant } = running();
  const home = await tenant();
  const { id } = ok(await call('POST', '/stream', { token: home.admin.token }));
  const put = (url: unknown, token = home.user.token) =>
    call('PUT', `/stream/${id}/push_url`, { token, body: { url } });
  return { ...home, id, put, call, foreign: await tenant() };
}

describe('a push URL', () => {
  test('is set, changed and cleared by whoever may edit the stream', async () => {
    const { put, call, id, admin, apiKey, foreign, observer } = await stage();
    assert.equal(ok(await put(URL_THERE)).push_url, URL_THERE);
    assert.equal(
      ok(await put('rtmp://93.184.215.14:1936/a/b/key', admin.token)).push_url,
      'rtmp://93.184.215.14:1936/a/b/key',
    );
    assert.equal(ok(await put(null)).push_url, null);
    const path = `/stream/${id}/push_url`;
    assert.equal(ok(await call('PUT', path, { apiKey, body: { url: URL_THERE } })).push_url, URL_THERE);
    refused(await put(null, observer.token), 403, 2001, { capability: 'stream:edit' });
    refused(await put(null, foreign.admin.token), 404, 4040);
    refused(await call('PUT', path, { body: { url: null } }), 401, 4003);
    refused(
      await call('PUT', `/stream/${NO_SUCH_ID}/push_url`, { token: admin.token, body: { url: null } }),
      404,
      4040,
    );
    assert.equal(ok(await call('GET', `/stream/${id}`, { token: admin.token })).push_url, URL_THERE);
  });

  test('is shown to those who may publish and to nobody else, and is in no record', async () => {
    const { put, call, id, admin, user, apiKey, playerKey, observer } = await stage();
    ok(await put(URL_THERE));
    const everywhere = [`/stream/${id}`, `/stream/${id}/group`, '/stream', '/stream/public'];
    const shown = async (options: object) => {
      const answers = await Promise.all(everywhere.map((path) => call('GET', path, options)));
      return answers.map(({ body }) => JSON.stringify(body).includes(KEY));
    };
    for (const options of [{ token: admin.token }, { token: user.token }, { apiKey }])
      assert.deepEqual(await shown(options), [true, true, true, false]);
    for (const options of [{ token: observer.token }, { playerKey }, {}])
      assert.deepEqual(await shown(options), [false, false, false, false]);
    const [row] = ok(await call('GET', `/audit?target=${id}&action=setPushUrl`, { token: admin.token }));
    assert.deepEqual(row.detail, { host: '93.184.215.14' });
    ok(await put(null));
    const rows = ok(await call('GET', `/audit?target=${id}`, { token: admin.token }));
    assert.deepEqual(rows[0].detail, { host: null });
    assert.equal(JSON.stringify(rows).includes(KEY), false);
    const stored = await running().app.store.db.selectFrom('stream').selectAll().execute();
    assert.equal(JSON.stringify(stored).includes(KEY), false);
  });

  test('is refused in words that do not repeat it', async () => {
    const { put } = await stage();
    for (const url of [
      'http://93.184.215.14/app/key',
      'rtmpe://93.184.215.14/app/key',
      '//93.184.215.14/app/key',
      'rtmp:93.184.215.14/app/key',
      'rtmp://user@93.184.215.14/app/key',
      'rtmp://user:password@93.184.215.14/app/key',
      'rtmp://93.184.215.14@127.0.0.1/app/key',
      'rtmp://93.184.215.14\\@127.0.0.1/app/key',
      'rtmp://93.184.215.14#@127.0.0.1/app/key',
      'rtmp://93.184.215.14/app/key#fragment',
      'rtmp://93.184.215.14/app key/key',
      'rtmp://93.184.215.14',
      'rtmp://93.184.215.14/app',
      'rtmp://93.184.215.14/app/',
      'rtmp://93.184.215.14//key',
      'rtmp://93.184.215.14:0/app/key',
      'rtmp://93.184.215.14:65536/app/key',
      'rtmp://[::ffff/app/key',
      'rtmp:///app/key',
      'rtmp://ho%00st/app/key',
      '',
    ]) {
      const { reason } = refused(await put(url), 400, 1000, { parameter: 'url' });
      assert.equal(String(reason).includes('key'), false, url);
    }
    refused(await put(42), 400, 1004);
    refused(await put(undefined), 400, 1002, { required_parameter: 'url' });
    refused(await put(`rtmp://93.184.215.14/app/${'x'.repeat(2_048)}`), 400, 1000);
  });

  test('may not lead to ourselves or into a private network, however the address is spelt', async () => {
    const { put } = await stage();
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0.0.0.0',
      'localhost',
      'LOCALHOST.',
      '127。0。0。1',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      '[fe80::1]',
      '[fc00::1]',
      '[fd00:ec2::254]',
    ]) {
      for (const port of ['', ':8080']) {
        const answer = await put(`rtmp://${host}${port}/app/key`);
        const { reason } = refused(answer, 400, 1000, { parameter: 'url' });
        assert.equal(reason, 'This host has an address that may not be called from here', host);
      }
    }
  });

  test('may lead to a host that has no address yet', async () => {
    const { put } = await stage();
    assert.equal(ok(await put('rtmp://nobody.invalid/app/key')).push_url, 'rtmp://nobody.invalid/app/key');
  });
});

test('what the operator allows is allowed, but for our own ports, unless the very port is named', async () => {
  await using allowing = await start({ env: { LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.0/8,localhost' } });
  const { admin } = await allowing.tenant();
  const { id } = ok(await allowing.call('POST', '/stream', { token: admin.token }));
  const put = (url: string, { token } = admin) =>
    allowing.call('PUT', `/stream/${id}/push_url`, { token, body: { url } });
  ok(await put('rtmp://127.0.0.1:9/live/key'));
  ok(await put('rtmp://localhost:9/live/key'));
  refused(await put('rtmp://10.0.0.1:9/live/key'), 400, 1000, { parameter: 'url' });
  for (const own of [allowing.rtmp, allowing.playout, allowing.url]) {
    refused(await put(`rtmp://127.0.0.1:${new URL(own).port}/live/key`), 400, 1000, { parameter: 'url' });
    refused(await put(`rtmp://127.0.0.2:${new URL(own).port}/live/key`), 400, 1000, { parameter: 'url' });
  }
});

test('a URL is taken apart as the other server will see it', () => {
  assert.deepEqual(readPushUrl('rtmp://a.example/live/key'), {
    secure: false,
    host: 'a.example',
    port: 1935,
    app: 'live',
    name: 'key',
  });
  assert.deepEqual(readPushUrl('RTMPS://[2001:db8::1]:8443/rtmp/extra/KEY%20?s_bl=1/2&a=b'), {
    secure: true,
    host: '[2001:db8::1]',
    port: 8443,
    app: 'rtmp/extra',
    name: 'KEY%20?s_bl=1/2&a=b',
  });
  assert.partialDeepStrictEqual(readPushUrl('rtmps://B.example/x/y'), { host: 'b.example', port: 443 });
});
