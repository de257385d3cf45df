import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, type Person } from '../harness.ts';
import { cookieOf, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const WRONG = 'certainly not this one';
const NEW = 'a quite different sentence';

const signIn = (email: string, password = PASSWORD) =>
  server().call('POST', '/user/validate', { body: { email, password } });
const change = ({ token }: Person, oldPassword: string, password: string) =>
  server().call('PUT', '/user/password', { token, body: { oldPassword, password } });

describe('signing in', () => {
  test('gives a token with the rights of the role, and the API key to administrators alone', async () => {
    const { call, tenant } = server();
    const { admin, user, apiKey } = await tenant();
    const byAdmin = ok(await signIn(admin.email));
    assert.equal(byAdmin.apiKey, apiKey);
    assert.deepEqual(Object.keys(byAdmin.user), ['id', 'email', 'permission', 'organisation']);
    const byUser = ok(await signIn(user.email.toUpperCase()));
    assert.equal('apiKey' in byUser, false);
    assert.equal(ok(await call('GET', '/user/me', { token: byUser.token })).user.id, user.id);
    const hours = (Date.parse(byUser.expiresAt) - Date.now()) / 3_600_000;
    assert.ok(hours > 11.9 && hours <= 12);
  });

  test('the token is a JWT that says who, where, in which role and until when', async () => {
    const { tenant } = server();
    const { user, id } = await tenant();
    const { token, expiresAt } = ok(await signIn(user.email));
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const [head, claims] = token.split('.').slice(0, 2).map(read);
    assert.partialDeepStrictEqual(head, { alg: 'EdDSA', typ: 'JWT' });
    assert.partialDeepStrictEqual(claims, {
      sub: user.id,
      role: 'nanoUser',
      organisation: id,
      exp: Math.floor(Date.parse(expiresAt) / 1_000),
    });
  });

  test('a wrong password and an unknown address get the same answer', async () => {
    const { tenant } = server();
    const { user } = await tenant();
    const answers = [await signIn(user.email, WRONG), await signIn('nobody@example.test', WRONG)];
    for (const answer of answers) {
      refused(answer, 401, 4002);
      delete answer.body.requestId;
    }
    assert.deepEqual(answers[0]?.body, answers[1]?.body);
    ok(await signIn(user.email));
  });

  test('an unknown address takes as long as a known one', async () => {
    const { tenant, call } = server();
    const { apiKey, join } = await tenant();
    const time = async (email: string) => {
      const start = performance.now();
      refused(await signIn(email, WRONG), 401, 4002);
      return performance.now() - start;
    };
    const [known, unknown, pending]: number[][] = [[], [], []];
    for (let i = 0; i < 8; i++) {
      known?.push(await time((await join('nanoUser')).email));
      unknown?.push(await time(`nobody-${i}@example.test`));
      const body = { email: `pending-${i}@example.test`, permission: 'nanoUser' };
      ok(await call('POST', '/user', { apiKey, body }));
      pending?.push(await time(body.email));
    }
    // A check that is skipped costs less than a tenth; the least of several runs is what noise cannot lower.
    const [least, ...others] = [known, unknown, pending].map((times) => Math.min(...(times ?? []))) as [
      number,
      ...number[],
    ];
    for (const other of others) assert.ok(other > least / 3 && other < least * 3, `${other} ms beside ${least} ms`);
  });
});

describe('guessing passwords', () => {
  test('is slowed down after five failures, also for who then knows the password, and only for that account', async () => {
    const { tenant } = server();
    const { user, observer } = await tenant();
    for (let i = 0; i < 5; i++) refused(await signIn(user.email, WRONG), 401, 4002);
    for (const password of [WRONG, PASSWORD]) {
      const answer = await signIn(user.email, password);
      refused(answer, 429, 4290);
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    }
    ok(await signIn(observer.email));
  });

  test('together is no way around it: of thirty guesses sent at once five are looked at', async () => {
    const { tenant } = server();
    const { user } = await tenant();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => signIn(user.email, `${WRONG} ${i}`)));
    assert.equal(answers.filter(({ status }) => status === 401).length, 5);
    assert.equal(answers.filter(({ status }) => status === 429).length, 25);
  });

  test('only failures count, and a success forgets them', async () => {
    const { tenant } = server();
    const { user } = await tenant();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) refused(await signIn(user.email, WRONG), 401, 4002);
      ok(await signIn(user.email));
    }
    const together = await Promise.all(Array.from({ length: 10 }, () => signIn(user.email)));
    assert.ok(together.every(({ status }) => status === 200));
  });

  test('a slowed account’s tokens go on working, and dead tokens slow nobody down', async () => {
    const { call, tenant } = server();
    const { user, observer } = await tenant();
    for (let i = 0; i < 6; i++) await signIn(user.email, WRONG);
    refused(await signIn(user.email), 429, 4290);
    ok(await call('GET', '/user/me', { token: user.token }));
    for (let i = 0; i < 80; i++) refused(await call('GET', '/user/me', { token: `never-ours-${i}` }), 401, 4003);
    ok(await call('GET', '/user/me', { token: user.token }));
    ok(await signIn(observer.email));
  });
});

