import { randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** No 0/O, 1/I/l: for what people read aloud. */
const READABLE = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz';

const text = (alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** 5.95 bits of randomness per character. */
export const randomBase62 = (length: number): string => text(BASE62, length);

/** 5.8 bits of randomness per character. */
export const randomReadable = (length: number): string => text(READABLE, length);

/** One character per byte; 256 is not a multiple of 62, so a character carries at least 5.68 bits. */
export function base62(bytes: Uint8Array): string {
  let result = '';
  for (const byte of bytes) result += BASE62[byte % 62];
  return result;
}
