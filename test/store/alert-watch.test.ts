import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Alerts } from '../../src/alerts/alerts.ts';
import { Observations } from '../../src/alerts/observations.ts';
import { newId } from '../../src/store/ids.ts';
import { endIngestSession, startIngestSession } from '../../src/store/ingest-session.ts';
import { NOW, Rig, SECOND } from './alert-rig.ts';
import { engines, type OpenedStore } from './engines.ts';

for (const engine of engines) {
  describe(`alerts in the database (${engine.name})`, () => {
    let opened: OpenedStore;
    before(async () => {
      opened = await engine.open();
    });
    after(() => opened[Symbol.asyncDispose]());

    test('two processes that find out the same at the same moment open one alert, and end it once', async () => {
      const rig = await Rig.of(opened);
      rig.watches.push(rig.watch());
      rig.says({});
      await rig.seconds(2);
      await rig.seconds(6, true);
      assert.deepEqual(await rig.open(), [22010]);
      rig.stats.clear();
      await rig.seconds(1);
      assert.deepEqual(await rig.open(), []);
      assert.deepEqual(await rig.audited(), ['alertOpened', 'alertResolved']);
      assert.equal((await rig.all()).length, 1);
    });

    test('what comes and goes all the time is one alert after some times, over when it has been calm', async () => {
      const rig = await Rig.of(opened, { flaps: 2, calmMs: 20 * SECOND });
      rig.says({});
      const flap = async () => {
        await rig.seconds(6, true);
        await rig.seconds(2);
      };
      await rig.seconds(2);
      for (let time = 0; time < 2; time++) {
        await flap();
        assert.deepEqual(await rig.open(), [], 'it is over at once');
      }
      for (let time = 0; time < 4; time++) await flap();
      assert.deepEqual(await rig.open(), [22010]);
      assert.equal((await rig.audited()).length, 5);
      await rig.seconds(22);
      assert.deepEqual(await rig.open(), []);
      assert.equal((await rig.all()).length, 3);
    });

    test('what one process still sees is not ended by another that does not', async () => {
      const rig = await Rig.of(opened, { quietMs: { 24100: 30 * SECOND } });
      const other = rig.watch(new Observations());
      rig.watches.push(other);
      rig.note(24100);
      await rig.seconds(1);
      assert.deepEqual(await rig.open(), [24100]);
      for (let round = 0; round < 5; round++) {
        await rig.seconds(12);
        rig.note(24100);
      }
      assert.deepEqual(await rig.open(), [24100]);
      await rig.seconds(42);
      assert.deepEqual(await rig.audited(), ['alertOpened', 'alertResolved']);
    });

    test('after a restart an alert whose cause lasts is the same one', async () => {
      const rig = await Rig.of(opened);
      rig.says({});
      await rig.seconds(7);
      rig.says({ bitrate: 5_000_000 });
      await rig.seconds(1);
      const [before] = await rig.all();
      assert.ok(before);
      rig.restart();
      // Not so much that it would be opened for it, and too much for its end.
      rig.says({ bitrate: 3_900_000 });
      await rig.seconds(10);
      const [after, ...others] = await rig.all();
      assert.deepEqual(others, []);
      assert.ok(after && after.last_at > before.last_at);
      assert.deepEqual([after.id, after.first_at, after.resolved_at], [before.id, before.first_at, null]);
      rig.says({ bitrate: 3_700_000 });
      await rig.seconds(5);
      assert.deepEqual(await rig.open(), [29001]);
      await rig.seconds(1);
      assert.deepEqual(await rig.open(), []);
    });

    test('after a restart the restarts of an encoder are counted on', async () => {
      const rig = await Rig.of(opened);
      const stream = { id: rig.stream, organisation_id: rig.organisation };
      await opened.store.transaction(async (tx) => {
        for (let time = 0; time < 4; time++) {
          const id = newId();
          const at = NOW - 60 * SECOND + time * SECOND;
          await startIngestSession(tx, { id, stream, protocol: 'rtmp' }, at);
          await endIngestSession(tx, id, at + 500, { reason: 'closed', bytes: null, last: null });
        }
      });
      await rig.seconds(1);
      const [alert] = await rig.all();
      assert.deepEqual([alert?.code, alert?.detail], [22000, '{"restarts":3}']);
      rig.restart();
      await rig.seconds(230);
      assert.deepEqual(await rig.open(), [22000]);
      await rig.seconds(12);
      assert.deepEqual(await rig.open(), []);
    });

    test('a lasting alert is written down as lasting now and then, not every second', async () => {
      const rig = await Rig.of(opened);
      rig.says({});
      await rig.seconds(1);
      const moments = new Set<number>();
      for (let second = 0; second < 25; second++) {
        await rig.seconds(1, true);
        for (const { last_at } of await rig.all()) moments.add(last_at);
      }
      assert.ok(moments.size >= 4 && moments.size <= 6, `${moments.size} moments`);
    });
  });
}

