import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FIGURE_COLUMNS, type Figures, SAMPLE_MS } from '../../src/metrics/figures.ts';
import { BLOCK_MS, pack, unpack } from '../../src/metrics/packing.ts';

const AT = BLOCK_MS * 2_900_000;
/** Small ones as they are common, and everything that a column of the database can hold exactly. */
const value = fc.oneof(fc.nat({ max: 200 }), fc.maxSafeNat(), fc.constantFrom(0, 63, 64, 8_191, 2 ** 31, 2 ** 53 - 1));
const figures = fc.array(value, { minLength: FIGURE_COLUMNS.length, maxLength: FIGURE_COLUMNS.length });
const windows = fc.uniqueArray(fc.nat({ max: BLOCK_MS / SAMPLE_MS - 1 }));

test('whatever figures go into a block come out of it', () => {
  const points = windows.chain((chosen) =>
    fc.array(figures, { minLength: chosen.length, maxLength: chosen.length }).map((rows) =>
      chosen
        .toSorted((a, b) => a - b)
        .map((window, index) => ({
          at: AT + window * SAMPLE_MS,
          figures: Object.fromEntries(FIGURE_COLUMNS.map((name, column) => [name, rows[index]![column]!])) as Figures,
        })),
    ),
  );
  fc.assert(
    fc.property(points, (given) => {
      assert.deepEqual(unpack(AT, pack(AT, given)), given);
    }),
    { numRuns: 200 },
  );
});

test('a block that is cut off is refused rather than read as less', () => {
  const whole = pack(AT, [
    { at: AT, figures: Object.fromEntries(FIGURE_COLUMNS.map((name, n) => [name, n * 1_000])) as Figures },
  ]);
  assert.throws(() => unpack(AT, whole.slice(0, whole.length / 2)));
});
