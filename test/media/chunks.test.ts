import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ChunkReader } from '../../src/media/rtmp/chunk-reader.ts';
import { messageSize, writeMessage } from '../../src/media/rtmp/chunk-writer.ts';
import { MESSAGE, type RtmpMessage } from '../../src/media/rtmp/message.ts';
import { ProtocolError } from '../../src/media/rtmp/protocol-error.ts';
import { chunk, cut, fullHead, headOfType1, headOfType2, LIMITS } from './bytes.ts';

/** Reads everything; payloads are copied because they may be views. */
function readAll(pieces: Iterable<Buffer>, limits = LIMITS): RtmpMessage[] {
  const reader = new ChunkReader(limits);
  const messages: RtmpMessage[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let message = reader.next(); message !== null; message = reader.next()) {
      messages.push({ ...message, payload: Buffer.from(message.payload) });
    }
  }
  return messages;
}

const texts = (bytes: Buffer): string[] => readAll([bytes]).map(({ payload }) => payload.toString('latin1'));
const times = (bytes: Buffer): number[] => readAll([bytes]).map(({ timestamp }) => timestamp);
const setChunkSize = (size: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(size >>> 0);
  return chunk(0, 2, fullHead(0, 4, MESSAGE.setChunkSize), payload);
};

describe('reading chunks', () => {
  test('all four kinds of head carry length, type and time forward', () => {
    const bytes = Buffer.concat([
      chunk(0, 4, fullHead(100, 2, 8, 1), 'aa'),
      chunk(1, 4, headOfType1(20, 3, 9), 'bbb'),
      chunk(2, 4, headOfType2(30), 'ccc'),
      chunk(3, 4, [], 'ddd'),
    ]);
    const messages = readAll([bytes]);
    assert.deepEqual(
      messages.map(({ payload }) => payload.toString()),
      ['aa', 'bbb', 'ccc', 'ddd'],
    );
    assert.deepEqual(
      messages.map(({ timestamp }) => timestamp),
      [100, 120, 150, 180],
    );
    assert.deepEqual(
      messages.map(({ type }) => type),
      [8, 9, 9, 9],
    );
    assert.ok(messages.every(({ streamId }) => streamId === 1));
  });

  test('a bare head behind a full one repeats its time as the step', () => {
    assert.deepEqual(times(Buffer.concat([chunk(0, 4, fullHead(23, 1, 8), 'a'), chunk(3, 4, [], 'b')])), [23, 46]);
  });

  test('messages on two chunk streams may be interleaved', () => {
    const bytes = Buffer.concat([
      setChunkSize(2),
      chunk(0, 4, fullHead(0, 4, 8), 'aA'),
      chunk(0, 6, fullHead(0, 4, 9), 'bB'),
      chunk(3, 4, [], 'aA'),
      chunk(3, 6, [], 'bB'),
    ]);
    assert.deepEqual(texts(bytes), ['aAaA', 'bBbB']);
  });

  test('chunk stream ids of two and three bytes are read', () => {
    const wide = Buffer.concat([Buffer.from([0x00, 36, ...fullHead(0, 1, 8)]), Buffer.from('a')]);
    const wider = Buffer.concat([Buffer.from([0x01, 36, 1, ...fullHead(0, 1, 8)]), Buffer.from('b')]);
    assert.deepEqual(texts(Buffer.concat([wide, wider])), ['a', 'b']);
  });

  test('extended times are understood whether continuations repeat them or not', () => {
    const time = 0x01020304;
    const repeated = Buffer.from([1, 2, 3, 4]);
    const first = Buffer.concat([setChunkSize(2), chunk(0, 4, fullHead(time, 4, 8), 'ab')]);
    const strict = Buffer.concat([first, chunk(3, 4, [...repeated], 'cd')]);
    const sloppy = Buffer.concat([first, chunk(3, 4, [], 'cd')]);
    for (const bytes of [strict, sloppy]) {
      assert.deepEqual(texts(bytes), ['abcd']);
      assert.deepEqual(times(bytes), [time]);
    }
  });

  test('an aborted message is forgotten, and the next one on its chunk stream is whole', () => {
    const abort = Buffer.concat([
      chunk(0, 2, fullHead(0, 4, MESSAGE.abort), Buffer.from([0, 0])),
      chunk(3, 2, [], Buffer.from([0, 4])),
    ]);
    const bytes = Buffer.concat([
      setChunkSize(2),
      chunk(0, 4, fullHead(0, 4, 8), 'xx'),
      abort,
      chunk(0, 4, fullHead(0, 2, 8), 'ok'),
    ]);
    assert.deepEqual(texts(bytes), ['ok']);
  });

  test('an empty message is a message', () => {
    assert.deepEqual(texts(chunk(0, 4, fullHead(0, 0, 9))), ['']);
  });

  test('a chunk size above the largest message is taken as the largest', () => {
    const bytes = Buffer.concat([setChunkSize(0x7fffffff), chunk(0, 4, fullHead(0, 300, 9), Buffer.alloc(300, 97))]);
    assert.equal(texts(bytes)[0]?.length, 300);
  });
});

