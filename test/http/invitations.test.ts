import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, type Tenant } from '../harness.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const DAY_MS = 86_400_000;
let count = 0;
const fresh = () => `guest-${++count}@example.test`;

const invite = (credential: { token?: string; apiKey?: string }, body: object) =>
  server().call('POST', '/user/invite', { ...credential, body });
const accept = (token: string, email: string, password = PASSWORD) =>
  server().call('POST', '/user/invite/accept', { body: { token, email, password } });
const dead = (answer: Parameters<typeof refused>[0]) => refused(answer, 401, 4003, { parameter: 'token' });
const signIn = (email: string, password = PASSWORD) =>
  server().call('POST', '/user/validate', { body: { email, password } });
const usersOf = async ({ apiKey }: Tenant) => ok(await server().call('GET', '/user', { apiKey }));

describe('an invitation', () => {
  test('lets somebody join in its role, and answers like a sign-in', async () => {
    const { call, tenant, url } = server();
    const { admin, id } = await tenant('Joined');
    const made = ok(await invite({ token: admin.token }, { permission: 'nanoUser' }));
    assert.deepEqual(Object.keys(made), ['id', 'token', 'url', 'permission', 'expiresAt']);
    assert.equal(made.url, `${url}/invitation#${made.token}`);
    assert.ok(Buffer.from(made.token, 'base64url').length >= 16, 'at least 128 bits');
    const days = (Date.parse(made.expiresAt) - Date.now()) / DAY_MS;
    assert.ok(days > 6.99 && days <= 7, `${days} days`);

    const email = fresh();
    const joined = ok(await accept(made.token, email));
    assert.deepEqual(Object.keys(joined), ['token', 'expiresAt', 'user']);
    assert.partialDeepStrictEqual(joined.user, { email, permission: 'nanoUser' });
    assert.equal(joined.user.organisation.id, id);
    assert.equal(ok(await call('GET', '/user/me', { token: joined.token })).user.status, 'active');
    refused(await call('GET', '/user/invite', { token: joined.token }), 403, 2001, { capability: 'user:invite' });
    ok(await signIn(email));
  });

  test('gives an administrator the API key, as a sign-in does', async () => {
    const { tenant } = server();
    const { admin, apiKey } = await tenant();
    const { token } = ok(await invite({ token: admin.token }, { permission: 'nanoAdmin' }));
    assert.equal(ok(await accept(token, fresh())).apiKey, apiKey);
  });

  test('works once, and a second use is refused like one that never was', async () => {
    const { tenant } = server();
    const { admin } = await tenant();
    const { token } = ok(await invite({ token: admin.token }, { permission: 'nanoUser' }));
    ok(await accept(token, fresh()));
    assert.deepEqual(dead(await accept(token, fresh())), dead(await accept('x'.repeat(32), fresh())));
  });

  test('accepted by twenty at once makes exactly one user', async () => {
    const { tenant } = server();
    const home = await tenant();
    const { token } = ok(await invite({ apiKey: home.apiKey }, { permission: 'nanoUser' }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => accept(token, fresh())));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 19 }, () => 401)]);
    assert.equal((await usersOf(home)).length, 4);
  });

  test('with an address is for that address alone, however it is written', async () => {
    const { tenant } = server();
    const home = await tenant();
    const email = fresh();
    const { token } = ok(await invite({ apiKey: home.apiKey }, { permission: 'nanoReadOnly', email }));
    const { parameter, reason } = refused(await accept(token, fresh()), 400, 1000);
    assert.equal(parameter, 'email');
    assert.equal(reason.includes(email), false);
    ok(await accept(token, email.toUpperCase()));
  });

  test('ends after its time', async () => {
    const { tenant } = server();
    const { admin } = await tenant();
    const made = ok(await invite({ token: admin.token }, { permission: 'nanoUser', expiresIn: 1 }));
    await new Promise((resolve) => setTimeout(resolve, Date.parse(made.expiresAt) - Date.now() + 20));
    dead(await accept(made.token, fresh()));
    assert.deepEqual(ok(await server().call('GET', '/user/invite', { token: admin.token })), []);
  });

  test('takes no password that is too short or too common, and stays open', async () => {
    const { tenant } = server();
    const { admin } = await tenant();
    const { token } = ok(await invite({ token: admin.token }, { permission: 'nanoUser' }));
    const email = fresh();
    for (const password of ['short', 'Password1234!'])
      refused(await accept(token, email, password), 400, 1000, { parameter: 'password' });
    ok(await accept(token, email));
  });

  test('does not make a second user of one address, and stays open for another', async () => {
    const { tenant } = server();
    const home = await tenant();
    const { token } = ok(await invite({ apiKey: home.apiKey }, { permission: 'nanoUser' }));
    const taken = { duplicated_parameter: 'email' };
    refused(await accept(token, home.user.email), 400, 1003, taken);
    ok(await accept(token, fresh()));
    refused(
      await invite({ apiKey: home.apiKey }, { permission: 'nanoUser', email: home.user.email }),
      400,
      1003,
      taken,
    );
  });

  test('is no list of addresses: its holder may try a few', async () => {
    const { tenant } = server();
    const home = await tenant();
    const { token } = ok(await invite({ apiKey: home.apiKey }, { permission: 'nanoUser' }));
    for (let i = 0; i < 5; i++) refused(await accept(token, home.user.email), 400, 1003);
    refused(await accept(token, home.user.email), 429, 4290);
  });
});

