import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Person } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

describe('giving a role', () => {
  for (const permission of ['nanoAdmin', 'nanoUser', 'nanoReadOnly']) {
    test(`${permission} to an operator ends all of the operator’s tokens, whether it is up, down or the same`, async () => {
      const { call, tenant } = server();
      const { admin, user, observer } = await tenant();
      const second = ok(
        await call('POST', '/bintu/token', { token: admin.token, body: { userId: user.id, name: 'Two' } }),
      );
      const before = ok(await call('GET', `/user/${user.id}`, { token: admin.token }));
      const after = ok(
        await call('PUT', '/user/permission', { token: admin.token, body: { id: user.id, permission } }),
      );
      assert.equal(after.permission, permission);
      assert.notEqual(after.tokenKey, before.tokenKey);
      for (const token of [user.token, second.data.token]) {
        const refusal = await call('GET', '/user/me', { token });
        refused(refusal, 401, 4003);
        assert.equal(refusal.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
      }
      ok(await call('GET', '/user/me', { token: observer.token }));
    });
  }

  test('takes effect on what the next token may do', async () => {
    const { call, tenant } = server();
    const { admin, observer } = await tenant();
    ok(
      await call('PUT', '/user/permission', {
        token: admin.token,
        body: { email: observer.email, permission: 'nanoUser' },
      }),
    );
    const body = { email: observer.email, name: 'After' };
    const { token } = ok(await call('POST', '/bintu/token', { token: admin.token, body })).data;
    ok(await call('POST', '/stream', { token }));
    refused(await call('GET', '/audit', { token }), 403, 2001, { role: 'nanoUser' });
  });

  test('names the user by id or by address, and not by both or neither', async () => {
    const { call, tenant } = server();
    const [{ admin, user }, foreign] = [await tenant(), await tenant()];
    const put = (path: string, body: object) => call('PUT', path, { token: admin.token, body });
    for (const [path, more] of [
      ['/user/permission', { permission: 'nanoUser' }],
      ['/user/tokenkey', {}],
    ] as const) {
      ok(await put(path, { ...more, id: user.id }));
      ok(await put(path, { ...more, email: ` ${user.email}`.trim().toUpperCase() }));
      refused(await put(path, { ...more, id: user.id, email: user.email }), 400, 1000);
      refused(await put(path, more), 400, 1002, { required_parameter: 'id' });
      refused(await put(path, { ...more, email: 'nobody@example.test' }), 404, 4040);
      refused(await put(path, { ...more, id: foreign.user.id }), 404, 4040);
      refused(await put(path, { ...more, email: foreign.user.email }), 404, 4040);
    }
    refused(await put('/user/permission', { id: user.id }), 400, 1002, { required_parameter: 'permission' });
    refused(await put('/user/permission', { id: user.id, permission: 'superuser' }), 400, 1000, {
      parameter: 'permission',
    });
    ok(await call('GET', '/user/me', { token: foreign.user.token }));
  });

  test('of all roles, only an administrator gives one', async () => {
    const { call, tenant } = server();
    const { user, observer } = await tenant();
    for (const token of [user.token, observer.token]) {
      const body = { id: observer.id, permission: 'nanoAdmin' };
      refused(await call('PUT', '/user/permission', { token, body }), 403, 2001, {
        capability: 'user:edit',
        grantedTo: ['nanoAdmin'],
      });
    }
    ok(await call('GET', '/user/me', { token: observer.token }));
  });
});

describe('renewing a tokenKey', () => {
  test('ends the user’s tokens and leaves the role, also when the API key asks', async () => {
    const { call, tenant } = server();
    const { apiKey, user } = await tenant();
    const before = ok(await call('GET', `/user/${user.id}`, { apiKey }));
    const after = ok(await call('PUT', '/user/tokenkey', { apiKey, body: { id: user.id } }));
    assert.match(after.tokenKey, /^\w{7}$/);
    assert.notEqual(after.tokenKey, before.tokenKey);
    assert.equal(after.permission, 'nanoUser');
    refused(await call('GET', '/user/me', { token: user.token }), 401, 4003);
  });
});

describe('the last administrator', () => {
  test('can be neither demoted nor deleted', async () => {
    const { call, tenant } = server();
    const { admin, apiKey } = await tenant();
    const body = { id: admin.id, permission: 'nanoUser' };
    refused(await call('PUT', '/user/permission', { apiKey, body }), 409, 4090, { reason: 'last-admin' });
    refused(await call('DELETE', `/user/${admin.id}`, { apiKey }), 409, 4090, { reason: 'last-admin' });
    assert.equal(ok(await call('GET', '/user/me', { token: admin.token })).user.permission, 'nanoAdmin');
    ok(await call('PUT', '/user/permission', { apiKey, body: { id: admin.id, permission: 'nanoAdmin' } }));
  });

  test('is the last of the own organisation: those of others do not count', async () => {
    const { call, tenant } = server();
    const [{ admin, apiKey, join }] = [await tenant(), await tenant()];
    const demote = (id: string) => call('PUT', '/user/permission', { apiKey, body: { id, permission: 'nanoUser' } });
    refused(await demote(admin.id), 409, 4090);
    await join('nanoAdmin');
    ok(await demote(admin.id));
  });

  test('is still there when eight administrators demote and delete each other at the same moment', async () => {
    const { call, tenant } = server();
    const { admin, join, apiKey } = await tenant();
    const admins: Person[] = [admin];
    while (admins.length < 8) admins.push(await join('nanoAdmin'));
    const answers = await Promise.all(
      admins.map(({ token }, i) => {
        const { id } = admins[(i + 1) % admins.length]!;
        if (i % 2) return call('DELETE', `/user/${id}`, { token });
        return call('PUT', '/user/permission', { token, body: { id, permission: 'nanoUser' } });
      }),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    assert.ok(statuses.has(200));
    assert.deepEqual(
      [...statuses].filter((status) => ![200, 401, 409].includes(status)),
      [],
    );
    const users = ok(await call('GET', '/user', { apiKey }));
    assert.ok(users.some(({ permission }: { permission: string }) => permission === 'nanoAdmin'));
  });

  test('remains when the key demotes all of them at the same moment', async () => {
    const { call, tenant } = server();
    const { admin, join, apiKey } = await tenant();
    const ids = [admin.id];
    while (ids.length < 6) ids.push((await join('nanoAdmin')).id);
    const answers = await Promise.all(
      ids.map((id) => call('PUT', '/user/permission', { apiKey, body: { id, permission: 'nanoReadOnly' } })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 409]);
  });
});

describe('the roles as the API shows them', () => {
  test('the list carries every role with its audiences and actions, for who may give or look them up', async () => {
    const { call, tenant } = server();
    const { admin, user, observer } = await tenant();
    const roles = ok(await call('GET', '/permission/list', { token: user.token }));
    assert.deepEqual(ok(await call('GET', '/permission/list', { token: admin.token })), roles);
    assert.deepEqual(
      roles.map(({ name, accessLevel }: { name: string; accessLevel: string }) => [name, accessLevel]),
      [
        ['nanoAdmin', 'Highest'],
        ['nanoUser', 'High'],
        ['nanoReadOnly', 'Low'],
      ],
    );
    assert.deepEqual(roles[2].audiences, ['bintu', 'metrics']);
    assert.ok(roles[2].permissions.Stream.includes('getStreams'));
    assert.equal(roles[2].permissions.Stream.includes('createStream'), false);
    refused(await call('GET', '/permission/list', { token: observer.token }), 403, 2001, { capability: 'role:read' });
  });

  test('one role lists the endpoints that are valid for it', async () => {
    const { call, tenant } = server();
    const { admin, user } = await tenant();
    const role = ok(await call('GET', '/permission?name=nanoUser', { token: admin.token }));
    const has = (method: string, path: string) =>
      role.endpoints.some((entry: { method: string; path: string }) => entry.method === method && entry.path === path);
    assert.ok(has('POST', '/stream') && has('GET', '/permission/list') && has('PUT', '/stream/{id}/tag'));
    assert.equal(has('PUT', '/stream/{id}/lock') || has('DELETE', '/stream/{id}') || has('GET', '/permission'), false);
    refused(await call('GET', '/permission?name=nanoUser', { token: user.token }), 403, 2001, {
      capability: 'role:inspect',
    });
    refused(await call('GET', '/permission?name=nobody', { token: admin.token }), 404, 4040);
    refused(await call('GET', '/permission', { token: admin.token }), 400, 1002, { required_parameter: 'name' });
  });

  test('an organisation shows each role what it may read', async () => {
    const { call, tenant } = server();
    const { id, hash, apiKey, playerKey, admin, user, observer } = await tenant('Studio');
    const common = ['id', 'name', 'hash', 'playerKey', 'createdAt', 'settings'];
    const byAdmin = ok(await call('GET', '/organisation', { token: admin.token }));
    assert.partialDeepStrictEqual(byAdmin, { id, name: 'Studio', hash, apiKey, playerKey });
    assert.match(hash, /^\w{5}$/);
    assert.deepEqual(byAdmin.settings, { securePlayback: false, publicStreamInfo: true, ingestTokens: false });
    for (const { token } of [user, observer]) {
      const seen = ok(await call('GET', '/organisation', { token }));
      assert.deepEqual(Object.keys(seen), common);
      assert.equal(seen.playerKey, playerKey);
    }
    assert.equal(ok(await call('GET', '/organisation', { apiKey })).apiKey, apiKey);
    refused(await call('GET', '/organisation', { playerKey }), 403, 2001, { role: null });
  });
});
