import { ProtocolError } from './protocol-error.ts';

/** Action Message Format 0 (Adobe, 2007), the part RTMP uses. Objects have no prototype: keys come from the peer. */
export type AmfValue = number | boolean | string | null | undefined | Date | AmfValue[] | { [key: string]: AmfValue };

export type AmfObject = { [key: string]: AmfValue };

const MAX_DEPTH = 8;
const END_OF_OBJECT = 9;

interface Cursor {
  bytes: Buffer;
  at: number;
}

/** All values of a payload. Throws `ProtocolError` on anything cut off, unknown, or nested deeper than 8. */
export function readAmf(bytes: Buffer, start = 0): AmfValue[] {
  const cursor = { bytes, at: start };
  const values: AmfValue[] = [];
  while (cursor.at < bytes.length) values.push(readValue(cursor, 0));
  return values;
}

/** The first value and the offset behind it: enough to tell what a data message is about. */
export function readAmfValue(bytes: Buffer, start: number): { value: AmfValue; end: number } {
  const cursor = { bytes, at: start };
  return { value: readValue(cursor, 0), end: cursor.at };
}

function take(cursor: Cursor, count: number): number {
  const at = cursor.at;
  if (at + count > cursor.bytes.length) throw new ProtocolError('AMF value is cut off');
  cursor.at = at + count;
  return at;
}

function readText(cursor: Cursor, lengthBytes: 2 | 4): string {
  const length = cursor.bytes.readUIntBE(take(cursor, lengthBytes), lengthBytes);
  const at = take(cursor, length);
  return cursor.bytes.toString('utf8', at, at + length);
}

function readValue(cursor: Cursor, depth: number): AmfValue {
  const marker = cursor.bytes[take(cursor, 1)]!;
  switch (marker) {
    case 0:
      return cursor.bytes.readDoubleBE(take(cursor, 8));
    case 1:
      return cursor.bytes[take(cursor, 1)] !== 0;
    case 2:
      return readText(cursor, 2);
    case 5:
      return null;
    case 6:
    case 13:
      return undefined;
    case 11:
      return readDate(cursor);
    case 12:
    case 15:
      return readText(cursor, 4);
    default:
      return readNested(cursor, marker, depth + 1);
  }
}

function readNested(cursor: Cursor, marker: number, depth: number): AmfValue {
  if (depth > MAX_DEPTH) throw new ProtocolError('AMF value is nested too deeply');
  switch (marker) {
    case 3:
      return readObject(cursor, depth);
    case 8:
      // The announced count is only a hint (2.10): the end marker decides, so nothing is allocated by it.
      take(cursor, 4);
      return readObject(cursor, depth);
    case 16:
      readText(cursor, 2);
      return readObject(cursor, depth);
    case 10:
      return readArray(cursor, depth);
    default:
      throw new ProtocolError('AMF value of an unknown type');
  }
}

function readDate(cursor: Cursor): Date {
  const date = new Date(cursor.bytes.readDoubleBE(take(cursor, 8)));
  take(cursor, 2);
  return date;
}

function readObject(cursor: Cursor, depth: number): AmfObject {
  const object: AmfObject = Object.create(null);
  for (;;) {
    const key = readText(cursor, 2);
    if (key === '' && cursor.bytes[cursor.at] === END_OF_OBJECT) {
      cursor.at++;
      return object;
    }
    object[key] = readValue(cursor, depth);
  }
}

function readArray(cursor: Cursor, depth: number): AmfValue[] {
  const count = cursor.bytes.readUInt32BE(take(cursor, 4));
  const array: AmfValue[] = [];
  // Every element takes at least a byte, so a lying count ends at the end of the payload.
  for (let i = 0; i < count; i++) array.push(readValue(cursor, depth));
  return array;
}

/** Encodes values one after the other. */
export function writeAmf(...values: AmfValue[]): Buffer {
  const parts: Buffer[] = [];
  for (const value of values) writeValue(value, parts);
  return Buffer.concat(parts);
}

function writeValue(value: AmfValue, parts: Buffer[]): void {
  if (typeof value === 'number') {
    const number = Buffer.alloc(9);
    number.writeDoubleBE(value, 1);
    parts.push(number);
  } else if (typeof value === 'boolean') parts.push(Buffer.from([1, value ? 1 : 0]));
  else if (typeof value === 'string') writeString(value, parts);
  else if (value === null) parts.push(Buffer.from([5]));
  else if (value === undefined) parts.push(Buffer.from([6]));
  else if (value instanceof Date) writeDate(value, parts);
  else if (Array.isArray(value)) writeArray(value, parts);
  else writeObject(value, parts);
}

function writeString(value: string, parts: Buffer[]): void {
  const text = Buffer.from(value, 'utf8');
  const long = text.length > 0xffff;
  const head = Buffer.alloc(long ? 5 : 3);
  head[0] = long ? 12 : 2;
  head.writeUIntBE(text.length, 1, long ? 4 : 2);
  parts.push(head, text);
}

function writeDate(value: Date, parts: Buffer[]): void {
  const date = Buffer.alloc(11);
  date[0] = 11;
  date.writeDoubleBE(value.getTime(), 1);
  parts.push(date);
}

function writeArray(value: AmfValue[], parts: Buffer[]): void {
  const head = Buffer.alloc(5);
  head[0] = 10;
  head.writeUInt32BE(value.length, 1);
  parts.push(head);
  for (const element of value) writeValue(element, parts);
}

function writeObject(value: AmfObject, parts: Buffer[]): void {
  parts.push(Buffer.from([3]));
  for (const [key, member] of Object.entries(value)) {
    const text = Buffer.from(key, 'utf8').subarray(0, 0xffff);
    const head = Buffer.alloc(2);
    head.writeUInt16BE(text.length);
    parts.push(head, text);
    writeValue(member, parts);
  }
  parts.push(Buffer.from([0, 0, END_OF_OBJECT]));
}
