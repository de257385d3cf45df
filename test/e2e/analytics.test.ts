import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fillDay } from '../../bench/metrics-data.ts';
import { SAMPLE_MS } from '../../src/metrics/figures.ts';
import { BLOCK_MS } from '../../src/metrics/packing.ts';
import { until } from '../process/lockkeeper.ts';
import { ffmpegPlay, loopPublish } from '../wire/encoders.ts';
import {
  address,
  drag,
  exported,
  figure,
  figureIn,
  legend,
  type Metrics,
  metricsOf,
  nextMetrics,
  openTable,
  picture,
  plotOf,
  says,
  tableOf,
} from './charts.ts';
import { dashboardForFile } from './dashboard.ts';
import { inTime, isStillThere, markPage, smooth, tabTo } from './felt.ts';
import { newStream } from './furnish.ts';
import { addPast } from './history.ts';
import { settled } from './pages.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Until figures are seen: two windows, and time for a busy machine to tell them. */
const TWO_WINDOWS_MS = 2 * SAMPLE_MS + 4_000;
const DAY_READ_MS = 300;

const dashboard = dashboardForFile();

/** As an address of the pages holds a moment. */
const fieldOf = (at: number) => new Date(at).toISOString().slice(0, 19);

/** Seconds that a curve is asked for. */
const lengthOf = (asked: URLSearchParams) =>
  (Date.parse(asked.get('to') ?? '') - Date.parse(asked.get('from') ?? '')) / 1_000;

describe('the figures of a stream', () => {
  test('arrive by themselves while it is live, and are the API’s: in pictures, tables and exports', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { stream, ingest, urls } = await newStream(running, tenant);
    const target = `/stream/${stream.id}`;
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    await watcher.go(`/streams/${stream.id}/analytics`);
    await figure(page, 'Bitrate').getByText('Nothing was measured in this time.').waitFor();
    await figure(page, 'Times on air').getByText('Nobody has published yet.').waitFor();
    await markPage(page);
    await using encoder = loopPublish(ingest);
    await until(() => encoder.live, 5_000, 'the encoder on air');
    await using _player = ffmpegPlay(urls.http, 1_000_000);
    const watching = async () =>
      (await running.call('GET', `${target}/live`, { token: tenant.observer.token })).body.viewers === 1;
    await until(watching, 5_000, 'the player to watch');
    const began = Date.now();
    await until(
      async () => (await legend(page, 'Viewers'))['Most at once'] === '1' && 'Total' in (await legend(page, 'Bitrate')),
      20_000,
      'the figures of the last five seconds',
    );
    assert.ok(Date.now() - began < TWO_WINDOWS_MS, `they came after ${Date.now() - began} ms`);
    const times = figure(page, 'Times on air').getByRole('row');
    await times.filter({ hasText: 'on air' }).waitFor();
    const shown = await nextMetrics(page);
    await until(async () => figureIn((await legend(page, 'Frame rate'))['Frame rate'] ?? '–') !== null, 2_000, 'them');
    const place = (metrics: Metrics) => metrics.series['bitrate']!.findLastIndex((value) => value !== null);
    for (const [title, label, series] of [
      ['Bitrate', 'Total', 'bitrate'],
      ['Bitrate', 'Video', 'videoBitrate'],
      ['Frame rate', 'Frame rate', 'frameRate'],
      ['Viewers', 'Most at once', 'viewers'],
    ] as const)
      says((await legend(page, title))[label] ?? '', shown.series[series]![place(shown)]!, `${title}, ${label}`);
    const own = await metricsOf(running, tenant, target, { from: shown.from, to: shown.to, interval: '5s' });
    for (const name of ['bitrate', 'frameRate', 'viewers'])
      assert.equal(own.series[name]![place(shown)], shown.series[name]![place(shown)], name);
    assert.ok(await isStillThere(page));
    const { body: sessions } = await running.call('GET', `${target}/sessions`, { token: tenant.observer.token });
    assert.deepEqual([sessions.length, sessions[0].endedAt], [1, null]);
    await times.filter({ hasText: `RTMP ${sessions[0].videoCodec} ` }).waitFor();
  });

  test('are the same in the picture, in the table beside it and in the export', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { stream } = await newStream(running, tenant);
    await addPast(running, { organisation: tenant.id, stream: stream.id });
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    const to = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const range = { from: fieldOf(to - HOUR_MS), to: fieldOf(to), interval: '1m' };
    const receiving = nextMetrics(page);
    await watcher.go(`/streams/${stream.id}/analytics?${new URLSearchParams(range)}`);
    const { from, interval, series } = await receiving;
    for (const [title, ...names] of [
      ['Bitrate', 'bitrate', 'videoBitrate', 'audioBitrate'],
      ['Viewers', 'viewers', 'averageViewers'],
      ['Time to the first picture', 'startupTime'],
      ['Refusals', 'refusedLocked', 'refusedToken', 'refusedBlocked', 'refusedOther'],
    ] as const) {
      const rows = await openTable(page, title);
      assert.equal(rows.length, 60);
      for (const [place, { at, cells }] of rows.entries()) {
        assert.equal(at, Date.parse(from) + place * interval * 1_000);
        for (const [line, name] of names.entries()) says(cells[line]!, series[name]![place]!, `${title} at ${at}`);
      }
    }

    const rows = await tableOf(page, 'Bitrate');
    for (const share of [0.2, 0.7]) {
      await page.mouse.move(...(await plotOf(page, 'Bitrate')).at(share));
      const pointed = Math.round(share * (rows.length - 1));
      const { at, cells } = rows[pointed]!;
      await figure(page, 'Bitrate').getByText(fieldOf(at).replace('T', ' ')).waitFor();
      assert.deepEqual(Object.values(await legend(page, 'Bitrate')), cells);
    }

    const { text, url } = await exported(watcher, 'Bitrate');
    const own = await running.call('GET', url.replace(running.url, ''), { token: tenant.observer.token });
    assert.equal(text, own.body);
    const [heads, ...lines] = text.trim().split(/\r?\n/);
    assert.equal(heads, 'at,bitrate,videoBitrate,audioBitrate');
    assert.deepEqual(
      lines.map((line) => Number(line.split(',')[1])),
      series['bitrate'],
    );
  });
});

