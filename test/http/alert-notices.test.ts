import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { Alerts } from '../../src/alerts/alerts.ts';
import { AlertDeliveries } from '../../src/alerts/deliveries.ts';
import { notify } from '../../src/alerts/notices.ts';
import { Observations } from '../../src/alerts/observations.ts';
import { createLog } from '../../src/log.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { type NameServer, nameServer } from '../egress/name-server.ts';
import { type Running, start, type Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { selfSigned } from '../webhook/certificate.ts';
import { expectedSignature, type Received, type Receiver, receiver } from '../webhook/receiver.ts';
import { alertsOf, LOOKED_MS } from './alerting.ts';
import { ok } from './helpers.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';

const HALF_A_DAY_MS = 12 * 3_600_000;
const HOST = 'alerts.example.test';
const RECEIVERS = '/alert/receivers';
const PAGE = readFileSync(new URL('../../docs/alert-receivers.md', import.meta.url), 'utf8');
const codeOf = (language: string): string => PAGE.split(`\`\`\`${language}\n`)[1]!.split('```')[0]!;

let names: NameServer;
let mailbox: Mailbox;
let running: Running;
const trusted = tls.getCACertificates('default');
const certificate = selfSigned(HOST);
before(async () => {
  names = await nameServer();
  names.zone = { [HOST]: [['127.0.0.1']] };
  tls.setDefaultCACertificates([...trusted, certificate.cert]);
  mailbox = await openMailbox();
  const env = { LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1', LOCKKEEPER_SMTP_URL: mailbox.url };
  running = await start({ env });
});
after(async () => {
  await running[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
  names[Symbol.dispose]();
  tls.setDefaultCACertificates(trusted);
});

const secureReceiver = () => receiver({ tls: certificate });
const urlOf = ({ port }: Receiver) => `https://${HOST}:${port}/told?key=of-the-receiver`;
const bodyOf = ({ body }: Received) => JSON.parse(body);
const kinds = (hook: Receiver) => hook.received.map((one) => bodyOf(one).kind);

async function listening(body: object): Promise<{ tenant: Tenant; secret: string }> {
  const tenant = await running.tenant('Studio <One>');
  const answer = ok(await running.call('PUT', RECEIVERS, { token: tenant.user.token, body }));
  return { tenant, secret: answer.webhookSecret };
}

/** Raises 91005, which is Minor. Gives the id of whom it is about. */
async function raise({ join, apiKey }: Tenant): Promise<string> {
  const { id } = await join('nanoUser');
  ok(await running.call('PUT', '/user/permission', { apiKey, body: { id, permission: 'nanoAdmin' } }));
  return id;
}

/** Another process on the same database, at another time. */
function later(byMs: number): AsyncDisposable {
  const { store, secrets, services } = running.app;
  const log = createLog('test', 'silent');
  const parts = new AsyncDisposableStack();
  const mailer = parts.use(createMailer({ smtpUrl: mailbox.url, from: 'later@example.test', log }));
  const now = () => Date.now() + byMs;
  const base = () => services.urls().http;
  parts.use(new AlertDeliveries({ store, secrets, mailer, log, policy: services.egress, base, now, tickMs: 50 }));
  return parts;
}

/** Looks for what is over, as another process does at another time. */
async function lookLater(byMs: number): Promise<void> {
  const parts = {
    store: running.app.store,
    observations: new Observations(),
    log: createLog('test', 'silent'),
    notify,
  };
  await using alerts = new Alerts({ ...parts, now: () => Date.now() + byMs });
  await alerts.look({ heard: false, heardAt: 0, stats: new Map() });
}

/** What waits to be sent again is due. */
const hurry = (tenant: Tenant) =>
  running.app.store.transaction(({ db }) =>
    db
      .updateTable('alert_delivery')
      .set({ next_at: 1 })
      .where('organisation_id', '=', tenant.id)
      .where('next_at', 'is not', null)
      .execute(),
  );

const deliveriesOf = ({ id }: Tenant) =>
  running.app.store.db.selectFrom('alert_delivery').selectAll().where('organisation_id', '=', id).execute();

test('who is to be told of alerts is told when one is new, every 12 hours while it lasts and when it is over, by mail and by a signed call', async () => {
  await using hook = await secureReceiver();
  const emails = ['desk@notices.test', 'night@notices.test'];
  const { tenant, secret } = await listening({ emails, webhook: urlOf(hook) });
  const deaf = await running.tenant();
  await raise(deaf);
  const subject = await raise(tenant);
  await until(() => hook.received.length > 0, 10_000, 'the first call');
  const alert = await alertsOf(running, tenant).opened(91005);
  const [call] = hook.received;
  assert.equal(call?.headers['x-lockkeeper-signature'], expectedSignature(secret, call!));
  assert.equal(call?.headers['content-type'], 'application/json');
  const { elapsedTime, lastDetection, ...told } = bodyOf(call!);
  assert.ok(elapsedTime >= 0 && elapsedTime < 10 && lastDetection.endsWith('Z'));
  const { id, code, name, severity, message } = alert;
  const advice = 'If nobody of you did that, take the role away again and renew the token keys of all administrators';
  const { firstDetection } = told;
  const organisation = { id: tenant.id };
  const facts = { id, code, name, severity, message, advice, firstDetection, stream: null, organisation };
  assert.deepEqual(told, { ...facts, kind: 'new', resolvedAt: null });
  assert.deepEqual(Object.keys(bodyOf(call!)), Object.keys(JSON.parse(codeOf('json'))), 'as it is documented');
  const letters = await Promise.all(emails.map((to) => mailbox.next(to)));
  for (const { text, html, headers, to } of letters) {
    assert.equal(to.length, 1, 'nobody sees who else is told');
    assert.equal(headers.get('Subject'), 'Minor: New administrator');
    assert.match(text, /A user was given the role nanoAdmin\./);
    assert.match(text, /first noticed at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    assert.match(text, new RegExp(`${advice}\\.`));
    assert.ok(text.includes(`${running.url}/dashboard/alerts`));
    assert.ok(html.includes('Studio &lt;One&gt;') && !html.includes('<One>'));
    assert.doesNotMatch(text, new RegExp(`whsec_|${subject}|${tenant.apiKey}`));
  }

  {
    await using _soon = later(HALF_A_DAY_MS - 60_000);
    await sleep(300);
  }
  assert.deepEqual(kinds(hook), ['new']);
  {
    await using _other = later(HALF_A_DAY_MS + 60_000);
    await using _another = later(HALF_A_DAY_MS + 60_000);
    await until(() => hook.received.length > 1, 5_000, 'the reminder');
  }
  assert.equal((await mailbox.next(emails[0]!)).headers.get('Subject'), 'Still Minor: New administrator');
  ok(await running.call('PUT', RECEIVERS, { token: deaf.user.token, body: { emails, webhook: urlOf(hook) } }));
  await lookLater(2 * 3_600_000);
  await until(() => hook.received.length > 2, 8_000, 'the end');
  assert.deepEqual(kinds(hook), ['new', 'lasting', 'resolved']);
  const over = bodyOf(hook.received[2]!);
  assert.deepEqual([over.id, over.firstDetection], [id, firstDetection]);
  assert.match(over.resolvedAt, /^\d{4}-/);
  assert.equal(over.elapsedTime, Math.floor((Date.parse(over.resolvedAt) - Date.parse(firstDetection)) / 1_000));
  assert.equal((await mailbox.next(emails[0]!)).headers.get('Subject'), 'Resolved: New administrator');
  const ids = hook.received.map(({ headers }) => headers['x-lockkeeper-delivery']);
  assert.equal(new Set(ids).size, 3);
  const [ended] = await alertsOf(running, deaf).history();
  assert.match(ended?.resolvedAt ?? '', /^\d{4}-/);
  assert.deepEqual(await deliveriesOf(deaf), [], 'of what nobody was told it is not said that it is over');
});

describe('Who is to be told of alerts', { concurrency: true }, () => {
  test('is told from the severity on that was asked for, and of nobody else’s alerts', async () => {
    await using hook = await secureReceiver();
    await using foreignHook = await secureReceiver();
    const { tenant } = await listening({ emails: ['quiet@notices.test'], webhook: urlOf(hook), severity: 'Moderate' });
    await listening({ emails: ['foreign@notices.test'], webhook: urlOf(foreignHook) });
    await raise(tenant);
    await alertsOf(running, tenant).opened(91005);
    for (let i = 0; i < 10; i++) {
      const body = { email: tenant.observer.email, password: 'not this one' };
      assert.ok([401, 429].includes((await running.call('POST', '/user/validate', { body })).status));
    }
    await until(() => hook.received.length > 0, 10_000, 'the call');
    await mailbox.next('quiet@notices.test');
    await sleep(LOOKED_MS);
    assert.deepEqual(
      hook.received.map((one) => bodyOf(one).code),
      [91004],
    );
    assert.deepEqual((await deliveriesOf(tenant)).map(({ channel }) => channel).sort(), ['email', 'webhook']);
    assert.equal(foreignHook.received.length, 0);
    assert.equal(
      mailbox.mails.some(({ to }) => to.includes('foreign@notices.test')),
      false,
    );
  });

  test('is told again what a receiver did not take, with the same delivery, until it does', async () => {
    await using hook = await secureReceiver();
    hook.answers[''] = 503;
    const { tenant } = await listening({ emails: [], webhook: urlOf(hook) });
    await raise(tenant);
    await until(() => hook.received.length > 0, 10_000, 'the first call');
    await until(async () => (await deliveriesOf(tenant))[0]?.outcome === 'refused', 5_000, 'the refusal');
    const [{ next_at = 0 } = {}] = await deliveriesOf(tenant);
    assert.ok(next_at! - Date.now() > 2_000 && next_at! - Date.now() < 7_000, 'five seconds later at first');
    hook.answers[''] = 202;
    await hurry(tenant);
    await until(() => hook.received.length > 1, 5_000, 'the second call');
    await until(async () => (await deliveriesOf(tenant))[0]?.finished_at !== null, 5_000, 'the end');
    const ids = hook.received.map(({ headers }) => headers['x-lockkeeper-delivery']);
    assert.equal(new Set(ids).size, 1);
    assert.partialDeepStrictEqual(await deliveriesOf(tenant), [{ outcome: 'delivered', attempts: 2, next_at: null }]);
  });

  test('is given up after a day', async () => {
    await using hook = await secureReceiver();
    const { tenant } = await listening({ emails: [], webhook: urlOf(hook) });
    hook.answers[''] = (response) => response.destroy();
    await raise(tenant);
    const outcome = async () => (await deliveriesOf(tenant))[0]?.outcome;
    await until(async () => (await outcome()) === 'connection-lost', 10_000, 'the first call');
    await running.app.store.transaction(({ db }) =>
      db
        .updateTable('alert_delivery')
        .set({ created_at: Date.now() - 25 * 3_600_000 })
        .where('organisation_id', '=', tenant.id)
        .execute(),
    );
    await hurry(tenant);
    await until(async () => (await outcome()) === 'given-up', 5_000, 'giving up');
    assert.partialDeepStrictEqual(await deliveriesOf(tenant), [{ next_at: null, attempts: 2 }]);
    assert.equal(hook.received.length, 2);
  });

  test('is told by a test what it would be told, at most five times an hour by mail', async () => {
    await using hook = await secureReceiver();
    const { tenant, secret } = await listening({ emails: ['probe@notices.test'], webhook: urlOf(hook) });
    const probe = async () => ok(await running.call('POST', `${RECEIVERS}/test`, { token: tenant.user.token }));
    const { webhook, emails } = await probe();
    assert.deepEqual([emails, webhook.status, webhook.error], [1, 200, null]);
    const [call] = hook.received;
    assert.equal(call?.headers['x-lockkeeper-signature'], expectedSignature(secret, call!));
    const { isFromLockkeeper } = await import(`data:text/javascript,${encodeURIComponent(codeOf('js'))}`);
    const header = call?.headers['x-lockkeeper-signature'];
    assert.equal(isFromLockkeeper(secret, header, call?.body), true, 'by the documented way to check it');
    assert.equal(isFromLockkeeper('whsec_another', header, call?.body), false);
    assert.equal(isFromLockkeeper(secret, header, `${call?.body} `), false);
    assert.partialDeepStrictEqual(bodyOf(call!), { kind: 'test', stream: null, organisation: { id: tenant.id } });
    assert.equal((await mailbox.next('probe@notices.test')).headers.get('Subject'), 'Test: alerts reach you');
    hook.answers[''] = 404;
    const { webhook: refused } = await probe();
    assert.deepEqual([refused.status, refused.error], [404, 'It answered 404, which is no success']);
    const more = [await probe(), await probe(), await probe(), await probe()].map(({ emails }) => emails);
    assert.deepEqual(more, [1, 1, 1, 0]);
    const [row] = ok(await running.call('GET', '/audit?action=testAlertReceivers', { token: tenant.admin.token }));
    assert.doesNotMatch(JSON.stringify(row), /probe@|of-the-receiver/);
  });
});
