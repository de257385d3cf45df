import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PASSWORD, type Running, start } from '../harness.ts';
import { ok, refused } from './helpers.ts';
import { type Mail, type Mailbox, openMailbox } from './mailbox.ts';

let mailbox: Mailbox;
let running: Running;
before(async () => {
  mailbox = await openMailbox();
  running = await start({
    env: {
      LOCKKEEPER_SMTP_URL: mailbox.url,
      LOCKKEEPER_MAIL_FROM: 'Studio keys <keys@studio.example>',
      LOCKKEEPER_SIGNUP: 'on',
    },
  });
});
after(async () => {
  await running[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

let count = 0;
const fresh = () => `reader-${++count}@example.test`;
const NEW = 'a quite different sentence';
const call: Running['call'] = (...args) => running.call(...args);
const signIn = (email: string, password = PASSWORD) => call('POST', '/user/validate', { body: { email, password } });
const setPassword = (resetToken: string, password = NEW) =>
  call('PUT', '/user/password', { body: { resetToken, password } });
const forgot = (email: string) => call('POST', '/user/password', { body: { email } });

/** The only link in a mail, which its two forms have in common. */
function linkIn(mail: Mail, path: string): { url: string; ticket: string } {
  const [url = '', ...others] = new Set(mail.text.match(/https?:\/\/\S+/g));
  assert.deepEqual(others, []);
  assert.ok(url.startsWith(`${running.url}${path}#`), url);
  assert.ok(mail.html.includes(`href="${url}"`));
  return { url, ticket: new URL(url).hash.slice(1) };
}

describe('an invitation with an address', () => {
  test('is mailed to it in plain words and in HTML, and the link in the mail is the one in the answer', async () => {
    const { admin } = await running.tenant('Studio <b>One</b> & friends');
    const email = fresh();
    const body = { permission: 'nanoUser', email };
    const made = ok(await call('POST', '/user/invite', { token: admin.token, body }));
    const mail = await mailbox.next(email);
    assert.deepEqual(mail.to, [email]);
    assert.equal(mail.from, 'keys@studio.example');
    assert.equal(mail.headers.get('From'), 'Studio keys <keys@studio.example>');
    assert.equal(mail.headers.get('Subject'), 'Invitation to Studio <b>One</b> & friends');
    const { url, ticket } = linkIn(mail, '/invitation');
    assert.equal(url, made.url);
    assert.ok(mail.text.includes('“Studio <b>One</b> & friends”'));
    assert.ok(mail.html.includes('Studio &lt;b&gt;One&lt;/b&gt; &amp; friends'));
    assert.doesNotMatch(mail.html, /<(script|img|link)|src=|<b>/i);
    ok(await call('POST', '/user/invite/accept', { body: { token: ticket, email, password: PASSWORD } }));
  });

  test('without one mails nobody', async () => {
    const { admin } = await running.tenant();
    const before = mailbox.attempts();
    ok(await call('POST', '/user/invite', { token: admin.token, body: { permission: 'nanoUser' } }));
    const email = fresh();
    ok(await call('POST', '/user/invite', { token: admin.token, body: { permission: 'nanoUser', email } }));
    await mailbox.next(email);
    assert.equal(mailbox.attempts(), before + 1);
  });
});

describe('a user made without a password', () => {
  test('is mailed the link that the answer has too', async () => {
    const { admin } = await running.tenant();
    const email = fresh();
    const body = { email, permission: 'nanoUser' };
    const made = ok(await call('POST', '/user', { token: admin.token, body }));
    const { url, ticket } = linkIn(await mailbox.next(email), '/set-password');
    assert.equal(url, made.setPasswordUrl);
    ok(await setPassword(ticket));
    ok(await signIn(email, NEW));
  });

  test('with an address that another organisation knows: its owner is told, and can confirm when it is free', async () => {
    const [home, foreign] = [await running.tenant('Home'), await running.tenant('Foreign')];
    const { email, id } = await foreign.join('nanoUser');
    const body = { email, permission: 'nanoUser', password: PASSWORD };
    const made = ok(await call('POST', '/user', { token: home.admin.token, body }));
    const mail = await mailbox.next(email);
    assert.match(mail.text, /“Home” made an account with your address/);
    assert.equal(mail.text.includes('Foreign'), false);
    const { ticket } = linkIn(mail, '/set-password');
    ok(await call('DELETE', `/user/${id}`, { apiKey: foreign.apiKey }));
    ok(await setPassword(ticket));
    assert.equal(ok(await signIn(email, NEW)).user.id, made.id);
  });
});

describe('a forgotten password', () => {
  test('brings a link by mail that sets a new one, once, and ends every token', async () => {
    const { user } = await running.tenant();
    ok(await forgot(user.email.toUpperCase()));
    const { ticket } = linkIn(await mailbox.next(user.email), '/set-password');
    ok(await setPassword(ticket));
    refused(await setPassword(ticket), 401, 4003, { parameter: 'resetToken' });
    refused(await call('GET', '/user/me', { token: user.token }), 401, 4003);
    refused(await signIn(user.email), 401, 4002);
    ok(await signIn(user.email, NEW));
  });

  test('answers the same for an address that nobody has, before any mail is on its way', async () => {
    const { user } = await running.tenant();
    const unknown = fresh();
    const answers = [await forgot(unknown), await forgot(user.email)];
    assert.deepEqual(ok(answers[0]!), ok(answers[1]!));
    await mailbox.next(user.email);
    assert.equal(
      mailbox.mails.some(({ to }) => to.includes(unknown)),
      false,
    );
    const timed = async (email: string) => {
      const begun = performance.now();
      ok(await forgot(email));
      return performance.now() - begun;
    };
    const least = async (email: () => string) => {
      const times: number[] = [];
      for (let i = 0; i < 8; i++) times.push(await timed(email()));
      return Math.min(...times);
    };
    // Nothing but the quota is looked at before the answer, whoever is named.
    assert.ok((await least(() => user.email)) < 100);
    assert.ok((await least(fresh)) < 100);
  });

  test('cannot be used to fill anybody’s mailbox', async () => {
    const { user, observer } = await running.tenant();
    for (let i = 0; i < 6; i++) ok(await forgot(user.email));
    ok(await forgot(observer.email));
    await mailbox.next(observer.email);
    const got = () => mailbox.mails.filter(({ to }) => to.includes(user.email)).length;
    await mailbox.next(user.email);
    await mailbox.next(user.email);
    await mailbox.next(user.email);
    assert.equal(got(), 3);
  });

  test('is on record without the link', async () => {
    const { user, apiKey } = await running.tenant();
    ok(await forgot(user.email));
    const { ticket } = linkIn(await mailbox.next(user.email), '/set-password');
    const [row] = ok(await call('GET', '/audit?action=requestPassword', { apiKey }));
    assert.partialDeepStrictEqual(row, {
      target: { type: 'user', id: user.id },
      actor: { type: 'viewer', email: null },
    });
    assert.equal(JSON.stringify(row).includes(ticket), false);
  });
});

describe('signing up with a mail server', () => {
  const signUp = (email: string) =>
    call('POST', '/signup', { body: { organisation: 'http://spam.example win', email, password: PASSWORD } });
  const confirm = (token: string) => call('POST', '/signup/confirm', { body: { token } });

  test('makes the organisation when the link is followed, and not before', async () => {
    const email = fresh();
    assert.deepEqual(ok(await signUp(email)), { success: true, next: 'confirm' });
    refused(await signIn(email), 401, 4002);
    const mail = await mailbox.next(email);
    assert.equal(mail.raw.includes('spam'), false, 'no stranger’s words in our mail');
    const { ticket } = linkIn(mail, '/confirm-signup');
    const confirmed = ok(await confirm(ticket));
    assert.partialDeepStrictEqual(confirmed.user, { email, permission: 'nanoAdmin' });
    ok(await call('GET', '/user/me', { token: confirmed.token }));
    ok(await signIn(email));
    refused(await confirm(ticket), 401, 4003, { parameter: 'token' });
  });

  test('tells only the owner of an address that it is known', async () => {
    const { user } = await running.tenant();
    assert.deepEqual(ok(await signUp(user.email)), { success: true, next: 'confirm' });
    const mail = await mailbox.next(user.email);
    assert.match(mail.text, /You have an account there already/);
    assert.doesNotMatch(mail.text, /https?:/);
    ok(await signIn(user.email));
  });

  test('of twenty that follow one link, one makes the organisation; of two links, the first', async () => {
    const email = fresh();
    ok(await signUp(email));
    ok(await signUp(email));
    const [first, second] = [await mailbox.next(email), await mailbox.next(email)].map(
      (mail) => linkIn(mail, '/confirm-signup').ticket,
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(first!)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    refused(await confirm(second!), 401, 4003);
  });
});

test('a mail server that is not there delays and fails no request', async () => {
  const closed = await openMailbox();
  await closed[Symbol.asyncDispose]();
  await using alone = await start({ env: { LOCKKEEPER_SMTP_URL: closed.url, LOCKKEEPER_LOG: 'silent' } });
  const { admin } = await alone.tenant();
  const body = { permission: 'nanoUser', email: fresh() };
  const begun = performance.now();
  const made = ok(await alone.call('POST', '/user/invite', { token: admin.token, body }));
  ok(await alone.call('POST', '/user/password', { body: { email: admin.email } }));
  assert.ok(performance.now() - begun < 1_000);
  const accept = { token: made.token, email: body.email, password: PASSWORD };
  ok(await alone.call('POST', '/user/invite/accept', { body: accept }));
});

test('without a mail server a forgotten password is answered the same, and nothing is made', async () => {
  await using alone = await start();
  const { admin } = await alone.tenant();
  for (const email of [admin.email, fresh()]) ok(await alone.call('POST', '/user/password', { body: { email } }));
  assert.deepEqual(await alone.app.store.db.selectFrom('password_ticket').selectAll().execute(), []);
});
