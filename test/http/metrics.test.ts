import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Running, start } from '../harness.ts';
import { startPostgres } from '../store/postgres.ts';
import { ok } from './helpers.ts';
import { DAY, HOUR, hoursAgo, iso, MINUTE, measure, measureEvery, newStream, takeTogether } from './measured.ts';

/** A window in which everything was measured. */
const FULL = {
  ...{ streams: 1, live_ms: 4_000, bytes_in: 1_000_000, bytes_video: 900_000, bytes_audio: 64_000, frames: 100 },
  ...{ key_frames: 2, key_frame_ms: 2_040, media_ms: 3_900, gaps: 1, gap_ms: 1_500, width: 1_920, height: 1_080 },
  ...{ bytes_out: 3_000_000, viewers: 3, viewer_ms: 12_500, starts: 2, startups: 2, startup_ms: 700, dropped: 7 },
  ...{ refused_locked: 1, refused_token: 2, refused_blocked: 3, refused_other: 4 },
};

/** What each series says of it, worked out by hand. */
const FULL_POINT = {
  streams: 1,
  bitrate: 2_000_000, // 1,000,000 B in 4 s on air
  videoBitrate: 1_800_000,
  audioBitrate: 128_000,
  frameRate: 25,
  keyFrameInterval: 2.04,
  timestampGaps: 1,
  timestampGapTime: 1.5,
  timeRatio: 0.975,
  width: 1_920,
  height: 1_080,
  bytesIn: 1_000_000,
  bytesOut: 3_000_000,
  outgoingBitrate: 4_800_000, // 3,000,000 B in the window's 5 s
  viewers: 3,
  averageViewers: 2.5,
  playTime: 12.5,
  starts: 2,
  startupTime: 0.35,
  droppedFrames: 7,
  refusedLocked: 1,
  refusedToken: 2,
  refusedBlocked: 3,
  refusedOther: 4,
};

type Series = Record<string, (number | null)[]>;

const pointOf = (series: Series, index: number) =>
  Object.fromEntries(Object.entries(series).map(([name, values]) => [name, values[index]]));

const databases = {
  SQLite: async () => '',
  PostgreSQL: async () => (await startPostgres()).createDatabase(),
};

