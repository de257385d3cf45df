import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, start } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

let count = 0;
const fresh = () => `founder-${++count}@example.test`;

describe('signing up, where it is off', () => {
  const server = serverForFile();

  test('is refused with the name of the feature, as it is by default', async () => {
    const { call } = server();
    const body = { organisation: 'Mine', email: fresh(), password: PASSWORD };
    refused(await call('POST', '/signup', { body }), 403, 2002, { feature: 'signup' });
    refused(await call('POST', '/signup/confirm', { body: { token: 'anything' } }), 403, 2002, { feature: 'signup' });
    refused(await call('POST', '/user/validate', { body }), 401, 4002);
  });
});

describe('signing up without a mail server', () => {
  const server = serverForFile({ env: { LOCKKEEPER_SIGNUP: 'on' } });
  const signUp = (email: string, more: object = {}) =>
    server().call('POST', '/signup', { body: { organisation: 'Mine', email, password: PASSWORD, ...more } });
  const signIn = (email: string) => server().call('POST', '/user/validate', { body: { email, password: PASSWORD } });

  test('makes an organisation with keys of its own, whose administrator can sign in', async () => {
    const { call } = server();
    const email = fresh();
    assert.deepEqual(ok(await signUp(email)), { success: true, next: 'signIn' });
    const { token, apiKey, user } = ok(await signIn(email));
    assert.equal(user.permission, 'nanoAdmin');
    assert.equal(user.organisation.name, 'Mine');
    assert.match(apiKey, /^\w{40}$/);
    assert.equal(ok(await call('GET', '/user', { token })).length, 1);
    const [row] = ok(await call('GET', '/audit?action=signUp', { token }));
    assert.partialDeepStrictEqual(row, {
      target: { type: 'organisation', id: user.organisation.id },
      actor: { email },
    });
    assert.equal(JSON.stringify(row).includes(PASSWORD), false);
  });

  test('with an address that is known answers the same, in the same time, and changes nothing', async () => {
    const { tenant, app } = server();
    const { user } = await tenant();
    const organisations = async () => (await app.store.db.selectFrom('organisation').select('id').execute()).length;
    const before = await organisations();
    const timed = async (email: string) => {
      const begun = performance.now();
      const answer = await signUp(email);
      return { body: ok(answer), took: performance.now() - begun };
    };
    const [known, unknown] = [await timed(user.email), await timed(fresh())];
    assert.deepEqual(known.body, unknown.body);
    for (const { took } of [known, unknown]) assert.ok(took > 240, `answered after ${took} ms`);
    assert.equal(await organisations(), before + 1);
    assert.notEqual(ok(await signIn(user.email)).user.permission, 'nanoAdmin');
  });

  test('of twenty with one address at once makes one organisation', async () => {
    const { app } = server();
    const email = fresh();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUp(email, { organisation: 'Twenty' })));
    assert.ok(answers.every(({ status }) => status === 200));
    const made = await app.store.db.selectFrom('organisation').select('id').where('name', '=', 'Twenty').execute();
    assert.equal(made.length, 1);
  });

  test('asks for what is missing, and for a password that is none of the common ones', async () => {
    refused(await signUp(fresh(), { organisation: undefined }), 400, 1002, { required_parameter: 'organisation' });
    refused(await signUp('nobody'), 400, 1000, { parameter: 'email' });
    refused(await signUp(fresh(), { password: 'password1234' }), 400, 1000, { parameter: 'password' });
  });

  test('is for one address of the network thirty times an hour', async () => {
    await using running = await start({ env: { LOCKKEEPER_SIGNUP: 'on' } });
    const body = { organisation: 'Mine', email: 'one@example.test', password: PASSWORD };
    const answers = await Promise.all(Array.from({ length: 32 }, () => running.call('POST', '/signup', { body })));
    const limited = answers.filter(({ status }) => status === 429);
    assert.equal(limited.length, 2);
    assert.match(limited[0]?.headers.get('retry-after') ?? '', /^\d{4}$/);
  });
});
