import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../browser.ts';
import { PASSWORD, type Person, type Running, type StartOptions, start } from '../harness.ts';
import { watch } from './watch.ts';

export const DIST = path.resolve(import.meta.dirname, '../../web/dist');

/** How a visitor's browser looks at the pages. */
export interface Look {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  language?: 'en' | 'de';
}

/** One person's browser window, which shares nothing with the others. */
export interface Visit extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /** Opens a page of the dashboard, `/users` for example. */
  go(target: string): Promise<void>;
  /** Names a refusal that the story is about, as `PUT /user/permission 403`. Every other one fails the test. */
  expect(refusal: RegExp): void;
  /** What the server sent this visitor so far, body after body. */
  received(): Promise<string>;
  /** What went wrong in it and is no part of its story. */
  problems(): string[];
}

export interface Dashboard {
  running: Running;
  browser: Browser;
  /** A window in which `person` is signed in; nobody is when it is null. */
  visit(person: Person | null, look?: Look): Promise<Visit>;
}

/** Signs in as people do. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The cookie that the form brings, without the form. */
async function enter(context: BrowserContext, url: string, { email }: Pick<Person, 'email'>): Promise<void> {
  const options = { headers: { Origin: url }, data: { email, password: PASSWORD } };
  const answer = await context.request.post(`${url}/session`, options);
  assert.equal(answer.status(), 200, await answer.text());
}

export async function openVisit(
  browser: Browser,
  url: string,
  person: Pick<Person, 'email'> | null,
  { width = 1440, height = 900, colorScheme = 'light', language = 'en' }: Look = {},
): Promise<Visit> {
  const stored = { 'lockkeeper-language': language, ...(person && { 'lockkeeper-signed-in': 'yes' }) };
  const localStorage = Object.entries(stored).map(([name, value]) => ({ name, value }));
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    storageState: { cookies: [], origins: [{ origin: url, localStorage }] },
  });
  context.setDefaultTimeout(10_000);
  if (person) await enter(context, url, person);
  const page = await context.newPage();
  const watched = watch(page, url);
  return {
    page,
    context,
    expect: watched.expect,
    received: watched.received,
    problems: watched.problems,
    async go(target) {
      await page.goto(`${url}/dashboard${target}`, { waitUntil: 'domcontentloaded' });
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/**
 * One server and one browser for the stories of a file; every story makes an organisation of its own. A story fails when
 * one of its windows had trouble that it did not name.
 */
export function dashboardForFile(options: StartOptions = {}): () => Dashboard {
  const open = new AsyncDisposableStack();
  let dashboard: Dashboard;
  const visits: Visit[] = [];
  before(async () => {
    assert.ok(existsSync(path.join(DIST, 'index.html')), 'The dashboard has not been built: run npm run build');
    const running = open.use(await start(options));
    const browser = open.use(await launchBrowser());
    dashboard = {
      running,
      browser,
      async visit(person, look) {
        const visit = await openVisit(browser, running.url, person, look);
        visits.push(visit);
        return visit;
      },
    };
  });
  afterEach(() => {
    const problems = visits.splice(0).flatMap((visit) => visit.problems());
    // A story that failed may have failed for these, and its own error hides the one of this hook.
    if (problems.length > 0) console.error(problems.join('\n'));
    assert.deepEqual(problems, []);
  });
  after(() => open.disposeAsync());
  return () => dashboard;
}
