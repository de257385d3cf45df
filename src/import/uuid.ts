import { hash } from 'node:crypto';
import type { Secrets } from '../secrets.ts';

/** As the API accepts an id. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => UUID.test(text);

/** The same UUID for the same text (version 8, RFC 9562), as unguessable as the text is. */
export function uuidOf(text: string): string {
  const bytes = hash('sha256', text, 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Where the export's id is none of ours, or somebody else's: the same at every run, and not to be guessed. */
export const derivedId = (secrets: Secrets, organisation: string, name: string): string =>
  uuidOf(secrets.fingerprint(`import ${organisation} ${name}`));
