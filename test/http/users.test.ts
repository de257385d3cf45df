import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD } from '../harness.ts';
import { HOLDERS } from '../house/table.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const NEW_PASSWORD = 'a quite different sentence';
let count = 0;
const fresh = () => `new-${++count}@example.test`;

describe('creating a user', () => {
  test('with a password, the user can sign in at once, in the role that was given', async () => {
    const { call, tenant } = server();
    const { admin, id } = await tenant();
    const email = fresh();
    const body = { email, password: NEW_PASSWORD, permission: 'nanoUser', name: 'Ada', unknown: 'ignored' };
    const made = ok(await call('POST', '/user', { token: admin.token, body }));
    assert.partialDeepStrictEqual(made, {
      email,
      permission: 'nanoUser',
      name: 'Ada',
      status: 'active',
      lastSeenAt: null,
    });
    assert.match(made.tokenKey, /^\w{7}$/);
    assert.equal('setPasswordUrl' in made, false);
    const signedIn = ok(await call('POST', '/user/validate', { body: { email, password: NEW_PASSWORD } }));
    assert.partialDeepStrictEqual(signedIn.user, { id: made.id, email, permission: 'nanoUser' });
    assert.equal(signedIn.user.organisation.id, id);
    assert.equal('apiKey' in signedIn, false);
  });

  test('without one, the answer carries a link that sets a password once', async () => {
    const { call, tenant, url } = server();
    const { admin } = await tenant();
    const email = fresh();
    const made = ok(await call('POST', '/user', { token: admin.token, body: { email, permission: 'nanoReadOnly' } }));
    assert.equal(made.status, 'invited');
    assert.ok(made.setPasswordUrl.startsWith(`${url}/set-password#`));
    assert.ok(Date.parse(made.setPasswordUrlExpiresAt) > Date.now() + 6 * 86_400_000);
    const signIn = () => call('POST', '/user/validate', { body: { email, password: NEW_PASSWORD } });
    refused(await signIn(), 401, 4002);

    const body = { resetToken: made.setPasswordUrl.split('#')[1], password: NEW_PASSWORD };
    refused(await call('PUT', '/user/password', { body: { ...body, password: 'too short' } }), 400, 1000, {
      parameter: 'password',
    });
    ok(await call('PUT', '/user/password', { body }));
    ok(await signIn());
    refused(await call('PUT', '/user/password', { body }), 401, 4003, { parameter: 'resetToken' });
    const seen = ok(await call('GET', `/user/${made.id}`, { token: admin.token }));
    assert.equal(seen.status, 'active');
    assert.equal('setPasswordUrl' in seen, false);
  });

  test('of two that use one link at the same time, one gets it', async () => {
    const { call, tenant } = server();
    const { admin } = await tenant();
    const body = { email: fresh(), permission: 'nanoUser' };
    const made = ok(await call('POST', '/user', { token: admin.token, body }));
    const resetToken = made.setPasswordUrl.split('#')[1];
    const answers = await Promise.all(
      ['first of two sentences', 'second of two sentences'].map((password) =>
        call('PUT', '/user/password', { body: { resetToken, password } }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401]);
  });

  test('an address is taken once, however it is written, and the answer names the parameter', async () => {
    const { call, tenant } = server();
    const { admin, observer } = await tenant();
    const taken = observer.email.toUpperCase();
    const create = { email: taken, password: NEW_PASSWORD, permission: 'nanoUser' };
    refused(await call('POST', '/user', { token: admin.token, body: create }), 400, 1003, {
      duplicated_parameter: 'email',
    });
    refused(await call('PUT', '/user', { token: admin.token, body: { id: admin.id, email: taken } }), 400, 1003, {
      duplicated_parameter: 'email',
    });
    assert.equal(ok(await call('GET', '/user', { token: admin.token })).length, 3);
  });

  test('what is missing or wrong is named', async () => {
    const { call, tenant } = server();
    const { admin } = await tenant();
    const create = (body: unknown) => call('POST', '/user', { token: admin.token, body });
    refused(await create({ permission: 'nanoUser' }), 400, 1002, { required_parameter: 'email' });
    refused(await create({ email: fresh() }), 400, 1002, { required_parameter: 'permission' });
    refused(await create({ email: 7, permission: 'nanoUser' }), 400, 1004, { parameter: 'email', type: 'string' });
    refused(await create({ email: 'nobody', permission: 'nanoUser' }), 400, 1000, { parameter: 'email' });
    refused(await create({ email: fresh(), permission: 'superuser' }), 400, 1000, { parameter: 'permission' });
    for (const password of ['short', 'passwordpassword', 'x'.repeat(257)]) {
      const userinfo = refused(await create({ email: fresh(), permission: 'nanoUser', password }), 400, 1000);
      assert.equal(userinfo.parameter, 'password');
      assert.equal(userinfo.reason.includes(password), false);
    }
  });
});

describe('seeing and changing users', () => {
  test('an administrator sees tokenKeys, an operator sees users without, an observer sees none', async () => {
    const { call, tenant } = server();
    const { admin, user, observer } = await tenant();
    const byAdmin = ok(await call('GET', '/user', { token: admin.token }));
    const byUser = ok(await call('GET', '/user', { token: user.token }));
    assert.deepEqual(
      byAdmin.map(({ email }: { email: string }) => email),
      [admin.email, user.email, observer.email],
    );
    assert.ok(byAdmin.every(({ tokenKey }: { tokenKey: string }) => /^\w{7}$/.test(tokenKey)));
    assert.ok(byUser.every((entry: object) => !('tokenKey' in entry)));
    assert.deepEqual(Object.keys(byUser[0]), [
      'id',
      'email',
      'name',
      'permission',
      'createdAt',
      'lastSeenAt',
      'status',
    ]);
    assert.match(byUser[0].createdAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    refused(await call('GET', '/user', { token: observer.token }), 403, 2001, { capability: 'user:read' });
  });

  test('everybody sees themself, with the capabilities held, and a key is nobody', async () => {
    const { call, tenant } = server();
    const { observer, apiKey, hash } = await tenant();
    const me = ok(await call('GET', '/user/me', { token: observer.token }));
    assert.equal(me.user.email, observer.email);
    assert.equal(me.organisation.hash, hash);
    assert.ok(me.capabilities.includes('stream:read'));
    assert.equal(me.capabilities.includes('stream:lock'), false);
    assert.partialDeepStrictEqual(me.credential, { type: 'token', id: observer.tokenId });
    const key = ok(await call('GET', '/user/me', { apiKey }));
    assert.equal(key.user, null);
    assert.ok(key.capabilities.includes('stream:lock'));
  });

  test('everybody is told what they may not do, in words and with the roles that may, and when their credential ends', async () => {
    const { call, tenant } = server();
    const { admin, user, observer, apiKey } = await tenant();
    const me = async (token: string) => ok(await call('GET', '/user/me', { token }));
    const [boss, operator, watcher] = [await me(admin.token), await me(user.token), await me(observer.token)];
    assert.deepEqual(boss.missing, []);
    const lacking = ({ missing }: { missing: { capability: string }[] }) => missing.map(({ capability }) => capability);
    assert.deepEqual(
      lacking(operator).sort(),
      Object.keys(HOLDERS)
        .filter((id) => HOLDERS[id] === 'A')
        .sort(),
    );
    assert.deepEqual(
      lacking(watcher).sort(),
      Object.keys(HOLDERS)
        .filter((id) => HOLDERS[id] === 'A' || HOLDERS[id] === 'AU')
        .sort(),
    );
    assert.deepEqual(
      watcher.missing.find(({ capability }: { capability: string }) => capability === 'stream:create'),
      {
        capability: 'stream:create',
        title: 'Create Stream',
        sentence: 'create streams',
        grantedTo: ['nanoAdmin', 'nanoUser'],
      },
    );
    const hour = Date.parse(operator.credential.expiresAt) - Date.now();
    assert.ok(hour > 3_500_000 && hour <= 3_600_000, operator.credential.expiresAt);
    assert.equal(ok(await call('GET', '/user/me', { apiKey })).credential.expiresAt, null);
    ok(await call('POST', '/organisation/apikey/rotate', { token: admin.token, body: { graceSeconds: 60 } }));
    const grace = Date.parse(ok(await call('GET', '/user/me', { apiKey })).credential.expiresAt) - Date.now();
    assert.ok(grace > 50_000 && grace <= 60_000);
  });

  test('a name and an address can be changed, and the tokens of the user live on', async () => {
    const { call, tenant } = server();
    const { admin, user } = await tenant();
    const email = fresh();
    const body = { id: user.id, email, name: 'Grace' };
    assert.partialDeepStrictEqual(ok(await call('PUT', '/user', { token: admin.token, body })), {
      email,
      name: 'Grace',
    });
    assert.equal(ok(await call('GET', '/user/me', { token: user.token })).user.email, email);
    ok(await call('POST', '/user/validate', { body: { email: email.toUpperCase(), password: PASSWORD } }));
    refused(await call('POST', '/user/validate', { body: { email: user.email, password: PASSWORD } }), 401, 4002);
    const cleared = ok(await call('PUT', '/user', { token: admin.token, body: { id: user.id, name: null } }));
    assert.deepEqual([cleared.email, cleared.name], [email, null]);
    refused(await call('PUT', '/user', { token: admin.token, body: { name: 'x' } }), 400, 1002, {
      required_parameter: 'id',
    });
    refused(await call('PUT', '/user', { token: admin.token, body: { ...body, id: NO_SUCH_ID } }), 404, 4040);
  });
});

describe('deleting a user', () => {
  test('ends the user’s tokens, and the user is gone', async () => {
    const { call, tenant } = server();
    const { admin, user } = await tenant();
    ok(await call('GET', '/user/me', { token: user.token }));
    assert.deepEqual(ok(await call('DELETE', `/user/${user.id}`, { token: admin.token })), {
      id: user.id,
      deleted: true,
    });
    refused(await call('GET', '/user/me', { token: user.token }), 401, 4003);
    refused(await call('GET', `/user/${user.id}`, { token: admin.token }), 404, 4040);
    refused(await call('DELETE', `/user/${user.id}`, { token: admin.token }), 404, 4040);
    refused(await call('POST', '/user/validate', { body: { email: user.email, password: PASSWORD } }), 401, 4002);
  });

  test('nobody deletes themself, also where another administrator is left', async () => {
    const { call, tenant } = server();
    const { admin, join } = await tenant();
    const other = await join('nanoAdmin');
    refused(await call('DELETE', `/user/${admin.id}`, { token: admin.token }), 409, 4090, { reason: 'self-delete' });
    ok(await call('DELETE', `/user/${admin.id}`, { token: other.token }));
  });
});
