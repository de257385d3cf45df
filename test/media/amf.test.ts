import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type AmfValue, readAmf, readAmfValue, writeAmf } from '../../src/media/rtmp/amf0.ts';
import { ProtocolError } from '../../src/media/rtmp/protocol-error.ts';

/** Decoded objects have no prototype; for comparing, what counts is keys and values. */
function plain(value: AmfValue): AmfValue {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

const { value } = fc.letrec<{ value: AmfValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constant(null),
    fc.constant(undefined),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}));

describe('AMF0', () => {
  test('what is written is read again', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (values) => {
        assert.deepEqual(readAmf(writeAmf(...values)).map(plain), values.map(plain));
      }),
      { numRuns: 300 },
    );
  });

  test('cut off anywhere it is refused, unless the cut is between two values', () => {
    const values = ['connect', 1, { app: 'live', list: [1, 'two', null], at: new Date(0) }] as const;
    const bytes = writeAmf('connect', 1, values[2] as unknown as AmfValue);
    const whole = new Set([0, writeAmf('connect').length, writeAmf('connect', 1).length, bytes.length]);
    for (let end = 0; end <= bytes.length; end++) {
      if (whole.has(end)) assert.doesNotThrow(() => readAmf(bytes.subarray(0, end)));
      else assert.throws(() => readAmf(bytes.subarray(0, end)), ProtocolError);
    }
  });

  test('eight levels are read, nine are refused', () => {
    const nested = (depth: number): AmfValue => (depth === 0 ? 1 : { deeper: nested(depth - 1) });
    assert.doesNotThrow(() => readAmf(writeAmf(nested(8))));
    assert.throws(() => readAmf(writeAmf(nested(9))), ProtocolError);
    const arrays = Buffer.concat(Array.from({ length: 5_000 }, () => Buffer.from([10, 0, 0, 0, 1])));
    assert.throws(() => readAmf(arrays), ProtocolError);
  });

  test('a list that announces four billion elements ends where its bytes do', () => {
    assert.throws(() => readAmf(Buffer.from([10, 255, 255, 255, 255, 5, 5, 5])), ProtocolError);
  });

  test('names that objects inherit are plain names', () => {
    const bytes = Buffer.concat([
      Buffer.from([3, 0, 9]),
      Buffer.from('__proto__'),
      Buffer.from([3, 0, 1, 97, 1, 1, 0, 0, 9, 0, 0, 9]),
    ]);
    const [object] = readAmf(bytes);
    assert.equal(Object.getPrototypeOf(object), null);
    assert.deepEqual(Object.keys(object as object), ['__proto__']);
    assert.equal(({} as { a?: unknown }).a, undefined);
  });

  test('an ECMA array and a typed object read as objects, a long string as a string', () => {
    const ecma = Buffer.from([8, 0, 0, 0, 9, 0, 1, 97, 5, 0, 0, 9]);
    const typed = Buffer.from([16, 0, 1, 88, 0, 1, 97, 5, 0, 0, 9]);
    assert.deepEqual(readAmf(ecma).map(plain), [{ a: null }]);
    assert.deepEqual(readAmf(typed).map(plain), [{ a: null }]);
    const long = 'x'.repeat(70_000);
    assert.deepEqual(readAmf(writeAmf(long)), [long]);
  });

  test('the first value tells where the rest begins', () => {
    const bytes = writeAmf('@setDataFrame', 'onMetaData');
    const { value: name, end } = readAmfValue(bytes, 0);
    assert.equal(name, '@setDataFrame');
    assert.deepEqual(readAmf(bytes.subarray(end)), ['onMetaData']);
  });

  test('random bytes are read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (raw) => {
        try {
          readAmf(Buffer.from(raw));
        } catch (error) {
          assert.ok(error instanceof ProtocolError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
