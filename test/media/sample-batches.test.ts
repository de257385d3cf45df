import assert from 'node:assert/strict';
import { get } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises';
import { createLog } from '../../src/log.ts';
import type { AuthoriseRequest } from '../../src/media/engine.ts';
import { connectPublisher } from '../../src/media/rtmp/client.ts';
import { Outbox } from '../../src/media/rtmp/outbox.ts';
import { Sampler } from '../../src/media/rtmp/sampler.ts';
import { SampleWriter } from '../../src/media/sample-writer.ts';
import { MOST_AUDIENCES, type SampleBatch } from '../../src/media/samples.ts';
import { Feed } from './feed.ts';
import { batchesOf, nextWindow, samplesOf, total } from './ledger.ts';
import { watchHttp } from './players.ts';
import { Rig, until } from './rig.ts';

const log = createLog('test', 'silent');

describe('a window', () => {
  test('begins at a whole multiple of its length, is told once, and together they leave nothing out', async () => {
    await using rig = await Rig.inProcess({ sampleMs: 100 });
    using feed = await Feed.to(rig, 'a');
    const began = performance.now();
    await until(() => batchesOf(rig).length >= 8, 'eight windows');
    const onAir = performance.now() - began;
    const batches = batchesOf(rig);
    const [{ source, at: first }] = batches as [SampleBatch];
    assert.ok(Number.isInteger(source) && source > 0 && source < 2 ** 31);
    assert.deepEqual(
      batches.map(({ seq }) => seq),
      batches.map((_, index) => index + 1),
    );
    assert.ok(batches.every((batch) => batch.source === source && batch.at % 100 === 0));
    assert.equal(new Set(batches.map(({ at }) => at)).size, batches.length);
    assert.ok(first <= Date.now() - 700 && batches.at(-1)!.at > first);
    const told = total(rig, 'a', 'liveMs');
    assert.ok(told > onAir - 120 && told < onAir + 120, `${told} of ${onAir} ms`);
    assert.ok(feed.publisher.open);
  });

  test('that was slept through is missing: what came meanwhile is told once, in the one before', async () => {
    await using rig = await Rig.asChild({ sampleMs: 200 });
    using feed = await Feed.to(rig, 'a');
    await until(() => samplesOf(rig, 'a').length >= 2, 'it is measured');
    process.kill(rig.pid, 'SIGSTOP');
    await feed.send(2);
    await sleep(1_100);
    process.kill(rig.pid, 'SIGCONT');
    await nextWindow(rig, 'a');
    const samples = samplesOf(rig, 'a');
    const times = samples.map(({ at }) => at);
    assert.equal(new Set(times).size, times.length, 'no window twice');
    const late = samples.filter(({ liveMs }) => liveMs > 1_000);
    assert.equal(late.length, 1);
    const after = times[times.indexOf(late[0]!.at) + 1]!;
    assert.ok(after - late[0]!.at >= 1_000, 'and none for the time asleep');
    assert.equal(total(rig, 'a', 'frames'), 50);
  });

  test('that comes again, because the clock was set back, is of another run', async (t: TestContext) => {
    const batches: SampleBatch[] = [];
    const send = (batch: SampleBatch): void => {
      batches.push(batch);
      sampler.written(batch);
    };
    const sampler = new Sampler({ send, log, sampleMs: 100 });
    const tally = sampler.tally('a');
    tally.begin({ ...SESSION, action: 'publish' });
    sampler.start();
    await until(() => batches.length >= 3, 'three windows');
    const real = Date.now.bind(Date);
    t.mock.method(Date, 'now', () => real() - 500);
    await until(() => batches.length >= 12, 'more of them');
    sampler.finish();
    const names = batches.map(({ source, at }) => `${source} ${at}`);
    assert.equal(new Set(names).size, batches.length, 'no window of a run twice');
    assert.equal(new Set(batches.map(({ source }) => source)).size, 2);
    assert.ok(new Set(batches.map(({ at }) => at)).size < batches.length, 'some of them did come again');
  });

  test('of very many streams comes in several batches, one after the other', async () => {
    const batches: SampleBatch[] = [];
    const sampler = new Sampler({ send: (batch) => batches.push(batch), log, sampleMs: 60_000 });
    sampler.start();
    for (let i = 0; i < 1_200; i++) sampler.tally(`stream ${i}`).begin({ ...SESSION, action: 'publish' });
    for (let i = 0; i < 100; i++) sampler.tally(`without anybody ${i}`);
    sampler.finish();
    assert.deepEqual(
      batches.map(({ streams }) => streams.length),
      [500, 500, 200],
    );
    assert.equal(new Set(batches.flatMap(({ streams }) => streams.map(({ stream }) => stream))).size, 1_200);
    assert.equal(new Set(batches.map(({ at }) => at)).size, 1);
  });

  test('tells a stream once, however often it comes and goes while the window is closed', async () => {
    const told: string[] = [];
    const send = (batch: SampleBatch): void => {
      told.push(...batch.streams.map(({ stream }) => `${batch.at} ${stream}`));
      sampler.written(batch);
    };
    const sampler = new Sampler({ send, log, sampleMs: 50 });
    sampler.start();
    const churn = (): void => {
      for (let i = 0; i < 1_200; i++) {
        sampler.tally(`stream ${i}`).begin({ ...SESSION, action: 'publish' });
        sampler.tally(`stream ${i}`).end();
      }
    };
    try {
      for (const end = performance.now() + 5_000; told.length < 3_600 && performance.now() < end; await tick()) churn();
      assert.ok(told.length >= 3_600, 'three windows');
    } finally {
      sampler.finish();
    }
    assert.equal(new Set(told).size, told.length);
  });
});

