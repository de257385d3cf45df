import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EgressPolicy } from '../../src/egress.ts';
import { inspect } from '../../src/media/flv/inspect.ts';
import { TAG_DATA } from '../../src/media/flv/tag.ts';
import { writeAmf } from '../../src/media/rtmp/amf0.ts';
import { connectPublisher, type Publisher } from '../../src/media/rtmp/client.ts';
import { aacConfig, avcConfig, frame, sound, tagOf } from './bytes.ts';
import { CERTIFICATE } from './certificate.ts';
import { frames, type Watching, watchHttp } from './players.ts';
import { Rig, until } from './rig.ts';
import { BAD, badTarget, relay, secureRelay } from './targets.ts';

const LOOPBACK: EgressPolicy = { allow: ['127.0.0.1'], own: { hosts: [], ports: [] } };
const QUICK = { pushPauseMs: 100, pushLongestPauseMs: 400 };

const publish = (rig: Rig, name: string) => connectPublisher({ url: `${rig.rtmp}/live`, name });

function push(rig: Rig, stream: string, to: { port: number; name: string; egress?: EgressPolicy; secure?: boolean }) {
  const { port, name, egress = LOOPBACK, secure = false } = to;
  rig.send({ type: 'push', stream, push: { secure, host: '127.0.0.1', port, app: 'live', name, egress } });
}

const portOf = ({ rtmp }: Rig) => Number(new URL(rtmp).port);
const pushOf = async (rig: Rig, stream: string) => (await rig.stats()).find((one) => one.stream === stream)?.push;

/** A key frame every second, 25 frames a second, of `size` bytes, for as long as it is held. */
function pace(publishers: readonly Publisher[], size: number): Disposable & { sent: number } {
  const began = performance.now();
  for (const publisher of publishers) {
    publisher.send(tagOf(TAG_DATA, writeAmf('onMetaData', { width: 640 }).toString('latin1')));
    publisher.send({ type: 9, timestamp: 0, data: avcConfig() });
    publisher.send({ type: 8, timestamp: 0, data: aacConfig() });
  }
  const timer = setInterval(() => {
    while (performance.now() - began > pacing.sent * 40) {
      const at = pacing.sent * 40;
      for (const publisher of publishers) {
        publisher.send(frame(at, { key: pacing.sent % 25 === 0, size }));
        publisher.send(sound(at));
      }
      pacing.sent++;
    }
  }, 10);
  const pacing = { sent: 0, [Symbol.dispose]: () => clearInterval(timer) };
  return pacing;
}

const isSeamless = (watch: Watching): boolean =>
  frames(watch).every(({ timestamp }, i, all) => i === 0 || timestamp - all[i - 1]!.timestamp === 40);

