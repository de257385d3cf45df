import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** A page that does nothing else for so long seems to be stuck to who is working with it. */
const LONG_MS = 200;
/** A busy machine makes everything longer, never shorter: the best of them counts. */
const ATTEMPTS = 3;

/** What takes so many milliseconds, as it says itself, at its best takes no more than the limit. */
export async function inTime(limitMs: number, what: string, measure: () => Promise<number>): Promise<void> {
  const taken: number[] = [];
  while (taken.length < ATTEMPTS && !taken.some((ms) => ms <= limitMs)) taken.push(Math.round(await measure()));
  assert.ok(Math.min(...taken) <= limitMs, `${what} took ${taken} ms`);
}

const WATCH = `window.long ??= (() => {
  const durations = [];
  new PerformanceObserver((list) => durations.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
  return durations;
})(); window.long.length = 0`;

/** The page is never busy for long meanwhile. */
export const smooth = (page: Page, what: string, act: () => Promise<void>): Promise<void> =>
  inTime(LONG_MS, `the longest task while ${what}`, async () => {
    await page.evaluate(WATCH);
    await act();
    // A task is told a little after its end.
    await page.waitForTimeout(300);
    return Math.max(0, ...(await page.evaluate<number[]>('window.long')));
  });

/** Goes on with the Tab key until a control has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, control: Locator, most = 80): Promise<void> {
  const isThere = () => control.evaluate((found) => found === found.ownerDocument.activeElement);
  for (let pressed = 0; pressed < most && !(await isThere()); pressed++) await page.keyboard.press('Tab');
  assert.ok(await isThere(), `${control} was not reached by keyboard`);
}

/** Until the page is loaded anew. */
export const markPage = (page: Page): Promise<unknown> => page.evaluate('window.isMarked = true');
export const isStillThere = (page: Page): Promise<boolean> => page.evaluate<boolean>('window.isMarked === true');
