import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MediaClock, SoundClock } from '../../src/media/hls/clocks.ts';

const AAC = { rate: 44_100, frame: 1_024 };

describe('the time of a stream in segments', () => {
  test('goes on where 32 bits of milliseconds end', () => {
    const clock = new MediaClock();
    for (const stamp of [2 ** 32 - 60, 2 ** 32 - 20, 20, 60]) assert.equal(clock.step(stamp), true);
    assert.equal(clock.now, 120);
  });

  test('stands still across a leap in either direction, and says so', () => {
    const clock = new MediaClock();
    const steps = [0, 40, 900_000, 900_040, 10, 50].map((stamp) => clock.step(stamp));
    assert.deepEqual(steps, [true, true, false, true, false, true]);
    assert.equal(clock.now, 120);
  });
});

describe('sound', () => {
  test('stands in an unbroken row, however its times were rounded', () => {
    const clock = new SoundClock();
    for (let i = 0; i < 10_000; i++) {
      const ms = Math.round((i * 1_024_000) / 44_100) + (i % 3) - 1;
      assert.equal(clock.place(ms, AAC), i * 1_024);
    }
  });

  test('that was lost leaves its gap, and sound that comes again is left out', () => {
    const clock = new SoundClock();
    assert.equal(clock.place(0, AAC), 0);
    assert.equal(clock.place(500, AAC), 22_050);
    assert.equal(clock.place(300, AAC), null);
    assert.equal(clock.place(523, AAC), 23_074);
  });

  test('of an encoder whose clock runs away stays beside the picture', () => {
    const clock = new SoundClock();
    for (const pace of [0.999, 1.001]) {
      clock.restart();
      for (let i = 0; i < 20_000; i++) {
        const ms = ((i * 1_024_000) / 44_100) * pace;
        const at = clock.place(ms, AAC);
        assert.ok(at === null || Math.abs((at * 1_000) / 44_100 - ms) < 90, `${at} for ${ms} ms`);
      }
    }
  });
});
