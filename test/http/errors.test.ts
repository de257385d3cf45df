import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer } from '../harness.ts';
import { ok, raw, rawGet, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

/** Both documented shapes in one body, the request's id in the body and in a header, and nothing to cache. */
function shaped(answer: Answer, status: number, code: number, message: string) {
  refused(answer, status, code);
  const { error, ...rest } = answer.body;
  assert.deepEqual(
    Object.keys(error).filter((name) => name !== 'userinfo'),
    ['message', 'code'],
  );
  assert.deepEqual(rest, { status, message, requestId: rest.requestId });
  assert.equal(error.message, message);
  assert.match(rest.requestId, /./);
  assert.equal(answer.headers.get('x-request-id'), rest.requestId);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
}

describe('every error has one shape', () => {
  test('what was sent and could not be understood', async () => {
    const { tenant, call } = server();
    const { admin } = await tenant();
    const { token } = admin;
    const json = { 'Content-Type': 'application/json' };
    const post = (body: unknown, headers = json) => call('POST', '/tag', { token, body, headers });
    const invalid = 'Request is not valid';
    shaped(await post('{"name":'), 400, 1000, invalid);
    shaped(await post('{"name":"x","__proto__":{"a":1}}'), 400, 1000, invalid);
    shaped(await post('not json at all, but a secret'), 400, 1000, invalid);
    shaped(await post({}), 400, 1002, 'Parameter required');
    shaped(await post('[]'), 400, 1004, 'Wrong Data Type');
    shaped(await post({ name: 1 }), 400, 1004, 'Wrong Data Type');
    shaped(
      await post('name=x', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      415,
      4150,
      'Media type is not supported',
    );
    shaped(await post({ name: 'x'.repeat(300_000) }), 413, 4130, 'Request is too large');
    assert.deepEqual(ok(await call('GET', '/tag', { token })), []);
  });

  test('what was sent is never repeated', async () => {
    const { tenant, call } = server();
    const { admin } = await tenant();
    const headers = { 'Content-Type': 'application/json' };
    const bodies = ['{"password":"hush-hush"', 'hush-hush', '{"email":"hush-hush","password":7}'];
    for (const body of bodies) {
      const answer = await call('POST', '/user/validate', { headers, body });
      assert.equal(answer.status, 400);
      assert.equal(JSON.stringify(answer.body).includes('hush-hush'), false, body);
    }
    const dead = await call('GET', '/user', { token: 'hush-hush' });
    assert.equal(JSON.stringify(dead.body).includes('hush-hush'), false);
    const denied = await call('GET', '/stream/hush-hush', { token: admin.token });
    assert.equal(JSON.stringify(denied.body).includes('hush-hush'), false);
  });

  test('paths and methods that do not exist', async () => {
    const { tenant, call } = server();
    const { admin } = await tenant();
    for (const [method, path] of [
      ['GET', '/nothing-here'],
      ['GET', '/nothing'],
      ['PATCH', '/stream'],
      ['DELETE', '/stream'],
      ['POST', '/user/me'],
      ['GET', '/user/a/b'],
      ['GET', '/../secrets.json'],
    ] as const) {
      shaped(await call(method, path), 404, 4040, 'Not found');
      shaped(await call(method, path, { token: admin.token }), 404, 4040, 'Not found');
    }
    ok(await call('GET', '/healthz/'));
  });

  test('paths, headers and lines that are no HTTP', async () => {
    const running = server();
    shaped(await rawGet(running, '/%ff', {}), 400, 1000, 'Request is not valid');
    shaped(await rawGet(running, '/tag/%', {}), 400, 1000, 'Request is not valid');
    shaped(await rawGet(running, '/healthz', { 'X-Long': 'x'.repeat(20_000) }), 413, 4130, 'Request is too large');
    shaped(await raw(running, 'NONSENSE\r\n\r\n'), 400, 1000, 'Request is not valid');
    shaped(
      await raw(running, 'GET /healthz HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n'),
      400,
      1000,
      'Request is not valid',
    );
    shaped(await raw(running, 'GET /ü HTTP/1.1\r\nHost: a\r\n\r\n'), 404, 4040, 'Not found');
    shaped(
      await raw(running, 'GET /ü HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n'),
      400,
      1000,
      'Request is not valid',
    );
  });

  test('a stranger learns nothing from a body that is wrong: who may comes before what is asked', async () => {
    const { tenant, call } = server();
    const { observer } = await tenant();
    const headers = { 'Content-Type': 'application/json' };
    shaped(await call('POST', '/user', { headers, body: '{"broken' }), 401, 4003, 'Token is not valid');
    shaped(
      await call('POST', '/user', { token: observer.token, headers, body: '{"broken' }),
      403,
      2001,
      'Access denied',
    );
  });
});

describe('credentials in headers', () => {
  test('two of them are refused, even when both are the same or both are good', async () => {
    const { tenant, call } = server();
    const { admin, apiKey, playerKey } = await tenant();
    const bearer = { Authorization: `Bearer ${admin.token}` };
    refused(await call('GET', '/user', { token: admin.token, apiKey }), 400, 1000, {
      reason: 'Send one credential, not several',
    });
    refused(await call('GET', '/user', { token: admin.token, headers: bearer }), 400, 1000);
    refused(await call('GET', '/user', { apiKey, playerKey }), 400, 1000);
    refused(await call('GET', '/healthz', { apiKey, headers: bearer }), 400, 1000);
    ok(await call('GET', '/user', { apiKey }));
  });

  test('a token may also come as a bearer, whose word is read without case; nothing else may', async () => {
    const { tenant, call } = server();
    const { admin, apiKey } = await tenant();
    const by = (Authorization: string) => call('GET', '/user', { headers: { Authorization } });
    for (const word of ['Bearer', 'bearer', 'BEARER']) ok(await by(`${word} ${admin.token}`));
    const basic = Buffer.from(`${admin.email}:${admin.token}`).toString('base64');
    for (const text of [
      'Bearer',
      `Basic ${basic}`,
      admin.token,
      `Bearer ${apiKey}`,
      `Bearer ${admin.token} more`,
      `Bearer ${'x'.repeat(5_000)}`,
    ]) {
      const answer = await by(text);
      refused(answer, 401, 4003);
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
    }
    assert.equal((await call('GET', '/user')).headers.get('www-authenticate'), 'Bearer');
  });
});

describe('pages of other origins', () => {
  const EXPOSED = ['X-Total-Count', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'];
  const Origin = 'https://player.example';

  test('may ask first, and are told which headers and methods they may use', async () => {
    const { call } = server();
    const headers = {
      Origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'x-bintu-token, content-type',
    };
    const answer = await call('OPTIONS', '/user/permission', { headers });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    const allowed = (name: string) =>
      (answer.headers.get(`access-control-allow-${name}`) ?? '').toLowerCase().split(', ');
    assert.partialDeepStrictEqual(allowed('methods').sort(), ['delete', 'get', 'head', 'post', 'put']);
    const needed = ['X-BINTU-APIKEY', 'X-BINTU-PLAYERKEY', 'X-BINTU-TOKEN', 'Authorization', 'Content-Type'];
    assert.deepEqual(
      needed.filter((name) => !allowed('headers').includes(name.toLowerCase())),
      [],
    );
    assert.equal(answer.headers.get('access-control-allow-credentials'), null);
  });

  test('can read successes and refusals alike, and never with a cookie', async () => {
    const { tenant, call } = server();
    const { observer } = await tenant();
    const answers = [
      await call('GET', '/stream', { token: observer.token, headers: { Origin } }),
      await call('GET', '/stream', { headers: { Origin } }),
      await call('GET', '/stream', { token: 'dead', headers: { Origin } }),
      await call('GET', '/user', { token: observer.token, headers: { Origin } }),
      await call('GET', '/nothing', { headers: { Origin } }),
      await call('POST', '/user/validate', { headers: { Origin }, body: {} }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 401, 401, 403, 404, 400],
    );
    for (const { status, headers } of answers) {
      assert.equal(headers.get('access-control-allow-origin'), '*', String(status));
      assert.equal(headers.get('access-control-allow-credentials'), null);
      const exposed = (headers.get('access-control-expose-headers') ?? '').split(', ');
      assert.deepEqual(
        EXPOSED.filter((name) => !exposed.includes(name)),
        [],
        String(status),
      );
      assert.match(headers.get('x-request-id') ?? '', /./, String(status));
      assert.equal(headers.get('cache-control'), 'no-store', 'no cache gives one caller’s answer to the next');
    }
  });
});

test('health is open to everybody, and says whether the media engine can be reached', async () => {
  const health = ok(await server().call('GET', '/healthz'));
  assert.deepEqual(Object.keys(health), ['status', 'engine', 'version']);
  assert.deepEqual([health.status, health.engine], ['ok', 'up']);
  assert.match(health.version, /^\d+\.\d+\.\d+/);
});
