import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { change } from '../../src/store/scope.ts';
import { insertTag } from '../../src/store/tag.ts';
import { lockRow } from '../../src/store/tx.ts';
import type { Answer, Person, Running, Tenant } from '../harness.ts';
import { engines } from './engines.ts';

const ORIGIN = { ip: '127.0.0.1', requestId: 'held' };
/** Long enough for a request to reach the lock that it will wait for, or to be answered if nothing held it. */
const A_WHILE_MS = 150;

const isPending = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => false), sleep(A_WHILE_MS, true)]);

const tagNames = async ({ call }: Running, { admin }: Tenant): Promise<string[]> =>
  (await call('GET', '/tag', { token: admin.token })).body.map(({ name }: { name: string }) => name);

/** What ends every token of a user, each answered 200. */
const ENDINGS: Record<string, (running: Running, tenant: Tenant, victim: Person) => Promise<Answer>> = {
  setUserPermission: ({ call }, { admin }, { id }) =>
    call('PUT', '/user/permission', { token: admin.token, body: { id, permission: 'nanoReadOnly' } }),
  renewTokenKey: ({ call }, { apiKey }, { id }) => call('PUT', '/user/tokenkey', { apiKey, body: { id } }),
  deleteUser: ({ call }, { admin }, { id }) => call('DELETE', `/user/${id}`, { token: admin.token }),
  revokeToken: ({ call }, { admin }, { tokenId }) => call('DELETE', `/bintu/token/${tokenId}`, { token: admin.token }),
};

/** A change by this token whose transaction, once begun, stays open until `release`, or until the test gives up. */
async function heldChange({ app }: Running, { token }: Person, name: string) {
  const { principal } = (await app.services.enter(token, 'getOwnUser', ORIGIN)).grant;
  const scope = app.services.scopeFor(principal, 'tag:create', 'createTag', ORIGIN);
  const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = change(scope, async (tx) => {
    begun.resolve();
    await released.promise;
    const id = await insertTag(tx, name);
    return { result: id, target: { type: 'tag', id }, detail: { name } };
  });
  await begun.promise;
  return { done, release: released.resolve, [Symbol.dispose]: released.resolve };
}

/** Keeps everybody from changing this row, until released. */
async function holdRow({ app }: Running, table: 'user' | 'token' | 'stream', id: string) {
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = app.store.transaction(async (tx) => {
    await lockRow(tx, table, id);
    held.resolve();
    await released.promise;
  });
  await held.promise;
  return { done, release: released.resolve, [Symbol.dispose]: released.resolve };
}

for (const engine of engines) {
  test(`what ends a token waits for a change that has begun under it (${engine.name})`, {
    timeout: 60_000,
  }, async () => {
    await using started = await engine.start();
    const { running, committed } = started;
    const tenant = await running.tenant();
    for (const [action, end] of Object.entries(ENDINGS)) {
      const victim = await tenant.join('nanoUser');
      using held = await heldChange(running, victim, `before-${action}`);
      const ending = end(running, tenant, victim);
      assert.equal(await isPending(ending), true, `${action} is not answered while the change is open`);
      held.release();
      await held.done;
      assert.equal((await ending).status, 200);
      assert.ok((await tagNames(running, tenant)).includes(`before-${action}`));
      const rows = await committed();
      const [made, ended] = [
        rows.findLastIndex(({ credential_id }) => credential_id === victim.tokenId),
        rows.findLastIndex((row) => row.action === action),
      ];
      assert.ok(made !== -1 && made < ended, `the change was committed before ${action}`);
    }
  });

  test(`a change admitted before a token's end and begun after it is refused (${engine.name})`, {
    timeout: 60_000,
  }, async () => {
    await using started = await engine.start();
    const { running } = started;
    const tenant = await running.tenant();
    for (const [action, end] of Object.entries(ENDINGS)) {
      const victim = await tenant.join('nanoUser');
      const [table, id] =
        action === 'revokeToken' ? (['token', victim.tokenId] as const) : (['user', victim.id] as const);
      using hold = await holdRow(running, table, id);
      const ending = end(running, tenant, victim);
      assert.equal(await isPending(ending), true);
      const late = running.call('POST', '/tag', { token: victim.token, body: { name: `late-${action}` } });
      assert.equal(await isPending(late), true, 'it was admitted: the token was still good');
      hold.release();
      assert.equal((await ending).status, 200);
      const { status, body } = await late;
      assert.deepEqual([status, body.error.code], [401, 4003]);
      assert.equal((await tagNames(running, tenant)).includes(`late-${action}`), false);
      await hold.done;
    }
  });

  test(`a change that waited for a lock of its own stays before the demotion that waited for it (${engine.name})`, {
    timeout: 60_000,
  }, async () => {
    await using started = await engine.start();
    const { running } = started;
    const tenant = await running.tenant();
    const { body: stream } = await running.call('POST', '/stream', { token: tenant.admin.token });
    using hold = await holdRow(running, 'stream', stream.id);
    const { token, id } = tenant.user;
    const tagging = running.call('PUT', `/stream/${stream.id}/tag`, { token, body: { tags: ['in-time'] } });
    assert.equal(await isPending(tagging), true);
    const demotion = running.call('PUT', '/user/permission', {
      token: tenant.admin.token,
      body: { id, permission: 'nanoReadOnly' },
    });
    assert.equal(await isPending(demotion), true, 'the demotion waits for the open change');
    hold.release();
    const [tagged, demoted] = await Promise.all([tagging, demotion, hold.done]);
    assert.deepEqual([tagged.status, demoted.status], [200, 200]);
    const order = (await started.committed()).map(({ action }) => action).slice(-2);
    assert.deepEqual(order, ['setStreamTags', 'setUserPermission']);
    const again = await running.call('PUT', `/stream/${stream.id}/tag`, { token, body: { tags: ['too-late'] } });
    assert.equal(again.status, 401);
  });
}
