import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type NameServer, nameServer } from '../egress/name-server.ts';
import type { Answer, CallOptions } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const running = serverForFile({ env: { LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1' } });
const RECEIVERS = '/alert/receivers';

let names: NameServer;
before(async () => {
  names = await nameServer();
  names.zone = { 'hooks.example.test': [['93.184.215.14']], 'inside.example.test': [['10.0.0.1']] };
});
after(() => names[Symbol.dispose]());

const get = (who: CallOptions): Promise<Answer> => running().call('GET', RECEIVERS, who);
const set = (who: CallOptions, body: unknown): Promise<Answer> => running().call('PUT', RECEIVERS, { ...who, body });
const people = async () => {
  const { admin, user, observer, id } = await running().tenant();
  return { id, admin: { token: admin.token }, user: { token: user.token }, observer: { token: observer.token } };
};
const NONE = { emails: [], webhook: null };

describe('The receivers of alerts', () => {
  test('are nobody at first, and then whom an administrator or a user names', async () => {
    const { admin, user } = await people();
    const nobody = { emails: [], webhook: null, severity: 'Advice', webhookSecret: null, mail: false };
    assert.deepEqual(ok(await get(user)), nobody);
    const emails = ['desk@example.test', 'night.shift@example.test'];
    const body = { emails, webhook: 'https://hooks.example.test/alerts?key=1', severity: 'Moderate' };
    const made = ok(await set(user, body));
    assert.match(made.webhookSecret, /^whsec_[0-9A-Za-z]{43}$/);
    assert.deepEqual(made, { ...body, webhookSecret: made.webhookSecret, mail: false });
    assert.deepEqual(ok(await get(admin)), made);
  });

  test('are neither shown to nor changed by an observer', async () => {
    const { observer } = await people();
    const reason = { capability: 'alerts:configure', role: 'nanoReadOnly' };
    refused(await get(observer), 403, 2001, reason);
    refused(await set(observer, NONE), 403, 2001, reason);
    refused(await running().call('POST', `${RECEIVERS}/test`, observer), 403, 2001, reason);
    refused(await running().call('POST', `${RECEIVERS}/test`, {}), 401, 4003);
  });

  test('are those of one organisation', async () => {
    const [mine, other] = [await people(), await people()];
    const set1 = ok(await set(mine.admin, { emails: ['me@example.test'], webhook: 'https://hooks.example.test/mine' }));
    assert.deepEqual(ok(await get(other.admin)).emails, []);
    const set2 = ok(await set(other.admin, { emails: [], webhook: 'https://hooks.example.test/mine' }));
    assert.notEqual(set2.webhookSecret, set1.webhookSecret);
    assert.deepEqual(ok(await get(mine.admin)), set1);
  });

  test('keep their secret while the rest changes, and get another when asked', async () => {
    const { admin } = await people();
    const { webhookSecret } = ok(await set(admin, { emails: [], webhook: 'https://hooks.example.test/a' }));
    for (const body of [
      { emails: ['a@example.test'], webhook: 'https://hooks.example.test/a' },
      { emails: [], webhook: 'https://hooks.example.test/b' },
      NONE,
    ])
      assert.equal(ok(await set(admin, body)).webhookSecret, webhookSecret);
    const other = ok(await set(admin, { emails: [], webhook: 'https://hooks.example.test/b', rotateSecret: true }));
    assert.notEqual(other.webhookSecret, webhookSecret);
  });

  test('are addresses and a URL that may be called, each once and not too many', async () => {
    const { admin } = await people();
    const twice = { emails: ['Desk@example.test', 'desk@example.test'], webhook: null };
    assert.deepEqual(ok(await set(admin, twice)).emails, ['Desk@example.test']);
    for (const emails of [
      ['nobody'],
      ['a@b c'],
      ['a@b\r\nBcc: c@d'],
      Array.from({ length: 21 }, (_, n) => `p${n}@x.test`),
    ])
      refused(await set(admin, { emails, webhook: null }), 400, 1000);
    const urls = [
      'http://hooks.example.test/',
      'https://inside.example.test/',
      'https://169.254.169.254/',
      'https://a:b@hooks.example.test/',
    ];
    for (const webhook of [...urls, running().url])
      refused(await set(admin, { emails: [], webhook }), 400, 1000, { parameter: 'webhook' });
    refused(await set(admin, { ...NONE, severity: 'Loud' }), 400, 1000);
    refused(await set(admin, { emails: [] }), 400, 1002);
    assert.deepEqual(ok(await get(admin)).emails, ['Desk@example.test']);
  });

  test('are on record without addresses and without the path of the URL, and stored so that nobody can read it', async () => {
    const { admin, id } = await people();
    const body = { emails: ['on-call@example.test'], webhook: 'https://hooks.example.test/path-is-secret' };
    const { webhookSecret } = ok(await set(admin, body));
    const [row] = ok(await running().call('GET', '/audit?action=setAlertReceivers', admin));
    const detail = { emails: 1, host: 'hooks.example.test', severity: 'Advice', rotated: false };
    assert.partialDeepStrictEqual(row, { outcome: 'allowed', target: { type: 'alert-receivers', id }, detail });
    assert.doesNotMatch(JSON.stringify(row), /on-call|path-is-secret/);
    const query = running().app.store.db.selectFrom('alert_receivers').selectAll().where('organisation_id', '=', id);
    const stored = JSON.stringify(await query.execute());
    assert.equal(stored.includes('path-is-secret') || stored.includes(webhookSecret), false);
  });

  test('that are nobody are told nothing by a test', async () => {
    const { user } = await people();
    const answer = ok(await running().call('POST', `${RECEIVERS}/test`, user));
    assert.deepEqual(answer, { emails: 0, webhook: null });
  });
});