describe('open invitations', () => {
  test('are listed without their tokens, and only to those who may invite', async () => {
    const { call, tenant } = server();
    const { admin, user, observer } = await tenant();
    const email = fresh();
    const made = ok(await invite({ token: admin.token }, { permission: 'nanoUser', email, expiresIn: 3_600 }));
    const [listed, ...rest] = ok(await call('GET', '/user/invite', { token: admin.token }));
    assert.deepEqual(rest, []);
    assert.partialDeepStrictEqual(listed, {
      id: made.id,
      permission: 'nanoUser',
      email,
      expiresAt: made.expiresAt,
      createdBy: { type: 'user', id: admin.id },
      valid: true,
    });
    assert.equal(JSON.stringify(listed).includes(made.token), false);
    for (const { token } of [user, observer]) {
      refused(await call('GET', '/user/invite', { token }), 403, 2001, { capability: 'user:invite' });
      refused(await invite({ token }, { permission: 'nanoReadOnly' }), 403, 2001, { capability: 'user:invite' });
    }
  });

  test('can be taken back, once, and then admit nobody', async () => {
    const { call, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const { id, token } = ok(await invite({ apiKey: home.apiKey }, { permission: 'nanoUser' }));
    const take = (apiKey: string, which = id) => call('DELETE', `/user/invite/${which}`, { apiKey });
    refused(await take(foreign.apiKey), 404, 4040);
    refused(await take(home.apiKey, NO_SUCH_ID), 404, 4040);
    assert.deepEqual(ok(await take(home.apiKey)), { id, revoked: true });
    refused(await take(home.apiKey), 404, 4040);
    dead(await accept(token, fresh()));
  });

  test('of one organisation are not another’s to see', async () => {
    const { call, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    ok(await invite({ apiKey: home.apiKey }, { permission: 'nanoUser' }));
    assert.deepEqual(ok(await call('GET', '/user/invite', { apiKey: foreign.apiKey })), []);
  });

  test('ask for a role that there is and a time that is not too long', async () => {
    const { tenant } = server();
    const { admin } = await tenant();
    const send = (body: object) => invite({ token: admin.token }, body);
    refused(await send({}), 400, 1002, { required_parameter: 'permission' });
    refused(await send({ permission: 'superuser' }), 400, 1000, { parameter: 'permission' });
    refused(await send({ permission: 'nanoUser', expiresIn: 31 * 86_400 }), 400, 1000, { parameter: 'expiresIn' });
    refused(await send({ permission: 'nanoUser', email: 'nobody' }), 400, 1000, { parameter: 'email' });
  });
});

describe('nobody grants by an invitation what they do not hold', () => {
  const made = async (maker: { token: string }, permission: string) => {
    const { token } = ok(await invite({ token: maker.token }, { permission }));
    return token as string;
  };

  test('its maker, demoted since, has made a dead one; raised again, a live one', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const maker = await home.join('nanoAdmin');
    const token = await made(maker, 'nanoUser');
    const become = async (permission: string) =>
      ok(await call('PUT', '/user/permission', { apiKey: home.apiKey, body: { id: maker.id, permission } }));
    await become('nanoUser');
    dead(await accept(token, fresh()));
    const [listed] = ok(await call('GET', '/user/invite', { apiKey: home.apiKey }));
    assert.equal(listed.valid, false);
    await become('nanoAdmin');
    ok(await accept(token, fresh()));
  });

  test('a deleted user’s invitations are dead', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const maker = await home.join('nanoAdmin');
    const token = await made(maker, 'nanoReadOnly');
    ok(await call('DELETE', `/user/${maker.id}`, { apiKey: home.apiKey }));
    dead(await accept(token, fresh()));
  });

  test('so are those of an API key that was disabled', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { token } = ok(await invite({ apiKey: home.apiKey }, { permission: 'nanoUser' }));
    const kept = await made(home.admin, 'nanoUser');
    ok(await call('DELETE', '/organisation/apikey', { token: home.admin.token }));
    dead(await accept(token, fresh()));
    ok(await accept(kept, fresh()));
  });

  test('a role of one’s own that may invite gives no more than it holds, also by what it was given since', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const role = (method: string, name: string, capabilities: string[]) =>
      call(method, `/permission/${name}`, { apiKey: home.apiKey, body: { description: 'Own', capabilities } });
    ok(await role('POST', 'host', ['token:own', 'user:invite', 'stream:read']));
    ok(await role('POST', 'guest', ['token:own', 'stream:read']));
    const host = await home.join('nanoReadOnly');
    ok(await call('PUT', '/user/permission', { apiKey: home.apiKey, body: { id: host.id, permission: 'host' } }));
    const minted = await call('POST', '/bintu/token', { apiKey: home.apiKey, body: { userId: host.id, name: 'Host' } });
    const { token } = ok(minted).data;
    refused(await invite({ token }, { permission: 'nanoReadOnly' }), 403, 2001);
    const ticket = await made({ token }, 'guest');
    ok(await role('PUT', 'guest', ['token:own', 'stream:read', 'stream:lock']));
    dead(await accept(ticket, fresh()));
    ok(await role('PUT', 'guest', ['token:own', 'stream:read']));
    assert.equal(ok(await accept(ticket, fresh())).user.permission, 'guest');
  });
});

