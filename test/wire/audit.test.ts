import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../process/lockkeeper.ts';
import { loopPublish, tryPublish } from './encoders.ts';
import { type Stage, stage } from './stage.ts';
import { ended, morePictures, view } from './viewers.ts';

interface Row {
  actor: { type: string; id: string; email: string | null };
  credential: { type: string; id: string };
  ip: string;
  action: string;
  target: { type: string; id: string };
  outcome: string;
  count: number;
  detail: Record<string, unknown>;
  requestId: string;
}

async function rows(on: Stage, query: string): Promise<Row[]> {
  const { status, body } = await on.running.call('GET', `/audit?${query}`, { token: on.tenant.admin.token });
  assert.equal(status, 200);
  return body;
}

test('the audit log tells when an encoder came, from where, and how it went', async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  const loop = loopPublish(ingest);
  using viewer = view(urls.http);
  await morePictures(viewer, 10);
  await loop[Symbol.asyncDispose]();
  await on.state(stream.id, 'ended');
  await using _again = loopPublish(ingest);
  await on.state(stream.id, 'live');
  await on.control('stop', stream.id);

  const told = (await rows(on, `target=${stream.id}`)).toReversed();
  assert.deepEqual(
    told.map(({ action, actor, outcome }) => [action, actor.type, outcome]),
    [
      ['createStream', 'user', 'allowed'],
      ['publish', 'encoder', 'allowed'],
      ['unpublish', 'encoder', 'allowed'],
      ['publish', 'encoder', 'allowed'],
      ['stopStream', 'user', 'allowed'],
      ['unpublish', 'encoder', 'allowed'],
    ],
  );
  const [, came, went, , stopped, cut] = told;
  assert.deepEqual(came?.actor, { type: 'encoder', id: stream.id, email: null });
  assert.deepEqual(came?.credential, { type: 'ingest-name', id: stream.id });
  assert.deepEqual([came?.ip, came?.detail], ['127.0.0.1', { protocol: 'rtmp', bytes: 0 }]);
  assert.equal(went?.requestId, came?.requestId, 'both ends of one session carry its id');
  assert.equal(went?.detail.reason, 'closed');
  assert.ok((went?.detail.bytes as number) > 1_000);
  assert.deepEqual([stopped?.actor.email, stopped?.detail], [on.tenant.admin.email, { wasLive: true }]);
  assert.equal(cut?.detail.reason, 'kicked');
});

test('the end of an encoder whose stream was deleted is on record too', async () => {
  await using on = await stage();
  const { stream, ingest } = await on.newStream();
  await using _loop = loopPublish(ingest);
  await on.state(stream.id, 'live');
  await on.control('delete', stream.id);
  await on.running.app.services.live.settled();
  const told = await rows(on, `target=${stream.id}`);
  assert.deepEqual(
    told.map(({ action }) => action),
    ['unpublish', 'deleteStream', 'publish', 'createStream'],
  );
});

test('an encoder that knocks on a locked stream for ever is one row that counts', async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  await on.control('lock', stream.id);
  for (let i = 0; i < 25; i++) assert.match(String(await tryPublish(ingest)), /This stream is locked/);
  const refused = await rows(on, `target=${stream.id}&outcome=refused`);
  assert.equal(refused.length, 1);
  const [row] = refused;
  assert.deepEqual([row?.action, row?.actor.type, row?.count], ['publish', 'encoder', 25]);
  const message = 'This stream is locked';
  assert.deepEqual(row?.detail, { reason: 'locked', message, capability: 'media:publish' });

  await using loop = loopPublish(ingest, 20);
  await until(() => loop.error !== null, 1_000, 'a refusal');
  const viewers = [view(urls.http), view(urls.ws)];
  await ended(viewers);
  await on.control('unlock', stream.id);
  await until(() => loop.live, 2_000, 'live');
  const after = await rows(on, `target=${stream.id}&outcome=refused`);
  assert.equal(after.length, 1, 'neither the loop nor viewers add a row');
  assert.ok(after[0]!.count > 25);
});

test('refusals on the API and on the wire stay apart, with who and why', async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  await using _loop = loopPublish(ingest);
  using viewer = view(urls.http);
  await morePictures(viewer, 3);
  for (let i = 0; i < 3; i++) await on.control('lock', stream.id, { token: on.tenant.user.token });
  await on.control('lock', stream.id, { token: on.tenant.observer.token });
  const refused = await rows(on, `target=${stream.id}&outcome=refused`);
  assert.deepEqual(
    refused.map(({ action, actor, count }) => [action, actor.email, count]).toSorted(),
    [
      ['lockStream', on.tenant.observer.email, 1],
      ['lockStream', on.tenant.user.email, 3],
    ].toSorted(),
  );
});

test('no name of an encoder, no key and no token is in any row', async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  const loop = loopPublish(ingest);
  await on.state(stream.id, 'live');
  using viewer = view(`${urls.http}?token=a-secret-of-mine`);
  await morePictures(viewer, 3);
  await on.control('lock', stream.id);
  await tryPublish(ingest);
  await tryPublish({ url: ingest.url, streamname: `${ingest.streamname}?key=another-secret` });
  await tryPublish({ url: ingest.url, streamname: `${ingest.streamname}x` });
  await loop[Symbol.asyncDispose]();
  await on.control('delete', stream.id, { token: on.tenant.user.token });
  await on.running.app.services.live.settled();
  const all = JSON.stringify(await rows(on, 'limit=1000'));
  assert.ok(all.includes('unpublish') && all.includes('media:publish'));
  const secrets = [ingest.streamname, on.tenant.apiKey, on.tenant.playerKey, on.tenant.admin.token, 'secret'];
  for (const secret of secrets) assert.ok(!all.includes(secret), `${secret.slice(0, 4)}… is in the audit log`);
});
