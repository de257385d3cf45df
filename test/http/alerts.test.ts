import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { newId } from '../../src/store/ids.ts';
import type { Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { listen, named } from './event-source.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

// What takes seconds on the wire takes less here; that it holds there, test/wire shows.
const server = serverForFile({ alertLimits: { graceMs: 0, offlineMs: 500, readMs: 500, quietMs: { 91004: 2_500 } } });
const call = (...given: Parameters<ReturnType<typeof server>['call']>) => server().call(...given);
const HOUR_MS = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
const newStream = async ({ admin }: Tenant) => ok(await call('POST', '/stream', { token: admin.token })).id as string;
const fromTo = (from: number, to: number) => ({ from: iso(from), to: iso(to) });

describe('when a stream is expected', () => {
  let home: Tenant;
  let id: string;
  before(async () => {
    home = await server().tenant();
    id = await newStream(home);
  });
  const set = (body: unknown, { token } = home.user, stream = id) =>
    call('PUT', `/stream/${stream}/expected`, { token, body });
  const read = ({ token } = home.observer, stream = id) => call('GET', `/stream/${stream}/expected`, { token });

  test('is what was set last, in order and without what is over; observers read it and cannot set it', async () => {
    const now = Date.now() + 10 * HOUR_MS;
    const [early, late] = [fromTo(now, now + HOUR_MS), fromTo(now + HOUR_MS, now + 2 * HOUR_MS)];
    const over = fromTo(Date.now() - 2 * HOUR_MS, Date.now() - HOUR_MS);
    assert.deepEqual(ok(await set([late, over, early])), [early, late]);
    assert.deepEqual(ok(await read()), [early, late]);
    refused(await set([], home.observer), 403, 2001, { capability: 'alerts:configure' });
    assert.deepEqual(ok(await set([late])), [late]);
    assert.deepEqual(ok(await read()), [late]);
    assert.deepEqual(ok(await set([])), []);
    assert.deepEqual(ok(await read()), []);
    const rows = ok(
      await call('GET', `/audit?action=setExpectedWindows&outcome=allowed&target=${id}`, { token: home.admin.token }),
    );
    assert.deepEqual(
      rows.map(({ detail }: { detail: { expectedWindows: number } }) => detail.expectedWindows),
      [0, 1, 2],
    );
  });

  test('is refused, and stays as it was, when it makes no sense', async () => {
    const now = Date.now() + HOUR_MS;
    const kept = ok(await set([fromTo(now, now + HOUR_MS)]));
    const two = (from: number) => [fromTo(now, now + HOUR_MS), fromTo(from, from + HOUR_MS)];
    refused(await set([fromTo(now + HOUR_MS, now)]), 400, 1000, { parameter: 'to' });
    refused(await set([fromTo(now, now)]), 400, 1000, { parameter: 'to' });
    refused(await set(two(now + HOUR_MS - 1)), 400, 1000, { parameter: 'from' });
    refused(await set(two(now)), 400, 1000, { parameter: 'from' });
    refused(await set([{ from: 'tomorrow', to: iso(now) }]), 400, 1000, { parameter: 'from' });
    assert.equal((await set([{ from: iso(now) }])).status, 400);
    assert.equal((await set({ from: iso(now), to: iso(now + 1) })).status, 400);
    const many = Array.from({ length: 101 }, (_, index) => fromTo(now + index * 1_000, now + (index + 1) * 1_000));
    assert.equal((await set(many)).status, 400);
    assert.deepEqual(ok(await read()), kept);
    assert.equal(ok(await set(many.slice(1))).length, 100);
  });

  test('is nothing to another organisation, and of no stream that is not there', async () => {
    const foreign = await server().tenant();
    const body = [fromTo(Date.now(), Date.now() + HOUR_MS)];
    refused(await set(body, foreign.admin), 404, 4040);
    refused(await read(foreign.admin), 404, 4040);
    refused(await set(body, home.admin, NO_SUCH_ID), 404, 4040);
    refused(await read(home.admin, NO_SUCH_ID), 404, 4040);
  });
});

describe('an alert', () => {
  let home: Tenant;
  before(async () => {
    home = await server().tenant();
  });
  const open = async ({ token } = home.observer) => ok(await call('GET', '/alert', { token }));
  const history = async (query = '', { token } = home.observer) =>
    ok(await call('GET', `/alert/history${query}`, { token }));
  const expectNow = async (id: string) => {
    const body = [fromTo(Date.now() - HOUR_MS, Date.now() + HOUR_MS)];
    ok(await call('PUT', `/stream/${id}/expected`, { token: home.user.token, body }));
  };
  /** Waits for so many open ones. */
  const openCount = async (count: number) => {
    await until(async () => (await open()).length === count, 10_000, `${count} open alerts`);
    return open();
  };

  test('is opened once, told to whoever sees metrics and to nobody else, and over with its cause', async () => {
    const body = { description: '', capabilities: ['stream:read', 'organisation:read', 'token:own'] };
    ok(await call('POST', '/permission/streams-only', { token: home.admin.token, body }));
    const stranger = await home.join('streams-only');
    refused(await call('GET', '/alert', { token: stranger.token }), 403, 2001, { capability: 'metrics:read' });
    refused(await call('GET', '/alert/history', { token: stranger.token }), 403, 2001);
    await using observing = await listen(server(), { token: home.observer.token });
    await using outside = await listen(server(), { token: stranger.token });
    const id = await newStream(home);
    const foreign = await server().tenant();
    await expectNow(id);
    const heard = await observing.until(named('change', 'alertOpened'), 8_000);
    const [alert] = await open();
    assert.deepEqual(heard.data.target, { type: 'alert', id: alert.id });
    const { firstDetection, lastDetection, elapsedTime, stream, ...rest } = alert;
    assert.deepEqual(rest, {
      id: alert.id,
      name: 'Stream offline',
      code: 21001,
      severity: 'Critical',
      message: 'The stream is not on air though it is expected to be',
      advice: 'Start the encoder, or see why it was refused in the audit log',
      subject: { type: 'stream', id },
      values: {},
    });
    assert.ok(Math.abs(Date.parse(firstDetection) - Date.now()) < 10_000 && lastDetection >= firstDetection);
    assert.ok(elapsedTime >= 0 && elapsedTime < 10);
    const shown = ok(await call('GET', `/stream/${id}`, { token: home.observer.token }));
    assert.deepEqual(stream, { id, name: shown.playout.h5live[0].rtmp.streamname });
    assert.deepEqual(await open(foreign.admin), []);
    assert.deepEqual(await history('', foreign.admin), []);

    ok(await call('PUT', `/stream/${id}/expected`, { token: home.user.token, body: [] }));
    await observing.until(named('change', 'alertResolved'), 8_000);
    assert.deepEqual(await open(), []);
    const [past] = await history(`?stream=${id}`);
    assert.equal(past.id, alert.id);
    assert.ok(past.resolvedAt >= past.firstDetection);
    const told = outside.heard.filter(({ data }) => data.target?.type === 'alert');
    assert.deepEqual(told, [], 'whoever may not see metrics');
    const rows = ok(await call('GET', `/audit?target=${alert.id}`, { token: home.admin.token }));
    assert.deepEqual(
      rows.map(({ action, actor, detail }: Record<string, unknown>) => [action, actor, detail]),
      ['alertResolved', 'alertOpened'].map((action) => [
        action,
        { type: 'system', id: 'alerts', email: null },
        { code: 21001, name: 'Stream offline', subject: id },
      ]),
    );
  });

  test('of a stream that is deleted is over, and names it no more', async () => {
    const id = await newStream(home);
    await expectNow(id);
    const [alert] = await openCount(1);
    ok(await call('DELETE', `/stream/${id}`, { token: home.admin.token }));
    await openCount(0);
    const [past] = await history(`?stream=${id}`);
    assert.deepEqual([past.id, past.stream, past.subject.id], [alert.id, null, id]);
  });

  test('of a person names that person to whoever reads the audit log, and to nobody else', async () => {
    const { observations } = server().app.services;
    const about = { code: 91004, organisation: home.id, subject: home.user.id, detail: {} } as const;
    const note = (times: number) => {
      for (let time = 0; time < times; time++) observations.note({ ...about, at: Date.now() });
    };
    note(9);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.deepEqual(await open(), [], 'nine times are no alert');
    note(1);
    const [alert] = await openCount(1);
    assert.deepEqual([alert.code, alert.values, alert.stream], [91004, { times: 10 }, null]);
    assert.match(alert.message, /refused 10 times/);
    assert.equal('detail' in alert, false);
    assert.doesNotMatch(JSON.stringify([await open(), await history(), await open(home.user)]), /@/);
    const [full] = await open(home.admin);
    assert.deepEqual(full.detail, { email: home.user.email });
    await openCount(0);
    note(9);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal((await history('?code=91004')).length, 1);
  });
});

describe('the history', () => {
  let home: Tenant;
  let streams: string[];
  const NOW = Date.UTC(2026, 0, 10);
  const read = (query: string) => call('GET', `/alert/history${query}`, { token: home.observer.token });
  const times = async (query: string) =>
    ok(await read(query)).map(
      (alert: { firstDetection: string }) => (NOW - Date.parse(alert.firstDetection)) / HOUR_MS,
    );
  before(async () => {
    home = await server().tenant();
    streams = [await newStream(home), await newStream(home)];
    await server().app.store.transaction(async ({ db }) => {
      for (let hour = 1; hour <= 12; hour++) {
        const first_at = NOW - hour * HOUR_MS;
        const subject = { subject_type: 'stream', subject_id: streams[hour % 2]! };
        const code = hour % 3 === 0 ? 29001 : 22010;
        const row = { id: newId(), organisation_id: home.id, code, ...subject, detail: '{"bitrate":5e6}' };
        const moments = { first_at, last_at: first_at, resolved_at: first_at + 90_500, remind_at: null };
        await db
          .insertInto('alert')
          .values({ ...row, ...moments })
          .execute();
      }
    });
  });

  test('is newest first, page by page, each once', async () => {
    const all = await times('');
    assert.deepEqual(all, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const pages: number[][] = [];
    for (let cursor = ''; ; ) {
      const answer = await read(`?limit=5${cursor}`);
      pages.push(ok(answer).map((alert: { firstDetection: string }) => NOW - Date.parse(alert.firstDetection)));
      const next = answer.headers.get('x-next-cursor');
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    assert.deepEqual(
      pages.map((page) => page.length),
      [5, 5, 2],
    );
    assert.deepEqual(
      pages.flat(),
      all.map((hour: number) => hour * HOUR_MS),
    );
    const [first] = ok(await read('?limit=1'));
    assert.deepEqual([first.elapsedTime, first.resolvedAt], [90, iso(NOW - HOUR_MS + 90_500)]);
  });

  test('is narrowed by code, severity, stream and time', async () => {
    assert.deepEqual(await times('?code=29001'), [3, 6, 9, 12]);
    assert.deepEqual(await times('?severity=Critical&limit=3'), [1, 2, 4]);
    assert.deepEqual(await times('?severity=Critical&code=29001'), []);
    assert.deepEqual(await times(`?stream=${streams[0]}&code=29001`), [6, 12]);
    assert.deepEqual(await times(`?from=${iso(NOW - 3 * HOUR_MS)}&to=${iso(NOW - HOUR_MS)}`), [2, 3]);
    assert.deepEqual(await times(`?stream=${NO_SUCH_ID}`), []);
    const [advice] = ok(await read('?code=29001&limit=1'));
    assert.match(advice.message, /sends 5\.0 Mbit\/s/);
  });

  test('says what is wrong with a question', async () => {
    refused(await read('?cursor=nonsense'), 400, 1000, { parameter: 'cursor' });
    refused(await read('?from=yesterday'), 400, 1000, { parameter: 'from' });
    for (const query of ['?severity=Grave', '?limit=0', '?limit=1001', '?code=x', '?stream=x'])
      assert.equal((await read(query)).status, 400, query);
  });
});