describe('what is on record', () => {
  test('who invited, who took it back and who joined; no token and no password', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const [kept, taken] = [
      ok(await invite({ token: home.admin.token }, { permission: 'nanoUser' })),
      ok(await invite({ token: home.admin.token }, { permission: 'nanoUser' })),
    ];
    ok(await call('DELETE', `/user/invite/${taken.id}`, { token: home.admin.token }));
    const email = fresh();
    const { user, token } = ok(await accept(kept.token, email, 'a password of my own'));
    const rows = ok(await call('GET', '/audit?limit=10', { apiKey: home.apiKey }));
    const of = (action: string) => rows.filter((row: { action: string }) => row.action === action);
    assert.equal(of('inviteUser').length, 2);
    assert.partialDeepStrictEqual(of('revokeInvitation'), [{ target: { type: 'invitation', id: taken.id } }]);
    assert.partialDeepStrictEqual(of('acceptInvitation'), [
      {
        actor: { type: 'user', id: user.id, email },
        target: { type: 'user', id: user.id },
        detail: { invitation: kept.id, invitedBy: home.admin.id, permission: 'nanoUser' },
      },
    ]);
    assert.equal(of('signIn').length, 1);
    const text = JSON.stringify(rows);
    for (const secret of [kept.token, taken.token, token, 'a password of my own'])
      assert.equal(text.includes(secret), false);
  });
});
