import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AudienceSample } from '../../src/media/samples.ts';
import { type Running, start } from '../harness.ts';
import { startPostgres } from '../store/postgres.ts';
import { NO_SUCH_ID, ok, refused } from './helpers.ts';
import { DAY, HOUR, hoursAgo, iso, measure, newStream, takeTogether, watch } from './measured.ts';

const databases = {
  SQLite: async () => '',
  PostgreSQL: async () => (await startPostgres()).createDatabase(),
};

type Words = readonly [country: string, referrer: string, agent: string];

const from = ([country, referrer, agent]: Words, sessions: number, seconds: number): AudienceSample => ({
  ...{ country, referrer, agent, sessions },
  viewerMs: seconds * 1_000,
  bytesOut: seconds * 100,
});

interface Row {
  value: string;
  name: string | null;
  sessions: number;
  playTime: number;
  bytesOut: number;
}

for (const [name, database] of Object.entries(databases)) {
  describe(`top lists on ${name}`, () => {
    let running: Running;
    before(async () => {
      running = await start({ databaseUrl: await database() });
    });
    after(() => running[Symbol.asyncDispose]());

    async function audience() {
      const tenant = await running.tenant();
      const ask = (query: Record<string, string>) =>
        running.call('GET', `/organisation/top?${new URLSearchParams(query)}`, { token: tenant.observer.token });
      return { tenant, ask, top: async (query: Record<string, string>) => ok(await ask(query)) };
    }

    test('streams are ranked by play time, then by who came; what has just come is among it', async () => {
      const { tenant, ask, top } = await audience();
      const [long, short, many, gone] = await Promise.all([0, 1, 2, 3].map(() => newStream(running, tenant)));
      const at = hoursAgo(2);
      const watched = (stream: string, seconds: number, starts: number, time = at) =>
        measure(running, tenant, { stream, at: time, viewer_ms: seconds * 1_000, starts, bytes_out: seconds });
      await watched(long!, 100, 1);
      await watched(short!, 30, 1);
      await watched(many!, 30, 9);
      await watched(gone!, 200, 2);
      await takeTogether(running, at + HOUR);
      // Not taken together yet, by two runs of the engine.
      await watched(short!, 5, 1, hoursAgo(0));
      await watched(many!, 5, 1, hoursAgo(0));
      await measure(running, tenant, { stream: many!, at: hoursAgo(0), source: 2, viewer_ms: 1_000, bytes_out: 1 });
      // Nobody watches it.
      await measure(running, tenant, { stream: await newStream(running, tenant), at, bytes_in: 5_000, live_ms: 5_000 });
      ok(await running.call('DELETE', `/stream/${gone}`, { token: tenant.admin.token }));
      const names = new Map<string, string>();
      for (const { id, playout } of ok(await running.call('GET', '/stream', { token: tenant.admin.token })))
        names.set(id, playout.rtmp[0].streamname);
      const row = (value: string, sessions: number, playTime: number): Row => ({
        ...{ value, name: names.get(value) ?? null, sessions, playTime, bytesOut: playTime },
      });
      const expected = [row(gone!, 2, 200), row(long!, 1, 100), row(many!, 10, 36), row(short!, 2, 35)];
      assert.deepEqual(
        expected.map(({ name: playout }) => playout === null),
        [true, false, false, false],
      );

      const answer = await top({ of: 'streams', from: iso(at + 1), to: iso(Date.now()) });
      assert.deepEqual([answer.of, answer.from], ['streams', iso(at)]);
      assert.equal(Date.parse(answer.to) % HOUR, 0);
      assert.deepEqual(answer.rows, expected);
      assert.deepEqual((await top({ of: 'streams' })).rows, expected, 'a day, unless told');
      assert.deepEqual((await top({ of: 'streams', limit: '2' })).rows, expected.slice(0, 2));
      assert.deepEqual((await top({ of: 'streams', stream: many! })).rows, [row(many!, 10, 36)]);
      const early = await top({ of: 'streams', from: iso(at), to: iso(at + HOUR) });
      assert.deepEqual(early.rows.slice(2), [row(many!, 9, 30), row(short!, 1, 30)]);

      const csv = await ask({ of: 'streams', format: 'csv' });
      assert.match(
        csv.headers.get('content-disposition') ?? '',
        /^attachment; filename="streams-\d{4}-\d\d-\d\d\.csv"$/,
      );
      const cells = expected.map((one) =>
        Object.values(one)
          .map((value) => value ?? '')
          .join(','),
      );
      assert.deepEqual(String(csv.body).trimEnd().split('\r\n'), ['value,name,sessions,playTime,bytesOut', ...cells]);
    });

    test('a range of days is counted to the hour, whatever is taken together by days', async () => {
      const { tenant, top } = await audience();
      const stream = await newStream(running, tenant);
      const first = Math.floor(Date.now() / DAY) * DAY - 6 * DAY + 20 * HOUR;
      const at = [first - HOUR, first, first + DAY, first + 4 * DAY, first + 4 * DAY + HOUR];
      for (const [index, time] of at.entries())
        await measure(running, tenant, { stream, at: time, viewer_ms: 10 ** index * 1_000 });
      await takeTogether(running, first + 5 * DAY);
      const range = { from: iso(first), to: iso(first + 4 * DAY + HOUR) };
      const { rows } = await top({ of: 'streams', ...range });
      assert.deepEqual(
        rows.map(({ playTime }: Row) => playTime),
        [10 + 100 + 1_000],
      );
    });

    test('pages and players are ranked the same, of all streams or of one', async () => {
      const { tenant, top } = await audience();
      const [one, other] = [await newStream(running, tenant), await newStream(running, tenant)];
      const at = hoursAgo(1);
      const news = from(['CH', 'news.example.test', 'Chrome'], 2, 40);
      await watch(running, { stream: one, at, audience: [news, from(['CH', '', 'VLC'], 1, 60)] });
      await watch(running, {
        stream: other,
        at: at - HOUR,
        audience: [news, from(['', 'shop.example.test', ''], 5, 40)],
      });
      const row = (value: string, sessions: number, playTime: number): Row => ({
        ...{ value, name: null, sessions, playTime, bytesOut: playTime * 100 },
      });
      const range = { from: iso(at - HOUR), to: iso(at + HOUR) };
      const pages = [row('news.example.test', 4, 80), row('', 1, 60), row('shop.example.test', 5, 40)];
      assert.deepEqual((await top({ of: 'referrers', ...range })).rows, pages);
      assert.deepEqual((await top({ of: 'referrers', ...range, limit: '1' })).rows, pages.slice(0, 1));
      const players = [row('Chrome', 4, 80), row('VLC', 1, 60), row('', 5, 40)];
      assert.deepEqual((await top({ of: 'agents', ...range })).rows, players);
      const ofOther = [row('', 5, 40), row('Chrome', 2, 40)];
      assert.deepEqual((await top({ of: 'agents', ...range, stream: other })).rows, [ofOther[0], ofOther[1]]);
      const later = { ...range, from: iso(at) };
      assert.deepEqual((await top({ of: 'agents', ...later })).rows, [row('VLC', 1, 60), row('Chrome', 2, 40)]);
    });

    test('another organisation sees nothing of it', async () => {
      const { tenant } = await audience();
      const stream = await newStream(running, tenant);
      const at = hoursAgo(1);
      await watch(running, { stream, at, audience: [from(['CH', 'secret.example.test', 'Chrome'], 1, 5)] });
      const stranger = await audience();
      for (const list of ['streams', 'referrers', 'agents']) {
        assert.deepEqual((await stranger.top({ of: list })).rows, [], list);
        refused(await stranger.ask({ of: list, stream }), 404, 4040);
        refused(await stranger.ask({ of: list, stream: NO_SUCH_ID }), 404, 4040);
      }
      ok(await running.call('DELETE', `/stream/${stream}`, { token: tenant.admin.token }));
      const { token } = tenant.admin;
      refused(await running.call('GET', `/organisation/top?of=agents&stream=${stream}`, { token }), 404, 4040);
    });

    test('what cannot be answered is refused with the reason', async () => {
      const { ask } = await audience();
      refused(await ask({}), 400, 1002, { required_parameter: 'of' });
      refused(await ask({ of: 'cities' }), 400, 1000, { parameter: 'of' });
      refused(await ask({ of: 'countries' }), 403, 2002, { feature: 'geoip' });
      refused(await ask({ of: 'agents', limit: '0' }), 400, 1000, { parameter: 'limit' });
      refused(await ask({ of: 'agents', from: 'now' }), 400, 1000, { parameter: 'from' });
      refused(await ask({ of: 'agents', to: iso(hoursAgo(3)), from: iso(hoursAgo(1)) }), 400, 1000, {
        parameter: 'to',
      });
      const days = (count: number) => iso(Date.now() - count * DAY);
      const reason = 'Of at most 93 days at a time';
      refused(await ask({ of: 'agents', from: days(94) }), 400, 1000, { parameter: 'from', reason });
      const old = { from: days(91), to: days(90) };
      refused(await ask({ of: 'agents', ...old }), 400, 1000, { reason: 'This is kept for 90 d' });
      assert.equal(ok(await ask({ of: 'streams', ...old })).from.slice(10), 'T00:00:00.000Z');
      const older = { from: days(732), to: days(731) };
      refused(await ask({ of: 'streams', ...older }), 400, 1000, { reason: 'This is kept for 730 d' });
    });
  });
}
