import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINUX } from '../process/lockkeeper.ts';
import { loopPublish, tryPublish } from './encoders.ts';
import { stage } from './stage.ts';
import { ended, gaps, morePictures, pictures, view } from './viewers.ts';

const swapCase = (text: string) =>
  [...text].map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join('');

test('whoever may only look cannot publish: the playout name opens no ingest', async () => {
  await using on = await stage();
  const { stream, ingest } = await on.newStream();
  const { body: seen } = await on.running.call('GET', `/stream/${stream.id}`, { token: on.tenant.observer.token });
  assert.equal('ingest' in seen, false);
  const streamname = seen.playout.h5live[0].rtmp.streamname;
  assert.notEqual(streamname, ingest.streamname);
  assert.match(String(await tryPublish({ url: ingest.url, streamname })), /Publish\.BadName: No stream has this name/);
  assert.match(String(await tryPublish({ url: ingest.url, streamname: stream.id })), /Publish\.BadName/);
  assert.equal((await on.read(stream.id)).state, 'created');
  assert.equal(typeof (await tryPublish(ingest)), 'object');
});

test('playback takes either name, in the case in which it was given', async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  await using _loop = loopPublish(ingest);
  await on.state(stream.id, 'live');
  const { streamname } = stream.playout.h5live[0]!.rtmp;
  for (const url of Object.values(urls)) {
    for (const name of [streamname, ingest.streamname]) {
      using viewer = view(url.replace(streamname, name));
      await morePictures(viewer, 3);
    }
  }
  using wrong = view(urls.http.replace(streamname, swapCase(streamname)));
  using wrongIngest = view(urls.http.replace(streamname, swapCase(ingest.streamname)));
  await ended([wrong, wrongIngest], 5_000);
  assert.deepEqual([wrong.over, wrongIngest.over], ['404', '404']);
  const swapped = { url: ingest.url, streamname: swapCase(ingest.streamname) };
  assert.match(String(await tryPublish(swapped)), /Publish\.BadName/);
});

test('only the documented applications exist, and playing’s own takes no publisher', async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  const base = ingest.url.slice(0, ingest.url.lastIndexOf('/'));
  for (const app of ['play', 'other', 'live/deeper', 'LIVE']) {
    const answer = await tryPublish({ url: `${base}/${app}`, streamname: ingest.streamname });
    assert.match(String(answer), /Publish\.BadName/, app);
  }
  using viewer = view(`${base}/other/${stream.playout.h5live[0]!.rtmp.streamname}`);
  using sideways = view(urls.http.replace('/live/', '/play/'));
  await ended([viewer, sideways], 5_000);
  assert.match(viewer.over ?? '', /Play\.StreamNotFound/);
  assert.equal(sideways.over, '404');
  assert.equal((await on.read(stream.id)).state, 'created');
});

test('whoever guesses names waits longer each time, and nobody else does', { skip: !LINUX }, async () => {
  await using on = await stage();
  const { ingest, urls } = await on.newStream();
  const timed = async (attempt: () => Promise<unknown>) => {
    const start = performance.now();
    await attempt();
    return performance.now() - start;
  };
  const guess = (i: number) => tryPublish({ url: ingest.url, streamname: `${ingest.streamname.slice(0, -2)}${i}_` });
  const waits: number[] = [];
  for (let i = 0; i < 5; i++) waits.push(await timed(() => guess(i)));
  assert.ok(waits[4]! > 700, `the fifth guess waited ${waits} ms`);
  assert.ok(waits[4]! > 2 * waits[0]!, `${waits}`);

  const from = async (address: string) => {
    using viewer = view(urls.http.replace(/[^/]+\.flv$/, 'no-such-name.flv'), { from: address });
    await ended([viewer], 5_000);
    assert.equal(viewer.over, '404');
  };
  assert.ok((await timed(() => from('127.0.0.1'))) > 1_400, 'the same address guesses on, by another protocol');
  assert.ok((await timed(() => from('127.0.0.2'))) < 700, 'another address starts anew');
  const known = await timed(async () => assert.equal(typeof (await tryPublish(ingest)), 'object'));
  assert.ok(known < 700, `a good name is answered at once, ${known} ms`);
});

test('an ingest name opens its own stream and no other, in whichever organisation', async () => {
  await using on = await stage();
  const foreigner = await on.running.tenant('Another organisation');
  const mine = await on.newStream();
  const theirs = await on.newStream({ token: foreigner.admin.token });
  using myViewer = view(mine.urls.http);
  using theirViewer = view(theirs.urls.http);
  await using _loop = loopPublish(theirs.ingest);
  await morePictures(theirViewer, 10);
  assert.deepEqual([myViewer.over, pictures(myViewer).length], [null, 0]);
  assert.equal((await on.read(mine.stream.id)).state, 'created');
  assert.equal(
    (await on.running.call('GET', `/stream/${theirs.stream.id}`, { token: on.tenant.admin.token })).status,
    404,
  );
  const { body } = await on.running.call('GET', `/stream/${theirs.stream.id}`, { token: foreigner.admin.token });
  assert.equal(body.state, 'live');
});

test('a second encoder with the same name is refused, and the first one goes on', async () => {
  await using on = await stage();
  const { stream, ingest, urls } = await on.newStream();
  await using first = loopPublish(ingest);
  using viewer = view(urls.http);
  await morePictures(viewer, 5);
  for (let i = 0; i < 3; i++) {
    assert.match(String(await tryPublish(ingest)), /Publish\.BadName: The stream is being published already/);
  }
  await morePictures(viewer, 20);
  assert.deepEqual([first.live, first.entered, viewer.over], [true, 1, null]);
  assert.ok(gaps(viewer).mediaMs <= 80);
  assert.equal((await on.read(stream.id)).state, 'live');
});
