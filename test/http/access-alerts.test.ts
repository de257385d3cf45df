import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Observations } from '../../src/alerts/observations.ts';
import { keyPrincipal } from '../../src/credentials.ts';
import { createLog } from '../../src/log.ts';
import { Usage } from '../../src/usage/usage.ts';
import { PASSWORD, type Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { tryPublish } from '../wire/encoders.ts';
import { alertsOf, LOOKED_MS } from './alerting.ts';
import { ok, serverForFile } from './helpers.ts';
import { playoutName } from './playback.ts';

const QUIET_MS = 2_500;
const running = serverForFile({
  env: { LOCKKEEPER_TRUST_PROXY: '127.0.0.1', LOCKKEEPER_SIGNUP: 'on' },
  alertLimits: { quietMs: { 91001: QUIET_MS } },
});
/** What a client that is still running when its token ends is forgiven. */
const GRACE_MS = 60_000;

const as = ({ token }: { token: string }) => ({ token });
const newStream = async ({ admin }: Tenant) => ok(await running().call('POST', '/stream', { ...as(admin), body: {} }));
const subjects = (alerts: readonly { code: number; subject: { id: string } }[], code: number): string[] =>
  alerts.filter((alert) => alert.code === code).map(({ subject }) => subject.id);

/** As if it had ended a while ago. */
const ago = (table: 'token' | 'ingest_token' | 'playback_token', id: string) =>
  running().app.store.transaction(({ db }) =>
    db
      .updateTable(table)
      .set({ revoked_at: Date.now() - GRACE_MS - 1_000 })
      .where('id', '=', id)
      .execute(),
  );

describe('An alert about access', { concurrency: true }, () => {
  test('says that an encoder was refused five times in a row, and not when it got in between', async () => {
    const home = await running().tenant();
    const alerts = alertsOf(running(), home);
    const { id, ingest } = await newStream(home);
    const control = async (verb: string) => ok(await running().call('PUT', `/stream/${id}/${verb}`, as(home.admin)));
    const refuse = async (times: number) => {
      for (let i = 0; i < times; i++) assert.equal(typeof (await tryPublish(ingest.rtmp)), 'string');
    };
    await control('lock');
    await refuse(4);
    await sleep(LOOKED_MS);
    await control('unlock');
    const publisher = await tryPublish(ingest.rtmp);
    assert.ok(typeof publisher !== 'string');
    await publisher.close();
    await control('lock');
    await refuse(4);
    await sleep(LOOKED_MS);
    assert.deepEqual(subjects(await alerts.history(), 91001), []);
    await refuse(2);
    const alert = await alerts.opened(91001);
    assert.deepEqual(alert.subject, { type: 'stream', id });
    assert.match(alert.message, /refused \d+ times in a row/);
    await until(async () => subjects(await alerts.open(), 91001).length === 0, QUIET_MS + 5_000, 'the end');
    const [past, ...others] = (await alerts.history()).filter(({ code }) => code === 91001);
    assert.match(past?.resolvedAt ?? '', /^\d{4}-/);
    assert.deepEqual(others, []);
  });

  test('says that a token was used after it was revoked or its user got another role, and not of other dead ones', async () => {
    const { call, tenant } = running();
    const [home, foreign] = [await tenant(), await tenant()];
    const { store } = running().app;
    const at = Date.now();
    const revoked = await home.join('nanoUser');
    ok(await call('DELETE', `/bintu/token/${revoked.tokenId}`, as(home.admin)));
    await ago('token', revoked.tokenId);
    const lately = await home.join('nanoUser');
    ok(await call('DELETE', `/bintu/token/${lately.tokenId}`, as(home.admin)));
    const [demoted, demotedLately] = [await home.join('nanoUser'), await home.join('nanoUser')];
    for (const { id } of [demoted, demotedLately])
      ok(await call('PUT', '/user/permission', { ...as(home.admin), body: { id, permission: 'nanoReadOnly' } }));
    const expired = await home.join('nanoUser');
    const { token: session } = ok(
      await call('POST', '/user/validate', { body: { email: home.user.email, password: PASSWORD } }),
    );
    await store.transaction(async ({ db }) => {
      const user = db.updateTable('user').set({ token_key_at: at - GRACE_MS - 1_000 });
      await user.where('id', '=', demoted.id).execute();
      const token = db.updateTable('token');
      await token
        .set({ revoked_at: 1, expires_at: at - 1 })
        .where('id', '=', expired.tokenId)
        .execute();
      const signedIn = token.set({ revoked_at: 1 }).where('user_id', '=', home.user.id);
      await signedIn.where('kind', '=', 'login').execute();
    });
    const dead = [revoked, revoked, revoked, lately, demoted, demotedLately, expired].map(({ token }) => token);
    for (const token of [...dead, session, 'nobody-ever-had-this-one'])
      assert.equal((await call('GET', '/user/me', { token })).status, 401);
    ok(await call('GET', '/user/me', as(home.observer)));
    const alerts = alertsOf(running(), home);
    await until(async () => subjects(await alerts.open(), 91002).length >= 2, 10_000, 'two alerts');
    await sleep(LOOKED_MS);
    const open = await alerts.open();
    assert.deepEqual(subjects(open, 91002).sort(), [revoked.tokenId, demoted.tokenId].sort());
    assert.doesNotMatch(JSON.stringify(open), /@|127\.0\.0/);
    assert.deepEqual(await alertsOf(running(), foreign).history(), []);
  });

  test('says so of tokens that let encoders and viewers in', async () => {
    const { call, tenant, playout } = running();
    const home = await tenant();
    const who = as(home.admin);
    ok(
      await call('PUT', '/organisation', { ...who, body: { settings: { ingestTokens: true, securePlayback: true } } }),
    );
    const stream = await newStream(home);
    const { url, streamname } = stream.ingest.rtmp;
    const ingestToken = async () => ok(await call('POST', `/stream/${stream.id}/ingest-token`, { ...who, body: {} }));
    const [old, fresh, good] = [await ingestToken(), await ingestToken(), await ingestToken()];
    for (const { id } of [old, fresh]) ok(await call('DELETE', `/stream/${stream.id}/ingest-token/${id}`, who));
    await ago('ingest_token', old.id);
    for (const { token } of [old, fresh])
      assert.equal(typeof (await tryPublish({ url, streamname: `${streamname}?token=${token}` })), 'string');
    const publisher = await tryPublish({ url, streamname: `${streamname}?token=${good.token}` });
    assert.ok(typeof publisher !== 'string');

    const body = { orgawide: true, revocable: true };
    const made = [];
    for (let i = 0; i < 2; i++) made.push(ok(await call('POST', '/api/v1/splay', { ...who, body })).data);
    const [viewed, viewedLately] = made;
    for (const { token } of made)
      assert.equal((await call('POST', '/api/v1/splay/revoke', { ...who, body: { token } })).status, 204);
    await ago('playback_token', viewed.id);
    for (const { token } of [viewed, viewedLately]) {
      const answer = await fetch(`${playout}/live/${playoutName(stream)}.flv?token=${token}`);
      assert.equal(answer.status, 401);
      await answer.body?.cancel();
    }
    const alerts = alertsOf(running(), home);
    await until(async () => subjects(await alerts.open(), 91002).length >= 2, 10_000, 'two alerts');
    assert.deepEqual(subjects(await alerts.open(), 91002).sort(), [old.id, viewed.id].sort());
    await publisher.close();
  });

  test('says that the API key came from a new address, once, and not of the first one or after a restart', async () => {
    const { call, tenant, app } = running();
    const [home, foreign] = [await tenant(), await tenant()];
    const from = async ({ apiKey }: Tenant, ip: string) =>
      ok(await call('GET', '/tag', { apiKey, headers: { 'X-Forwarded-For': ip } }));
    const alerts = alertsOf(running(), home);
    for (const ip of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2']) {
      await from(home, ip);
      await app.services.usage.flush();
    }
    await from(foreign, '198.51.100.7');
    await app.services.usage.flush();
    await sleep(LOOKED_MS);
    assert.deepEqual(await alerts.history(), [], 'one network, however many addresses it has');
    for (let i = 0; i < 2; i++) await from(home, '198.51.100.7');
    const alert = await alerts.opened(91003);
    const access = ok(await call('GET', '/audit/access', as(home.admin)));
    assert.equal(alert.subject.type, 'key');
    assert.match(JSON.stringify(access), new RegExp(alert.subject.id));
    assert.doesNotMatch(JSON.stringify(alert), /198\.51|2001:db8/);
    assert.deepEqual(await alertsOf(running(), foreign).history(), []);

    const observations = new Observations();
    await using again = new Usage(app.store, createLog('test', 'silent'), observations);
    const { id } = alert.subject;
    const key = keyPrincipal({ id, kind: 'api', organisation_id: home.id, disabled_at: null }, Date.now())!;
    const visit = { at: Date.now(), route: 'listTags', client: undefined };
    for (const ip of ['198.51.100.7', '2001:db8:1:2::9']) again.used(key, { ...visit, ip });
    await again.flush();
    assert.deepEqual(observations.take(), []);
    again.used(key, { ...visit, ip: '198.51.100.8' });
    await again.flush();
    assert.deepEqual(
      observations.take().map(({ code, subject }) => [code, subject]),
      [[91003, id]],
    );
  });

  test('says that sign-ins of a user were refused ten times, with the answers that nobody’s address gets', async () => {
    const { call, tenant } = running();
    const home = await tenant();
    const { user } = home;
    const answers = async (email: string, times: number) => {
      const all: number[] = [];
      for (let i = 0; i < times; i++)
        all.push((await call('POST', '/user/validate', { body: { email, password: 'not this one' } })).status);
      return all;
    };
    const alerts = alertsOf(running(), home);
    const nine = await answers(user.email, 9);
    assert.deepEqual(await answers('nobody-in-particular@example.test', 9), nine);
    await answers('nobody-in-particular@example.test', 3);
    await sleep(LOOKED_MS);
    assert.deepEqual(await alerts.history(), []);
    await answers(user.email, 2);
    const alert = await alerts.opened(91004);
    assert.deepEqual(alert.subject, { type: 'user', id: user.id });
    assert.doesNotMatch(JSON.stringify(alert), /@/);
    const [seen] = ok(await call('GET', '/alert', as(home.admin)));
    assert.equal(seen.detail.email, user.email, 'who may read the audit log is told who it is');
    assert.equal((await alerts.history()).length, 1);
  });

  test('says who became nanoAdmin, by another role, by an invitation or made as one, but not who was it before', async () => {
    const { call, tenant } = running();
    const home = await tenant();
    const who = as(home.admin);
    const give = async (id: string, permission: string) =>
      ok(await call('PUT', '/user/permission', { ...who, body: { id, permission } }));
    const raised = await home.join('nanoUser');
    await give(raised.id, 'nanoAdmin');
    await give(raised.id, 'nanoAdmin');
    await give(home.observer.id, 'nanoReadOnly');
    const make = async (permission: string): Promise<string> =>
      ok(await call('POST', '/user', { ...who, body: { email: `${permission}-made@example.test`, permission } })).id;
    const made = await make('nanoAdmin');
    await make('nanoUser');
    const { token } = ok(await call('POST', '/user/invite', { ...who, body: { permission: 'nanoAdmin' } }));
    const accepted = { token, email: 'joined-as-admin@example.test', password: PASSWORD };
    ok(await call('POST', '/user/invite/accept', { body: accepted }));
    const people = ok(await call('GET', '/user', who)) as { id: string; email: string }[];
    const joined = people.find(({ email }) => email === accepted.email)!.id;
    const observer = { ...home, observer: home.admin };
    const alerts = alertsOf(running(), observer);
    await until(async () => (await alerts.open()).length >= 3, 10_000, 'three alerts');
    await sleep(LOOKED_MS);
    assert.deepEqual(subjects(await alerts.history(), 91005).sort(), [raised.id, made, joined].sort());
  });

  test('says nothing of the nanoAdmin with whom an organisation begins', async () => {
    const { call } = running();
    const [email, password] = ['founder-of-alerts@example.test', PASSWORD];
    ok(await call('POST', '/signup', { body: { organisation: 'Founded', email, password } }));
    const { token } = ok(await call('POST', '/user/validate', { body: { email, password } }));
    await sleep(LOOKED_MS);
    assert.deepEqual(ok(await call('GET', '/alert/history', { token })), []);
  });
});
