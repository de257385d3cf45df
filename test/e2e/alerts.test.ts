import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Tenant } from '../harness.ts';
import { openMailbox } from '../http/mailbox.ts';
import { until } from '../process/lockkeeper.ts';
import { ALLOWED } from '../webhook/hooked.ts';
import { expectedSignature, receiver } from '../webhook/receiver.ts';
import { loopPublish } from '../wire/encoders.ts';
import { type OnStage, onStage } from '../wire/stage.ts';
import { dashboardForFile, type Visit } from './dashboard.ts';
import { disabledBecause, forced } from './forced.ts';
import { type Do, doer } from './furnish.ts';

/** From its cause until it stands on every open page, and from its end until it is gone from them. */
const FOUND_MS = 10_000;
const SIGNED_OUT_MS = 1_500;
/** Letters that say they are a test, to one address. */
const TESTS_PER_HOUR = 5;

const mailbox = await openMailbox();
const dashboard = dashboardForFile({ env: { ...ALLOWED, LOCKKEEPER_SMTP_URL: mailbox.url } });
after(() => mailbox[Symbol.asyncDispose]());

const bell = (page: Page, name: RegExp | string) => page.getByRole('banner').getByRole('button', { name });
const newStream = async (act: Do): Promise<OnStage> => onStage(await act('POST', '/stream', {}));

/** The hour that began so many minutes from now, as a date-time field takes it. */
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16);

/** Milliseconds from now until it is on the page. */
async function appears(...awaited: readonly Locator[]): Promise<number> {
  const began = Date.now();
  await Promise.all(awaited.map((one) => one.waitFor({ timeout: FOUND_MS + 5_000 })));
  return Date.now() - began;
}

async function expectNow({ page }: Visit): Promise<void> {
  const expected = page.getByRole('region', { name: 'Expected on air' });
  await expected.getByLabel('From (UTC)').fill(inMinutes(-1));
  await expected.getByLabel('To (UTC)').fill(inMinutes(-2));
  await expected.getByRole('button', { name: 'Expect it then' }).click();
  await expected.getByText('It has to end after it begins.').waitFor();
  await expected.getByLabel('To (UTC)').fill(inMinutes(60));
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith('/expected') && one.request().method() === 'PUT'),
    expected.getByRole('button', { name: 'Expect it then' }).click(),
  ]);
  assert.equal(answer.status(), 200);
}