describe('what is wrong with an encoder', () => {
  let opened: OpenedStore;
  before(async () => {
    opened = await engines[0]!.open();
  });
  after(() => opened[Symbol.asyncDispose]());

  test('is not told from silence: while the engine is not heard, nothing is opened and nothing is over', async () => {
    const rig = await Rig.of(opened, { graceMs: 3 * SECOND });
    rig.says({ bitrate: 5_000_000 });
    await rig.seconds(8);
    assert.deepEqual(await rig.open(), [29001]);
    rig.isHeard = false;
    rig.stats.clear();
    await rig.seconds(60);
    assert.deepEqual(await rig.open(), [29001]);
    rig.isHeard = true;
    await rig.seconds(3);
    assert.deepEqual(await rig.open(), [29001], 'its first words may know of no stream yet');
    await rig.seconds(1);
    assert.deepEqual(await rig.open(), []);
  });

  test('is no low frame rate when it announces none and sends as ever; half of what it used to send is', async () => {
    const rig = await Rig.of(opened);
    rig.says({ fps: 30, announcedFps: null });
    await rig.seconds(20);
    rig.says({ fps: 24, announcedFps: null });
    await rig.seconds(20);
    assert.deepEqual(await rig.open(), []);
    rig.says({ fps: 15, announcedFps: null });
    await rig.seconds(4);
    const [alert] = await rig.all();
    assert.deepEqual([alert?.code, alert?.detail], [92001, '{"fps":15,"expected":30}']);
    rig.says({ fps: 26, announcedFps: null });
    await rig.seconds(10);
    assert.deepEqual(await rig.open(), [92001], 'nearly what is due is not enough');
    rig.says({ fps: 30, announcedFps: null });
    await rig.seconds(4);
    assert.deepEqual(await rig.open(), []);
  });

  test('is no low frame rate without pictures, with an announced clock, or just after it began', async () => {
    for (const said of [
      { fps: null, announcedFps: 25 },
      { fps: 30, announcedFps: 1_000 },
    ]) {
      const rig = await Rig.of(opened);
      rig.says(said);
      await rig.seconds(30);
      assert.deepEqual(await rig.all(), [], JSON.stringify(said));
    }
    const rig = await Rig.of(opened);
    rig.says({ fps: 5 });
    await rig.seconds(5);
    rig.says({ fps: 25 });
    await rig.seconds(10);
    assert.deepEqual(await rig.all(), []);
  });

  test('is one thing when it stalls: the rates that a pause leaves behind are no alerts of their own', async () => {
    const rig = await Rig.of(opened);
    rig.says({});
    await rig.seconds(10);
    rig.says({ fps: 2, bitrate: 0, lastMediaAt: rig.now });
    await rig.seconds(8, true);
    assert.deepEqual(await rig.open(), [22010]);
    rig.says({ fps: 10, bitrate: 4_500_000 });
    await rig.seconds(5);
    rig.says({});
    await rig.seconds(5);
    assert.deepEqual(
      (await rig.all()).map(({ code, resolved_at }) => [code, resolved_at === null]),
      [[22010, false]],
    );
  });

  test('is not five refusals with a success between them', async () => {
    const rig = await Rig.of(opened);
    const [watch] = rig.watches as [Alerts];
    const refusedTimes = async (times: number) => {
      for (let time = 0; time < times; time++) rig.note(91001);
      await rig.seconds(1);
    };
    const letIn = () =>
      opened.store.transaction((tx) => {
        const stream = { id: rig.stream, organisation_id: rig.organisation };
        return watch.started(tx, { session: newId(), stream, protocol: 'rtmp' }, rig.now);
      });
    await refusedTimes(4);
    await letIn();
    await refusedTimes(4);
    assert.deepEqual(await rig.all(), []);
    await refusedTimes(1);
    const [alert] = await rig.all();
    assert.deepEqual([alert?.code, alert?.detail], [91001, '{"times":5}']);
    await letIn();
    await rig.seconds(1);
    assert.deepEqual(await rig.open(), []);
  });
});
