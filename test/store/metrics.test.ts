import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { KyselyPlugin, Transaction } from 'kysely';
import type { SampleBatch } from '../../src/media/samples.ts';
import { readKeep } from '../../src/metrics/keep.ts';
import { compact } from '../../src/metrics/upkeep.ts';
import { newId } from '../../src/store/ids.ts';
import { MOST_VALUES } from '../../src/store/metric-audience.ts';
import { compactNext } from '../../src/store/metric-compaction.ts';
import { removeOldMetrics } from '../../src/store/metric-retention.ts';
import { insertSamples } from '../../src/store/metric-sample.ts';
import { openStore } from '../../src/store/open.ts';
import type { Schema } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/store.ts';
import { TABLE_NAMES } from '../../src/store/tables.ts';
import { engines, type OpenedStore } from './engines.ts';
import { batchOf, LEVELS, sampleOf, together, totals } from './figures.ts';
import { addOrganisation, addStream } from './fixtures.ts';

const [WINDOW, MINUTE, BLOCK, HOUR, DAY] = [5_000, 60_000, 600_000, 3_600_000, 86_400_000];
/** Where a day begins, long ago. */
const START = DAY * 16_000;
const ENDLESS = new AbortController().signal;

/** Fails a transaction after its statement number `after`. */
function failing(db: Transaction<Schema>, after: number): Transaction<Schema> {
  let count = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (++count === after) throw new Error('power cut');
      return result;
    },
  };
  return db.withPlugin(plugin) as Transaction<Schema>;
}

