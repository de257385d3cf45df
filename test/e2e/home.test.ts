import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Running, Tenant } from '../harness.ts';
import { loopPublish } from '../wire/encoders.ts';
import type { StreamBody } from '../wire/stage.ts';
import { figure, figureIn, metricsOf, says } from './charts.ts';
import { dashboardForFile } from './dashboard.ts';
import { isStillThere, markPage } from './felt.ts';
import { doer, newStream } from './furnish.ts';
import { addPast } from './history.ts';

const dashboard = dashboardForFile();

const nameOf = ({ stream }: { stream: StreamBody }) => stream.playout.h5live[0]!.rtmp.streamname;

describe('home', () => {
  /** Of this month and of as much of the one before, from the API. */
  async function months(running: Running, tenant: Tenant) {
    const now = new Date();
    const [month, before] = [0, -1].map((back) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + back)) as [
      number,
      number,
    ];
    const iso = (at: number) => new Date(at).toISOString();
    const passed = now.getTime() - month;
    const until = Math.min(month, before + passed);
    return {
      now: (
        await metricsOf(running, tenant, '/organisation', { from: iso(month), to: iso(now.getTime()), interval: '1d' })
      ).totals,
      before: (await metricsOf(running, tenant, '/organisation', { from: iso(before), to: iso(until) })).totals,
      month: new Date(before).toLocaleString('en', { month: 'long', timeZone: 'UTC' }),
      day: new Date(until - 1).getUTCDate(),
    };
  }

  /** What has to be said of a sum beside the one of the month before. */
  function trend(value: number, before: number, days: string): string {
    if (before === 0) return `Nothing in ${days}`;
    const share = value / before - 1;
    if (Math.abs(share) < 0.005) return `As much as ${days}`;
    return `${Math.round(Math.abs(share) * 100)}% ${share > 0 ? 'more' : 'less'} than ${days}`;
  }

  test('is where whoever signs in begins: at how things stand, and follows it without a reload', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const first = await newStream(running, tenant);
    const locked = await newStream(running, tenant);
    await doer(running, tenant)('PUT', `/stream/${locked.stream.id}/lock`);
    await addPast(running, { organisation: tenant.id, stream: first.stream.id });
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    await watcher.go('/');
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await figure(page, 'Open alerts').getByText('No alert is open.').waitFor();

    const traffic = figure(page, 'Traffic this month');
    await traffic
      .getByText(/(more than|less than|As much as|Nothing in) /)
      .first()
      .waitFor();
    const said = (await traffic.locator('dl > div').allInnerTexts()).map((sum) => sum.split('\n'));
    const { now, before, month, day } = await months(running, tenant);
    const days = `${day === 1 ? '1' : `1–${day}`} ${month}`;
    const expected = [
      ['Received from encoders', now.bytesIn, before.bytesIn],
      ['Sent to viewers', now.bytesOut, before.bytesOut],
      ['Together', now.bytesIn + now.bytesOut, before.bytesIn + before.bytesOut],
    ] as const;
    for (const [place, [name, sum, past]] of expected.entries()) {
      const [label, value = '', told] = said[place]!.map((text) => text.trim()).filter(Boolean);
      assert.equal(label, name);
      says(value, sum, name);
      assert.equal(told?.replace('\u2060', ''), trend(sum, past, days));
    }
    const rows = await tableRows(page);
    assert.equal(rows.length, new Date().getUTCDate(), 'a row for each day of the month so far');
    const allDays = rows.reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(Math.abs(allDays - now.bytesIn) <= now.bytesIn * 0.005, `${allDays} by days, ${now.bytesIn} in all`);

    const latest = figure(page, 'Latest streams').getByRole('listitem');
    assert.equal(await latest.count(), 2);
    await markPage(page);
    const made = await newStream(running, tenant);
    await latest.nth(2).waitFor();
    assert.match(await latest.first().innerText(), new RegExp(nameOf(made)));
    assert.match(await latest.first().innerText(), /Created/);
    await using _encoder = loopPublish(made.ingest);
    await latest.first().getByText('Live', { exact: true }).waitFor();
    const tiles = page.getByRole('group', { name: 'Streams by state' });
    await tiles.getByRole('link', { name: 'Live 1', exact: true }).waitFor();
    assert.ok(await isStillThere(page));

    await tiles.getByRole('link', { name: 'Locked 1', exact: true }).click();
    await page.waitForURL(/\/streams\?.*state=locked/);
    await page.getByText('1 stream', { exact: true }).waitFor();
    await page.getByRole('link', { name: nameOf(locked) }).waitFor();
    assert.equal(await page.getByRole('link', { name: nameOf(made) }).count(), 0);
  });

  /** Received bytes of each day, from the table beside the month's picture. */
  async function tableRows(page: Page): Promise<number[]> {
    await page.getByRole('button', { name: 'As a table of Traffic this month' }).click();
    const cells = figure(page, 'Traffic this month').locator('tbody td:nth-of-type(1)');
    await cells.first().waitFor();
    return (await cells.allInnerTexts()).map((text) => figureIn(text) ?? Number.NaN);
  }
});
