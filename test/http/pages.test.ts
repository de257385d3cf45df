import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Running, start } from '../harness.ts';

let running: Running;
before(async () => {
  running = await start();
});
after(() => running[Symbol.asyncDispose]());

const PAGES = [
  '/',
  '/docs',
  '/set-password',
  '/forgot-password',
  '/invitation',
  '/confirm-signup',
  '/dashboard',
  '/dashboard/users',
];

/** The parts of a Content-Security-Policy by name. */
const policyOf = (headers: Headers): Map<string, string[]> =>
  new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((part) => {
      const [name = '', ...sources] = part.split(' ');
      return [name, sources];
    }),
  );

const inlineScripts = (html: string) =>
  [...html.matchAll(/<script\b(?![^>]*\ssrc=)[^>]*>(.*?)<\/script>/gs)].map(([, text]) => text);
const sha256 = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('pages for people', () => {
  for (const path of PAGES) {
    test(`${path} is an HTML page that runs our scripts and no others`, async () => {
      const { status, headers, body } = await running.call('GET', path);
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
      const policy = policyOf(headers);
      assert.deepEqual(policy.get('default-src'), ["'none'"]);
      assert.deepEqual(policy.get('frame-ancestors'), ["'none'"]);
      assert.deepEqual(policy.get('base-uri'), ["'none'"]);
      assert.deepEqual(policy.get('form-action'), ["'none'"]);
      const allowed = policy.get('script-src') ?? [];
      assert.ok(!allowed.includes("'unsafe-inline'") && !allowed.includes("'unsafe-eval'"));
      for (const script of inlineScripts(body)) assert.ok(allowed.includes(sha256(script)));
    });

    test(`${path} asks nothing of another host, and nothing of https where there is none`, async () => {
      const { headers, body } = await running.call('GET', path);
      assert.doesNotMatch(body, /(src|href|url)\s*[=:(]\s*["'`]?(https?:)?\/\//i);
      const { host } = new URL(running.app.services.urls().playout);
      const policy = headers.get('content-security-policy') ?? '';
      assert.doesNotMatch(policy.replaceAll(host, 'playout'), /https?:(?!\/\/playout)|\*|upgrade-insecure-requests/);
    });

    test(`${path} leaves no name to be filled in, is not cached and sends no referrer`, async () => {
      const { headers, body } = await running.call('GET', path);
      assert.doesNotMatch(body, /\{\{/);
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
    });

    test(`${path} answers who changes instead of reads with a 404 in our own words`, async () => {
      const { status, body } = await running.call('POST', path, { body: {} });
      assert.equal(status, 404);
      assert.equal(body.error.code, 4040);
    });
  }

  test('a page is not shown to who presents a dead token', async () => {
    const { status, body } = await running.call('GET', '/docs', { token: 'dead' });
    assert.equal(status, 401);
    assert.equal(body.error.code, 4003);
  });
});

describe('the script of the API page', () => {
  const get = (encoding: string) =>
    fetch(`${running.url}/docs/scalar.js`, { headers: { 'Accept-Encoding': encoding } });

  test('it is kept for long, compressed for those who can read that, and the same for those who cannot', async () => {
    const [small, plain] = [await get('br, gzip'), await get('identity')];
    assert.equal(small.headers.get('content-encoding'), 'gzip');
    assert.equal(plain.headers.get('content-encoding'), null);
    for (const { status, headers } of [small, plain]) {
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'text/javascript; charset=utf-8');
      assert.equal(headers.get('vary'), 'Accept-Encoding');
      assert.match(headers.get('cache-control') ?? '', /max-age=31536000/);
    }
    const text = await plain.text();
    assert.equal(await small.text(), text);
    assert.match(text, /createApiReference/);
  });
});

describe('every answer says that nothing is to be guessed from its bytes', () => {
  for (const path of ['/healthz', '/docs', '/nowhere', '/%ff', '/user']) {
    test(path, async () => {
      const { headers } = await running.call('GET', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
    });
  }
});

test('the link to a first password leads to the page that sets it, and works once', async () => {
  const { admin } = await running.tenant();
  const email = 'newcomer@example.test';
  const made = await running.call('POST', '/user', { token: admin.token, body: { email, permission: 'nanoUser' } });
  const link = new URL(made.body.setPasswordUrl);
  assert.equal((await running.call('GET', link.pathname)).status, 200);
  const body = { resetToken: link.hash.slice(1), password: 'a password of my own' };
  assert.equal((await running.call('PUT', '/user/password', { body })).status, 200);
  const again = await running.call('PUT', '/user/password', { body });
  assert.equal(again.status, 401);
  assert.equal(again.body.error.userinfo.parameter, 'resetToken');
});