const SESSION = { id: 's', protocol: 'rtmp', stream: 'a', epoch: 0, ip: '', since: 0, bytes: 0 } as const;

describe('a batch', () => {
  const sendings = (rig: Rig, seq: number) => batchesOf(rig).filter((batch) => batch.seq === seq);

  test('is sent until it is said to be written, unchanged, and not once more', async () => {
    await using rig = await Rig.inProcess({ sampleMs: 300, sampleAgainMs: 100 });
    using feed = await Feed.to(rig, 'a');
    await feed.send(1);
    await until(() => sendings(rig, 1).length >= 3, 'the first one, three times');
    const [first, ...again] = sendings(rig, 1);
    for (const batch of again) assert.deepEqual(batch, first);
    rig.send({ type: 'sampled', source: first!.source + 1, seq: 1 });
    const count = sendings(rig, 1).length;
    await until(() => sendings(rig, 1).length > count, 'the word for another run says nothing');
    rig.send({ type: 'sampled', source: first!.source, seq: 1 });
    await until(() => sendings(rig, 2).length >= 2, 'the second one');
    const [settled, other] = [sendings(rig, 1).length, sendings(rig, 2).length];
    await until(() => sendings(rig, 2).length >= other + 3, 'the second one goes on');
    assert.equal(sendings(rig, 1).length, settled);
  });

  test('is sent again at once to a control plane that asks who is on air', async () => {
    await using rig = await Rig.inProcess({ sampleMs: 200 });
    using _ = await Feed.to(rig, 'a');
    await until(() => batchesOf(rig).length === 2, 'two batches');
    const [written, kept] = batchesOf(rig);
    rig.send({ type: 'sampled', source: written!.source, seq: written!.seq });
    rig.send({ type: 'hello?' });
    await until(() => sendings(rig, kept!.seq).length === 2, 'again', 1_000);
    assert.equal(sendings(rig, written!.seq).length, 1);
  });

  test('that nobody writes down is kept, but no more than the newest two hundred', () => {
    const sent: number[] = [];
    const outbox = new Outbox(({ seq }) => sent.push(seq), 60_000);
    const lost = Array.from({ length: 250 }, (_, seq) => outbox.add({ source: 1, seq, at: seq, streams: [] }));
    outbox.flush();
    assert.equal(
      lost.reduce((sum, count) => sum + count, 0),
      50,
    );
    assert.deepEqual(
      sent,
      Array.from({ length: 200 }, (_, index) => 50 + index),
    );
  });

  test('of the window that is open goes out before the process ends', async () => {
    let told = 0;
    let sent = 0;
    {
      await using rig = await Rig.asChild({ sampleMs: 60_000 });
      using feed = await Feed.to(rig, 'a');
      await feed.send(1);
      await until(async () => (await rig.stats())[0]?.framesIn === 25, 'all of it arrived');
      sent = (await rig.list())[0]!.bytes;
      await rig[Symbol.asyncDispose]();
      await until(() => samplesOf(rig, 'a').length > 0, 'its sample', 1_000);
      told = total(rig, 'a', 'bytesIn');
    }
    assert.ok(sent > 0);
    assert.equal(told, sent);
  });

  test('is said to be written when it is, and not when the database failed', async () => {
    const acknowledged: number[] = [];
    const asked: number[] = [];
    let broken = true;
    const writer = new SampleWriter({
      log,
      acknowledge: ({ seq }) => acknowledged.push(seq),
      reporter: {
        async sampled({ seq }) {
          asked.push(seq);
          await sleep(20);
          if (broken) throw new Error('away');
        },
      },
    });
    const batch = (seq: number): SampleBatch => ({ source: 1, seq, at: 0, streams: [] });
    for (const seq of [1, 1, 2]) writer.take(batch(seq));
    await writer.settled();
    assert.deepEqual([asked, acknowledged], [[1, 2], []], 'one that waits is not asked for twice');
    broken = false;
    for (const seq of [1, 2]) writer.take(batch(seq));
    await writer.settled();
    assert.deepEqual(acknowledged, [1, 2]);
  });
});

