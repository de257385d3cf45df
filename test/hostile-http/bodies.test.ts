import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Running, start, type Tenant } from '../harness.ts';
import { assertOurs } from './shape.ts';
import { MARK } from './values.ts';
import { exchange, http } from './wire.ts';

let running: Running;
let tenant: Tenant;
before(async () => {
  running = await start();
  tenant = await running.tenant();
});
after(() => running[Symbol.asyncDispose]());

/** What a route says to this body, sent byte for byte with this content type. */
async function post(path: string, body: string, type: string | null = 'application/json') {
  const headers = [`X-BINTU-TOKEN: ${tenant.admin.token}`, ...(type === null ? [] : [`Content-Type: ${type}`])];
  const { answers, text } = await exchange(running.url, http(`POST ${path}`, headers, body));
  const what = `${type}: ${body.slice(0, 60)}`;
  assert.equal(answers.length, 1, `${what}: ${text.slice(0, 200)}`);
  assertOurs(answers[0]!, what);
  assert.ok(!text.includes(MARK), `${what} is echoed`);
  return answers[0]!;
}

const utf16 = Buffer.from('{"name":"wide"}', 'utf16le').toString('latin1');

test('what is no JSON is refused without a word of it', async () => {
  for (const body of [
    '{',
    `{"password":"${MARK}`,
    `{'password':'${MARK}'}`,
    `{"password":"${MARK}",}`,
    `{"password":"${MARK}"} ${MARK}`,
    `{"name":"${MARK}\x01"}`,
    MARK,
    'NaN',
    '{"name":Infinity}',
    '{"name":01}',
    '{"name":"\\x41"}',
    '{"name":"\\ud83"}',
    '\0',
    '\xff\xfe\x00',
    utf16,
  ]) {
    assert.equal((await post('/tag', body)).status, 400, body.slice(0, 60));
    assert.equal((await post('/user/validate', body)).status, 400, body.slice(0, 60));
  }
});

test('deep, wide and endless JSON is refused or ignored, and quickly', async () => {
  const deep = 60_000;
  const began = performance.now();
  const [arrays, objects] = [
    '['.repeat(deep) + ']'.repeat(deep),
    `${'{"a":'.repeat(deep / 2)}1${'}'.repeat(deep / 2)}`,
  ];
  // An object is what is asked for, and a stream's may hold whatever we do not know.
  for (const path of ['/tag', '/stream', '/user'])
    for (const value of [arrays, objects, '['.repeat(deep)])
      if (path !== '/stream' || value !== objects) assert.equal((await post(path, value)).status, 400);
  for (const value of [arrays, objects]) {
    assert.equal((await post('/tag', `{"name":${value}}`)).status, 400);
    assert.equal((await post('/stream', `{"tags":${value}}`)).status, 400);
    assert.equal((await post('/stream', `{"processing":${value}}`)).status, value === objects ? 403 : 400);
    assert.equal((await post('/stream', `{"unknown":${value}}`)).status, 200);
  }
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 15_000 }, (_, n) => [`k${n}`, n])));
  assert.equal((await post('/stream', wide)).status, 200, 'unknown fields are ignored');
  assert.equal(
    (await post('/stream', JSON.stringify({ tags: Array.from({ length: 20_000 }, () => 'a') }))).status,
    400,
  );
  assert.ok(performance.now() - began < 15_000);
});

test('a body beyond the limit is refused, by its length or as it comes', async () => {
  const big = JSON.stringify({ name: MARK.repeat(40_000) });
  assert.equal((await post('/tag', big)).status, 413);
  const headers = [`X-BINTU-TOKEN: ${tenant.admin.token}`, 'Content-Type: application/json'];
  const promised = await exchange(
    running.url,
    `POST /tag HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\nContent-Length: 99999999999\r\n\r\n{"na`,
  );
  assert.equal(promised.answers[0]?.status, 413);
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`.repeat(8);
  const chunked = await exchange(
    running.url,
    `POST /tag HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`,
  );
  assertOurs(chunked.answers[0]!, 'chunks beyond the limit');
  assert.equal(chunked.answers[0]!.status, 413);
});

test('names that a prototype has are refused in a body and mean nothing in a query', async () => {
  for (const body of [
    '{"__proto__":{"polluted":true},"name":"p1"}',
    '{"name":"p2","a":{"__proto__":{"polluted":true}}}',
    '{"constructor":{"prototype":{"polluted":true}},"name":"p3"}',
    '{"\\u005f_proto__":{"polluted":true},"name":"p4"}',
  ])
    assert.equal((await post('/tag', body)).status, 400, body);
  const { status } = await running.call('GET', '/stream?__proto__[polluted]=1&constructor[prototype]=1&__proto__=x', {
    token: tenant.admin.token,
  });
  assert.equal(status, 200);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  const { body } = await running.call('GET', '/tag', { token: tenant.admin.token });
  assert.ok(!body.some(({ name }: { name: string }) => /^p\d$/.test(name)));
});

test('only JSON is read, whatever it calls itself', async () => {
  const body = '{"name":"typed"}';
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonx',
    '__proto__',
    'constructor',
    ';;;',
    'application',
    '*/*',
    null,
  ])
    assert.equal((await post('/tag', body, type)).status, 415, String(type));
  for (const [n, type] of [
    'application/json',
    'Application/JSON;Charset=UTF-8',
    'application/json; charset=utf-16',
    'application/json; a="b;c"',
  ].entries())
    assert.equal((await post('/tag', `{"name":"typed ${n}"}`, type)).status, 200, type);
  for (const type of ['application/json, text/plain', 'application/json; charset'])
    assert.ok([200, 400, 415].includes((await post('/tag', `{"name":"${type}"}`, type)).status), type);
});

test('bytes that are no UTF-8 never become another name than was sent', async () => {
  for (const [bytes, name] of [
    ['\xc3\xa9', '\u00e9'],
    ['\xff', null],
    ['\xc0\xaf', null],
    ['\xed\xa0\x80', null],
  ] as const) {
    const { status, text } = await post('/tag', `{"name":"utf8 ${bytes}"}`);
    if (name === null) assert.equal(status, 400, 'refused');
    else assert.equal(JSON.parse(text).name, `utf8 ${name}`);
  }
});
