import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Running } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { type PostgresServer, startPostgres } from '../store/postgres.ts';
import { loopPublish, tryPublish } from './encoders.ts';
import { stage } from './stage.ts';
import { tap } from './tap.ts';
import { ended, morePictures, view } from './viewers.ts';

/** Longer than the reconciler may take. */
const HEALED_MS = 2_500;

/** The log of a database that was taken away belongs in no test's output. */
const SILENT = { LOCKKEEPER_LOG: 'silent' };

/** Changes the database behind the API's back. */
function behind({ folder }: Running, sql: string, ...values: (string | number)[]): void {
  const database = new DatabaseSync(path.join(folder, 'lockkeeper.sqlite'));
  try {
    database.exec('pragma busy_timeout = 2000');
    database.prepare(sql).run(...values);
  } finally {
    database.close();
  }
}

describe('what no message told', () => {
  for (const [what, sql] of [
    ['locked', 'update stream set locked = 1 where id = ?'],
    ['locked with a new epoch', 'update stream set locked = 1, epoch = epoch + 1 where id = ?'],
    ['deleted', 'delete from stream where id = ?'],
  ] as const) {
    test(`a stream that was ${what} in the database alone is off the air within ${HEALED_MS} ms`, async () => {
      await using on = await stage();
      const [{ stream, ingest, urls }, other] = [await on.newStream(), await on.newStream()];
      await using loop = loopPublish(ingest);
      await using _other = loopPublish(other.ingest);
      const viewers = [view(urls.http), view(urls.ws), view(urls.rtmp)];
      using otherViewer = view(other.urls.http);
      for (const viewer of [...viewers, otherViewer]) await morePictures(viewer, 3);
      behind(on.running, sql, stream.id);
      await ended(viewers, HEALED_MS);
      await until(() => !loop.live, 100, 'the end of the encoder');
      assert.match(String(await tryPublish(ingest)), what === 'deleted' ? /BadName/ : /This stream is locked/);
      await morePictures(otherViewer, 30);
      assert.equal(otherViewer.over, null, 'nobody else was touched');
    });
  }

  test('a stop in the database alone ends the session, and the encoder may come back', async () => {
    await using on = await stage();
    const { stream, ingest } = await on.newStream();
    await using loop = loopPublish(ingest, 50);
    await on.state(stream.id, 'live');
    behind(on.running, 'update stream set epoch = epoch + 1 where id = ?', stream.id);
    await until(() => loop.entered === 2, HEALED_MS, 'the encoder’s return');
    await sleep(HEALED_MS);
    assert.deepEqual([loop.live, loop.entered], [true, 2], 'and stays');
    await on.state(stream.id, 'live', 100);
  });

  test('a state that the wire contradicts is put right', async () => {
    await using on = await stage();
    const [{ stream, ingest }, silent] = [await on.newStream(), await on.newStream()];
    await using _loop = loopPublish(ingest);
    await on.state(stream.id, 'live');
    behind(on.running, 'update stream set live_session = null where id = ?', stream.id);
    behind(on.running, `update stream set live_session = 'nobody', first_live_at = 1 where id = ?`, silent.stream.id);
    assert.deepEqual([(await on.read(stream.id)).state, (await on.read(silent.stream.id)).state], ['ended', 'live']);
    await on.state(stream.id, 'live', HEALED_MS);
    await on.state(silent.stream.id, 'ended', HEALED_MS);
    const { body: rows } = await on.running.call('GET', `/audit?target=${silent.stream.id}&action=unpublish`, {
      apiKey: on.tenant.apiKey,
    });
    assert.deepEqual(
      rows.map(({ requestId, detail }: { requestId: string; detail: object }) => [requestId, detail]),
      [['nobody', { reason: 'unseen' }]],
      'an end that nobody saw is on record too',
    );
  });

  test('a count from before a start does not take the new session for gone', async () => {
    const wire = tap();
    await using on = await stage({ between: wire.through });
    const { stream, ingest } = await on.newStream();
    const other = await on.newStream();
    using _viewer = view(other.urls.http);
    wire.joinCountAndStart();
    await sleep(1_100);
    await using _loop = loopPublish(ingest);
    const seen: string[] = [];
    for (let i = 0; i < 60; i++) {
      const { state } = await on.read(stream.id);
      if (seen.at(-1) !== state) seen.push(state);
      await sleep(5);
    }
    assert.deepEqual(seen, ['created', 'live']);
  });
});

describe('when the database cannot answer', () => {
  let server: Promise<PostgresServer> | undefined;
  after(async () => (await server)?.stop());

  test('nobody publishes or plays, and who is on air stays; when it can again, everything works', async () => {
    await using on = await stage({ env: SILENT });
    const { stream, ingest, urls } = await on.newStream();
    const other = await on.newStream();
    await using _loop = loopPublish(ingest);
    using viewer = view(urls.http);
    await morePictures(viewer, 3);
    behind(on.running, 'alter table stream rename to away');
    assert.match(String(await tryPublish(other.ingest)), /Publish\.Denied: Not available at the moment/);
    const refused = [view(urls.http), view(urls.ws), view(urls.rtmp)];
    await ended(refused);
    assert.deepEqual([refused[0]?.over, refused[1]?.over], ['503', '4503']);
    assert.match(refused[2]?.over ?? '', /Play\.Failed: Not available at the moment/);
    const asked = await on.running.call('GET', `/stream/${stream.id}`, { token: on.tenant.admin.token });
    assert.deepEqual([asked.status, asked.body.error.code], [500, 5000]);
    assert.equal((await on.control('lock', stream.id)).status, 500, 'no lock is claimed that was not written');
    await sleep(1_200);
    await morePictures(viewer, 3);

    behind(on.running, 'alter table away rename to stream');
    assert.equal(typeof (await tryPublish(other.ingest)), 'object');
    using again = view(urls.ws);
    await morePictures(again, 3);
    const { body } = await on.control('lock', stream.id);
    assert.deepEqual([body.closed, body.enforced], [{ publishers: 1, viewers: 2 }, true]);
  });

  test('an answer that comes too late lets nobody in', { timeout: 60_000 }, async () => {
    server ??= startPostgres();
    const databaseUrl = await (await server).createDatabase();
    await using on = await stage({ databaseUrl, env: SILENT });
    const { stream, ingest, urls } = await on.newStream();
    const holder = new Client({ connectionString: databaseUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('lock table stream in access exclusive mode');
      const start = performance.now();
      using viewer = view(urls.http);
      const answer = await tryPublish(ingest);
      assert.match(String(answer), /Publish\.Denied: .*cannot be authorised at the moment/);
      const took = performance.now() - start;
      assert.ok(took > 2_500 && took < 4_500, `refused after ${took} ms`);
      await ended([viewer]);
      assert.equal(viewer.over, '503');
    } finally {
      await holder.query('rollback');
      await holder.end();
    }
    await sleep(300);
    assert.equal((await on.read(stream.id)).state, 'created', 'the late yes came to nothing');
    assert.equal(typeof (await tryPublish(ingest)), 'object');
  });
});