for (const [name, database] of Object.entries(databases)) {
  describe(`curves on ${name}`, () => {
    let running: Running;
    before(async () => {
      running = await start({ databaseUrl: await database() });
    });
    after(() => running[Symbol.asyncDispose]());

    /** A tenant with a stream, and how its observer asks for that stream's curves or the organisation's. */
    async function measured() {
      const tenant = await running.tenant();
      const stream = await newStream(running, tenant);
      const ask = (path: string, query: Record<string, string | number>) =>
        running.call('GET', `${path}?${new URLSearchParams(query as Record<string, string>)}`, {
          token: tenant.observer.token,
        });
      const curve = async (query: Record<string, string | number>) => ok(await ask(`/stream/${stream}/metrics`, query));
      const all = async (query: Record<string, string | number>) => ok(await ask('/organisation/metrics', query));
      return { tenant, stream, ask, curve, all };
    }

    test('a window says of every series what follows from what was measured, packed or not', async () => {
      const { tenant, stream, curve, all } = await measured();
      const from = hoursAgo(2);
      await measure(running, tenant, { stream, at: from + 10_000, ...FULL });
      for (const packed of [false, true]) {
        if (packed) await takeTogether(running, from + HOUR);
        for (const ask of [curve, all]) {
          const answer = await ask({ from: iso(from), to: iso(from + MINUTE), interval: '5s' });
          assert.deepEqual([answer.from, answer.to, answer.interval], [iso(from), iso(from + MINUTE), 5]);
          assert.deepEqual(pointOf(answer.series, 2), FULL_POINT);
          for (const [series, values] of Object.entries(answer.series as Series)) {
            const others = values.filter((_, index) => index !== 2);
            assert.deepEqual(others, new Array(11).fill(null), series);
          }
          assert.deepEqual(answer.totals, {
            ...{ bytesIn: 1_000_000, bytesOut: 3_000_000, liveTime: 4, playTime: 12.5, starts: 2, startupTime: 0.35 },
            ...{ droppedFrames: 7, peakViewers: 3, peakStreams: 1 },
            refused: { locked: 1, token: 2, blocked: 3, other: 4 },
          });
        }
      }
    });

    test('what nobody could measure is null, and what was counted and did not happen is 0', async () => {
      const { tenant, stream, curve } = await measured();
      const from = hoursAgo(2);
      await measure(running, tenant, { stream, at: from, refused_token: 1 });
      const { series, totals } = await curve({ from: iso(from), to: iso(from + 5_000), interval: '5s' });
      const unknown = ['bitrate', 'videoBitrate', 'audioBitrate', 'frameRate', 'keyFrameInterval', 'timeRatio'];
      const said = Object.entries(pointOf(series, 0)).filter(([, value]) => value === null);
      assert.deepEqual(
        said.map(([series]) => series),
        [...unknown, 'width', 'height', 'startupTime'],
      );
      assert.deepEqual([series.bytesIn, series.viewers, series.refusedToken], [[0], [0], [1]]);
      assert.equal(totals.startupTime, null);
    });

    test('longer intervals take together what follows each other, and the sources of a window', async () => {
      const { tenant, stream, curve, all } = await measured();
      const other = await newStream(running, tenant);
      const from = Math.floor((Date.now() - 3 * DAY) / DAY) * DAY + 10 * HOUR;
      const at = (minute: number, second: number) => from + minute * MINUTE + second * 1_000;
      const live = { streams: 1, live_ms: 5_000, frames: 125 };
      await measure(running, tenant, { stream, at: at(0, 0), ...live, viewers: 2, viewer_ms: 10_000, bytes_in: 500 });
      await measure(running, tenant, { stream, at: at(0, 5), ...live, viewers: 5, viewer_ms: 20_000, bytes_in: 700 });
      // Two runs of the engine shared a window.
      const half = { live_ms: 2_000, frames: 50, viewer_ms: 5_000, bytes_in: 100 };
      await measure(running, tenant, { stream, at: at(7, 0), ...half, source: 1, viewers: 4, key_frame_ms: 900 });
      await measure(running, tenant, { stream, at: at(7, 0), ...half, source: 2, viewers: 2, key_frame_ms: 1_900 });
      await measure(running, tenant, { stream: other, at: at(0, 5), ...live, viewers: 1, bytes_in: 1 });
      for (const taken of [false, true]) {
        if (taken) await takeTogether(running, from + HOUR);
        const range = { from: iso(from), to: iso(from + 10 * MINUTE) };
        const names = { series: 'bytesIn,viewers,averageViewers,frameRate,keyFrameInterval,streams' };
        const minutes = await curve({ ...range, ...names, interval: '1m' });
        assert.deepEqual(Object.keys(minutes.series), names.series.split(','));
        assert.equal(minutes.series.bytesIn.length, 10);
        // 30 s of viewers within 60 s; 4 of one run and 2 of the other at once.
        assert.deepEqual(pointOf(minutes.series, 0), {
          ...{ bytesIn: 1_200, viewers: 5, averageViewers: 0.5, frameRate: 25, keyFrameInterval: null, streams: 1 },
        });
        assert.deepEqual(pointOf(minutes.series, 7), {
          ...{ bytesIn: 200, viewers: 6, averageViewers: 0.17, frameRate: 25, keyFrameInterval: 1.9, streams: 0 },
        });
        assert.deepEqual(minutes.series.viewers, [5, null, null, null, null, null, null, 6, null, null]);
        const fives = await curve({ ...range, ...names, interval: '5m' });
        assert.deepEqual([fives.interval, fives.series.bytesIn, fives.series.viewers], [300, [1_200, 200], [5, 6]]);
        for (const [interval, seconds] of Object.entries({ '15m': 900, '1h': 3_600, '1d': 86_400 })) {
          const { series, interval: step, totals } = await curve({ ...range, ...names, interval });
          const [bytes, viewers, interim] = [series.bytesIn, series.viewers, series.keyFrameInterval];
          assert.deepEqual([step, bytes, viewers, interim], [seconds, [1_400], [6], [1.9]], interval);
          assert.deepEqual([totals.bytesIn, totals.peakViewers, totals.liveTime], [1_400, 6, 14], interval);
          const together = await all({ ...range, ...names, interval });
          assert.deepEqual([together.series.bytesIn, together.series.streams], [[1_401], [2]], interval);
        }
      }
    });

    test('what was taken together and what has come since are one hour', async () => {
      const { tenant, stream, curve } = await measured();
      const from = hoursAgo(2);
      await measure(running, tenant, { stream, at: from, bytes_in: 100, viewers: 9 });
      await takeTogether(running, from + HOUR);
      await measure(running, tenant, { stream, at: from + 30 * MINUTE, bytes_in: 20, viewers: 4 });
      await measure(running, tenant, { stream, at: from, source: 2, bytes_in: 3 });
      for (const interval of ['5s', '1m', '5m', '15m', '1h']) {
        const { totals } = await curve({ from: iso(from), to: iso(from + HOUR), interval });
        assert.deepEqual([totals.bytesIn, totals.peakViewers], [123, 9], interval);
      }
    });

    test('every window is counted once, also while it is being taken together', async () => {
      const { tenant, stream, curve, all } = await measured();
      const others = await Promise.all(Array.from({ length: 24 }, () => newStream(running, tenant)));
      const from = hoursAgo(3);
      await measureEvery(running, tenant, { of: [stream, ...others], from, to: from + 20 * MINUTE, bytes_in: 1 });
      let isOver = false;
      const compacting = takeTogether(running, from + HOUR).then(() => {
        isOver = true;
      });
      let answers = 0;
      while (!isOver) {
        const interval = ['5s', '1m', '1h'][answers++ % 3]!;
        const range = { from: iso(from), to: iso(from + HOUR), interval, series: 'bytesIn' };
        const [one, every] = await Promise.all([curve(range), all(range)]);
        assert.deepEqual([one.totals.bytesIn, every.totals.bytesIn], [240, 6_000], interval);
      }
      await compacting;
      assert.ok(answers >= 3, `${answers} answers meanwhile`);
    });

    test('a table for a spreadsheet says the same', async () => {
      const { tenant, stream, ask, curve } = await measured();
      const from = hoursAgo(2);
      await measure(running, tenant, { stream, at: from + 5_000, ...FULL });
      const query = { from: iso(from), to: iso(from + 15_000), interval: '5s' };
      const { series } = await curve(query);
      const { status, headers, body } = await ask(`/stream/${stream}/metrics`, { ...query, format: 'csv' });
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
      const file = `attachment; filename="metrics-${iso(from).slice(0, 10)}.csv"`;
      assert.equal(headers.get('content-disposition'), file);
      const lines = String(body).trimEnd().split('\r\n');
      assert.equal(lines[0], ['at', ...Object.keys(series)].join(','));
      const cells = (index: number) => Object.values(pointOf(series, index)).map((value) => value ?? '');
      assert.deepEqual(
        lines.slice(1),
        [0, 1, 2].map((index) => [iso(from + index * 5_000), ...cells(index)].join(',')),
      );
    });

    test('a range is widened to whole intervals, and is the last hour unless told', async () => {
      const { tenant, stream, curve } = await measured();
      const from = hoursAgo(2);
      await measure(running, tenant, { stream, at: from, bytes_in: 1 });
      await measure(running, tenant, { stream, at: from + MINUTE + 55_000, bytes_in: 2 });
      await measure(running, tenant, { stream, at: from + 2 * MINUTE, bytes_in: 4 });
      const asked = { from: iso(from + 7_000), to: iso(from + MINUTE + 1), interval: '1m', series: 'bytesIn' };
      const answer = await curve(asked);
      assert.deepEqual([answer.from, answer.to], [iso(from), iso(from + 2 * MINUTE)]);
      assert.deepEqual([answer.series.bytesIn, answer.totals.bytesIn], [[1, 2], 3]);

      const before = Date.now();
      const usual = await curve({ series: 'viewers' });
      assert.equal(usual.interval, 5);
      assert.ok(Date.parse(usual.to) >= before && Date.parse(usual.to) <= Date.now() + 5_000);
      const span = Date.parse(usual.to) - Date.parse(usual.from);
      assert.ok(span === HOUR || span === HOUR + 5_000, String(span));
      assert.equal(usual.series.viewers.length, span / 5_000);
    });

    test('of the interval that is not over, means are of what has passed of it', async () => {
      const { tenant, stream, curve } = await measured();
      const now = Date.now();
      const day = Math.floor(now / DAY) * DAY;
      const at = Math.max(day, Math.floor((now - 10_000) / 5_000) * 5_000);
      await measure(running, tenant, { stream, at, viewer_ms: 5_000_000_000, bytes_out: 10_000_000_000 });
      const { series } = await curve({
        from: iso(day),
        to: iso(now),
        interval: '1d',
        series: 'averageViewers,outgoingBitrate',
      });
      const passed = [Math.floor(now / 5_000) * 5_000 - day, Math.floor(Date.now() / 5_000) * 5_000 - day];
      const expected = passed.map((ms) => Math.round((5_000_000_000 / Math.max(ms, 5_000)) * 100) / 100);
      assert.ok(expected.includes(series.averageViewers[0]), `${series.averageViewers[0]}, not ${expected}`);
      assert.ok(Math.abs(series.outgoingBitrate[0] / 16_000 / series.averageViewers[0] - 1) < 0.001);
    });
  });
}