describe('an observer', () => {
  test('sees what goes wrong as it happens, and when it is over', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const act = doer(running, tenant);
    const { stream, ingest } = await newStream(act);
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    await watcher.go('/alerts');
    await bell(page, 'No open alerts').waitFor();
    await page.getByText('Nothing is wrong at the moment. What was wrong').waitFor();
    await using boss = await visit(tenant.admin);
    await boss.go(`/streams/${stream.id}`);
    await expectNow(boss);

    const card = page.getByRole('listitem', { name: 'Stream offline' });
    const found = await appears(bell(page, '1 open alert, worst: Critical'), card);
    assert.ok(found < FOUND_MS, `found after ${found} ms`);
    const said = await card.innerText();
    for (const words of ['Critical', 'Code 21001', 'The stream is not on air though it is expected to be.'])
      assert.ok(said.includes(words), said);
    assert.match(said, /What to do: Start the encoder, or see why it was refused/);
    await page.getByText('New critical alert: Stream offline').waitFor();

    await using encoder = loopPublish(ingest);
    await until(() => encoder.live, 5_000, 'the encoder on air');
    const over = await appears(
      bell(page, 'No open alerts'),
      page.getByText('Nothing is wrong at the moment. What was'),
    );
    assert.ok(over < FOUND_MS, `over after ${over} ms`);
    await page.getByRole('link', { name: 'History' }).click();
    const row = page.getByRole('table').getByRole('row', { name: /Stream offline/ });
    const [alert] = (await act('GET', '/alert/history')) as { firstDetection: string; resolvedAt: string }[];
    assert.ok(alert);
    const lasted = Math.floor((Date.parse(alert.resolvedAt) - Date.parse(alert.firstDetection)) / 1_000);
    await row.getByRole('cell', { name: `${lasted} s`, exact: true }).waitFor();
    assert.equal(await row.getByText('still open').count(), 0);
  });

  test('neither chooses who is told or what is expected, nor blocks anybody: it is there, disabled, and says why', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { stream } = await newStream(doer(running, tenant));
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    await watcher.go('/alerts');
    const receivers = page.getByRole('main').getByRole('button', { name: 'Receivers' });
    const toldWhy = /You may not choose who receives alerts and when a stream is expected\. nanoAdmin, nanoUser may\./;
    const blockWhy = /You may not block viewers by address or referrer\. nanoAdmin, nanoUser may\./;
    assert.match(await disabledBecause(receivers, 'alerts:configure'), toldWhy);
    const blocks = page.getByRole('navigation').getByRole('button', { name: 'Blocks' });
    assert.match(await disabledBecause(blocks, 'viewer:block'), blockWhy);
    await watcher.go(`/streams/${stream.id}`);
    const expected = page.getByRole('region', { name: 'Expected on air' });
    assert.match(
      await disabledBecause(expected.getByRole('button', { name: 'Expect it then' }), 'alerts:configure'),
      toldWhy,
    );
    assert.ok(await expected.getByLabel('From (UTC)').isDisabled());
    for (const [target, why] of [
      ['/alerts/receivers', toldWhy],
      ['/guardian', blockWhy],
    ] as const) {
      await watcher.go(target);
      await page.getByRole('main').getByRole('alert').filter({ hasText: why }).waitFor();
    }
    watcher.expect(/^(GET|PUT|POST) \/(alert\/receivers|guardian|stream)[\w/-]* 403$/);
    for (const [method, path, body, capability] of [
      ['PUT', `/stream/${stream.id}/expected`, [], 'alerts:configure'],
      ['GET', '/alert/receivers', undefined, 'alerts:configure'],
      ['PUT', '/alert/receivers', { emails: ['me@example.test'], webhook: null }, 'alerts:configure'],
      ['POST', '/alert/receivers/test', undefined, 'alerts:configure'],
      ['GET', '/guardian/ip', undefined, 'viewer:block'],
      ['POST', '/guardian/ip', { ip: '192.0.2.7' }, 'viewer:block'],
      ['POST', '/guardian/referrer', { domain: 'example.org', type: 'allow' }, 'viewer:block'],
    ] as const) {
      const { status, body: answer } = await forced(page, method, path, body);
      assert.deepEqual([status, answer.error.userinfo.capability], [403, capability], `${method} ${path}`);
    }
  });
});

describe('who is told of alerts', () => {
  test('is a list of addresses: added, removed, and refused in words when it is none', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { user } = tenant;
    const act = doer(running, tenant);
    await using operator = await visit(user);
    const { page } = operator;
    await operator.go('/alerts/receivers');
    const test = page.getByRole('button', { name: 'Send a test' });
    await test.hover();
    await page.getByRole('tooltip', { name: 'There is nobody to send it to yet.' }).waitFor();
    const emails = page.getByRole('region', { name: 'E-mail' });
    const add = async (email: string) => {
      await emails.getByLabel('E-mail address').fill(email);
      await emails.getByRole('button', { name: 'Add address' }).click();
    };
    await add('the desk');
    await emails.getByText('This is not an e-mail address').waitFor();
    await add('desk@example.test');
    await page.getByText('desk@example.test is told of alerts from now on.').waitFor();
    await add('DESK@example.test');
    await emails.getByText('This address is in the list already').waitFor();

    await test.click();
    const verdict = page.getByRole('status').filter({ hasText: 'What came of the test' });
    await verdict.getByText('1 letter was sent off. Look into the mailbox.').waitFor();
    assert.match((await mailbox.next('desk@example.test')).text, /test/i);
    for (let more = 1; more < TESTS_PER_HOUR; more++) await act('POST', '/alert/receivers/test');
    await test.click();
    await verdict.getByText('1 address was left out: it got a test a short while ago.').waitFor();

    await emails.getByRole('button', { name: 'Remove desk@example.test' }).click();
    await page.getByText('desk@example.test is not told any more.').waitFor();
    await emails.getByText('Nobody is told by mail.').waitFor();
    assert.deepEqual(((await act('GET', '/alert/receivers')) as { emails: string[] }).emails, []);
  });

  test('is a webhook: set, tested, its secret masked and copied', async () => {
    const { running, visit } = dashboard();
    const { user } = await running.tenant();
    await using hook = await receiver();
    await using operator = await visit(user);
    operator.expect(/^PUT \/alert\/receivers 400$/);
    const { page } = operator;
    await operator.go('/alerts/receivers');
    const webhook = page.getByRole('region', { name: 'Webhook' });
    const save = async (url: string) => {
      await webhook.getByLabel('Address of the webhook').fill(url);
      await webhook.getByRole('button', { name: 'Save webhook' }).click();
    };
    await save('https://169.254.169.254/latest');
    await page.getByText('This host has an address that may not be called from here').waitFor();
    await save(hook.url);
    await page.getByText('The webhook is told of alerts from now on.').waitFor();
    const { body } = await running.call('GET', '/alert/receivers', { token: user.token });
    const secret: string = body.webhookSecret;
    await webhook.getByRole('button', { name: 'Copy: Signing secret' }).click();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), secret);
    assert.equal((await page.content()).includes(secret), false);
    await webhook.getByRole('button', { name: 'Show: Signing secret' }).click();
    await webhook.getByText(secret, { exact: true }).waitFor();

    const test = page.getByRole('button', { name: 'Send a test' });
    const verdict = page.getByRole('status').filter({ hasText: 'What came of the test' });
    await test.click();
    await verdict.getByText(/^The webhook took it: it answered 200 after \d+ ms\.$/).waitFor();
    const [told] = hook.received;
    assert.ok(told);
    assert.equal(told.headers['x-lockkeeper-signature'], expectedSignature(secret, told));
    hook.answers[''] = 503;
    await test.click();
    await verdict.getByText(/^The webhook did not take it: it answered 503 after \d+ ms\.$/).waitFor();

    await webhook.getByRole('button', { name: 'Remove webhook' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove webhook' }).click();
    await page.getByText('The webhook is removed.').waitFor();
    await webhook.getByRole('button', { name: 'Copy: Signing secret' }).waitFor({ state: 'detached' });
  });
});

