import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { GopCache } from '../../src/media/flv/gop-cache.ts';
import { inspect } from '../../src/media/flv/inspect.ts';
import { Meter } from '../../src/media/flv/meter.ts';
import { FlvError, FlvReader, readFlv } from '../../src/media/flv/reader.ts';
import { sizeFromAvcConfig } from '../../src/media/flv/sps.ts';
import { flvHead, type MediaTag, TAG_AUDIO, TAG_DATA, TAG_VIDEO, tagsOf, writeTags } from '../../src/media/flv/tag.ts';
import { StreamClock } from '../../src/media/rtmp/stream-clock.ts';
import { avcConfig, cut, frame, sound, tagOf } from './bytes.ts';

const demo = readFileSync(new URL('../../assets/demo.flv', import.meta.url));

describe('the demo clip', () => {
  const tags = readFlv(demo);

  test('has pictures, sound and metadata, and a key frame every second', () => {
    const pictures = tags.filter((tag) => tag.type === TAG_VIDEO && inspect(tag).frame);
    assert.equal(pictures.length, 125);
    assert.equal(pictures.filter((tag) => inspect(tag).key).length, 5);
    assert.ok(tags.some((tag) => inspect(tag).codec === 'aac'));
    assert.equal(tags[0]?.type, TAG_DATA);
    assert.ok(demo.length <= 400_000);
  });

  test('says its size in its decoder configuration', () => {
    const config = tags.find((tag) => tag.type === TAG_VIDEO && inspect(tag).config !== null)!;
    assert.deepEqual(sizeFromAvcConfig(config.data.subarray(5)), { width: 640, height: 360 });
  });
});

describe('the FLV reader', () => {
  test('gives the same tags however the bytes arrive', () => {
    const whole = readFlv(demo.subarray(0)).slice(0, 40);
    const bytes = Buffer.concat([flvHead({ audio: true, video: true }), writeTags(whole)]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 6 }), (sizes) => {
        const reader = new FlvReader();
        const tags: MediaTag[] = [];
        for (const piece of cut(bytes, sizes)) tags.push(...reader.push(piece));
        assert.deepEqual(tags, whole);
        assert.deepEqual(reader.has, { audio: true, video: true });
      }),
      { numRuns: 60 },
    );
  });

  test('refuses what is not FLV, and a file that is cut off', () => {
    assert.throws(() => new FlvReader().push(Buffer.from('<html>')), FlvError);
    assert.throws(
      () => readFlv(Buffer.concat([flvHead({ audio: true, video: true }), Buffer.alloc(40, 255)])),
      FlvError,
    );
    assert.throws(() => readFlv(demo.subarray(0, 5)), FlvError);
    assert.throws(() => readFlv(demo.subarray(0, 100_000)), FlvError);
  });

  test('random bytes are refused or waited for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (raw) => {
        const reader = new FlvReader();
        reader.push(flvHead({ audio: true, video: false }));
        try {
          reader.push(Buffer.from(raw));
        } catch (error) {
          assert.ok(error instanceof FlvError);
        }
      }),
    );
  });

  test('times above 24 bits survive', () => {
    const tags = [frame(0xfedcba98, { key: true })];
    assert.deepEqual([...tagsOf(writeTags(tags))], tags);
  });
});

