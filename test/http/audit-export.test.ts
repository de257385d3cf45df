import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { newId } from '../../src/store/ids.ts';
import type { Tenant } from '../harness.ts';
import { addAudit } from '../store/fixtures.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

async function table({ admin }: Tenant, query = ''): Promise<Record<string, string>[]> {
  const answer = await server().call('GET', `/audit?format=csv${query}`, { token: admin.token });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/);
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"$/);
  return parse(answer.body, { columns: true });
}

describe('the audit log as a table', () => {
  test('has the rows of the same filters, with everything that is in them', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const { admin, user, observer } = home;
    const { id } = ok(await call('POST', '/stream', { token: user.token }));
    ok(await call('PUT', `/stream/${id}/lock`, { token: admin.token }));
    refused(await call('POST', '/stream', { token: observer.token }), 403, 2001);
    for (const filter of [
      '',
      `&actor=${admin.id}`,
      `&target=${id}`,
      '&outcome=refused',
      '&action=lockStream',
      '&limit=1',
    ]) {
      const rows = ok(await call('GET', `/audit?${filter}`, { token: admin.token }));
      const lines = await table(home, filter);
      assert.deepEqual(
        lines.map((line) => [line['id'], line['at'], line['actorId'], line['action'], line['targetId'], line['count']]),
        rows.map((row: { [name: string]: unknown } & Record<'actor' | 'target', { id: string }>) => [
          row['id'],
          row['at'],
          row.actor.id,
          row['action'],
          row.target.id ?? '',
          String(row['count']),
        ]),
      );
      assert.deepEqual(
        lines.map((line) => JSON.parse(line['detail']!)),
        rows.map(({ detail }: { detail: unknown }) => detail),
      );
    }
    assert.equal((await table(home, '&action=nothing')).length, 0);
  });

  test('lets nobody’s name or address become a formula', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const body = { email: '=1+1@evil.test', permission: 'nanoUser', password: 'correct horse battery' };
    ok(await call('POST', '/user', { token: home.admin.token, body }));
    const signedIn = ok(await call('POST', '/user/validate', { body }));
    ok(await call('POST', '/tag', { token: signedIn.token, body: { name: '@SUM(1+1)' } }));
    const lines = await table(home);
    for (const line of lines) for (const cell of Object.values(line)) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
    assert.ok(lines.some((line) => line['actor'] === "'=1+1@evil.test"));
  });

  test('is longer than an answer in JSON may be, up to ten thousand rows, and goes on at a cursor', async () => {
    const { app, call, tenant } = server();
    const home = await tenant();
    const rows = Array.from({ length: 1_200 }, () => newId());
    await app.store.transaction(async (tx) => {
      for (const id of rows) await addAudit(tx, { id, organisation_id: home.id });
    });
    const lines = await table(home);
    assert.deepEqual(lines.map(({ id }) => id).reverse(), rows);
    const rest = await table(home, `&limit=1001&cursor=${lines[999]!['id']}`);
    assert.deepEqual(rest, lines.slice(1_000));
    const { token } = home.admin;
    refused(await call('GET', '/audit?format=csv&limit=10001', { token }), 400, 1000, { parameter: 'limit' });
    refused(await call('GET', '/audit?limit=1001', { token }), 400, 1000, { parameter: 'limit' });
    refused(await call('GET', '/audit?format=pdf', { token }), 400, 1000, { parameter: 'format' });
    assert.equal(ok(await call('GET', '/audit', { token })).length, 100);
  });

  test('is the administrators’ alone, and of their organisation', async () => {
    const { call, tenant } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    ok(await call('POST', '/stream', { token: home.user.token }));
    for (const { token } of [home.user, home.observer])
      refused(await call('GET', '/audit?format=csv', { token }), 403, 2001, { capability: 'audit:read' });
    const theirs = await table(foreign, `&actor=${home.user.id}`);
    assert.deepEqual(theirs, []);
  });
});

test('what a person did, and what was done to them, are told apart by their id', async () => {
  const { call, tenant } = server();
  const { admin, user } = await tenant();
  ok(await call('POST', '/tag', { token: user.token, body: { name: 'mine' } }));
  ok(await call('PUT', '/user', { token: admin.token, body: { id: user.id, name: 'Renamed' } }));
  ok(await call('PUT', '/user/permission', { token: admin.token, body: { id: user.id, permission: 'nanoReadOnly' } }));
  const actions = async (query: string) =>
    ok(await call('GET', `/audit?${query}`, { token: admin.token })).map(({ action }: { action: string }) => action);
  assert.deepEqual(await actions(`actor=${user.id}`), ['createTag']);
  assert.deepEqual(await actions(`target=${user.id}`), ['setUserPermission', 'editUser']);
  assert.deepEqual(await actions(`actor=${admin.id}&target=${user.id}&action=editUser`), ['editUser']);
  assert.deepEqual(await actions(`actor=${encodeURIComponent(user.email)}`), ['createTag']);
});
