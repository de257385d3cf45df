import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { StreamFigures } from '../../src/media/engine.ts';
import type { PublishingEnd } from '../../src/media/follower.ts';
import { endIngestSession, startIngestSession } from '../../src/store/ingest-session.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';
import { DAY, HOUR, hoursAgo, iso, measure, newStream } from './measured.ts';

const server = serverForFile({ env: { LOCKKEEPER_METRICS_KEEP: '5s=36h,1m=7d,1h=90d,1d=730d' } });

test('every role sees them, nobody sees another organisation’s, and nobody those of a deleted stream', async () => {
  const { call, tenant } = server();
  const [own, foreign] = [await tenant(), await tenant()];
  const stream = await newStream(server(), own);
  await measure(server(), own, { stream, at: hoursAgo(1), bytes_in: 77 });
  const from = iso(hoursAgo(1));
  for (const path of [`/stream/${stream}/metrics`, '/organisation/metrics']) {
    for (const { token } of [own.admin, own.user, own.observer])
      assert.equal(ok(await call('GET', `${path}?from=${from}`, { token })).totals.bytesIn, 77);
    assert.equal(ok(await call('GET', `${path}?from=${from}`, { apiKey: own.apiKey })).totals.bytesIn, 77);
    refused(await call('GET', path, { playerKey: own.playerKey }), 403, 2001, { capability: 'metrics:read' });
    refused(await call('GET', path), 401, 4003);
  }
  const { token } = foreign.admin;
  refused(await call('GET', `/stream/${stream}/metrics`, { token }), 404, 4040);
  assert.equal(ok(await call('GET', `/organisation/metrics?from=${from}`, { token })).totals.bytesIn, 0);
  refused(await call('GET', `/stream/${NO_SUCH_ID}/metrics`, { token }), 404, 4040);
  refused(await call('GET', '/stream/no-id/metrics', { token }), 404, 4040);
  ok(await call('DELETE', `/stream/${stream}`, { token: own.admin.token }));
  refused(await call('GET', `/stream/${stream}/metrics`, { token: own.admin.token }), 404, 4040);
  const all = ok(await call('GET', `/organisation/metrics?from=${from}`, { token: own.observer.token }));
  assert.equal(all.totals.bytesIn, 77, 'what it brought stays in its organisation’s sums');
});

test('what cannot be answered is refused with what would', async () => {
  const { call, tenant } = server();
  const { observer } = await tenant();
  const ask = (query: Record<string, string>) =>
    call('GET', `/organisation/metrics?${new URLSearchParams(query)}`, { token: observer.token });
  const ago = (ms: number) => iso(Date.now() - ms);
  refused(await ask({ from: ago(HOUR), to: ago(2 * HOUR) }), 400, 1000, { parameter: 'to' });
  refused(await ask({ from: iso(hoursAgo(1)), to: iso(hoursAgo(1)) }), 400, 1000, { parameter: 'to' });
  refused(await ask({ from: 'yesterday' }), 400, 1000, { parameter: 'from' });
  refused(await ask({ to: '2026-13-01' }), 400, 1000, { parameter: 'to' });
  refused(await ask({ interval: '2m' }), 400, 1000, { parameter: 'interval' });
  refused(await ask({ format: 'xml' }), 400, 1000, { parameter: 'format' });
  const unknown = refused(await ask({ series: 'viewers,toString' }), 400, 1000, { parameter: 'series' });
  assert.match(unknown.reason, /^The series are streams, bitrate, .*refusedOther$/);

  const reason =
    'This is not kept so long: 5s for 36 h, 1m for 7 d, 5m for 7 d, 15m for 7 d, 1h for 90 d, 1d for 730 d';
  const tooFine = (from: number, interval: string) => ask({ from: ago(from), to: ago(from - HOUR), interval });
  refused(await tooFine(37 * HOUR, '5s'), 400, 1000, { parameter: 'interval', reason });
  ok(await tooFine(36 * HOUR, '5s'));
  refused(await tooFine(8 * DAY, '15m'), 400, 1000, { parameter: 'interval', reason });
  refused(await tooFine(91 * DAY, '1h'), 400, 1000, { parameter: 'interval', reason });
  refused(await tooFine(731 * DAY, '1d'), 400, 1000, { parameter: 'interval', reason });
  refused(await ask({ from: '0001-01-01' }), 400, 1000, { parameter: 'interval', reason });

  const many = { from: ago(0), to: iso(Date.now() + 20_000 * 5_000 + 10_000), interval: '5s' };
  const { reason: tooMany } = refused(await ask(many), 400, 1000, { parameter: 'interval' });
  assert.equal(tooMany, 'An answer has at most 20000 points: take a longer interval or a shorter time');
  refused(await ask({ from: ago(0), to: '9999-12-31', interval: '1m' }), 400, 1000, { parameter: 'interval' });
});

