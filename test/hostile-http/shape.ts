import assert from 'node:assert/strict';
import { ERRORS } from '../../src/errors.ts';

export interface Answered {
  status: number;
  contentType: string;
  text: string;
}

const KINDS = Object.values(ERRORS) as readonly { status: number; code: number; message: string }[];

/** What `/api/v1` adds for clients that read errors flat. */
function withoutFlat(body: Record<string, unknown>, code: number): Record<string, unknown> {
  if (!('success' in body)) return body;
  const { success, errorCode, ...rest } = body;
  assert.deepEqual([success, errorCode], [false, code]);
  return rest;
}

/** An answer to a request that was read: 200 with JSON or the CSV that was asked for, or an error out of the closed table, in its one shape. */
export function assertOurs({ status, contentType, text }: Answered, what: string): void {
  const said = `${what}: ${status} ${contentType} ${text.slice(0, 300)}`;
  assert.ok(status === 200 || (status >= 400 && status < 500), said);
  if (status === 200 && /^text\/csv/.test(contentType)) return;
  assert.match(contentType, /^application\/json/, said);
  const body = JSON.parse(text);
  if (status === 200) return;
  const { error, requestId, ...rest } = body;
  const { code, message, userinfo, ...more } = error;
  assert.ok(
    KINDS.some((kind) => kind.status === status && kind.code === code && kind.message === message),
    said,
  );
  assert.deepEqual(withoutFlat(rest, code), { status, message }, said);
  assert.deepEqual(more, {}, said);
  assert.match(requestId, /^[\w-]{6,}$/, said);
  if (userinfo !== undefined) assert.equal(typeof userinfo, 'object', said);
}