for (const engine of engines) {
  describe(`Figures on ${engine.name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    before(async () => {
      opened = await engine.open();
      store = opened.store;
    });
    after(() => opened[Symbol.asyncDispose]());
    beforeEach(() =>
      store.transaction(async ({ db }) => {
        for (const table of TABLE_NAMES.filter((name) => name.startsWith('metric_')))
          await db.deleteFrom(table as 'metric_sample').execute();
      }),
    );

    const write = (batch: SampleBatch) => store.transaction((tx) => insertSamples(tx, batch));
    const compactBefore = (before: number, on = store) => compact(on, before, ENDLESS);

    async function organisation(streams: number): Promise<{ id: string; streams: string[] }> {
      const { id } = await addOrganisation(store);
      const made: string[] = [];
      while (made.length < streams) made.push((await addStream(store, { organisation_id: id })).id);
      return { id, streams: made };
    }

    /** Whole blocks of every stream, from `at` on. */
    async function fill(streams: readonly string[], at: number, windows: number): Promise<void> {
      for (let n = 0; n < windows; n++)
        await write(
          batchOf(
            at + n * WINDOW,
            streams.map((stream, index) => sampleOf(stream, n + index)),
          ),
        );
    }

    /** What is packed and what is not add up to `all`, and what is packed is what each level says. */
    async function assertWhole(all: Awaited<ReturnType<typeof totals>>): Promise<void> {
      const packed = await totals(store, 'metric_block');
      assert.deepEqual(together(packed, await totals(store, 'metric_sample')), all, 'samples and blocks');
      for (const level of LEVELS) assert.deepEqual(await totals(store, level), packed, level);
    }

    it('counts a batch that is sent twice once, for the streams and for their organisation', async () => {
      const { id, streams } = await organisation(2);
      const batch = batchOf(START, [sampleOf(streams[0]!, 1), sampleOf(streams[1]!, 2, { width: 640 })]);
      assert.deepEqual([await write(batch), await write(structuredClone(batch))], [true, false]);
      const found = await totals(store, 'metric_sample');
      assert.equal(found[streams[0]!]?.bytes_in, 1_000_001);
      const { streams: live, bytes_in, frames, width, viewers } = found[id]!;
      assert.deepEqual(
        { live, bytes_in, frames, width, viewers },
        { live: 2, bytes_in: 2_000_003, frames: 301, width: 1_280, viewers: 3 },
      );
    });

    it('adds batches of one window up for each organisation, and leaves out streams that are gone', async () => {
      const [house, yard] = [await organisation(2), await organisation(1)];
      const [one, two] = house.streams as [string, string];
      await write(batchOf(START, [sampleOf(one, 1), sampleOf(yard.streams[0]!, 5)]));
      await write(batchOf(START, [sampleOf(two, 10), sampleOf(newId(), 100)]));
      const found = await totals(store, 'metric_sample');
      assert.equal(Object.keys(found).length, 5);
      assert.deepEqual([found[house.id]?.streams, found[house.id]?.bytes_out], [2, 4_000_011]);
      assert.deepEqual(found[yard.id], found[yard.streams[0]!]);
    });

    it('are written, and compacted, whatever an encoder brought about in one of a batch', async () => {
      const { id, streams } = await organisation(2);
      const [good, bad] = streams as [string, string];
      const wrong = {
        width: 1_280.5,
        height: -720,
        gaps: 5,
        gapMs: 1e19,
        mediaMs: Number.NaN,
        keyFrameMs: null as never,
      };
      const audience = [{ agent: '', referrer: '', country: '', sessions: 0.5, viewerMs: -1, bytesOut: Number.NaN }];
      await write(batchOf(START, [sampleOf(bad, 1, { ...wrong, audience }), sampleOf(good, 2)]));
      const { [bad]: odd, [good]: fine } = await totals(store, 'metric_sample');
      assert.deepEqual([odd?.width, odd?.height, odd?.media_ms, odd?.key_frame_ms], [1_281, 0, 0, 0]);
      assert.deepEqual([fine?.width, fine?.bytes_in], [1_280, 1_000_002]);
      for (let n = 1; n < 120; n++) await write(batchOf(START + n * WINDOW, [sampleOf(bad, n, wrong)]));
      await compactBefore(START + BLOCK);
      const day = (await totals(store, 'metric_day'))[id]!;
      assert.ok(Number.isSafeInteger(day.gap_ms * 144), 'a day of it is a number still');
    });

    it('counts who watched by the hour, and more than two hundred values of a stream together', async () => {
      const { streams } = await organisation(1);
      const [stream] = streams as [string];
      const from = (n: number) => ({ agent: `Player ${n}`, referrer: '', country: 'DE', sessions: 1 });
      for (let batch = 0; batch < 6; batch++) {
        const audience = Array.from({ length: 50 }, (_, n) => ({
          ...from(batch * 40 + n),
          viewerMs: WINDOW,
          bytesOut: 10,
        }));
        await write(batchOf(START + batch * WINDOW, [sampleOf(stream, batch, { audience })]));
      }
      await write(
        batchOf(START + HOUR, [sampleOf(stream, 1, { audience: [{ ...from(1), viewerMs: 7, bytesOut: 8 }] })]),
      );
      const rows = await store.db.selectFrom('metric_audience').selectAll().orderBy('value').execute();
      const of = (dimension: string, at: number) => rows.filter((row) => row.dimension === dimension && row.at === at);
      const agents = of('agent', START);
      assert.equal(agents.length, MOST_VALUES + 1);
      assert.equal(agents[0]!.value, '*');
      assert.ok(agents[0]!.sessions >= 50);
      assert.equal(agents.find(({ value }) => value === 'Player 41')?.sessions, 2);
      for (const dimension of ['agent', 'country', 'referrer']) {
        const sum = of(dimension, START).reduce((all, row) => all + row.sessions, 0);
        assert.equal(sum, 300, dimension);
      }
      const [unknown] = of('referrer', START + HOUR);
      assert.deepEqual([unknown?.value, unknown?.viewer_ms, unknown?.bytes_out], ['', 7, 8]);
    });

    it('are the same sums in samples, blocks, minutes, hours and days, wherever compacting is broken off', async () => {
      const { id, streams } = await organisation(4);
      await fill(streams, START, 26);
      // Another run of the engine, which had ended by the end of the window.
      await write(batchOf(START + 3 * WINDOW, [sampleOf(streams[0]!, 900, { live: false })], 2));
      const all = await totals(store, 'metric_sample');
      let broken = 0;
      for (let after: string | null = ''; after !== null; ) {
        const from: string = after;
        for (let statement = 1; ; statement++) {
          try {
            after = await store.transaction(({ db, ...tx }) =>
              compactNext({ ...tx, db: failing(db, statement) }, START, from, 2),
            );
            break;
          } catch (error) {
            assert.match(String(error), /power cut/);
            broken++;
            await assertWhole(all);
          }
        }
        await assertWhole(all);
      }
      assert.ok(broken >= 20, `${broken} breaks`);
      assert.deepEqual(await totals(store, 'metric_sample'), {});
      const days = await store.db.selectFrom('metric_day').select(['subject_id', 'organisation_id', 'at']).execute();
      assert.deepEqual(new Set(days.map((row) => row.subject_id)), new Set([id, ...streams]));
      assert.ok(days.every((row) => row.at === START && row.organisation_id === id));
      const minutes = store.db.selectFrom('metric_minute').select('at').where('subject_id', '=', streams[1]!);
      assert.deepEqual(
        (await minutes.orderBy('at').execute()).map(({ at }) => at - START),
        [0, MINUTE, 2 * MINUTE],
      );
    });

    it('take in samples that come late, the peaks of an organisation too', async () => {
      const { id, streams } = await organisation(2);
      const [one, two] = streams as [string, string];
      await fill([one], START, 120);
      await compactBefore(START + BLOCK);
      await write(batchOf(START + WINDOW, [sampleOf(two, 3)]));
      const all = together(await totals(store, 'metric_block'), {});
      await compactBefore(START + BLOCK);
      assert.deepEqual(await totals(store, 'metric_sample'), {});
      const late = await totals(store, 'metric_block');
      for (const level of LEVELS) assert.deepEqual(await totals(store, level), late, level);
      assert.equal(late[id]!.bytes_in, all[id]!.bytes_in + 1_000_003);
      assert.deepEqual([all[id]!.streams, late[id]!.streams, late[two]!.streams], [1, 2, 1]);
      assert.deepEqual(late[one], all[one]);
    });

    it('are compacted once by two servers at the same time, while more comes in', async () => {
      await using other = await openStore({ storage: opened.storage });
      const { streams } = await organisation(15);
      await fill(streams, START, 24);
      const before = await totals(store, 'metric_sample');
      const late = batchOf(START + BLOCK - WINDOW, [sampleOf(streams[3]!, 7)], 3);
      await Promise.all([compactBefore(START + BLOCK), compactBefore(START + BLOCK, other), write(late)]);
      await compactBefore(START + BLOCK, other);
      assert.deepEqual(await totals(store, 'metric_sample'), {});
      const [subject] = streams.slice(3) as [string];
      const after = await totals(store, 'metric_block');
      assert.equal(after[subject]!.bytes_in, before[subject]!.bytes_in + 1_000_007);
      assert.deepEqual(after[streams[4]!], before[streams[4]!]);
      await assertWhole(after);
    });

    it('stay when their stream is deleted, and go when their time is over, level by level', async () => {
      const { streams } = await organisation(1);
      const audience = [{ agent: '', referrer: '', country: '', sessions: 1, viewerMs: 1, bytesOut: 1 }];
      for (const at of [START - 10 * DAY, START - 5 * HOUR, START])
        await write(batchOf(at, [sampleOf(streams[0]!, 1, { audience })]));
      await compactBefore(START + BLOCK);
      await store.transaction(({ db }) => db.deleteFrom('stream').where('id', '=', streams[0]!).execute());
      const count = async (table: (typeof TABLE_NAMES)[number]) =>
        (
          await store.db
            .selectFrom(table as 'metric_day')
            .select('at')
            .groupBy('at')
            .execute()
        ).length;
      const counts = () =>
        Promise.all(['metric_block', ...LEVELS, 'metric_audience'].map((name) => count(name as 'key')));
      assert.deepEqual(await counts(), [3, 3, 3, 3, 3]);
      const keep = readKeep('5s=1h,1m=6h,1h=9d,1d=30d', 'KEEP');
      const remove = (now: number) => removeOldMetrics(store, keep, { now, signal: ENDLESS });
      await remove(START + MINUTE);
      assert.deepEqual(await counts(), [1, 2, 2, 3, 2]);
      assert.equal(await count('metric_batch'), 1);
      await remove(START + 6 * HOUR + MINUTE);
      assert.deepEqual(await counts(), [0, 1, 2, 3, 2]);
      await remove(START + 9 * DAY + 2 * HOUR);
      assert.deepEqual(await counts(), [0, 0, 0, 3, 0]);
      await remove(START + 40 * DAY);
      assert.deepEqual(await counts(), [0, 0, 0, 0, 0]);
    });
  });
}
