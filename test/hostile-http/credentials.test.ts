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

/** What `GET /user/me` says to these headers. */
async function me(headers: readonly string[]) {
  const { answers, text } = await exchange(running.url, http('GET /user/me', headers));
  assert.equal(answers.length, 1, `${headers}: ${text.slice(0, 200)}`);
  assertOurs(answers[0]!, String(headers));
  return { ...answers[0]!, body: JSON.parse(answers[0]!.text), all: text };
}

test('two credentials are refused, also of the same kind and in the same header, whoever they stand for', async () => {
  const { admin, observer, apiKey, playerKey } = tenant;
  const [token, other] = [`X-BINTU-TOKEN: ${admin.token}`, `X-BINTU-TOKEN: ${observer.token}`];
  const [bearer, otherBearer] = [`Authorization: Bearer ${admin.token}`, `Authorization: Bearer ${observer.token}`];
  for (const headers of [
    [token, other],
    [token, token],
    [bearer, otherBearer],
    [bearer, bearer],
    [bearer, 'Authorization: Basic YTpi'],
    [token, bearer],
    [token, 'X-BINTU-TOKEN:'],
    [token, 'x-bintu-token: x'],
    [token, `X-BINTU-APIKEY: ${apiKey}`],
    [`X-BINTU-APIKEY: ${apiKey}`, `X-BINTU-APIKEY: ${apiKey}`],
    [`X-BINTU-APIKEY: ${apiKey}`, `X-BINTU-PLAYERKEY: ${playerKey}`],
    [`X-BINTU-TOKEN: ${admin.token}, ${observer.token}`],
  ]) {
    const { status, body } = await me(headers);
    assert.deepEqual([status, body.error.code], [400, 1000], headers.join(' | ').slice(0, 80));
  }
  for (const one of [[token], [bearer], [`X-BINTU-APIKEY: ${apiKey}`]]) assert.equal((await me(one)).status, 200);
});

test('what is no credential of ours is refused in the same words, and is not repeated', async () => {
  const bodies = new Set<string>();
  for (const header of [
    `X-BINTU-TOKEN: ${MARK}`,
    `X-BINTU-TOKEN: ${MARK}.${MARK}.${MARK}`,
    `X-BINTU-TOKEN: ${tenant.admin.token.slice(0, -1)}`,
    `X-BINTU-TOKEN: ${tenant.admin.token}x`,
    `X-BINTU-TOKEN: ${tenant.apiKey}`,
    `X-BINTU-TOKEN: ${MARK.repeat(500)}`,
    'X-BINTU-TOKEN:',
    `X-BINTU-TOKEN: \xff\xfe${MARK}`,
    `Authorization: Basic ${MARK}`,
    `Authorization: bearer${MARK}`,
    `Authorization: Bearer ${MARK}${' '.repeat(5_000)}${MARK}`,
    `Authorization: Digest username="${MARK}"`,
    `X-BINTU-APIKEY: ${MARK}`,
    `X-BINTU-APIKEY: ${tenant.admin.token}`,
    `X-BINTU-APIKEY: ${tenant.playerKey}`,
    'X-BINTU-APIKEY: __proto__',
    `X-BINTU-PLAYERKEY: ${MARK}`,
    `X-BINTU-PLAYERKEY: ${tenant.apiKey}`,
  ]) {
    const { status, body, all } = await me([header]);
    const { requestId, ...rest } = body;
    assert.equal(status, 401, header.slice(0, 60));
    assert.ok(requestId);
    assert.match(all, /www-authenticate: Bearer error="invalid_token"/i);
    for (const secret of [MARK, tenant.apiKey, tenant.playerKey, tenant.admin.token]) assert.ok(!all.includes(secret));
    bodies.add(JSON.stringify(rest));
  }
  assert.equal(bodies.size, 1, 'the same body for every cause');
});

test('cookies of every shape stand for nobody', async () => {
  for (const cookie of [
    '',
    ';;;=;',
    `lockkeeper=${MARK}`,
    `__Host-lockkeeper=${MARK}`,
    '__proto__=1; constructor=2',
    `a=${'b'.repeat(8_000)}`,
  ]) {
    const { status, all } = await me([`Cookie: ${cookie}`]);
    assert.equal(status, 401, cookie.slice(0, 40));
    assert.ok(!all.includes(MARK));
  }
});

test('headers that proxies use are believed from nobody who is not one', async () => {
  const headers = [
    'X-Forwarded-For: 203.0.113.9',
    'X-Real-IP: 203.0.113.9',
    'Forwarded: for=203.0.113.9',
    'X-HTTP-Method-Override: DELETE',
    'X-Original-URL: /audit',
  ];
  const { body } = await me([`X-BINTU-TOKEN: ${tenant.observer.token}`, ...headers]);
  assert.equal(body.user.id, tenant.observer.id);
  const listed = await running.call('GET', '/bintu/token', { token: tenant.admin.token });
  const used = listed.body.find(({ id }: { id: string }) => id === tenant.observer.tokenId);
  assert.equal(used.lastUsedIp, '127.0.0.1');
});
