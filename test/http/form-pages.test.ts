import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { newTicket, ticketHash } from '../../src/people/tickets.ts';
import { insertSignUp } from '../../src/store/sign-up.ts';
import { openBrowser } from '../browser.ts';
import { PASSWORD, type Running, start } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { ok } from './helpers.ts';

const LINK_PAGES = ['/set-password', '/invitation', '/confirm-signup'];
const SMALL = { width: 320, height: 568 };

describe('the pages to which links lead, in a real browser', () => {
  let running: Running;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  const open = new AsyncDisposableStack();
  before(async () => {
    running = open.use(await start({ env: { LOCKKEEPER_SIGNUP: 'on' } }));
    context = open.use(await openBrowser());
    page = await context.newPage();
    await page.setViewportSize(SMALL);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  after(() => open[Symbol.asyncDispose]());

  /** Opened anew, as a link is: a change of the fragment alone would load nothing. */
  async function follow(url: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(url);
  }
  const type = async (text: string, then = 'Tab') => {
    await page.locator('main').waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press(then);
  };
  const done = async () => {
    await page.locator('#done', { hasText: /./ }).waitFor({ timeout: 5_000 });
    return page.textContent('#done');
  };
  const refusal = async (pattern: RegExp) => {
    await page.locator('#reason', { hasText: pattern }).waitFor({ timeout: 5_000 });
    return page.textContent('#reason');
  };
  const signIn = (email: string, password = PASSWORD) =>
    running.call('POST', '/user/validate', { body: { email, password } });

  test('an invitation is accepted by keyboard alone; what was wrong is said where it was; once', async () => {
    const { admin } = await running.tenant('Studio');
    const body = { permission: 'nanoUser' };
    const { url } = ok(await running.call('POST', '/user/invite', { token: admin.token, body }));
    await follow(url);
    await type('guest@example.test');
    await type('password1234');
    await type('password1234', 'Enter');
    await refusal(/most common/);
    await page.fill('#password', '');
    await page.focus('#password');
    await type(PASSWORD);
    await type('something else', 'Enter');
    await refusal(/not the same/);
    assert.equal(await page.evaluate('document.activeElement.id'), 'again');
    await page.fill('#again', '');
    await type(PASSWORD, 'Enter');
    assert.equal(await done(), 'Welcome. You are nanoUser of Studio, and can sign in now.');
    assert.equal(await page.evaluate('document.activeElement.id'), 'done');
    assert.equal(new URL(page.url()).hash, '', 'the token is gone from the address bar');
    ok(await signIn('guest@example.test'));

    await follow(url);
    await type('another@example.test');
    await type(PASSWORD);
    await type(PASSWORD, 'Enter');
    assert.match((await refusal(/This link does not work/)) ?? '', /used, has expired, or never was/);
  });

  test('a password is set by its link, and shown on demand', async () => {
    const { admin } = await running.tenant();
    const body = { email: 'newcomer@example.test', permission: 'nanoUser' };
    const { setPasswordUrl } = ok(await running.call('POST', '/user', { token: admin.token, body }));
    await follow(setPasswordUrl);
    await type(PASSWORD);
    await type(PASSWORD);
    await page.keyboard.press('Space');
    assert.equal(await page.getAttribute('#password', 'type'), 'text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.match((await done()) ?? '', /Your password is set/);
    ok(await signIn('newcomer@example.test'));
  });

  test('a sign-up is confirmed by one key', async () => {
    const ticket = newTicket();
    const at = Date.now();
    const facts = { organisation: 'Brand new', email: 'founder@example.test', password_hash: 'none' };
    const row = { ...facts, ticket_hash: ticketHash(ticket), expires_at: at + 60_000 };
    await running.app.store.transaction((tx) => insertSignUp(tx, row, at));
    await follow(`${running.url}/confirm-signup#${ticket}`);
    await page.getByRole('button', { name: 'Confirm' }).waitFor();
    await page.keyboard.press('Enter');
    assert.match((await done()) ?? '', /^Brand new is yours\. Sign in as founder@example\.test/);
  });

  test('a link to a new password is asked for, in the same words for whomever', async () => {
    await follow(`${running.url}/forgot-password`);
    await type('nonsense', 'Enter');
    await refusal(/Type your e-mail address/);
    await page.fill('#email', 'nobody@example.test');
    await page.keyboard.press('Enter');
    assert.match((await done()) ?? '', /If this address has an account/);
  });

  test('a link that was cut off says so', async () => {
    for (const path of LINK_PAGES) {
      await follow(running.url + path);
      await refusal(/This link is not complete/);
    }
  });

  test('each fits a small phone, has targets for a thumb, labels for all fields, and follows light and dark', async () => {
    for (const path of [...LINK_PAGES, '/forgot-password']) {
      await follow(`${running.url}${path}#x`);
      await page.locator('main button').waitFor();
      const width = await page.evaluate('document.documentElement.scrollWidth');
      assert.ok(Number(width) <= SMALL.width, `${path} is ${width} px wide`);
      for (const target of await page.locator('button, input:not([type=checkbox])').all())
        assert.ok(((await target.boundingBox())?.height ?? 0) >= 43.5, `${path} ${await target.innerHTML()}`);
      const unnamed = "[...document.querySelectorAll('input')].filter((input) => input.labels.length !== 1).length";
      assert.equal(await page.evaluate(unnamed), 0, path);
      for (const [colorScheme, paper] of Object.entries({ light: 'rgb(255, 255, 255)', dark: 'rgb(36, 36, 36)' })) {
        await page.emulateMedia({ colorScheme: colorScheme as 'light' | 'dark' });
        const shown = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
        await until(async () => (await shown()) === paper, 2_000, `${path} in ${colorScheme}`);
      }
    }
  });

  test('and none of it was stopped by the page’s own policy', () => {
    const unexpected = complaints.filter((text) => !/status of 40[01]/.test(text));
    assert.deepEqual(unexpected, []);
  });
});