describe('refusing chunks', () => {
  const refused: Record<string, Buffer> = {
    'a chunk size of 0': setChunkSize(0),
    'a chunk size with the reserved bit': setChunkSize(0x80000001),
    'a chunk size without bytes': chunk(0, 2, fullHead(0, 0, MESSAGE.setChunkSize)),
    'a continuation of nothing': chunk(3, 9, []),
    'a message larger than allowed': chunk(0, 4, fullHead(0, 5_000_000, 9)),
    'a command larger than allowed': chunk(0, 3, fullHead(0, 70_000, MESSAGE.command)),
    'more chunk streams than allowed': Buffer.concat(
      Array.from({ length: 17 }, (_, i) => chunk(0, 3 + i, fullHead(0, 1, 8), 'x')),
    ),
  };
  for (const [name, bytes] of Object.entries(refused)) {
    test(name, () => assert.throws(() => readAll([bytes]), ProtocolError));
  }

  test('an announced length takes no memory before the bytes are there', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 200 }, () => {
      const reader = new ChunkReader(LIMITS);
      reader.push(chunk(0, 4, fullHead(0, 3_900_000, 9), 'a'));
      assert.equal(reader.next(), null);
      return reader;
    });
    assert.ok(process.memoryUsage().arrayBuffers - before < 8_000_000);
    assert.equal(readers.length, 200);
  });

  test('many unfinished messages together are bounded', () => {
    const size = setChunkSize(1_000_000);
    const limits = { ...LIMITS, partial: 1_500_000 };
    const part = (csid: number): Buffer => chunk(0, csid, fullHead(0, 2_000_000, 9), Buffer.alloc(1_000_000));
    assert.equal(readAll([size, part(4)], limits).length, 0);
    assert.throws(() => readAll([size, part(4), part(5)], limits), ProtocolError);
  });
});

const message = fc.record(
  {
    type: fc.constantFrom(8, 9, 18, 20),
    streamId: fc.integer({ min: 0, max: 255 }),
    timestamp: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0xfffffe, max: 0xffffffff })),
    payload: fc.uint8Array({ maxLength: 900 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);
const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });

describe('whatever the bytes', () => {
  test('what is written is read again, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12 }),
        fc.integer({ min: 1, max: 1_000 }),
        sizes,
        (messages, chunkSize, pieces) => {
          const bytes = Buffer.concat([
            setChunkSize(chunkSize),
            ...messages.map((one, i) => writeMessage(one, 3 + (i % 5), chunkSize)),
          ]);
          assert.deepEqual(readAll(cut(bytes, pieces)), messages);
          for (const one of messages) assert.equal(writeMessage(one, 5, chunkSize).length, messageSize(one, chunkSize));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('random bytes are refused or waited for, the same however they are cut', () => {
    const outcome = (pieces: Iterable<Buffer>): unknown => {
      try {
        return readAll(pieces);
      } catch (error) {
        if (error instanceof ProtocolError) return 'refused';
        throw error;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), sizes, (raw, pieces) => {
        const bytes = Buffer.from(raw);
        assert.deepEqual(outcome(cut(bytes, pieces)), outcome([bytes]));
      }),
      { numRuns: 500 },
    );
  });
});
