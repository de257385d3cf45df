import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../process/lockkeeper.ts';
import { type PostgresServer, startPostgres } from '../store/postgres.ts';
import { loopPublish, tryPublish } from './encoders.ts';
import { type Stage, stage } from './stage.ts';
import { storm } from './storm.ts';
import { type Tap, tap } from './tap.ts';
import { ended, view } from './viewers.ts';

let server: Promise<PostgresServer> | undefined;
const databases = {
  SQLite: async () => '',
  PostgreSQL: async () => {
    server ??= startPostgres();
    return (await server).createDatabase();
  },
};
after(async () => (await server)?.stop());

const ROUNDS = 100;

const LOCK_FIRST = ['lock', 'unlock'] as const;

/** The pauses between two calls fall everywhere within the time that a publish takes. */
const jitter = (round: number) => sleep((round * 7) % 13);

for (const [engine, database] of Object.entries(databases)) {
  const tapped = async (): Promise<{ on: Stage; wire: Tap }> => {
    const wire = tap();
    return { on: await stage({ databaseUrl: await database(), between: wire.through }), wire };
  };

  describe(`on ${engine}`, { timeout: 120_000 }, () => {
    test('after the answer to a lock nobody is on air and not one picture more reaches a viewer', async () => {
      const { on, wire } = await tapped();
      await using _on = on;
      const { stream, ingest } = await on.newStream();
      await using crowd = storm({ ingest, play: stream.playout.h5live[0]!.rtmp });
      let caught = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await jitter(round);
        const { body } = await on.control('lock', stream.id);
        const limit = crowd.sent;
        assert.deepEqual([body.state, body.enforced], ['locked', true], `round ${round}`);
        caught += body.closed.publishers;
        assert.deepEqual(await wire.list(), [], `round ${round}`);
        await sleep(10);
        assert.ok(crowd.seen <= limit, `round ${round}: picture ${crowd.seen} arrived, the lock was at ${limit}`);
        assert.deepEqual(await wire.list(), [], `round ${round}, later`);
        const entered = crowd.entered;
        assert.equal((await on.control('unlock', stream.id)).status, 200);
        await until(() => crowd.entered > entered, 3_000, 'an encoder’s return');
      }
      assert.ok(caught > ROUNDS / 3, `a publisher was on air in ${caught} rounds`);
      assert.ok(crowd.refused > ROUNDS, `${crowd.refused} attempts were refused`);
      assert.ok(crowd.seen > ROUNDS, `viewers saw ${crowd.seen}`);
    });

    test('a stop ends every session that was there, says so, and keeps nobody from coming back', async () => {
      const { on, wire } = await tapped();
      await using _on = on;
      const { stream, ingest } = await on.newStream();
      await using crowd = storm({ ingest, play: stream.playout.h5live[0]!.rtmp, viewers: 20 });
      for (let round = 0; round < ROUNDS; round++) {
        const entered = crowd.entered;
        await jitter(round);
        const before = new Set((await wire.list()).map(({ id }) => id));
        const { body } = await on.control('stop', stream.id);
        assert.equal(body.enforced, true, `round ${round}: ${JSON.stringify(body.closed)} in ${body.tookMs} ms`);
        assert.ok(body.closed.publishers <= 2, `round ${round}: ${JSON.stringify(body.closed)}`);
        const survivors = (await wire.list()).filter(({ id }) => before.has(id));
        assert.deepEqual(survivors, [], `round ${round}`);
        await until(() => crowd.entered > entered, 3_000, 'an encoder’s return');
      }
    });

    test('after the answer to a stop the stream reads as ended, not still as live', async () => {
      await using on = await stage({ databaseUrl: await database() });
      const { stream, ingest } = await on.newStream();
      for (let round = 0; round < 20; round++) {
        await using _loop = loopPublish(ingest);
        await on.state(stream.id, 'live');
        assert.equal((await on.control('stop', stream.id)).body.closed.publishers, 1);
        assert.equal((await on.read(stream.id)).state, 'ended', `round ${round}`);
      }
    });

    test('after the answer to a block no viewer is on air and not one picture more reaches one; the encoder stays', async () => {
      const { on, wire } = await tapped();
      await using _on = on;
      const { stream, ingest } = await on.newStream();
      await using crowd = storm({ ingest, play: stream.playout.h5live[0]!.rtmp, encoders: 1, viewers: 4 });
      const { token } = on.tenant.user;
      let closed = 0;
      for (let round = 0; round < 15; round++) {
        const seen = crowd.seen;
        await until(() => crowd.seen > seen, 3_000, 'a picture');
        await jitter(round);
        const { body } = await on.running.call('POST', '/guardian/ip', { token, body: { ip: '127.0.0.0/8' } });
        const limit = crowd.sent;
        assert.equal(body.enforced, true, `round ${round}`);
        closed += body.closed.viewers;
        const viewers = async () => (await wire.list()).filter(({ action }) => action === 'play');
        assert.deepEqual(await viewers(), [], `round ${round}`);
        await sleep(10);
        assert.ok(crowd.seen <= limit, `round ${round}: picture ${crowd.seen} arrived, the block was at ${limit}`);
        assert.deepEqual(await viewers(), [], `round ${round}, later`);
        assert.equal((await on.running.call('DELETE', `/guardian/ip/${body.id}`, { token })).status, 200);
      }
      assert.ok(closed > 15, `${closed} viewers were closed`);
      assert.equal(crowd.entered, 1, 'the encoder was never touched');
    });

    test('a stream that is deleted in a storm is gone for everyone', async () => {
      const { on, wire } = await tapped();
      await using _on = on;
      for (let round = 0; round < 15; round++) {
        const { stream, ingest } = await on.newStream();
        await using crowd = storm({ ingest, play: stream.playout.h5live[0]!.rtmp });
        await until(() => crowd.entered > 0, 3_000, 'an encoder');
        await jitter(round);
        const { body } = await on.control('delete', stream.id);
        const limit = crowd.sent;
        assert.deepEqual([body.deleted, body.enforced], [true, true], `round ${round}`);
        const left = async () => (await wire.list()).filter((session) => session.stream === stream.id);
        assert.deepEqual(await left(), [], `round ${round}`);
        await sleep(10);
        assert.ok(crowd.seen <= limit, `round ${round}: picture ${crowd.seen} arrived, the delete was at ${limit}`);
        assert.deepEqual(await left(), [], `round ${round}, later`);
      }
    });

    test('locks and unlocks at once end as the last one said, for the encoder too', async () => {
      const { on, wire } = await tapped();
      await using _on = on;
      const { stream, ingest } = await on.newStream();
      await using _loop = loopPublish(ingest, 5);
      const seen = new Set<string>();
      for (let round = 0; round < 40; round++) {
        const pair = round % 2 === 0 ? LOCK_FIRST : LOCK_FIRST.toReversed();
        const verbs = [...pair, ...pair, ...pair];
        const answers = await Promise.all(verbs.map((verb) => on.control(verb, stream.id)));
        for (const { status, body } of answers) assert.deepEqual([status, body.enforced], [200, true]);
        const { state } = await on.read(stream.id);
        seen.add(state === 'locked' ? 'locked' : 'open');
        if (state === 'locked') {
          assert.deepEqual(await wire.list(), [], `round ${round}`);
          assert.match(String(await tryPublish(ingest)), /Publish\.Denied: /, `round ${round}`);
        } else await on.state(stream.id, 'live');
      }
      assert.deepEqual([...seen].toSorted(), ['locked', 'open']);
    });

    test('a lock that overtakes verdicts which were read before it leaves nobody in', async () => {
      const { on, wire } = await tapped();
      await using _on = on;
      const { stream, ingest, urls } = await on.newStream();
      wire.hold();
      const publishing = [tryPublish(ingest), tryPublish(ingest)];
      const viewers = [view(urls.http), view(urls.ws), view(urls.rtmp)];
      await until(() => wire.held.length === 5, 3_000, 'five verdicts');
      assert.ok(wire.held.every(({ verdict }) => verdict.allow));
      const { body } = await on.control('lock', stream.id);
      assert.deepEqual([body.enforced, body.closed], [true, { publishers: 0, viewers: 0 }]);
      wire.release();
      for (const answer of await Promise.all(publishing)) assert.match(String(answer), /Publish\.Denied/);
      await ended(viewers);
      assert.deepEqual([viewers[0]?.over, viewers[1]?.over], ['403', '4403']);
      assert.ok(wire.heard.every(({ type }) => type !== 'start'));
      assert.equal((await on.control('unlock', stream.id)).body.state, 'created');
      assert.equal(typeof (await tryPublish(ingest)), 'object', 'a verdict read after the unlock counts at once');
    });

    test('a delete that overtakes a verdict leaves nobody in', async () => {
      const { on, wire } = await tapped();
      await using _on = on;
      const { stream, ingest } = await on.newStream();
      wire.hold();
      const publishing = tryPublish(ingest);
      await until(() => wire.held.length === 1, 3_000, 'a verdict');
      assert.equal((await on.control('delete', stream.id)).body.enforced, true);
      wire.release();
      assert.match(String(await publishing), /Publish\.Denied/);
      assert.ok(wire.heard.every(({ type }) => type !== 'start'));
    });
  });
}
