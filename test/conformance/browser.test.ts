import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { type Running, start, type Tenant } from '../harness.ts';

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  credentials?: 'include' | 'omit';
}

/** What the page got, or the browser's own word for what it would not let through. */
interface Got {
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the test is about
  body: any;
  blocked?: string;
}

/** Runs inside the page. */
async function fetchInPage([url, sent]: [string, Sent]): Promise<Got> {
  try {
    const response = await fetch(url, sent);
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await response.json() };
  } catch (error) {
    return { status: 0, headers: {}, body: null, blocked: String(error) };
  }
}

describe('a page of another origin in a real browser', () => {
  let running: Running;
  let home: Tenant;
  let page: Page;
  const open = new AsyncDisposableStack();
  before(async () => {
    running = open.use(await start());
    home = await running.tenant();
    const site = createServer((_request, response) => response.end('<!doctype html><title>A site of its own</title>'));
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    open.defer(() => void site.close());
    page = await open.use(await openBrowser()).newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as { port: number }).port}/`);
  });
  after(() => open.disposeAsync());

  const get = (path: string, sent: Sent = {}) =>
    page.evaluate(fetchInPage, [running.url + path, sent] as [string, Sent]);
  const stream = async () => (await running.call('POST', '/stream', { apiKey: home.apiKey })).body.id as string;
  const json = { 'Content-Type': 'application/json' };

  test('reads a stream and its group without a key, also with a content type that makes the browser ask first', async () => {
    const id = await stream();
    for (const path of [`/stream/${id}`, `/stream/${id}/group`]) {
      assert.equal((await get(path)).status, 200, path);
      const asked = await get(path, { headers: json });
      assert.deepEqual([asked.status, asked.blocked], [200, undefined], path);
    }
    assert.equal((await get(`/stream/${id}`)).body.ingest, undefined);
  });

  test('calls with a token, an API key or a player key, and reads what the answer says in headers', async () => {
    await stream();
    const credentials = [
      { 'X-BINTU-TOKEN': home.observer.token },
      { 'X-BINTU-APIKEY': home.apiKey },
      { Authorization: `Bearer ${home.user.token}` },
    ];
    for (const credential of credentials) {
      const listed = await get('/stream?tags[]=&quantity=5', { headers: { ...credential, ...json } });
      assert.equal(listed.status, 200, JSON.stringify(listed));
      assert.ok(Number(listed.headers['x-total-count']) > 0);
      assert.ok(listed.headers['x-request-id']);
    }
    assert.equal((await get('/stream/public', { headers: { 'X-BINTU-PLAYERKEY': home.playerKey } })).status, 200);
    const made = await get('/stream', { method: 'POST', headers: { 'X-BINTU-APIKEY': home.apiKey, ...json } });
    assert.equal(made.status, 200);
    const tagged = await get(`/stream/${made.body.id}/tag`, {
      method: 'PUT',
      headers: { 'X-BINTU-APIKEY': home.apiKey, ...json },
      body: JSON.stringify({ tags: ['from a page'] }),
    });
    assert.deepEqual(tagged.body.tags, ['from a page']);
  });

  test('reads why it was refused', async () => {
    const nobody = await get('/stream');
    assert.deepEqual([nobody.status, nobody.body.error.code], [401, 4003]);
    assert.match(nobody.headers['www-authenticate'] ?? '', /^Bearer/);
    const denied = await get('/stream', { method: 'POST', headers: { 'X-BINTU-TOKEN': home.observer.token } });
    assert.deepEqual([denied.status, denied.body.status, denied.body.error.userinfo.role], [403, 403, 'nanoReadOnly']);
  });

  test('gets nothing with a cookie: the browser keeps answers to such calls from it', async () => {
    const { blocked } = await get('/user/me', { credentials: 'include' });
    assert.match(blocked ?? '', /Failed to fetch/);
  });
});