describe('what a tag is', () => {
  const cases: [string, MediaTag, Partial<ReturnType<typeof inspect>>][] = [
    ['an H.264 key frame', frame(0, { key: true }), { key: true, frame: true, codec: 'h264', config: null }],
    ['an H.264 frame', frame(0), { key: false, frame: true, codec: 'h264' }],
    [
      'an H.264 configuration',
      { type: TAG_VIDEO, timestamp: 0, data: avcConfig() },
      { config: 'video', frame: false, body: 5 },
    ],
    ['AAC sound', sound(0), { frame: true, codec: 'aac' }],
    ['an AAC configuration', tagOf(TAG_AUDIO, 0xaf, 0, 0x12, 0x10), { config: 'audio', frame: false }],
    ['no bytes at all', tagOf(TAG_VIDEO), { frame: false, config: null }],
    [
      'an enhanced HEVC configuration',
      tagOf(TAG_VIDEO, 0x90, 'hvc1', 'config'),
      { config: 'video 0', codec: 'hevc', frame: false, body: 5 },
    ],
    ['an enhanced HEVC key frame', tagOf(TAG_VIDEO, 0x91, 'hvc1', 'data'), { key: true, frame: true, codec: 'hevc' }],
    [
      'an enhanced AV1 frame without a composition time',
      tagOf(TAG_VIDEO, 0xa3, 'av01', 'data'),
      { key: false, frame: true, codec: 'av1' },
    ],
    [
      'colour information',
      tagOf(TAG_VIDEO, 0xd4, 'hvc1', 'x'),
      { config: 'video 0 metadata', key: false, frame: false },
    ],
    ['an enhanced Opus configuration', tagOf(TAG_AUDIO, 0x90, 'Opus', 'head'), { config: 'audio 0', codec: 'opus' }],
    ['enhanced Opus sound', tagOf(TAG_AUDIO, 0x91, 'Opus', 'data'), { frame: true, codec: 'opus' }],
    [
      "a second track's configuration",
      tagOf(TAG_VIDEO, 0x96, 0x00, 'avc1', 1, 'x'),
      { config: 'video 1', codec: 'h264' },
    ],
    ["a second track's key frame", tagOf(TAG_VIDEO, 0x96, 0x01, 'avc1', 1, 'x'), { key: false, frame: true }],
    ['the first of many tracks', tagOf(TAG_VIDEO, 0x96, 0x11, 'avc1', 0, 0, 0, 1, 'x'), { key: true, frame: true }],
    [
      'a key frame behind a modifier',
      tagOf(TAG_VIDEO, 0x97, 2, 'abc', 0x01, 'hvc1', 'x'),
      { key: true, codec: 'hevc' },
    ],
    ['an enhanced head that is cut off', tagOf(TAG_VIDEO, 0x91, 'hv'), { frame: false, key: false }],
  ];
  for (const [name, tag, expected] of cases) {
    test(name, () => {
      const info = inspect(tag) as unknown as Record<string, unknown>;
      for (const [field, wanted] of Object.entries(expected)) assert.equal(info[field], wanted, field);
    });
  }

  test('random tags never fail', () => {
    fc.assert(
      fc.property(fc.constantFrom(TAG_AUDIO, TAG_VIDEO, TAG_DATA), fc.uint8Array({ maxLength: 60 }), (type, raw) => {
        inspect({ type, timestamp: 0, data: Buffer.from(raw) });
        sizeFromAvcConfig(Buffer.from(raw));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the cache of the last group of pictures', () => {
  const limits = { bytes: 5_000, tags: 20 };
  const times = (bytes: Buffer): number[] => Array.from(tagsOf(bytes), ({ timestamp }) => timestamp);

  test('holds everything since the last key frame, behind the configuration', () => {
    const cache = new GopCache(limits);
    cache.configure('audio', tagOf(TAG_AUDIO, 0xaf, 0, 1));
    cache.configure('video', tagOf(TAG_VIDEO, 0x17, 0, 1));
    cache.configure('metadata', tagOf(TAG_DATA, 'x'));
    cache.append(writeTags([frame(0), frame(40)]), 2, -1);
    assert.equal(cache.ready, false);
    const mixed = writeTags([frame(80), frame(120, { key: true })]);
    cache.append(mixed, 2, mixed.length / 2);
    cache.append(writeTags([frame(160)]), 1, -1);
    const burst = [...tagsOf(cache.burst(160))];
    assert.deepEqual(
      burst.map(({ type }) => type),
      [TAG_DATA, TAG_VIDEO, TAG_AUDIO, TAG_VIDEO, TAG_VIDEO],
    );
    assert.deepEqual(times(cache.burst(160)), [160, 160, 160, 120, 160]);
    assert.equal(cache.burst(160), cache.burst(160));
  });

  test('drops a group that grows too large, and takes the next', () => {
    const cache = new GopCache(limits);
    cache.append(writeTags([frame(0, { key: true })]), 1, 0);
    cache.append(writeTags([frame(40, { size: 6_000 })]), 1, -1);
    assert.equal(cache.ready, false);
    assert.equal(cache.bytes, 0);
    cache.append(writeTags([frame(80)]), 1, -1);
    assert.equal(cache.ready, false);
    cache.append(writeTags([frame(120, { key: true })]), 1, 0);
    assert.equal(cache.ready, true);
    for (let i = 0; i < 25; i++) cache.append(writeTags([frame(160 + i, { size: 4 })]), 1, -1);
    assert.equal(cache.ready, false);
  });

  test('changes its version only when the configuration changes', () => {
    const cache = new GopCache(limits);
    assert.equal(cache.configure('video', tagOf(TAG_VIDEO, 0x17, 0, 1)), true);
    const { version } = cache;
    assert.equal(cache.configure('video', tagOf(TAG_VIDEO, 0x17, 0, 1)), false);
    assert.equal(cache.version, version);
    assert.equal(cache.configure('video', tagOf(TAG_VIDEO, 0x17, 0, 2)), true);
    assert.notEqual(cache.version, version);
  });

  test('does not hold more slots than an honest encoder needs', () => {
    const cache = new GopCache(limits);
    for (let i = 0; i < 1_000; i++) cache.configure(`video ${i}`, tagOf(TAG_VIDEO, 0x17, 0, 1));
    assert.ok([...tagsOf(cache.configuration(0))].length <= 16);
  });
});

describe('time and rates', () => {
  test('a stream goes on where the last publisher ended, whatever the next one counts from', () => {
    const clock = new StreamClock();
    assert.deepEqual(
      [5_000, 5_040, 5_080].map((time) => clock.stamp(time, true)),
      [0, 40, 80],
    );
    clock.restart();
    assert.equal(clock.stamp(0, false), 80);
    assert.deepEqual(
      [0, 40].map((time) => clock.stamp(time, true)),
      [120, 160],
    );
  });

  test('an encoder that starts over, or counts past 32 bits, does not take the stream back', () => {
    const clock = new StreamClock();
    clock.stamp(0xfffffff0, true);
    assert.equal(clock.stamp(0x10, true), 32);
    assert.equal(clock.stamp(60_000, true), 60_016);
    assert.equal(clock.stamp(0, true), 60_017);
    assert.equal(clock.stamp(40, true), 60_057);
  });

  test('frames that are a little out of order stay so', () => {
    const clock = new StreamClock();
    assert.deepEqual(
      [100, 140, 120, 180].map((time) => clock.stamp(time, true)),
      [0, 40, 20, 80],
    );
  });

  test('the meter counts the last whole seconds', () => {
    const meter = new Meter();
    assert.equal(meter.read(10_000), null);
    for (let now = 10_000; now < 14_000; now += 40) meter.add(now, 5_000, 1);
    assert.deepEqual(meter.read(14_010), { bitrate: 1_000_000, fps: 25 });
    assert.deepEqual(meter.read(60_000), { bitrate: 0, fps: 0 });
  });
});
