import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MediaSession } from '../../src/media/engine.ts';
import { inspect } from '../../src/media/flv/inspect.ts';
import { type MediaTag, TAG_VIDEO, tagsOf } from '../../src/media/flv/tag.ts';
import { ChunkReader } from '../../src/media/rtmp/chunk-reader.ts';
import { OUT_CHUNK_SIZE } from '../../src/media/rtmp/chunk-writer.ts';
import { DEFAULT_LIMITS } from '../../src/media/rtmp/limits.ts';
import { LiveStream } from '../../src/media/rtmp/live-stream.ts';
import { type Format, Packets } from '../../src/media/rtmp/packets.ts';
import { Tally } from '../../src/media/rtmp/tally.ts';
import { Viewer } from '../../src/media/rtmp/viewer.ts';
import { avcConfig, frame, LIMITS } from './bytes.ts';
import { message, uint32 } from './raw-peer.ts';

const session = (action: MediaSession['action']): MediaSession => ({
  id: action,
  action,
  protocol: 'http-flv',
  stream: 's',
  epoch: 0,
  ip: '',
  since: Date.now(),
  bytes: 0,
});

/** A socket that takes what it is told to take. */
class Sink {
  writableLength = 0;
  readonly writes: Buffer[] = [];

  write(bytes: Buffer): void {
    this.writes.push(bytes);
  }

  get marks(): number[] {
    const tags = this.writes.flatMap((bytes) => [...tagsOf(bytes)]);
    return tags.filter((tag) => inspect(tag).frame).map((tag) => tag.data.readUInt32BE(5));
  }
}

function rig(formats: Format[] = ['flv']) {
  const dropped: Viewer[] = [];
  const limits = { ...DEFAULT_LIMITS, stuckMs: 60, batchMs: 20, backlog: 1_000 };
  const stream = new LiveStream(new Tally('s'), limits, (viewer) => dropped.push(viewer));
  stream.start(session('publish'));
  const sinks = formats.map((format) => {
    const sink = new Sink();
    stream.add(new Viewer(session('play'), format, sink));
    return sink;
  });
  const feed = async (...tags: MediaTag[]): Promise<void> => {
    for (const tag of tags) stream.feed(tag);
    await sleep(35);
  };
  const picture = (mark: number, key = false): MediaTag => frame(mark * 40, { key, mark });
  return { stream, sinks, dropped, feed, picture };
}

const configuration = (level: number): MediaTag => {
  const data = avcConfig();
  data[8] = level;
  return { type: TAG_VIDEO, timestamp: 0, data };
};

describe('a batch', () => {
  test('is one write of one buffer, the same for every viewer', async () => {
    const { sinks, feed, picture, stream } = rig(['flv', 'flv', 'flv']);
    await feed(configuration(1), picture(0, true));
    const before = sinks[0]!.writes.length;
    await feed(picture(1), picture(2), picture(3));
    for (const sink of sinks) {
      assert.equal(sink.writes.length, before + 1);
      assert.equal(sink.writes.at(-1), sinks[0]!.writes.at(-1));
      assert.deepEqual(sink.marks, [0, 1, 2, 3]);
    }
    stream.close();
  });

  test('carries the same tags in all three framings', () => {
    const tags = [configuration(1), frame(0x1000000, { key: true, size: 70_000, mark: 7 })];
    const { stream, sinks } = rig(['flv', 'ws', 'rtmp']);
    for (const tag of tags) stream.feed(tag);
    const [flv, ws, rtmp] = sinks.map(({ writes }) => Buffer.concat(writes));
    assert.deepEqual(
      [...tagsOf(flv!)].map(({ data }) => data),
      tags.map(({ data }) => data),
    );
    const frames = new Packets(flv!).as('ws');
    assert.deepEqual([frames[0], frames[1], Number(frames.readBigUInt64BE(2))], [0x82, 127, flv!.length]);
    assert.ok(ws!.length > flv!.length);
    const reader = new ChunkReader(LIMITS);
    reader.push(Buffer.concat([message(1, uint32(OUT_CHUNK_SIZE), { csid: 2 }), rtmp!]));
    for (const tag of tags) assert.deepEqual(reader.next()?.payload, tag.data);
    stream.close();
  });
});

describe('a viewer that falls behind', () => {
  test('gets nothing more, then goes on at a key frame once it has caught up', async () => {
    const { sinks, feed, picture, stream } = rig();
    const sink = sinks[0]!;
    await feed(configuration(1), picture(0, true), picture(1));
    sink.writableLength = 5_000;
    await feed(picture(2));
    await feed(picture(3, true));
    sink.writableLength = 0;
    await feed(picture(4));
    assert.deepEqual(sink.marks, [0, 1]);
    await feed(picture(5), picture(6, true), picture(7));
    assert.deepEqual(sink.marks, [0, 1, 6, 7]);
    stream.close();
  });

  test('gets the decoder configuration it missed before that key frame, and none if it missed none', async () => {
    const { sinks, feed, picture, stream } = rig();
    const sink = sinks[0]!;
    const levels = (): number[] =>
      sink.writes
        .flatMap((bytes) => [...tagsOf(bytes)])
        .filter((tag) => inspect(tag).config !== null)
        .map(({ data }) => data[8]!);
    await feed(configuration(1), picture(0, true));
    for (const [at, level] of [
      [1, 1],
      [2, 2],
    ] as const) {
      sink.writableLength = 5_000;
      await feed(picture(at * 10));
      await feed(configuration(level), picture(at * 10 + 1, true));
      sink.writableLength = 0;
      await feed(picture(at * 10 + 2, true));
    }
    assert.deepEqual(levels(), [1, 2]);
    assert.deepEqual(sink.marks, [0, 12, 22]);
    stream.close();
  });

  test('is given up when it takes nothing for too long, but not for a long wait for a key frame', async () => {
    const { sinks, feed, picture, stream, dropped } = rig(['flv', 'flv']);
    const [stuck, patient] = sinks;
    await feed(configuration(1), picture(0, true));
    stuck!.writableLength = 5_000;
    patient!.writableLength = 5_000;
    await feed(picture(1));
    patient!.writableLength = 0;
    for (let i = 2; i < 6; i++) await feed(picture(i));
    assert.ok(dropped.length > 0);
    assert.equal(new Set(dropped).size, 1);
    await feed(picture(6, true));
    assert.deepEqual(patient!.marks, [0, 6]);
    stream.close();
  });
});

describe('a late joiner', () => {
  test('gets configuration and everything since the key frame in one write, once', async () => {
    const { stream, feed, picture } = rig([]);
    await feed(configuration(1), picture(0, true), picture(1));
    await feed(picture(2, true), picture(3));
    const sink = new Sink();
    stream.add(new Viewer(session('play'), 'flv', sink));
    assert.equal(sink.writes.length, 1);
    assert.deepEqual(sink.marks, [2, 3]);
    await feed(picture(4));
    assert.deepEqual(sink.marks, [2, 3, 4]);
    stream.close();
  });
});