test('without an interval it is the finest that is kept and gives no more than 1,500 points', async () => {
  const { call, tenant } = server();
  const { observer } = await tenant();
  const chosen = async (from: number, to = 0) => {
    const [begin, end] = [iso(Date.now() - from), iso(Date.now() - to)];
    const answer = await call('GET', `/organisation/metrics?from=${begin}&to=${end}`, { token: observer.token });
    return ok(answer).interval;
  };
  assert.equal(await chosen(2 * HOUR), 5);
  assert.equal(await chosen(3 * HOUR), 60);
  assert.equal(await chosen(37 * HOUR, 36.5 * HOUR), 60);
  assert.equal(await chosen(2 * DAY), 300);
  assert.equal(await chosen(7 * DAY), 900);
  assert.equal(await chosen(8 * DAY, 7.9 * DAY), 3_600);
  assert.equal(await chosen(60 * DAY), 3_600);
  assert.equal(await chosen(70 * DAY), 86_400);
});

/** A publisher of the stream, who came at `at` and, perhaps, ended. */
async function published(
  stream: { id: string; organisation_id: string },
  at: number,
  end?: PublishingEnd & { at: number },
) {
  const id = randomUUID();
  await server().app.store.transaction(async (tx) => {
    await startIngestSession(tx, { id, stream, protocol: 'rtmp' }, at);
    if (end) await endIngestSession(tx, id, end.at, end);
  });
  return id;
}

const NOTHING_KNOWN = {
  bytesIn: null,
  bytesOut: null,
  frames: null,
  videoCodec: null,
  audioCodec: null,
  width: null,
  height: null,
};

test('a stream’s sessions are listed, newest first, with what came of them', async () => {
  const { call, tenant } = server();
  const [own, foreign] = [await tenant(), await tenant()];
  const id = await newStream(server(), own);
  const stream = { id, organisation_id: own.id };
  const at = hoursAgo(5);
  const last = { framesIn: 1_500, videoCodec: 'h264', audioCodec: 'aac', width: 1_280, height: 720 } as StreamFigures;
  const whole = await published(stream, at, { at: at + 60_000, reason: 'closed', bytes: { in: 10, out: 70 }, last });
  const unseen = await published(stream, at + HOUR, { at: at + HOUR + 1, reason: 'unseen', bytes: null, last: null });
  const [one, other] = [await published(stream, at + 2 * HOUR), await published(stream, at + 2 * HOUR)].sort();
  await published({ id: await newStream(server(), own), organisation_id: own.id }, at);

  const list = async (query = '') => call('GET', `/stream/${id}/sessions${query}`, { token: own.observer.token });
  const onAir = { protocol: 'rtmp', startedAt: iso(at + 2 * HOUR), endedAt: null, reason: null, ...NOTHING_KNOWN };
  const expected = [
    { id: other, ...onAir },
    { id: one, ...onAir },
    {
      ...{ id: unseen, protocol: 'rtmp', startedAt: iso(at + HOUR), endedAt: iso(at + HOUR + 1), reason: 'unseen' },
      ...NOTHING_KNOWN,
    },
    {
      ...{ id: whole, protocol: 'rtmp', startedAt: iso(at), endedAt: iso(at + 60_000), reason: 'closed' },
      ...{ bytesIn: 10, bytesOut: 70, frames: 1_500, videoCodec: 'h264', audioCodec: 'aac', width: 1_280, height: 720 },
    },
  ];
  const all = await list();
  assert.deepEqual(ok(all), expected);
  assert.equal(all.headers.get('x-next-cursor'), null);

  const first = await list('?limit=1');
  assert.deepEqual(ok(first), expected.slice(0, 1));
  const next = await list(`?limit=2&cursor=${first.headers.get('x-next-cursor')}`);
  assert.deepEqual(ok(next), expected.slice(1, 3));
  const rest = await list(`?limit=2&cursor=${next.headers.get('x-next-cursor')}`);
  assert.deepEqual([ok(rest), rest.headers.get('x-next-cursor')], [expected.slice(3), null]);
  refused(await list('?cursor=none'), 400, 1000, { parameter: 'cursor' });
  refused(await list('?limit=0'), 400, 1000, { parameter: 'limit' });

  for (const { token } of [own.admin, own.user])
    assert.equal(ok(await call('GET', `/stream/${id}/sessions`, { token })).length, 4);
  refused(await call('GET', `/stream/${id}/sessions`, { token: foreign.admin.token }), 404, 4040);
  refused(await call('GET', `/stream/${NO_SUCH_ID}/sessions`, { token: own.admin.token }), 404, 4040);
  ok(await call('DELETE', `/stream/${id}`, { token: own.admin.token }));
  refused(await list(), 404, 4040);
});
