import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Colours and places that are on their way belong to no look of the page. What turns for ever is not waited for. */
const AT_REST = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => Promise.all(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished.catch(() => {}))))`;

/** What axe-core holds against the page as it looks now: a line for each place, with the rule and the reason. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('typeof axe === "object"'))) await page.evaluate(SOURCE);
  await page.evaluate(`${AT_REST}.then(() => {})`);
  return page.evaluate<string[]>(`axe.run({ runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] }).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none, html }) =>
      id + ' at ' + target.join(' ').replace(/mantine-w+/g, 'mantine') + ': ' + [...any, ...all, ...none].map(({ message }) => message).join('; ') + ' in ' + html.slice(0, 160).replace(/mantine-w+/g, 'mantine'))))`);
}
