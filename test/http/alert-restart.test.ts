import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { request } from '../harness.ts';
import { LINUX, listens, programOf, serve, until } from '../process/lockkeeper.ts';
import { receiver } from '../webhook/receiver.ts';
import { ok } from './helpers.ts';

test('what was to be told when the API was killed is told by the next one, and what was taken is not told again', {
  skip: !LINUX && 'reads /proc',
}, async (t) => {
  await using hook = await receiver();
  const [email, password] = ['boss@example.org', 'correct horse battery'];
  const admin = { LOCKKEEPER_ADMIN_EMAIL: email, LOCKKEEPER_ADMIN_PASSWORD: password };
  const server = await serve(t, { ...admin, LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1' });
  const api = server.ready.http;
  const { token } = ok(await request(api, 'POST', '/user/validate', { body: { email, password } }));
  ok(await request(api, 'PUT', '/alert/receivers', { token, body: { emails: [], webhook: hook.url } }));
  const database = new DatabaseSync(path.join(server.data, 'lockkeeper.sqlite'));
  t.after(() => database.close());
  database.exec('pragma busy_timeout = 2000');
  const settled = () =>
    database.prepare('select count(*) as n from alert_delivery where finished_at is not null').get()?.['n'];
  const raise = async (name: string): Promise<string> => {
    const body = { email: `${name}@example.org`, permission: 'nanoAdmin' };
    return ok(await request(api, 'POST', '/user', { token, body })).id;
  };

  await raise('taken');
  await until(() => settled() === 1, 10_000, 'the first call to be taken');
  hook.answers[''] = () => {};
  await raise('not-taken');
  await until(() => hook.received.length === 2, 10_000, 'the second call');
  process.kill(programOf(server.pid, 'src/api.ts')!, 'SIGKILL');
  await until(async () => !(await listens(api)), 2_000, 'the end of the API');
  hook.answers[''] = 200;
  await until(() => listens(api), 10_000, 'the API back');
  assert.equal(hook.received.length, 2);
  database.exec('update alert_delivery set next_at = 1 where next_at is not null');
  await until(() => settled() === 2, 10_000, 'the second call to be taken');
  const ids = hook.received.map(({ headers }) => headers['x-lockkeeper-delivery']);
  assert.deepEqual([ids.length, ids[1] === ids[2], ids[0] === ids[1]], [3, true, false]);
});