describe('forwarding', () => {
  test('begins with metadata, configuration and the last key frame, whenever it begins', async () => {
    await using rig = await Rig.inProcess({ limits: QUICK });
    using publisher = disposable(await publish(rig, 'from'));
    using _pace = pace([publisher], 500);
    await sleep(500);
    push(rig, 'from', { port: portOf(rig), name: 'to' });
    await rig.onAir('to', 'publish');
    using there = watchHttp(rig, 'to');
    await until(() => frames(there).length > 20, 'frames');
    assert.equal(there.tags[0]?.type, TAG_DATA);
    assert.deepEqual(
      there.tags.slice(1, 3).map((tag) => inspect(tag).config),
      ['video', 'audio'],
    );
    assert.ok(inspect(frames(there)[0]!).key);
    assert.ok(isSeamless(there));
    const push_ = await pushOf(rig, 'from');
    assert.deepEqual([push_?.state, push_?.error], ['live', null]);
    assert.equal((await rig.stats()).find(({ stream }) => stream === 'from')?.viewers, 0);
  });

  test('over TLS works where the certificate is good, and not where it is not', async () => {
    await using rig = await Rig.inProcess({ limits: QUICK });
    await using secure = await secureRelay(rig.rtmp);
    const url = `rtmps://127.0.0.1:${secure.port}/live`;
    await assert.rejects(connectPublisher({ url, name: 'tls' }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    using publisher = disposable(await connectPublisher({ url, name: 'tls', ca: CERTIFICATE }));
    using _pace = pace([publisher], 500);
    using watch = watchHttp(rig, 'tls');
    await until(() => frames(watch).length > 5, 'frames');
    push(rig, 'tls', { port: secure.port, name: 'copy', secure: true });
    await until(async () => (await pushOf(rig, 'tls'))?.error, 'a word about the certificate');
    assert.equal((await pushOf(rig, 'tls'))?.error, 'The certificate of the target is not valid');
    assert.ok(!(await rig.list()).some(({ stream }) => stream === 'copy'));
  });

  test('asks for the address before every connection, not only for the first', async () => {
    await using rig = await Rig.inProcess({ limits: QUICK });
    await using there = await badTarget('hangs up at once');
    using publisher = disposable(await publish(rig, 'moving'));
    using _pace = pace([publisher], 500);
    const egress: EgressPolicy = { allow: [], own: { hosts: [], ports: [] } };
    push(rig, 'moving', { port: there.port, name: 'x', egress });
    await until(async () => (await pushOf(rig, 'moving'))?.state === 'waiting', 'a refusal');
    assert.match((await pushOf(rig, 'moving'))?.error ?? '', /may not be called/);
    await sleep(400);
    assert.equal(there.connections, 0);
    push(rig, 'moving', { port: there.port, name: 'x' });
    await until(() => there.connections > 1, 'the target is tried again and again');
  });

  test('to itself or round a ring ends nothing and fills nothing', async () => {
    await using rig = await Rig.inProcess({ limits: QUICK });
    using publisher = disposable(await publish(rig, 'a'));
    using _pace = pace([publisher], 500);
    using watch = watchHttp(rig, 'a');
    push(rig, 'a', { port: portOf(rig), name: 'a' });
    await until(async () => (await pushOf(rig, 'a'))?.state === 'waiting', 'a refusal');
    assert.equal((await pushOf(rig, 'a'))?.error, 'The target refused (NetStream.Publish.BadName)');
    push(rig, 'a', { port: portOf(rig), name: 'b' });
    await rig.onAir('b', 'publish');
    push(rig, 'b', { port: portOf(rig), name: 'a' });
    await until(async () => (await pushOf(rig, 'b'))?.state === 'waiting', 'the end of the ring');
    await until(() => frames(watch).length > 40, 'frames');
    assert.ok(isSeamless(watch));
    publisher.destroy();
    await until(async () => !(await rig.list()).some(({ action }) => action === 'publish'), 'the end of the ring');
  });
});

describe('a target that is no good', () => {
  test(`harms nobody else: one that ${Object.keys(BAD).join(', that ')}`, async () => {
    await using rig = await Rig.inProcess({ limits: QUICK });
    const kinds = Object.keys(BAD);
    const targets = await Promise.all(kinds.map(badTarget));
    const publishers = await Promise.all(kinds.map((_, i) => publish(rig, `s${i}`)));
    using _pace = pace(publishers, 2_000);
    const watches = kinds.map((_, i) => watchHttp(rig, `s${i}`));
    for (const [i, { port }] of targets.entries()) push(rig, `s${i}`, { port, name: 'a-key' });
    await until(() => targets.every(({ connections }) => connections > 0), 'a connection to each');
    await until(() => watches.every((watch) => frames(watch).length > 50), 'frames', 8_000);
    assert.ok(watches.every(isSeamless));
    assert.equal((await rig.list()).filter(({ action }) => action === 'publish').length, kinds.length);
    const states = await Promise.all(kinds.map((_, i) => pushOf(rig, `s${i}`)));
    assert.equal(states[0]?.state, 'connecting', 'silence is waited for, to its limit');
    assert.ok(
      states.slice(1).every((state) => state?.error),
      JSON.stringify(states),
    );
    assert.ok(!JSON.stringify(states).includes('a-key'));
    for (const [i] of kinds.entries()) await rig.kick({ target: { stream: `s${i}` }, epoch: 1 });
    await until(() => targets.every(({ open }) => open === 0), 'the end of every connection');
    for (const target of targets) await target[Symbol.asyncDispose]();
  });

  test('that gives no answer in time is tried anew', async () => {
    await using rig = await Rig.inProcess({ limits: { ...QUICK, pushConnectMs: 200 } });
    await using silent = await badTarget('accepts and never answers');
    using publisher = disposable(await publish(rig, 's'));
    using _pace = pace([publisher], 500);
    push(rig, 's', { port: silent.port, name: 'x' });
    await until(() => silent.connections > 1, 'a second attempt');
    assert.equal((await pushOf(rig, 's'))?.error, 'The target gave no answer in time');
    assert.ok(silent.open <= 1);
  });

  test('that reads nothing is sent no more than a bounded queue holds, and is left in the end', {
    timeout: 30_000,
  }, async () => {
    await using rig = await Rig.inProcess({ limits: { ...QUICK, backlog: 256 * 1024, stuckMs: 800 } });
    await using between = await relay(rig.rtmp);
    using publisher = disposable(await publish(rig, 'from'));
    using pacing = pace([publisher], 100_000);
    using watch = watchHttp(rig, 'from');
    push(rig, 'from', { port: between.port, name: 'to' });
    await rig.onAir('to', 'publish');
    between.stall(true);
    const [sentAt, bytesAt] = [pacing.sent, (await pushOf(rig, 'from'))!.bytes];
    await until(async () => (await pushOf(rig, 'from'))?.error, 'the target is left', 15_000);
    const state = await pushOf(rig, 'from');
    assert.equal(state?.error, 'The target takes too little');
    const [published, queued] = [(pacing.sent - sentAt) * 100_000, state!.bytes - bytesAt];
    assert.ok(queued < published, `${queued} of ${published} bytes`);
    assert.ok(isSeamless(watch));
    between.stall(false);
    using there = watchHttp(rig, 'to');
    await until(() => frames(there).length > 5, 'the target is back', 10_000);
    assert.equal(publisher.open, true);
  });
});

/** Cut off when the test is over. */
const disposable = (publisher: Publisher): Publisher & Disposable =>
  Object.defineProperty(publisher, Symbol.dispose, { value: publisher.destroy }) as Publisher & Disposable;
