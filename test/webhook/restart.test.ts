import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { request, start } from '../harness.ts';
import { LINUX, listens, programOf, serve, temporaryFolder, until } from '../process/lockkeeper.ts';
import { loopPublish, tryPublish } from '../wire/encoders.ts';
import { ALLOWED, fieldsOf, hooked, WEBHOOK } from './hooked.ts';
import { receiver } from './receiver.ts';

test('what is still to be told when the server ends is told by the next one: an end that was not heard, and one that nobody saw', async (t) => {
  await using hook = await receiver();
  const env = { ...ALLOWED, LOCKKEEPER_DATA: temporaryFolder(t) };
  const first = await start({ env });
  const it = await hooked(first, hook.url);
  const { body: second } = await first.call('POST', '/stream', { ...it.who, body: {} });
  const [one, two] = [await tryPublish(it.ingest), await tryPublish(second.ingest.rtmp)];
  assert.ok(typeof one !== 'string' && typeof two !== 'string');
  await first.app.services.live.settled();
  hook.answers['publish_done'] = 503;
  await one.close();
  await hook.calls('publish_done');
  // The API goes before the engine: nobody sees the second stream's end.
  await first.app[Symbol.asyncDispose]();
  two.destroy();
  t.after(() => first[Symbol.asyncDispose]());
  const told = (stream: { streamname: string }) =>
    hook.received.filter(({ form }) => form.get('call') === 'publish_done' && form.get('name') === stream.streamname);
  assert.deepEqual(told(second.ingest.rtmp), []);

  hook.answers['publish_done'] = 200;
  await using again = await start({ env });
  await again.app.store.transaction(({ db }) =>
    db.updateTable('webhook_delivery').set({ next_at: 1 }).where('next_at', 'is not', null).execute(),
  );
  await until(() => told(it.ingest).length > 1 && told(second.ingest.rtmp).length > 0, 10_000, 'both ends');
  const [refused, heard] = told(it.ingest);
  assert.equal(refused?.body, heard?.body);
});

test('a stream that goes on while the API is killed is told of by the next one', {
  skip: !LINUX && 'reads /proc',
}, async (t) => {
  await using hook = await receiver();
  const [email, password] = ['boss@example.org', 'correct horse battery'];
  const env = { ...ALLOWED, LOCKKEEPER_ADMIN_EMAIL: email, LOCKKEEPER_ADMIN_PASSWORD: password };
  const server = await serve(t, env);
  const api = server.ready.http;
  const { body: session } = await request(api, 'POST', '/user/validate', { body: { email, password } });
  const who = { token: session.token };
  assert.equal((await request(api, 'PUT', WEBHOOK, { ...who, body: { webhook: hook.url } })).status, 200);
  const { body: stream } = await request(api, 'POST', '/stream', { ...who, body: {} });
  const { rtmp } = stream.ingest;
  await using encoder = loopPublish({ ...rtmp, streamname: `${rtmp.streamname}?user=anna` });
  await until(() => encoder.live, 5_000, 'the encoder');
  const [publish] = await hook.calls('publish');
  const live = async () => (await request(api, 'GET', `/stream/${stream.id}`, who)).body.state === 'live';
  await until(live, 3_000, 'live');

  process.kill(programOf(server.pid, 'src/api.ts')!, 'SIGKILL');
  await until(async () => !(await listens(api)), 2_000, 'the end of the API');
  await until(() => listens(api), 5_000, 'the API back');
  const database = new DatabaseSync(path.join(server.data, 'lockkeeper.sqlite'));
  database.exec('pragma busy_timeout = 2000; update webhook_session set next_update_at = 1');
  database.close();
  const [update] = await hook.calls('update_publish');
  const { call: _publish, ...asked } = fieldsOf(publish!);
  assert.partialDeepStrictEqual(fieldsOf(update!), { ...asked, user: 'anna' });
  assert.equal((await hook.calls('publish')).length, 1, 'the encoder did not have to come back');
  await encoder[Symbol.asyncDispose]();
  const [done] = await hook.calls('publish_done');
  assert.equal(done?.form.get('clientid'), asked['clientid']);
});