describe('the time that is looked at', () => {
  test('is chosen or drawn, stands in the address, and is said with its interval', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { stream } = await newStream(running, tenant);
    await addPast(running, { organisation: tenant.id, stream: stream.id });
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    const interval = page.getByRole('combobox', { name: 'A point for every' });
    const isSaid = (said: string) =>
      until(async () => (await interval.inputValue()) === said, 3_000, `${said} to be said`);
    await watcher.go(`/streams/${stream.id}/analytics`);
    for (const [name, range, seconds, said] of [
      ['24 hours', 'day', DAY_MS / 1_000, 'Automatic (1 minute)'],
      ['7 days', 'week', (7 * DAY_MS) / 1_000, 'Automatic (15 minutes)'],
    ] as const) {
      const receiving = nextMetrics(page, ({ searchParams }) => lengthOf(searchParams) === seconds);
      await page.getByText(name, { exact: true }).click();
      await address(page, (search) => search.get('range') === range);
      await receiving;
      await isSaid(said);
    }
    await page.reload();
    await isSaid('Automatic (15 minutes)');
    assert.ok(await page.getByRole('radio', { name: '7 days' }).isChecked());

    const to = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const moments = { from: fieldOf(to - 8 * HOUR_MS), to: fieldOf(to) };
    await page.getByText('From – to', { exact: true }).click();
    await page.getByLabel('From (UTC)').fill(moments.to);
    await page.getByLabel('To (UTC)').fill(moments.from);
    await page.getByText('The end must be later than the beginning.').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Show', exact: true }).isDisabled());
    await page.getByLabel('From (UTC)').fill(moments.from);
    await page.getByLabel('To (UTC)').fill(moments.to);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const shown = `A fixed time · ${moments.from.slice(0, 16).replace('T', ' ')} to ${moments.to.slice(0, 16).replace('T', ' ')} UTC`;
    for (const again of [false, true]) {
      if (again) await page.reload();
      await page.getByText(shown).waitFor();
      const { searchParams } = new URL(page.url());
      const fields = [page.getByLabel('From (UTC)'), page.getByLabel('To (UTC)')] as const;
      for (const [place, field] of fields.entries()) {
        const moment = [to - 8 * HOUR_MS, to][place]!;
        assert.equal(Date.parse(`${searchParams.get(['from', 'to'][place]!)}Z`), moment);
        assert.equal(Date.parse(`${await field.inputValue()}Z`), moment);
      }
    }

    const isDrawn = (search: URLSearchParams) => Date.parse(`${search.get('from')}Z`) !== to - 8 * HOUR_MS;
    for (const back of [
      () => page.getByRole('button', { name: 'Back to the longer range: Bitrate' }).click(),
      async () => page.mouse.dblclick(...(await plotOf(page, 'Bitrate')).at(0.5)),
    ]) {
      await drag(page, 'Bitrate', [0.25, 0.75]);
      const drawn = await address(page, isDrawn);
      assert.ok(Math.abs(Date.parse(`${drawn.get('from')}Z`) - (to - 6 * HOUR_MS)) < 5 * MINUTE_MS, `${drawn}`);
      assert.ok(Math.abs(Date.parse(`${drawn.get('to')}Z`) - (to - 2 * HOUR_MS)) < 5 * MINUTE_MS, `${drawn}`);
      await picture(page, 'Bitrate').waitFor();
      await back();
      await address(page, (search) => !isDrawn(search));
      await page.getByText(shown).waitFor();
    }
  });

  test('is chosen by keyboard alone, and so is a table opened', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    await addPast(running, { organisation: tenant.id, stream: (await newStream(running, tenant)).stream.id });
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    await watcher.go('/analytics');
    await settled(watcher);
    await tabTo(page, page.getByRole('radio', { name: 'Last hour' }));
    await page.keyboard.press('ArrowRight');
    await address(page, (search) => search.get('range') === 'day');
    await picture(page, 'Viewers').waitFor();
    await tabTo(page, page.getByRole('button', { name: 'As a table of Viewers', exact: true }));
    await page.keyboard.press('Enter');
    assert.ok((await tableOf(page, 'Viewers')).length > 24);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Viewers');
  });
});

