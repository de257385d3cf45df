import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';

const [HOUR, DAY] = [3_600_000, 86_400_000];
const read = (text: string) => readConfig({ LOCKKEEPER_METRICS_KEEP: text }).config.metricsKeep;

describe('How long figures are kept', () => {
  test('is a day, a week, ninety days and two years unless the operator says otherwise', () => {
    assert.deepEqual(read(''), { sample: DAY, minute: 7 * DAY, hour: 90 * DAY, day: 730 * DAY });
    const levels = { sample: HOUR, minute: HOUR, hour: 48 * HOUR, day: 2 * DAY };
    assert.deepEqual(read(' 1d=2d, 1h=48h ,5s=1h,1m=1h'), levels);
  });

  test('is refused when it is not said plainly, and the message names what is wrong', () => {
    for (const [text, problem] of [
      ['5s=1d,1m=7d,1h=90d', /must say how long 1d is kept/],
      ['5s=1d,5s=2d,1m=7d,1h=90d,1d=730d', /names 5s twice/],
      ['5s=30m,1m=7d,1h=90d,1d=730d', /in hours or days, not "5s=30m"/],
      ['5s=0h,1m=7d,1h=90d,1d=730d', /not "5s=0h"/],
      ['5s=1d,1m=7d,1h=90d,1d=730d,', /not ""/],
      ['5s=1d,15m=7d,1h=90d,1d=730d', /not "15m=7d"/],
      ['5s=1.5d,1m=7d,1h=90d,1d=730d', /not "5s=1.5d"/],
      ['5s=8d,1m=7d,1h=90d,1d=730d', /must keep 1m at least as long as 5s/],
      ['5s=1d,1m=7d,1h=90d,1d=40000d', /1d for more than a hundred years/],
    ] as const)
      assert.throws(() => read(text), new RegExp(`LOCKKEEPER_METRICS_KEEP .*${problem.source}`), text);
  });
});
