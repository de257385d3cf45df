import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../process/lockkeeper.ts';
import { loopPublish, tryPublish } from './encoders.ts';
import { stage } from './stage.ts';

test('who is not let in is counted by the reason, on a stream that never had media too', {
  timeout: 60_000,
}, async () => {
  await using on = await stage();
  const { running, tenant } = on;
  const { metrics } = running.app.services;
  const admin = { token: tenant.admin.token };
  const [locked, secured, open] = [await on.newStream(), await on.newStream(), await on.newStream()];
  const refused = async (path: string, who = admin) =>
    (await running.call('GET', `${path}/metrics`, who)).body.totals.refused;

  await on.control('lock', locked.stream.id);
  for (let n = 0; n < 3; n++) assert.match(String(await tryPublish(locked.ingest)), /locked/);
  const { status } = await running.call('PUT', '/organisation', {
    ...admin,
    body: { settings: { securePlayback: true } },
  });
  assert.equal(status, 200);
  for (let n = 0; n < 2; n++) assert.equal((await fetch(secured.urls.http)).status, 401);
  const twice = new URL(secured.urls.http);
  for (const token of ['one', 'two']) twice.searchParams.append('token', token);
  assert.equal((await fetch(twice)).status, 400);
  await using encoder = loopPublish(open.ingest);
  await until(() => encoder.live, 5_000, 'live');

  await metrics.flush();
  const none = { locked: 0, token: 0, blocked: 0, other: 0 };
  assert.deepEqual(await refused(`/stream/${locked.stream.id}`), { ...none, locked: 3 });
  assert.deepEqual(await refused(`/stream/${secured.stream.id}`), { ...none, token: 2, other: 1 });
  assert.deepEqual(await refused(`/stream/${open.stream.id}`), none);
  assert.deepEqual(await refused('/organisation'), { ...none, locked: 3, token: 2, other: 1 });
  const stranger = await running.tenant('Other');
  assert.deepEqual(await refused('/organisation', { token: stranger.admin.token }), none);

  await tryPublish(locked.ingest);
  await metrics.flush();
  await metrics.flush();
  assert.deepEqual(await refused(`/stream/${locked.stream.id}`), { ...none, locked: 4 });
});