describe('a day of samples', () => {
  test('is read at once, and smooth under the pointer and while it is zoomed', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { stream } = await newStream(running, tenant);
    const from = Math.ceil(Date.now() / BLOCK_MS) * BLOCK_MS - DAY_MS;
    await fillDay(running.app.store, { organisation: tenant.id, streams: [stream.id], from });
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    const target = `/streams/${stream.id}/analytics?range=day&interval=5s`;
    const receiving = nextMetrics(page);
    await watcher.go(target);
    const { series } = await receiving;
    const measured = series['bitrate']!.filter((value) => value !== null).length;
    assert.ok(measured > 17_000, `${measured} points`);
    await picture(page, 'Bitrate').waitFor();

    const asked = { from: new Date(from + BLOCK_MS).toISOString(), interval: '5s' };
    await inTime(DAY_READ_MS, 'reading a day', async () => {
      const began = performance.now();
      await metricsOf(running, tenant, `/stream/${stream.id}`, asked);
      return performance.now() - began;
    });

    await smooth(page, 'moving the pointer', async () => {
      const { at } = await plotOf(page, 'Bitrate');
      for (let step = 0; step <= 40; step++) await page.mouse.move(...at(step / 40));
      assert.notEqual(figureIn((await legend(page, 'Frame rate'))['Frame rate'] ?? '–'), null);
    });
    await smooth(page, 'zooming', async () => {
      await drag(page, 'Bitrate', [0.3, 0.6]);
      await address(page, (search) => search.has('from'));
      await figure(page, 'Bitrate')
        .getByRole('button', { name: /^Back to the longer range/ })
        .click();
      await address(page, (search) => search.get('interval') === '5s');
    });
  });
});

describe('the countries of an audience', () => {
  test('are explained where the server has no GeoIP file', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    await using watcher = await visit(tenant.observer);
    watcher.expect(/^GET \/organisation\/top 403$/);
    const { page } = watcher;
    await watcher.go('/analytics');
    await page.getByRole('tab', { name: 'Countries' }).click();
    await page.getByText('Countries are not known here').waitFor();
    await page.getByText(/the operator of the server has to provide a GeoIP file/).waitFor();
    await page.getByRole('tab', { name: 'Players' }).click();
    await page.getByText('Nobody watched in this time.').waitFor();
    assert.equal(await page.getByText('Countries are not known here').count(), 0);
  });
});
