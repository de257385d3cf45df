import type { Page } from 'playwright-core';

export interface Measured {
  what: string;
  /** Milliseconds from somebody's click, key or wheel to the next picture: what is felt as jank. */
  feltMs: number;
  /** Milliseconds until the result stands there, the server's answer included; null where nothing is waited for. */
  shownMs: number | null;
}

const PATIENCE_MS = 10_000;

/** Notes every input with the time to its picture, and the longest gap between two pictures. */
const WATCH = `(() => {
  const felt = { longest: 0, first: 0, gap: 0 };
  window.felt = felt;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) felt.longest = Math.max(felt.longest, duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: false });
  for (const type of ['pointerdown', 'keydown', 'wheel'])
    document.addEventListener(type, ({ timeStamp }) => { felt.first ||= timeStamp; }, { capture: true, passive: true });
  let last = performance.now();
  requestAnimationFrame(function frame(now) {
    if (felt.first) felt.gap = Math.max(felt.gap, now - last);
    last = now;
    requestAnimationFrame(frame);
  });
})()`;

/** `shown` is an expression that is true when the result stands on the page. */
async function interact(page: Page, what: string, act: () => Promise<void>, shown: string | null): Promise<Measured> {
  await page.evaluate('Object.assign(window.felt, { longest: 0, first: 0, gap: 0 })');
  const waiting =
    shown &&
    page.evaluate<number>(`new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('${what}: nothing was shown')), ${PATIENCE_MS});
      requestAnimationFrame(function look() {
        if (!window.felt.first || !(${shown})) return requestAnimationFrame(look);
        clearTimeout(late);
        resolve(performance.now() - window.felt.first);
      });
    })`);
  await act();
  const shownMs = waiting ? await waiting : null;
  // An input's entry comes a little after its picture.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 150))');
  const { longest, gap } = await page.evaluate<{ longest: number; gap: number }>('window.felt');
  return { what, feltMs: Math.max(longest, shown === null ? gap : 0), shownMs };
}

const wheel = (page: Page, turns: number) => async () => {
  for (let turn = 0; turn < turns; turn++) {
    await page.mouse.wheel(0, 240);
    await page.waitForTimeout(40);
  }
};

const lastRow = (attribute: string) =>
  `Math.max(...[...document.querySelectorAll('[${attribute}]')].map((row) => Number(row.getAttribute('${attribute}'))))`;

/** Filters, sorts, searches and scrolls the list of users, which must be open. `filled` is how many crowd.ts made. */
export async function walkUsers(page: Page, filled: number): Promise<Measured[]> {
  await page.evaluate(WATCH);
  const first = `document.querySelector('[data-index="0"]')?.textContent`;
  const idle = `document.querySelector('section.user-list')?.getAttribute('aria-busy') === 'false'`;
  const wanted = `person${String(filled - 1).padStart(6, '0')}@example.test`;
  const search = page.getByRole('searchbox');
  const before = await page.evaluate<string>(first);
  await page.getByRole('region', { name: 'Users of the organisation' }).hover();
  return [
    await interact(page, 'scroll', wheel(page, 20), null),
    await interact(page, 'next page', wheel(page, 20), `${lastRow('data-index')} >= 110`),
    await interact(
      page,
      'filter by role',
      () => page.locator('label', { hasText: /^nanoReadOnly/ }).click(),
      `${idle} && ${first}?.includes('nanoReadOnly')`,
    ),
    await interact(
      page,
      'sort',
      () => page.getByRole('button', { name: 'Sort by Created' }).click(),
      `${idle} && ${first} && ${first} !== ${JSON.stringify(before)} && document.querySelector('th[aria-sort$=cending]')?.textContent.includes('Created')`,
    ),
    await interact(page, 'all roles', () => page.locator('label', { hasText: /^All/ }).click(), idle),
    await interact(page, 'search', () => search.pressSequentially(wanted), `${first}?.includes('${wanted}')`),
  ];
}

/** Filters, searches and scrolls the list of streams, which must be open. */
export async function walkStreams(page: Page, filled: number): Promise<Measured[]> {
  await page.evaluate(WATCH);
  const rows = `[...document.querySelectorAll('tbody tr[aria-rowindex]')]`;
  const wanted = `crowd-${filled - 1}`;
  await page.getByRole('table').hover();
  return [
    await interact(page, 'scroll', wheel(page, 20), null),
    await interact(page, 'next page', wheel(page, 20), `${lastRow('aria-rowindex')} >= 110`),
    await interact(
      page,
      'filter by state',
      () => page.locator('label', { hasText: /^Locked/ }).click(),
      `${rows}.length > 0 && ${rows}.every((row) => row.querySelector('[data-state=locked]'))`,
    ),
    await interact(page, 'all states', () => page.locator('label', { hasText: /^All/ }).click(), `${rows}.length > 0`),
    await interact(
      page,
      'search',
      () => page.getByRole('textbox', { name: 'Exact id or name' }).pressSequentially(wanted),
      `${rows}.length === 1 && ${rows}[0].textContent.includes('${wanted}')`,
    ),
  ];
}
