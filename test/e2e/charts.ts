import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Locator, Page, Response } from 'playwright-core';
import type { Running, Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import type { Visit } from './dashboard.ts';

/** A curve as the API answers it, and as a page of the dashboard received it. */
export interface Metrics {
  from: string;
  to: string;
  interval: number;
  series: Record<string, (number | null)[]>;
  totals: { bytesIn: number; bytesOut: number };
}

const UNITS: Record<string, number> = {
  ...{ '': 1, '/s': 1, s: 1, ms: 1e-3 },
  ...{ 'bit/s': 1, 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9 },
  ...{ B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 },
};

/** The number that a figure on a page says, in its smallest unit; null where it says that nothing was measured. */
export function figureIn(text: string): number | null {
  if (text === '–') return null;
  const [, number = '', unit = '?'] = /^([\d,.]+) ?([a-zA-Z/]*)$/.exec(text.trim()) ?? [];
  const scale = UNITS[unit];
  assert.ok(scale !== undefined, `"${text}" is no figure`);
  return Number(number.replaceAll(',', '')) * scale;
}

/** A figure on a page is rounded to three digits, and a small one to its tenths. */
export function says(text: string, value: number | null, what: string): void {
  const said = figureIn(text);
  if (said === null || value === null) assert.equal(said, value, `${what}: "${text}" for ${value}`);
  else assert.ok(Math.abs(said - value) <= Math.max(0.051, value * 0.0051), `${what}: "${text}" for ${value}`);
}

export const figure = (page: Page, title: string): Locator => page.getByRole('region', { name: title, exact: true });

/** What the legend under a chart's name says of each line. */
export async function legend(page: Page, title: string): Promise<Record<string, string>> {
  const items = figure(page, title)
    .getByRole('list', { name: `Lines of ${title}` })
    .getByRole('listitem');
  const lines = (await items.allInnerTexts()).map((item) => item.split('\n'));
  return Object.fromEntries(lines.map((line) => [line[0]?.trim() ?? '', line.at(-1)?.trim() ?? '']));
}

export interface TableRow {
  /** Unix milliseconds. */
  at: number;
  cells: string[];
}

/** Opens the table beside a chart. */
export async function openTable(page: Page, title: string): Promise<TableRow[]> {
  await page.getByRole('button', { name: `As a table of ${title}`, exact: true }).click();
  return tableOf(page, title);
}

export async function tableOf(page: Page, title: string): Promise<TableRow[]> {
  const table = figure(page, title).getByRole('table');
  await table.waitFor();
  const rows = await table.evaluate((found) =>
    [...found.querySelectorAll('tbody tr')].map((row) => ({
      at: row.querySelector('time')?.getAttribute('datetime') ?? '',
      cells: [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? ''),
    })),
  );
  return rows.map(({ at, cells }) => ({ at: Date.parse(at), cells }));
}

/** The picture of a chart, on which the pointer works. */
export const picture = (page: Page, title: string): Locator =>
  figure(page, title).getByRole('img', { name: new RegExp(`^Chart: ${title}, from .* to .* UTC`) });

/** Where the lines of a chart are drawn, in pixels of the page. */
export async function plotOf(page: Page, title: string): Promise<{ at(share: number): [number, number] }> {
  const over = picture(page, title).locator('.u-over');
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  assert.ok(box && box.width > 100, `${title} is not drawn`);
  return { at: (share) => [box.x + box.width * share, box.y + box.height / 2] };
}

/** Draws a range over a chart, from one share of its width to another. */
export async function drag(page: Page, title: string, [from, to]: readonly [number, number]): Promise<void> {
  const { at } = await plotOf(page, title);
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at((from + to) / 2));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

/** A curve as the API answers it, to an observer. */
export async function metricsOf(
  running: Running,
  { observer }: Tenant,
  target: string,
  query: Record<string, string>,
): Promise<Metrics> {
  const { status, body } = await running.call('GET', `${target}/metrics?${new URLSearchParams(query)}`, {
    token: observer.token,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** The answer that a page receives next, as it received it. */
export async function nextMetrics(page: Page, matches: (url: URL) => boolean = () => true): Promise<Metrics> {
  const isIt = (answer: Response) => {
    const url = new URL(answer.url());
    return url.pathname.endsWith('/metrics') && answer.status() === 200 && matches(url);
  };
  return (await page.waitForResponse(isIt)).json();
}

/** What the button saves, and where it was had from. */
export async function exported({ page }: Visit, of: string): Promise<{ text: string; url: string }> {
  const link = page.getByRole('link', { name: `Export CSV: ${of}`, exact: true });
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return { text: await readFile(await file.path(), 'utf8'), url: file.url() };
}

/** The address of the page, once it says what is waited for. */
export async function address(page: Page, says: (search: URLSearchParams) => boolean): Promise<URLSearchParams> {
  await until(() => says(new URL(page.url()).searchParams), 3_000, 'another address');
  return new URL(page.url()).searchParams;
}
