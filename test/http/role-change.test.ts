import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addAudit } from '../store/fixtures.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const DAY_MS = 86_400_000;

interface Used {
  capability: string;
  title: string;
  lastAt: string;
  actions: { action: string; count: number; lastAt: string }[];
}

const ids = (entries: { capability: string }[]) => entries.map(({ capability }) => capability).sort();
const preview = (id: string, permission: string, by: { token: string }) =>
  server().call('GET', `/user/${id}/role-change?permission=${permission}`, { token: by.token });

describe('before a role is changed', () => {
  test('it is said what the person will gain and lose, and what the same role leaves as it is', async () => {
    const { admin, user } = await server().tenant();
    const down = ok(await preview(user.id, 'nanoReadOnly', admin));
    assert.deepEqual([down.from, down.to, down.gains], ['nanoUser', 'nanoReadOnly', []]);
    assert.ok(ids(down.loses).includes('stream:create'));
    assert.deepEqual(
      down.loses.find(({ capability }: Used) => capability === 'tag:create'),
      { capability: 'tag:create', title: 'Create Tag', sentence: 'create tags' },
    );
    const up = ok(await preview(user.id, 'nanoAdmin', admin));
    assert.deepEqual([up.loses, ids(up.gains).includes('stream:lock')], [[], true]);
    assert.equal(ids(up.gains).includes('stream:create'), false);
    const same = ok(await preview(user.id, 'nanoUser', admin));
    assert.deepEqual([same.gains, same.loses, same.used], [[], [], []]);
  });

  test('it is said what they did in the last 30 days that the new role would refuse, reads included', async () => {
    const { call, tenant } = server();
    const { admin, user } = await tenant();
    for (let i = 0; i < 3; i++) ok(await call('POST', '/stream', { token: user.token, body: { tags: [] } }));
    ok(await call('POST', '/tag', { token: user.token, body: { name: 'mine' } }));
    ok(await call('GET', '/user', { token: user.token }));
    refused(await call('DELETE', '/tag/mine', { token: user.token }), 403, 2001);
    const { used, usedKnown } = ok(await preview(user.id, 'nanoReadOnly', admin));
    assert.equal(usedKnown, true);
    assert.deepEqual(ids(used), ['ingest:read', 'stream:create', 'tag:create', 'user:read']);
    const of = (id: string): Used => used.find(({ capability }: Used) => capability === id);
    assert.partialDeepStrictEqual(of('stream:create'), {
      title: 'Create Stream',
      actions: [{ action: 'createStream', count: 3 }],
    });
    assert.deepEqual(of('user:read').actions, []);
    const age = Date.now() - Date.parse(of('user:read').lastAt);
    assert.ok(age >= 0 && age < 60_000);
    assert.deepEqual(ok(await preview(user.id, 'nanoAdmin', admin)).used, []);
  });

  test('what was done longer ago, by others, or elsewhere is not theirs', async () => {
    const { app, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const { admin, user } = home;
    const id = (at: number) => {
      const text = at.toString(16).padStart(12, '0');
      return `${text.slice(0, 8)}-${text.slice(8)}-7000-8000-${Math.random().toString(16).slice(2, 14).padEnd(12, '0')}`;
    };
    const add = (days: number, row: object) => {
      const at = Date.now() - days * DAY_MS;
      const facts = { id: id(at), at, organisation_id: home.id, actor_id: user.id, action: 'createTag' };
      return addAudit(app.store, { ...facts, ...row });
    };
    await add(31, {});
    await add(1, { actor_id: admin.id });
    await add(1, { organisation_id: foreign.id });
    await add(1, { outcome: 'refused' });
    assert.deepEqual(ok(await preview(user.id, 'nanoReadOnly', admin)).used, []);
    await add(29, { count: 2 });
    const [used] = ok(await preview(user.id, 'nanoReadOnly', admin)).used;
    assert.deepEqual([used.capability, used.actions[0].count], ['tag:create', 2]);
  });

  test('a role of the organisation’s own counts by what is in it, and a read it leaves out is named', async () => {
    const { tenant, call } = server();
    const { admin, user, apiKey } = await tenant();
    const body = { description: '', capabilities: ['stream:read', 'stream:create', 'organisation:edit'] };
    ok(await call('POST', '/permission/Maker', { apiKey, body }));
    ok(await call('POST', '/stream', { token: user.token }));
    ok(await call('GET', '/tag', { token: user.token }));
    const answer = ok(await preview(user.id, 'Maker', admin));
    assert.deepEqual(ids(answer.gains), ['organisation:edit']);
    assert.ok(ids(answer.loses).includes('tag:read'));
    assert.deepEqual(
      ids(answer.used).filter((one) => one !== 'ingest:read'),
      ['tag:read'],
    );
    ok(await call('PUT', '/user/permission', { apiKey, body: { id: user.id, permission: 'Maker' } }));
    assert.deepEqual(ids(ok(await preview(user.id, 'nanoUser', admin)).loses), ['organisation:edit']);
  });

  test('who may change roles and not read the audit log is told the difference, and no deeds', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const body = { description: '', capabilities: ['user:edit', 'user:read', 'tag:create'] };
    ok(await call('POST', '/permission/Clerk', { apiKey: home.apiKey, body }));
    const clerk = await home.join('Clerk');
    ok(await call('POST', '/tag', { token: home.user.token, body: { name: 'seen' } }));
    const answer = ok(await preview(home.user.id, 'nanoReadOnly', clerk));
    assert.deepEqual([answer.used, answer.usedKnown], [[], false]);
    assert.ok(ids(answer.loses).includes('tag:create'));
  });

  test('nobody else is told, there is no such role, and another organisation’s user is not there', async () => {
    const { tenant, call } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    for (const by of [home.user, home.observer])
      refused(await preview(home.user.id, 'nanoAdmin', by), 403, 2001, { capability: 'user:edit' });
    refused(await preview(home.user.id, 'nanoAdmin', foreign.admin), 404, 4040);
    refused(await preview(NO_SUCH_ID, 'nanoAdmin', home.admin), 404, 4040);
    refused(await preview(home.user.id, 'nobody', home.admin), 400, 1000, { parameter: 'permission' });
    const role = { description: '', capabilities: ['tag:read'] };
    ok(await call('POST', '/permission/Theirs', { apiKey: foreign.apiKey, body: role }));
    refused(await preview(home.user.id, 'Theirs', home.admin), 400, 1000, { parameter: 'permission' });
    refused(await call('GET', `/user/${home.user.id}/role-change`, home.admin), 400, 1002);
  });
});
