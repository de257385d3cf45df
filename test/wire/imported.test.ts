import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { runImport } from '../../src/import/run.ts';
import { openLocal } from '../../src/local.ts';
import { start } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { loopPublish, tryPublish } from './encoders.ts';
import { morePictures, view } from './viewers.ts';

const OLD = {
  organisation: {
    name: 'Before roles',
    hash: 'XfL3a',
    apiKey: 'the-one-shared-api-key',
    playerKey: 'the-public-player-key',
  },
  users: [{ email: 'ada@example.org' }],
  streams: [
    { id: '4b6a2d1e-7c35-4a0e-9a55-0d8b1f6c2e11', tags: ['news'], ingest: { rtmp: { streamname: 'XfL3a-k7Qd2' } } },
    { id: '4b6a2d1e-7c35-4a0e-9a55-0d8b1f6c2e12', state: 'locked', ingest: { rtmp: { streamname: 'XfL3a-Locked' } } },
  ],
};

test('whoever was there before roles notices nothing: keys, stream names and players work as they did', {
  timeout: 60_000,
}, async () => {
  await using running = await start();
  const file = path.join(running.folder, 'export.json');
  await writeFile(file, JSON.stringify(OLD));
  const installation = readConfig({ LOCKKEEPER_DATA: running.folder });
  await runImport(installation, { files: [file], refused: `${file}.refused.csv`, onProgress: () => {} });

  const { apiKey, playerKey } = OLD.organisation;
  const id = OLD.streams[0]!.id;
  const read = async () => (await running.call('GET', `/stream/${id}`, { apiKey })).body;
  const before = await read();
  assert.deepEqual([before.state, before.ingest.rtmp.streamname, before.tags], ['created', 'XfL3a-k7Qd2', ['news']]);
  const list = await running.call('GET', '/stream/public', { playerKey });
  assert.deepEqual([list.status, list.body.length], [200, 2]);
  assert.equal((await running.call('GET', '/stream/public', { playerKey: apiKey })).status, 401);

  const url = `${running.rtmp}/live`;
  for (const streamname of ['XfL3a-K7Qd2', before.playout.h5live[0].rtmp.streamname])
    assert.match(String(await tryPublish({ url, streamname })), /No stream has this name/);
  assert.match(String(await tryPublish({ url, streamname: 'XfL3a-Locked' })), /locked/);
  await using encoder = loopPublish({ url, streamname: 'XfL3a-k7Qd2' });
  await until(() => encoder.live, 10_000, 'the encoder on air');
  await until(async () => (await read()).state === 'live', 5_000, 'the state live');
  for (const name of ['XfL3a-k7Qd2', before.playout.h5live[0].rtmp.streamname]) {
    using viewer = view(`${running.playout}/live/${name}.flv`);
    await morePictures(viewer, 10, 10_000);
  }

  await using local = await openLocal(installation.config, installation.secrets);
  const [email, password] = ['ada@example.org', 'a long enough password'];
  assert.equal((await local.setPassword({ email, password })).permission, 'nanoAdmin');
  await assert.rejects(local.setPassword({ email: 'nobody@example.org', password }), /Not found/);
  await assert.rejects(local.addUser({ email: 'new@example.org', password, permission: 'nanoUser' }), /Conflict/);
  const signedIn = await running.call('POST', '/user/validate', { body: { email, password } });
  assert.deepEqual([signedIn.body.user.permission, signedIn.body.apiKey], ['nanoAdmin', apiKey]);
  const stopped = await running.call('PUT', `/stream/${id}/lock`, { token: signedIn.body.token });
  assert.deepEqual([stopped.status, stopped.body.closed.publishers], [200, 1]);
});
