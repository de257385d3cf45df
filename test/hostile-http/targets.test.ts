import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Running, start, type Tenant } from '../harness.ts';
import { assertOurs } from './shape.ts';
import { exchange, http } from './wire.ts';

let running: Running;
let tenant: Tenant;
before(async () => {
  running = await start();
  tenant = await running.tenant();
});
after(() => running[Symbol.asyncDispose]());

/** Whatever stands where the path should: a refusal of ours, and never the page that it tries to reach. */
async function assertRefused(targets: readonly string[], statuses: readonly number[]): Promise<void> {
  for (const target of targets)
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const what = `${method} ${target.slice(0, 80)}`;
      const { answers, text } = await exchange(
        running.url,
        http(`${method} ${target}`, [`X-BINTU-TOKEN: ${tenant.admin.token}`]),
      );
      assert.equal(answers.length, 1, `${what}: ${text.slice(0, 200)}`);
      assertOurs(answers[0]!, what);
      assert.ok(statuses.includes(answers[0]!.status), `${what}: ${answers[0]!.status}`);
    }
  assert.equal((await running.call('GET', '/healthz')).status, 200);
}

test('no detour leads to a route: slashes, dots and their codes are taken as they stand', () =>
  assertRefused(
    [
      '//user',
      '/user//me',
      '/./user',
      '/stream/../user',
      '/stream/%2e%2e/user',
      '/..%2fuser',
      '/user%2fme',
      '/user%2Fme',
      '/%75ser%2fme',
      '\\user',
      '/user\\me',
      '/USER',
      '/user;v=1',
      '/user/me/..;/audit',
      '/user%3fx=1',
      '/user%23',
      '/user%20',
      '/user%00',
      '/user%0d%0aX-Injected:%20yes',
      '/__proto__',
      '/constructor/prototype',
      'user',
      'ftp://elsewhere/user',
      '://user',
    ],
    [400, 404],
  ));

test('codes that are no codes, and bytes that are no text, are refused', () =>
  assertRefused(
    [
      '/user/%',
      '/user/%f',
      '/user/%zz',
      '/user/%ff',
      '/tag/%c0%af',
      '/tag/%ed%a0%80',
      '/tag/%00',
      '/tag/a%00b',
      '/tag/%0a',
      '/\x80\xff',
      '/user/\u00e4',
    ],
    [400, 404],
  ));

test('a target that is too long is refused, and long before it fills anything', () =>
  assertRefused(
    [`/tag/${'a'.repeat(101)}`, `/user/${'a'.repeat(5_000)}`, `/${'a/'.repeat(3_000)}`, `/user/${'a'.repeat(40_000)}`],
    [400, 404, 413],
  ));

test('methods that no route has are refused like paths that are not there', async () => {
  for (const method of ['PATCH', 'TRACE', 'PROPFIND', 'LOCK', 'PURGE', 'SEARCH', 'QUERY', 'M-SEARCH']) {
    const { answers } = await exchange(running.url, http(`${method} /user`, [`X-BINTU-TOKEN: ${tenant.admin.token}`]));
    assertOurs(answers[0]!, method);
    assert.ok([400, 404].includes(answers[0]!.status), `${method}: ${answers[0]!.status}`);
  }
  const { answers, ended } = await exchange(running.url, http('CONNECT elsewhere.example:443'));
  assert.deepEqual([answers, ended], [[], true], 'we are nobody’s proxy');
});

test('OPTIONS is answered without a credential, also when it is no preflight, and opens nothing', async () => {
  for (const request of [
    http('OPTIONS /user'),
    http('OPTIONS *'),
    http('OPTIONS /nowhere'),
    http('OPTIONS /user', ['Origin: https://elsewhere.example', 'Access-Control-Request-Method: DELETE']),
  ]) {
    const { answers, text } = await exchange(running.url, request);
    assert.deepEqual([answers[0]?.status, answers[0]?.text], [204, '']);
    assert.ok(!/access-control-allow-credentials/i.test(text), 'never with cookies');
  }
});

test('HEAD says what GET would, without a body and without a credential nothing', async () => {
  const head = async (headers: Record<string, string>) => fetch(`${running.url}/user`, { method: 'HEAD', headers });
  const known = await head({ 'X-BINTU-TOKEN': tenant.admin.token });
  assert.deepEqual([known.status, await known.text()], [200, '']);
  const unknown = await head({});
  assert.deepEqual([unknown.status, await unknown.text()], [401, '']);
});

test('a refusal stands in the audit log whatever is written in its path', async () => {
  for (const path of ['/user/%00', '/user/%00abc', `/user/${'%F0%9F%98%80'.repeat(20)}`, '/user/%0a%0d']) {
    const { admin, observer } = await running.tenant();
    assert.equal((await running.call('DELETE', path, { token: observer.token })).status, 403);
    const { body } = await running.call('GET', '/audit?outcome=refused', { token: admin.token });
    assert.deepEqual(
      body.map((row: { action: string; actor: { id: string } }) => [row.action, row.actor.id]),
      [['deleteUser', observer.id]],
      path,
    );
  }
});
