import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, type Person, type Running, start } from '../harness.ts';
import { cookieOf, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

const signIn = ({ call }: Running, { email }: Person, headers: Record<string, string> = {}) =>
  call('POST', '/session', { headers, body: { email, password: PASSWORD } });

async function session(person: Person): Promise<{ Cookie: string }> {
  const answer = await signIn(server(), person);
  ok(answer);
  return { Cookie: cookieOf(answer).pair };
}

describe('signing in with a cookie', () => {
  test('answers like /user/me; the token is in the cookie alone, where no script reads it', async () => {
    const { tenant, call } = server();
    const { user } = await tenant();
    const answer = await signIn(server(), user);
    const body = ok(answer);
    const { attributes, pair, token } = cookieOf(answer);
    const [maxAge = '', ...rest] = attributes.toReversed();
    assert.deepEqual(rest.toReversed(), ['Path=/', 'HttpOnly', 'SameSite=Strict']);
    const hours = Number(maxAge.replace('Max-Age=', '')) / 3_600;
    assert.ok(hours > 11.9 && hours <= 12, maxAge);
    assert.match(pair, /^lockkeeper=ey/);
    assert.equal(JSON.stringify(body).includes(token), false);
    assert.equal(body.credential.type, 'session');
    assert.deepEqual(ok(await call('GET', '/user/me', { headers: { Cookie: pair } })).user.id, body.user.id);
    refused(await call('POST', '/session', { body: { email: user.email, password: 'not this one' } }), 401, 4002);
    assert.equal(
      (await call('POST', '/user/validate', { body: { email: user.email, password: PASSWORD } })).headers.get(
        'set-cookie',
      ),
      null,
    );
  });

  test('has the rights of the role and no more', async () => {
    const { tenant, call, url } = server();
    const { observer } = await tenant();
    const headers = { ...(await session(observer)), Origin: url };
    ok(await call('GET', '/stream', { headers }));
    refused(await call('POST', '/stream', { headers }), 403, 2001, {
      capability: 'stream:create',
      role: 'nanoReadOnly',
    });
  });

  test('dies with a change of role, like every token', async () => {
    const { tenant, call } = server();
    const { admin, user } = await tenant();
    const headers = await session(user);
    ok(await call('PUT', '/user/permission', { token: admin.token, body: { id: user.id, permission: 'nanoUser' } }));
    refused(await call('GET', '/user/me', { headers }), 401, 4003);
  });
});

describe('a page of another origin', () => {
  test('cannot change anything with the cookie of whoever visits it', async () => {
    const { tenant, call, url } = server();
    const { user } = await tenant();
    const cookie = await session(user);
    for (const origin of [
      {},
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `${url}.evil.example` },
    ]) {
      const info = refused(await call('POST', '/stream', { headers: { ...cookie, ...origin } }), 403, 2001);
      assert.deepEqual([info.capability, info.role, info.grantedTo], [null, null, []]);
    }
    ok(await call('POST', '/stream', { headers: { ...cookie, Origin: url } }));
    ok(await call('POST', '/stream', { headers: { ...cookie, Origin: url.replace('127.0.0.1', 'localhost') } }));
    ok(await call('GET', '/stream', { headers: { ...cookie, Origin: 'https://evil.example' } }));
  });

  test('cannot sign anybody in either', async () => {
    const { tenant } = server();
    const { user } = await tenant();
    refused(await signIn(server(), user, { Origin: 'https://evil.example' }), 403, 2001);
    ok(await signIn(server(), user, { Origin: server().url }));
  });
});