/** Makes somebody an administrator: an alert within a second or two, which needs no stream. */
async function promote(act: Do, { join }: Tenant): Promise<void> {
  const { id } = await join('nanoUser');
  await act('PUT', '/user/permission', { id, permission: 'nanoAdmin' });
}

describe('the page of alerts', () => {
  test('of somebody whose role is taken away is at the sign-in at once, and nobody listens any more', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { user } = tenant;
    const act = doer(running, tenant);
    const { events } = running.app.services;
    await until(() => events.count === 0, 5_000, 'the end of what others listened to');
    await using operator = await visit(user);
    const { page } = operator;
    await operator.go('/alerts');
    await bell(page, 'No open alerts').waitFor();
    await until(() => events.count === 1, 5_000, 'the page to listen');
    await act('PUT', '/user/permission', { id: user.id, permission: 'nanoReadOnly' });
    const began = Date.now();
    await page.getByLabel('E-mail address').waitFor();
    const took = Date.now() - began;
    assert.ok(took < SIGNED_OUT_MS, `${took} ms`);
    await page.getByText('Your session has ended').waitFor();
    assert.equal(events.count, 0);
    assert.equal(await page.getByRole('banner').count(), 0, 'the bell is gone with its page');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await promote(act, tenant);
    await until(async () => ((await act('GET', '/alert')) as unknown[]).length === 1, FOUND_MS, 'an alert');
    const ofApi = asked.filter((path) => !path.startsWith('/dashboard'));
    assert.deepEqual(ofApi, [], 'and neither asks nor hears of it');
  });

  test('speaks German to whom the dashboard speaks German', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const act = doer(running, tenant);
    await using watcher = await visit(tenant.observer, { language: 'de' });
    const { page } = watcher;
    await watcher.go('/alerts');
    await bell(page, 'Keine offenen Warnungen').waitFor();
    await promote(act, tenant);
    await bell(page, '1 offene Warnung, schwerste: Gering').waitFor();
    const card = page.getByRole('listitem', { name: 'Neuer Administrator' });
    const said = await card.innerText();
    for (const words of [
      'Ein Benutzer hat die Rolle nanoAdmin erhalten.',
      'Was zu tun ist: War das niemand von Ihnen, nehmen Sie die Rolle wieder weg',
    ])
      assert.ok(said.includes(words), said);
    assert.equal(said.includes('was given the role'), false);
  });
});