describe('who watches', () => {
  const audienceOf = ({ query }: AuthoriseRequest): unknown => {
    const page = new URLSearchParams(query).get('page');
    if (page === null) return undefined;
    return page === 'bad' ? { agent: 5 } : { agent: 'VLC', referrer: page, country: 'DE' };
  };

  test('is added up by the words that admitted them; words that cannot be read keep nobody out', async () => {
    await using rig = await Rig.inProcess({ sampleMs: 300 });
    rig.decide = (request) => ({ allow: true, stream: request.name, epoch: 0, audience: audienceOf(request) });
    using feed = await Feed.to(rig, 'a');
    const queries = [
      '?page=x.example',
      '?page=x.example',
      '?page=y.example',
      '?page=bad',
      `?page=${'w'.repeat(101)}`,
      '',
    ];
    const watches = queries.map((query) => watchHttp(rig, 'a', query));
    await rig.onAir('a', 'play', queries.length);
    await feed.send(2);
    await until(() => watches.every(({ tags }) => tags.length > 50), 'all play');
    await nextWindow(rig, 'a');
    const groups = new Map<string, { sessions: number; bytesOut: number; viewerMs: number }>();
    for (const { audience } of samplesOf(rig, 'a')) {
      for (const { agent, referrer, country, ...figures } of audience) {
        const sum = groups.get(`${agent} ${referrer} ${country}`) ?? { sessions: 0, bytesOut: 0, viewerMs: 0 };
        for (const key of ['sessions', 'bytesOut', 'viewerMs'] as const) sum[key] += figures[key];
        groups.set(`${agent} ${referrer} ${country}`, sum);
      }
    }
    const sessions = Object.fromEntries([...groups].map(([words, { sessions }]) => [words, sessions]));
    assert.deepEqual(sessions, { 'VLC x.example DE': 2, 'VLC y.example DE': 1, '  ': 3 });
    for (const counter of ['bytesOut', 'viewerMs'] as const) {
      const sum = [...groups.values()].reduce((all, group) => all + group[counter], 0);
      assert.equal(sum, total(rig, 'a', counter), counter);
    }
    const [x, y] = ['VLC x.example DE', 'VLC y.example DE'].map((words) => groups.get(words)!.bytesOut);
    assert.ok(Math.abs(x! / y! - 2) < 0.01, 'two see twice as much as one');
    const audiences = (await rig.list()).map(({ audience }) => audience?.referrer ?? null).sort();
    assert.deepEqual(audiences.filter(Boolean), ['x.example', 'x.example', 'y.example']);
    for (const watch of watches) watch.close();
  });

  test('is told in fifty groups at the most, with nobody left out', async () => {
    await using rig = await Rig.inProcess({ sampleMs: 300 });
    rig.decide = (request) => ({ allow: true, stream: request.name, epoch: 0, audience: audienceOf(request) });
    const players = Array.from({ length: 70 }, (_, i) => get(`${rig.playout}/live/a.flv?page=${i}.example`));
    for (const player of players) player.on('error', () => undefined);
    await rig.onAir('a', 'play', 70);
    await nextWindow(rig, 'a');
    const samples = samplesOf(rig, 'a');
    assert.ok(samples.every(({ audience }) => audience.length <= MOST_AUDIENCES));
    const came = samples.flatMap(({ audience }) => audience.map(({ sessions }) => sessions));
    assert.equal(
      came.reduce((sum, count) => sum + count, 0),
      70,
    );
    const { audience, viewers, viewerMs } = samples.at(-1)!;
    assert.deepEqual([viewers, audience.length, audience.at(-1)!.referrer], [70, MOST_AUDIENCES, '']);
    assert.equal(
      audience.reduce((sum, group) => sum + group.viewerMs, 0),
      viewerMs,
    );
    for (const player of players) player.destroy();
  });
});

describe('a second publisher', () => {
  const second = (rig: Rig) => connectPublisher({ url: `${rig.rtmp}/live`, name: 'a' });
  const duplicates = (rig: Rig) => rig.messages.filter((message) => message.type === 'duplicate');

  test('of a stream that is on air is told, once a second however often it comes; one that may take over is not', async () => {
    await using rig = await Rig.inProcess({ limits: { yieldMs: 400 } });
    using feed = await Feed.to(rig, 'a');
    await feed.send(1);
    for (let i = 0; i < 3; i++) await assert.rejects(second(rig), /published already/);
    await until(() => duplicates(rig).length > 0, 'the word of it');
    assert.deepEqual(duplicates(rig), [{ type: 'duplicate', stream: 'a', ip: '127.0.0.1' }]);
    await sleep(1_050);
    const next = await second(rig);
    await until(() => rig.starts.length === 2, 'the silent one has to yield');
    assert.equal(duplicates(rig).length, 1);
    await assert.rejects(second(rig), /published already/);
    await until(() => duplicates(rig).length === 2, 'after a second it is told again');
    next.destroy();
  });
});
