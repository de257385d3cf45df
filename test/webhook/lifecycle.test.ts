import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhooks } from '../../src/media/webhooks.ts';
import { type Running, start } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { startPostgres } from '../store/postgres.ts';
import { ffmpegPlay, ffmpegPublish, loopPublish, tryPublish } from '../wire/encoders.ts';
import { onStage } from '../wire/stage.ts';
import { ALLOWED, fieldsOf, hooked, WEBHOOK } from './hooked.ts';
import { expectedSignature, receiver } from './receiver.ts';

const databases = {
  SQLite: async () => ({ url: '', stop: async () => {} }),
  PostgreSQL: async () => {
    const server = await startPostgres();
    return { url: await server.createDatabase(), stop: () => server.stop() };
  },
};

describe('What a webhook is told', { concurrency: true }, () => {
  for (const [engine, database] of Object.entries(databases))
    describe(`on ${engine}`, { concurrency: 1 }, () => {
      let running: Running;
      let stop: () => Promise<void>;
      before(async () => {
        const { url, stop: stopDatabase } = await database();
        stop = stopDatabase;
        running = await start({ databaseUrl: url, env: ALLOWED });
      });
      after(async () => {
        await running[Symbol.asyncDispose]();
        await stop();
      });

      describe('a stream that the webhook let in', { concurrency: true }, () => {
        test('is told of while it is on air, and at its end with what went in and out', async () => {
          await using hook = await receiver();
          const it = await hooked(running, hook.url);
          const { ingest } = it;
          const query = 'user=anna&token=not-yours';
          await using encoder = ffmpegPublish({ ...ingest, streamname: `${ingest.streamname}?${query}` });
          const [publish] = await hook.calls('publish');
          await until(() => running.app.services.live.statsOf(it.id)?.lastMediaAt != null, 8_000, 'media');
          assert.deepEqual(await hook.calls('update_publish', 0), []);
          await sleep(1_200);
          await it.hurry();
          const [update] = await hook.calls('update_publish');
          const { time, timestamp, ...same } = fieldsOf(update!) as Record<'time' | 'timestamp' | 'user', string>;
          const { call: _call, ...asked } = fieldsOf(publish!);
          assert.deepEqual(same, { ...asked, call: 'update_publish' });
          assert.equal(same['user'], 'anna');
          assert.match(time!, /^\d+$/);
          assert.ok(Number(timestamp) > 0 && Number(timestamp) < 20_000, timestamp);
          assert.ok(Math.abs(Number(time) * 1_000 - Number(timestamp)) < 2_500, `${time} s, ${timestamp} ms`);
          const [row] = await it.sessions();
          assert.ok(row!.next_update_at! > Date.now() + 25_000, 'the next one comes in half a minute');

          const { body } = await running.call('GET', `/stream/${it.id}`, it.who);
          const viewer = ffmpegPlay(onStage(body).urls.http, 10);
          await viewer.ended;
          await encoder[Symbol.asyncDispose]();
          const [done] = await hook.calls('publish_done');
          const { bytes_in, bytes_out, ...rest } = fieldsOf(done!);
          assert.deepEqual(rest, { ...asked, call: 'publish_done' });
          assert.ok(Number(bytes_in) > 10_000, bytes_in);
          assert.ok(
            Number(bytes_out) > 1_000 && Number(bytes_out) < Number(bytes_in) * 2,
            `${bytes_out} of ${bytes_in}`,
          );
          for (const call of hook.received) {
            assert.equal(call.headers['x-lockkeeper-signature'], expectedSignature(it.secret, call));
            assert.equal(call.body.includes('not-yours'), false);
          }
          assert.equal(new Set(hook.received.map(({ headers }) => headers['x-lockkeeper-delivery'])).size, 3);
          await until(
            async () => (await it.deliveries())[0]?.outcome === 'delivered',
            2_000,
            'the end to be delivered',
          );
          assert.deepEqual(
            (await it.deliveries()).map(({ call, outcome }) => [call, outcome]),
            [
              ['publish_done', 'delivered'],
              ['update_publish', 'allowed'],
              ['publish', 'allowed'],
            ],
          );
          assert.deepEqual(await it.sessions(), []);
        });

        test('is ended by an answer other than 200 to an update, and goes on when there is none', async () => {
          await using hook = await receiver();
          const it = await hooked(running, hook.url);
          await using encoder = loopPublish(it.ingest);
          await it.onAir();
          hook.answers['update_publish'] = (response) => response.socket!.destroy();
          for (const count of [1, 2]) {
            await it.hurry();
            await hook.calls('update_publish', count);
          }
          await until(async () => (await it.deliveries())[0]?.attempts === 2, 10_000, 'both in one row');
          assert.partialDeepStrictEqual((await it.deliveries())[0], {
            call: 'update_publish',
            outcome: 'connection-lost',
          });
          assert.equal(encoder.live, true);
          assert.deepEqual(await it.refusals(), []);

          hook.answers['update_publish'] = 403;
          await it.hurry();
          await until(() => !encoder.live, 10_000, 'the end of the encoder');
          await hook.calls('publish_done');
          const [row] = await it.refusals();
          assert.partialDeepStrictEqual(row, { action: 'update_publish', detail: { reason: 'webhook', status: 403 } });
          // The webhook is asked again, and may change its mind.
          const again = await tryPublish(it.ingest);
          assert.ok(typeof again !== 'string');
          await again.close();
          assert.equal((await hook.calls('publish', 2)).length, 2);
        });

        test('is told of at its end though it was deleted', async () => {
          await using hook = await receiver();
          const it = await hooked(running, hook.url);
          const publisher = await tryPublish(it.ingest);
          assert.ok(typeof publisher !== 'string');
          await it.onAir();
          assert.equal((await running.call('DELETE', `/stream/${it.id}`, it.who)).status, 200);
          await publisher.closed;
          const [done] = await hook.calls('publish_done');
          assert.equal(done!.form.get('name'), it.ingest.streamname);
          await sleep(1_200);
          assert.equal((await hook.calls('publish_done')).length, 1);
        });

        test('and that never came on air has an end all the same', async () => {
          await using hook = await receiver();
          const it = await hooked(running, hook.url);
          const { promise: asked, resolve: ask } = Promise.withResolvers<() => void>();
          hook.answers['publish'] = (response) => ask(() => response.writeHead(200).end());
          const publishing = tryPublish(it.ingest);
          const allow = await asked;
          assert.equal((await running.call('PUT', `/stream/${it.id}/lock`, it.who)).status, 200);
          allow();
          assert.equal(typeof (await publishing), 'string');
          await until(async () => (await it.sessions()).length === 1, 10_000, 'the session');
          assert.deepEqual(await hook.calls('publish_done', 0), []);
          await running.app.store.transaction(({ db }) =>
            db.updateTable('webhook_session').set({ created_at: 1 }).where('stream_id', '=', it.id).execute(),
          );
          const [done] = await hook.calls('publish_done');
          assert.deepEqual([done!.form.get('bytes_in'), done!.form.get('bytes_out')], ['0', '0']);
        });

        test('is told of where the webhook has moved to', async () => {
          await using hook = await receiver();
          await using moved = await receiver();
          const it = await hooked(running, hook.url);
          const publisher = await tryPublish(it.ingest);
          assert.ok(typeof publisher !== 'string');
          await running.call('PUT', WEBHOOK, { ...it.who, body: { webhook: moved.url } });
          await publisher.close();
          const [done] = await moved.calls('publish_done');
          assert.equal(done!.headers['x-lockkeeper-signature'], expectedSignature(it.secret, done!));
          assert.equal(hook.received.length, 1);
        });

        test('is no longer told of when the webhook is removed', async () => {
          await using hook = await receiver();
          const it = await hooked(running, hook.url);
          const publisher = await tryPublish(it.ingest);
          assert.ok(typeof publisher !== 'string');
          await running.call('PUT', WEBHOOK, { ...it.who, body: { webhook: null } });
          await publisher.close();
          await until(async () => (await it.deliveries())[0]?.outcome === 'no-webhook', 10_000, 'the end');
          assert.deepEqual(await hook.calls('publish_done', 0), []);
        });

        test('has its end told again until it is heard, with more and more time between', async () => {
          await using hook = await receiver();
          const it = await hooked(running, hook.url);
          const publisher = await tryPublish(it.ingest);
          assert.ok(typeof publisher !== 'string');
          hook.answers['publish_done'] = 500;
          await publisher.close();
          const pauses: number[] = [];
          for (const count of [1, 2, 3]) {
            await hook.calls('publish_done', count);
            const answered = async () => {
              const [row] = await it.deliveries();
              return row?.status === 500 && row.attempts === count && Date.parse(row.nextAt!) > Date.now();
            };
            await until(answered, 10_000, 'the answer');
            const [row] = await it.deliveries();
            pauses.push(Date.parse(row!.nextAt!) - Date.now());
            if (count === 3) hook.answers['publish_done'] = 200;
            await it.hurry();
          }
          assert.ok(
            pauses[0]! > 3_000 && pauses[1]! > 1.5 * pauses[0]! && pauses[2]! > 1.5 * pauses[1]!,
            String(pauses),
          );
          const heard = await hook.calls('publish_done', 4);
          assert.equal(new Set(heard.map(({ body }) => body)).size, 1, 'the same each time');
          assert.equal(new Set(heard.map(({ headers }) => headers['x-lockkeeper-delivery'])).size, 1);
          await until(async () => (await it.deliveries())[0]?.outcome === 'delivered', 10_000, 'delivery');
          const [row] = await it.deliveries();
          assert.partialDeepStrictEqual(row, { attempts: 4, status: 200, nextAt: null });
          const stored = running.app.store.db
            .selectFrom('webhook_delivery')
            .select('body_cipher')
            .where('id', '=', row!.id);
          assert.deepEqual(await stored.execute(), [{ body_cipher: null }]);
        });

        test('has its end given up a day later', async () => {
          await using hook = await receiver();
          const it = await hooked(running, hook.url);
          const publisher = await tryPublish(it.ingest);
          assert.ok(typeof publisher !== 'string');
          hook.answers['publish_done'] = 500;
          await publisher.close();
          await hook.calls('publish_done');
          await running.app.store.transaction(({ db }) =>
            db
              .updateTable('webhook_delivery')
              .set({ created_at: Date.now() - 25 * 3_600_000 })
              .where('stream_id', '=', it.id)
              .execute(),
          );
          await it.hurry();
          await hook.calls('publish_done', 2);
          await until(
            async () => (await it.deliveries()).some(({ outcome }) => outcome === 'given-up'),
            2_000,
            'the last word',
          );
        });
      });

      test('a stream is told of by one of several nodes, not by all', async () => {
        await using hook = await receiver();
        const it = await hooked(running, hook.url);
        const publisher = await tryPublish(it.ingest);
        assert.ok(typeof publisher !== 'string');
        await it.onAir();
        const { services, store, secrets } = running.app;
        const { usage, egress, live } = services;
        const others = Array.from(
          { length: 3 },
          () => new Webhooks({ store, secrets, usage, policy: egress, log: running.app.server.log as never }),
        );
        for (const other of others) other.run(live);
        await until(() => live.statsOf(it.id) !== undefined, 10_000, 'the stream');
        await it.hurry();
        await hook.calls('update_publish');
        await publisher.close();
        await hook.calls('publish_done');
        await sleep(1_500);
        for (const other of others) await other[Symbol.asyncDispose]();
        assert.equal((await hook.calls('update_publish')).length, 1);
        assert.equal((await hook.calls('publish_done')).length, 1);
      });
    });
});