describe('the cookie is never a second credential', () => {
  test('a header credential decides alone, whether it is better, worse or dead', async () => {
    const { tenant, call } = server();
    const { admin, observer, apiKey } = await tenant();
    const headers = await session(admin);
    assert.equal(ok(await call('GET', '/user/me', { headers, token: observer.token })).user.id, observer.id);
    refused(await call('POST', '/stream', { headers, token: observer.token }), 403, 2001, { role: 'nanoReadOnly' });
    refused(await call('GET', '/user/me', { headers, token: 'dead' }), 401, 4003);
    assert.equal(ok(await call('GET', '/user/me', { headers, apiKey })).user, null);
  });

  test('a dead one keeps nobody from signing in, or from what is public', async () => {
    const { tenant, call, url } = server();
    const { admin, user } = await tenant();
    const dead = { ...(await session(user)), Origin: url };
    ok(await call('PUT', '/user/tokenkey', { token: admin.token, body: { id: user.id } }));
    refused(await call('GET', '/user/me', { headers: dead }), 401, 4003);
    ok(await call('GET', '/healthz', { headers: dead }));
    const again = await signIn(server(), user, dead);
    ok(again);
    ok(await call('GET', '/user/me', { headers: { Cookie: cookieOf(again).pair } }));
    ok(
      await call('POST', '/user/validate', {
        headers: { Cookie: dead.Cookie },
        body: { email: user.email, password: PASSWORD },
      }),
    );
    const body = { oldPassword: PASSWORD, password: 'a quite different sentence' };
    refused(await call('PUT', '/user/password', { headers: dead, body }), 401, 4003);
  });

  test('a cookie of somebody else beside ours does no harm', async () => {
    const { tenant, call } = server();
    const { user } = await tenant();
    const { Cookie } = await session(user);
    ok(await call('GET', '/user/me', { headers: { Cookie: `theme=dark; ${Cookie}; xlockkeeper=1` } }));
    refused(await call('GET', '/user/me', { headers: { Cookie: 'theme=dark; xlockkeeper=1' } }), 401, 4003);
  });
});

describe('signing out', () => {
  test('ends the session on the server and takes the cookie away', async () => {
    const { tenant, call, url } = server();
    const { user } = await tenant();
    const [here, there] = [await session(user), await session(user)];
    refused(await call('DELETE', '/session', { headers: here }), 403, 2001);
    const answer = await call('DELETE', '/session', { headers: { ...here, Origin: url } });
    ok(answer);
    assert.equal(cookieOf(answer).header, 'lockkeeper=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
    refused(await call('GET', '/user/me', { headers: here }), 401, 4003);
    ok(await call('GET', '/user/me', { headers: there }));
    refused(await call('DELETE', '/session', { token: user.token }), 400, 1000);
    refused(await call('DELETE', '/session'), 401, 4003);
  });
});

describe('where the cookie may travel', () => {
  test('on https it is bound to the host and sent encrypted only, and only our own origin may use it', async () => {
    await using running = await start({ env: { LOCKKEEPER_PUBLIC_URL: 'https://live.example' } });
    const { user } = await running.tenant();
    const answer = await signIn(running, user, { Origin: 'https://live.example' });
    ok(answer);
    const { pair, attributes } = cookieOf(answer);
    assert.match(pair, /^__Host-lockkeeper=ey/);
    assert.deepEqual(attributes.slice(0, 3), ['Path=/', 'HttpOnly', 'SameSite=Strict']);
    assert.equal(attributes.at(-1), 'Secure');
    assert.equal(
      attributes.some((entry) => entry.startsWith('Domain')),
      false,
    );
    ok(await running.call('POST', '/stream', { headers: { Cookie: pair, Origin: 'https://live.example' } }));
    for (const Origin of ['http://live.example', running.url]) {
      refused(await running.call('POST', '/stream', { headers: { Cookie: pair, Origin } }), 403, 2001);
    }
  });

  test('over plain http beyond this machine signing in refuses with a sentence, and tokens still work', async () => {
    await using running = await start({ env: { LOCKKEEPER_PUBLIC_URL: 'http://live.example' } });
    const { user } = await running.tenant();
    const answer = await signIn(running, user);
    const { feature, reason } = refused(answer, 403, 2002);
    assert.equal(feature, 'session');
    assert.match(reason, /needs https: set LOCKKEEPER_PUBLIC_URL/);
    assert.equal(answer.headers.get('set-cookie'), null);
    refused(await running.call('GET', '/user/me', { headers: { Cookie: `lockkeeper=${user.token}` } }), 401, 4003);
    ok(await running.call('GET', '/user/me', { token: user.token }));
  });
});
