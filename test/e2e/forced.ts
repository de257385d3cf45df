import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { until } from '../process/lockkeeper.ts';

export interface Forced {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
  body: any;
}

/** What the server answers when the page's own session is made to ask for it, whatever the page offers. */
export const forced = (page: Page, method: string, target: string, body?: unknown): Promise<Forced> =>
  page.evaluate<Forced>(`fetch(${JSON.stringify(target)}, {
    method: ${JSON.stringify(method)},
    ...(${body !== undefined} && { headers: { 'Content-Type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body) ?? '')} }),
  }).then(async (answer) => ({ status: answer.status, body: await answer.json() }))`);

/** Shown and reachable, it does nothing and says why. Gives the reason. */
export async function disabledBecause(control: Locator, capability: string): Promise<string> {
  await control.waitFor();
  assert.equal(await control.getAttribute('aria-disabled'), 'true');
  assert.equal(await control.getAttribute('data-denied'), capability);
  await control.hover();
  const tip = control.page().getByRole('tooltip');
  await tip.waitFor();
  const why = await tip.innerText();
  await control.click({ force: true });
  await control.press('Enter');
  await until(async () => (await control.page().getByRole('dialog').count()) === 0, 1_000, 'no dialog');
  await control.blur();
  await control.page().mouse.move(0, 0);
  await tip.waitFor({ state: 'hidden' });
  return why;
}
