import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PASSWORD, type Running, start, type Tenant } from '../harness.ts';
import { startPostgres } from '../store/postgres.ts';
import { ok, refused } from './helpers.ts';

const WATCH = ['token:own', 'organisation:read', 'stream:read', 'tag:read'];

function suite(server: () => Running) {
  const role = (method: string, tenant: Tenant, name: string, capabilities: string[]) =>
    server().call(method, `/permission/${name}`, {
      token: tenant.admin.token,
      body: { description: 'For the night shift', capabilities },
    });
  const mint = async ({ admin }: Tenant, email: string, more: object = {}) =>
    ok(await server().call('POST', '/bintu/token', { token: admin.token, body: { email, name: 'One', ...more } })).data
      .token as string;
  const mine = async (token: string) => ok(await server().call('GET', '/user/me', { token })).capabilities.toSorted();

  describe('a role of one’s own', () => {
    test('gives its people exactly what it names, and refuses the rest in words', async () => {
      const { call, tenant } = server();
      const home = await tenant();
      ok(await role('POST', home, 'night-shift', [...WATCH, 'stream:lock']));
      const person = await home.join('night-shift');
      assert.deepEqual(await mine(person.token), [...WATCH, 'stream:lock'].sort());
      const { id } = ok(await call('POST', '/stream', { token: home.admin.token }));
      assert.equal(ok(await call('PUT', `/stream/${id}/lock`, { token: person.token })).state, 'locked');
      refused(await call('PUT', `/stream/${id}/unlock`, { token: person.token }), 403, 2001, {
        capability: 'stream:unlock',
        role: 'night-shift',
        grantedTo: ['nanoAdmin'],
      });
    });

    test('acts on its people at the next request when it is changed, and ends their tokens like a change of role', async () => {
      const { call, tenant } = server();
      const home = await tenant();
      ok(await role('POST', home, 'locker', [...WATCH, 'stream:lock']));
      const [person, narrowed] = [
        await home.join('locker'),
        await mint(home, home.admin.email, { permission: 'locker' }),
      ];
      assert.deepEqual(await mine(narrowed), [...WATCH, 'stream:lock'].sort());
      const before = ok(await call('GET', `/user/${person.id}`, { token: home.admin.token }));
      assert.equal(ok(await role('PUT', home, 'locker', WATCH)).users, undefined);
      refused(await call('GET', '/user/me', { token: person.token }), 401, 4003);
      refused(await call('GET', '/user/me', { token: narrowed }), 401, 4003);
      const after = ok(await call('GET', `/user/${person.id}`, { token: home.admin.token }));
      assert.deepEqual([after.permission, after.tokenKey === before.tokenKey], ['locker', false]);
      assert.deepEqual(await mine(await mint(home, person.email)), WATCH.toSorted());
      // Who has another role keeps what was made for it.
      ok(await call('GET', '/user/me', { token: home.user.token }));
    });

    test('is listed and shown like the predefined ones, to its organisation alone', async () => {
      const { call, tenant } = server();
      const [home, foreign] = [await tenant(), await tenant()];
      ok(await role('POST', home, 'watcher', WATCH));
      const names = async ({ user }: Tenant) =>
        ok(await call('GET', '/permission/list', { token: user.token })).map(({ name }: { name: string }) => name);
      assert.deepEqual(await names(home), ['nanoAdmin', 'nanoUser', 'nanoReadOnly', 'watcher']);
      assert.deepEqual(await names(foreign), ['nanoAdmin', 'nanoUser', 'nanoReadOnly']);
      const shown = ok(await call('GET', '/permission?name=watcher', { token: home.admin.token }));
      assert.deepEqual([shown.accessLevel, shown.audiences], ['Custom', ['bintu', 'metrics']]);
      assert.ok(shown.permissions.Stream.includes('getStreams'));
      const paths = shown.endpoints.map(({ path }: { path: string }) => path);
      assert.ok(paths.includes('/stream') && !paths.includes('/audit'));
      for (const [method, body] of [
        ['GET', undefined],
        ['PUT', { description: '', capabilities: [] }],
        ['DELETE', undefined],
      ] as const) {
        const path = method === 'GET' ? '/permission?name=watcher' : '/permission/watcher';
        refused(await call(method, path, { token: foreign.admin.token, ...(body && { body }) }), 404, 4040);
      }
      const give = { email: foreign.user.email, permission: 'watcher' };
      refused(await call('PUT', '/user/permission', { token: foreign.admin.token, body: give }), 400, 1000, {
        parameter: 'permission',
      });
    });

    test('is taken wherever a role is named, and a name that means nothing is not', async () => {
      const { call, tenant } = server();
      const home = await tenant();
      ok(await role('POST', home, 'watcher', WATCH));
      const { token } = home.admin;
      const paths = [
        ['PUT', '/user/permission', { email: home.observer.email }],
        ['POST', '/user', { email: 'new-watcher@example.test' }],
        ['POST', '/bintu/token', { email: home.user.email, name: 'Narrow' }],
      ] as const;
      for (const [method, path, body] of paths) {
        for (const permission of ['Watcher', 'nobody', 'nanoadmin', '__proto__']) {
          refused(await call(method, path, { token, body: { ...body, permission } }), 400, 1000, {
            parameter: 'permission',
          });
        }
        ok(await call(method, path, { token, body: { ...body, permission: 'watcher' } }));
      }
    });

    test('is neither like a predefined one in name, nor twice there, nor made of what no role can hold', async () => {
      const { tenant } = server();
      const home = await tenant();
      ok(await role('POST', home, 'Editors', WATCH));
      for (const name of ['nanoAdmin', 'NANOUSER', 'editors', 'Editors'])
        refused(await role('POST', home, name, WATCH), 400, 1003, { duplicated_parameter: 'name' });
      for (const name of ['nano%20Admin', 'n%C3%A4me', '-x'])
        refused(await role('POST', home, name, WATCH), 400, 1000, { parameter: 'name' });
      for (const id of ['media:publish', 'media:play', 'apikey:read', 'stream:fly', '*'])
        refused(await role('POST', home, 'wide', [...WATCH, id]), 400, 1000, { parameter: 'capabilities' });
      for (const method of ['PUT', 'DELETE'])
        refused(await role(method, home, 'nanoReadOnly', WATCH), 409, 4090, { reason: 'predefined-role' });
    });
  });

  describe('nobody grants what they do not hold', () => {
    test('not by defining, changing or giving a role, nor by taking over who has a wider one', async () => {
      const { call, tenant } = server();
      const home = await tenant();
      const own = [...WATCH, 'role:manage', 'user:edit', 'user:create', 'token:create'];
      ok(await role('POST', home, 'deputy', own));
      ok(await role('POST', home, 'auditor', [...WATCH, 'audit:read']));
      const { token } = await home.join('deputy');
      const attempts: [string, string, object][] = [
        ['POST', '/permission/mine', { description: '', capabilities: [...own, 'audit:read'] }],
        ['POST', '/permission/mine?dryRun=true', { description: '', capabilities: ['audit:read'] }],
        ['PUT', '/permission/deputy', { description: '', capabilities: [...own, 'stream:delete'] }],
        ['PUT', '/permission/auditor', { description: '', capabilities: WATCH }],
        ['PUT', '/permission/auditor?dryRun=true', { description: '', capabilities: WATCH }],
        ['PUT', '/user/permission', { email: home.observer.email, permission: 'auditor' }],
        ['PUT', '/user/permission', { email: home.observer.email, permission: 'nanoUser' }],
        ['POST', '/user', { email: 'mine@example.test', permission: 'nanoAdmin' }],
        ['POST', '/bintu/token', { email: home.admin.email, name: 'x' }],
        ['PUT', '/user', { id: home.admin.id, email: 'mine@example.test' }],
        ['PUT', '/user', { id: home.admin.id, email: home.admin.email.replace(/^./, (one) => one.toUpperCase()) }],
      ];
      for (const [method, path, body] of attempts)
        refused(await call(method, path, { token, body }), 403, 2001, { role: 'deputy', grantedTo: ['nanoAdmin'] });
      ok(await call('POST', '/permission/smaller', { token, body: { description: '', capabilities: WATCH } }));
      ok(await call('PUT', '/user/permission', { token, body: { email: home.observer.email, permission: 'smaller' } }));
      ok(await call('PUT', '/user', { token, body: { id: home.admin.id, name: 'The boss' } }));
    });

    test('and a token is narrowed by a role of one’s own, never widened', async () => {
      const { call, tenant } = server();
      const home = await tenant();
      ok(await role('POST', home, 'watcher', WATCH));
      ok(await role('POST', home, 'locker', [...WATCH, 'stream:lock']));
      const token = await mint(home, home.user.email, { permission: 'watcher' });
      assert.deepEqual(await mine(token), WATCH.toSorted());
      const body = { email: home.user.email, name: 'Wide', permission: 'locker' };
      refused(await call('POST', '/bintu/token', { token: home.admin.token, body }), 400, 1000, {
        parameter: 'permission',
      });
    });
  });

  test('whoever joins by an invitation has the role as it is by then', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { token } = home.admin;
    ok(await role('POST', home, 'watcher', [...WATCH, 'stream:lock']));
    const invited = ok(await call('POST', '/user/invite', { token, body: { permission: 'watcher' } }));
    refused(await call('POST', '/user/invite', { token, body: { permission: 'nobody' } }), 400, 1000);
    ok(await role('PUT', home, 'watcher', WATCH));
    const body = { token: invited.token, email: `joined-${home.hash.toLowerCase()}@example.test`, password: PASSWORD };
    const joined = ok(await call('POST', '/user/invite/accept', { body }));
    assert.equal(joined.user.permission, 'watcher');
    assert.deepEqual(await mine(joined.token), WATCH.toSorted());
  });

  describe('deleting a role', () => {
    test('is refused while a user, a live token or an open invitation has it, and done when nobody does', async () => {
      const { call, tenant } = server();
      const home = await tenant();
      const { token } = home.admin;
      ok(await role('POST', home, 'watcher', WATCH));
      const remove = () => call('DELETE', '/permission/watcher', { token });
      const person = await home.join('watcher');
      refused(await remove(), 409, 4090, { reason: 'role-in-use', users: 1, tokens: 0 });
      ok(await call('PUT', '/user/permission', { token, body: { id: person.id, permission: 'nanoReadOnly' } }));
      await mint(home, home.admin.email, { permission: 'watcher' });
      refused(await remove(), 409, 4090, { reason: 'role-in-use', users: 0, tokens: 1 });
      const invited = ok(await call('POST', '/user/invite', { token, body: { permission: 'watcher' } }));
      ok(await call('PUT', '/user/tokenkey', { apiKey: home.apiKey, body: { id: home.admin.id } }));
      const { apiKey } = home;
      const last = await call('DELETE', '/permission/watcher', { apiKey });
      refused(last, 409, 4090, { reason: 'role-in-use', users: 0, tokens: 0, invitations: 1 });
      ok(await call('DELETE', `/user/invite/${invited.id}`, { apiKey }));
      assert.deepEqual(ok(await call('DELETE', '/permission/watcher', { apiKey })), { name: 'watcher', deleted: true });
      refused(await call('DELETE', '/permission/watcher', { apiKey }), 404, 4040);
      refused(await call('GET', '/permission?name=watcher', { apiKey }), 404, 4040);
    });

    test('cannot overtake somebody being given it', async () => {
      const { call, tenant } = server();
      const home = await tenant();
      const { apiKey } = home;
      for (let round = 0; round < 5; round++) {
        ok(await role('POST', home, 'brief', WATCH));
        const body = { email: home.observer.email, permission: 'brief' };
        const [given, gone] = await Promise.all([
          call('PUT', '/user/permission', { apiKey, body }),
          call('DELETE', '/permission/brief', { apiKey }),
        ]);
        assert.deepEqual(
          [given.status, gone.status].toSorted(),
          given.status === 200 ? [200, 409] : [200, 400].toSorted(),
        );
        ok(await call('PUT', '/user/permission', { apiKey, body: { ...body, permission: 'nanoReadOnly' } }));
        if (gone.status === 409) ok(await call('DELETE', '/permission/brief', { apiKey }));
      }
    });
  });

  test('no change begun under a role is committed after the role has lost the right', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { apiKey } = home;
    ok(await role('POST', home, 'maker', [...WATCH, 'tag:create']));
    const person = await home.join('maker');
    for (let round = 0; round < 5; round++) {
      const token = await mint(home, person.email);
      const writes = Array.from({ length: 12 }, (_, i) =>
        call('POST', '/tag', { token, body: { name: `round ${round} ${i}` } }),
      );
      const changed = role('PUT', home, 'maker', WATCH);
      ok(await changed);
      const count = async () => ok(await call('GET', '/tag', { apiKey })).length;
      const [there, answers] = [await count(), await Promise.all(writes)];
      assert.equal(await count(), there);
      for (const { status } of answers) assert.ok([200, 401].includes(status), String(status));
      ok(await role('PUT', home, 'maker', [...WATCH, 'tag:create']));
    }
  });

  test('every step is in the audit log with the capabilities before and after', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    ok(await role('POST', home, 'watcher', WATCH));
    ok(await role('PUT', home, 'watcher', ['stream:read']));
    ok(await call('DELETE', '/permission/watcher', { token: home.admin.token }));
    const rows = ok(await call('GET', '/audit?target=watcher', { token: home.admin.token }));
    assert.deepEqual(
      rows.map(({ action, target }: { action: string; target: object }) => [action, target]),
      ['deletePermission', 'editPermission', 'createPermission'].map((action) => [
        action,
        { type: 'role', id: 'watcher' },
      ]),
    );
    assert.deepEqual(
      [rows[1].detail.before.toSorted(), rows[1].detail.capabilities],
      [WATCH.toSorted(), ['stream:read']],
    );
  });
}

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  describe(`on ${engine}`, () => {
    let running: Running;
    before(async () => {
      running = await start(engine === 'SQLite' ? {} : { databaseUrl: await (await startPostgres()).createDatabase() });
    });
    after(() => running[Symbol.asyncDispose]());
    suite(() => running);
  });
}
