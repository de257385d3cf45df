import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { ok } from '../http/helpers.ts';
import { mmdbOf } from '../http/mmdb.ts';
import { until } from '../process/lockkeeper.ts';
import { ffmpegPublish } from './encoders.ts';
import { stage } from './stage.ts';

/** Where the players are, as the proxy before us says: of these the operator's file knows the countries. */
const ADDRESSES = { CH: '198.51.100.9', NZ: '2001:db8:1::5' };
const PAGE = 'https://Page.example.test/watch?session=secret';

/** A player that only counts what reaches it, from its coming to its going. */
interface Counter {
  bytes: number;
  /** When it came and when it went, in `performance.now()` milliseconds. */
  since: number;
  until: number;
  leave(): void;
}

const counting = (leave: () => void): Counter => {
  const counter = { bytes: 0, since: performance.now(), until: Number.NaN, leave };
  counter.leave = () => {
    counter.until = performance.now();
    leave();
  };
  return counter;
};

function countHttp(url: string): Promise<Counter> {
  const { promise, resolve, reject } = Promise.withResolvers<Counter>();
  const headers = { 'User-Agent': 'VLC/3.0.20 LibVLC/3.0.20', Referer: PAGE, 'X-Forwarded-For': ADDRESSES.CH };
  const request = get(url, { agent: false, headers }, (response) => {
    const counter = counting(() => void request.destroy());
    response.on('data', (bytes: Buffer) => {
      counter.bytes += bytes.length;
    });
    response.on('error', () => undefined);
    resolve(counter);
  });
  request.on('error', reject);
  return promise;
}

async function countWebSocket(url: string): Promise<Counter> {
  const headers = { 'User-Agent': 'Lavf/61.1', Origin: PAGE, 'X-Forwarded-For': ADDRESSES.NZ };
  const socket = new WebSocket(url, { perMessageDeflate: false, headers });
  socket.on('error', () => undefined);
  const opened = Promise.withResolvers<Counter>();
  const counter = counting(() => socket.terminate());
  socket.on('message', (bytes: Buffer) => {
    counter.bytes += bytes.length;
  });
  socket.on('open', () => {
    counter.since = performance.now();
    opened.resolve(counter);
  });
  return opened.promise;
}

const near = (actual: number, expected: number, what: string, slack = 0) =>
  assert.ok(Math.abs(actual - expected) <= expected * 0.01 + slack, `${what}: ${actual}, not ${expected}`);

test('what the API says of a stream is what its encoder sent and its players received, within 1 %', {
  timeout: 60_000,
}, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-geoip-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'countries.mmdb');
  await writeFile(file, mmdbOf({ '198.51.100.0/24': 'CH', '2001:db8:1::/48': 'NZ' }));
  await using on = await stage({ env: { LOCKKEEPER_GEOIP: file, LOCKKEEPER_TRUST_PROXY: '127.0.0.1/32' } });
  const { running, tenant } = on;
  const { stream, ingest, urls } = await on.newStream();
  const ask = async (path: string) => ok(await running.call('GET', path, { token: tenant.observer.token }));
  const began = new Date().toISOString();
  await using encoder = ffmpegPublish(ingest, 7);
  await on.state(stream.id, 'live', 10_000);
  const players = await Promise.all([countHttp(urls.http), countWebSocket(urls.ws)]);
  const sessions = () => ask(`/stream/${stream.id}/sessions`);
  await until(async () => (await sessions())[0].bytesIn > 0, 5_000, 'figures of the session that is on air');
  const [onAir] = await sessions();
  assert.deepEqual([onAir.endedAt, onAir.reason, onAir.protocol], [null, null, 'rtmp']);
  await encoder.ended;
  assert.equal(encoder.exit, 0, encoder.said());
  for (const player of players) player.leave();

  const [, frames] = /.*frame= *(\d+)/s.exec(encoder.said())!;
  const [, video, audio] = /video:(\d+)k\S* audio:(\d+)k/.exec(encoder.said())!;
  const played = players.reduce((sum, { since, until }) => sum + (until - since) / 1_000, 0);
  const received = players.reduce((sum, { bytes }) => sum + bytes, 0);
  const day = `metrics?interval=1d&from=${began}`;
  await until(
    async () => (await ask(`/stream/${stream.id}/${day}`)).totals.bytesOut >= received,
    12_000,
    'the last window',
  );

  const { totals, series } = await ask(`/stream/${stream.id}/${day}`);
  near(totals.bytesIn, (Number(video) + Number(audio)) * 1_024, 'bytes from the encoder', 2_048);
  near(totals.bytesOut, received, 'bytes to the players');
  near(totals.playTime, played, 'play time', 0.2);
  near(totals.liveTime, Number(frames) / 25, 'time on air', 0.3);
  near(series.frameRate[0] * totals.liveTime, Number(frames), 'pictures');
  near(series.keyFrameInterval[0], 1, 'key frames', 0.2);
  near(series.videoBitrate[0] * totals.liveTime, Number(video) * 8_192, 'pictures in bits', 20_000);
  assert.deepEqual([totals.starts, totals.peakViewers, totals.peakStreams], [2, 2, 1]);
  assert.deepEqual([series.width[0], series.height[0], totals.droppedFrames], [320, 180, 0]);
  assert.ok(totals.startupTime < 2, `${totals.startupTime} s`);

  const all = await ask(`/organisation/${day}`);
  assert.deepEqual(all.totals, totals);
  const [session] = await sessions();
  assert.equal(session.frames, Number(frames));
  assert.deepEqual([session.id, session.bytesIn, session.reason], [onAir.id, totals.bytesIn, 'closed']);

  const top = async (of: string) => (await ask(`/organisation/top?of=${of}`)).rows;
  const [first] = await top('streams');
  assert.deepEqual([first.value, first.sessions, first.bytesOut], [stream.id, 2, totals.bytesOut]);
  const [page, ...others] = await top('referrers');
  assert.deepEqual([page.value, page.sessions, page.bytesOut, others], ['page.example.test', 2, totals.bytesOut, []]);
  for (const [of, values] of Object.entries({ agents: ['Lavf', 'VLC'], countries: ['CH', 'NZ'] })) {
    const rows = await top(of);
    const found = rows.map(({ value, sessions }: { value: string; sessions: number }) => [value, sessions]);
    assert.deepEqual(
      found.sort(),
      values.map((value) => [value, 1]),
    );
  }
  const { db } = running.app.store;
  const kept = JSON.stringify([
    await db.selectFrom('metric_audience').selectAll().execute(),
    await db.selectFrom('audit').selectAll().execute(),
  ]);
  assert.match(kept, /"CH"/);
  for (const address of Object.values(ADDRESSES))
    assert.equal(kept.includes(address), false, 'an address is on record');
});