describe('changing one’s own password', () => {
  test('ends the other sign-ins and sessions, and neither this one nor tokens made on purpose', async () => {
    const { call, tenant } = server();
    const { user } = await tenant();
    const { token: here } = ok(await signIn(user.email));
    const { token: there } = ok(await signIn(user.email));
    const session = cookieOf(await call('POST', '/session', { body: { email: user.email, password: PASSWORD } })).pair;
    const alive = async () => {
      const answers = [
        await call('GET', '/user/me', { token: here }),
        await call('GET', '/user/me', { token: there }),
        await call('GET', '/user/me', { headers: { Cookie: session } }),
        await call('GET', '/user/me', { token: user.token }),
      ];
      return answers.map(({ status }) => status);
    };
    assert.deepEqual(await alive(), [200, 200, 200, 200]);
    ok(await call('PUT', '/user/password', { token: here, body: { oldPassword: PASSWORD, password: NEW } }));
    assert.deepEqual(await alive(), [200, 401, 401, 200]);
    refused(await signIn(user.email), 401, 4002);
    ok(await signIn(user.email, NEW));
  });

  test('asks for the old one, and counts a wrong one like a failed sign-in', async () => {
    const { tenant } = server();
    const { user } = await tenant();
    for (let i = 0; i < 5; i++) refused(await change(user, WRONG, NEW), 401, 4002);
    refused(await change(user, PASSWORD, NEW), 429, 4290);
    refused(await signIn(user.email), 429, 4290);
  });

  test('refuses what is too short, too long or too common, and says so without repeating it', async () => {
    const { call, tenant } = server();
    const { user } = await tenant();
    for (const password of ['too short', 'x'.repeat(257), 'PasswordPassword']) {
      const { parameter, reason } = refused(await change(user, PASSWORD, password), 400, 1000);
      assert.equal(parameter, 'password');
      assert.equal(reason.includes(password), false);
    }
    refused(await call('PUT', '/user/password', { token: user.token, body: { password: NEW } }), 400, 1002, {
      required_parameter: 'oldPassword',
    });
    ok(await change(user, PASSWORD, 'x'.repeat(12)));
    ok(await change(user, 'x'.repeat(12), 'ü'.repeat(256)));
  });

  test('is for people: nobody in particular gets 401, a key 403, and two proofs at once 400', async () => {
    const { call, tenant } = server();
    const { user, apiKey, playerKey } = await tenant();
    const body = { oldPassword: PASSWORD, password: NEW };
    refused(await call('PUT', '/user/password', { body }), 401, 4003);
    for (const key of [{ apiKey }, { playerKey }]) {
      refused(await call('PUT', '/user/password', { ...key, body }), 403, 2001, {
        capability: 'token:own',
        role: null,
      });
    }
    const both = { ...body, resetToken: 'something' };
    refused(await call('PUT', '/user/password', { token: user.token, body: both }), 400, 1000);
    ok(await signIn(user.email));
  });
});

describe('setting a password with a ticket', () => {
  test('ends every token of the user', async () => {
    const { call, tenant } = server();
    const { admin } = await tenant();
    const body = { email: 'invited@example.test', permission: 'nanoUser' };
    const { id, setPasswordUrl } = ok(await call('POST', '/user', { token: admin.token, body }));
    const made = await call('POST', '/bintu/token', { token: admin.token, body: { userId: id, name: 'Before' } });
    const { token } = ok(made).data;
    ok(await call('GET', '/user/me', { token }));
    const ticket = { resetToken: setPasswordUrl.split('#')[1], password: NEW };
    ok(await call('PUT', '/user/password', { body: ticket }));
    refused(await call('GET', '/user/me', { token }), 401, 4003);
    ok(await signIn(body.email, NEW));
  });

  test('a ticket that never was is refused like one that was used', async () => {
    const body = { resetToken: 'never-was', password: NEW };
    const { reason } = refused(await server().call('PUT', '/user/password', { body }), 401, 4003);
    assert.match(reason, /used, has expired, or never was/);
  });
});
