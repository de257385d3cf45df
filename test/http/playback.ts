import assert from 'node:assert/strict';
import type { Answer, CallOptions, Running } from '../harness.ts';
import { ok } from './helpers.ts';

export const PATH = '/api/v1/splay';

/** The calls of playback tokens, on the server of a test file. */
export function playbackCalls(running: () => Running) {
  const ask = (who: CallOptions, body: unknown, verb = ''): Promise<Answer> =>
    running().call('POST', PATH + verb, { ...who, body });
  return {
    ask,
    /** A new token, for every stream of the organisation unless `body` says otherwise. */
    make: async (who: CallOptions, body: object = {}) => {
      const orgawide = 'streams' in body || 'groupid' in body ? {} : { orgawide: true };
      return ok(await ask(who, { ...orgawide, ...body })).data;
    },
    newStream: async (who: CallOptions) => ok(await running().call('POST', '/stream', { ...who, body: {} })),
  };
}

/** The documented flat error and our own, in one body that says the same thing twice. Gives its `userinfo`. */
export function flat({ status, headers, body }: Answer, expected: number, code: number, message?: string) {
  assert.equal(status, expected, JSON.stringify(body));
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.deepEqual([body.success, body.errorCode, body.error.code, body.status], [false, code, code, status]);
  assert.equal(body.message, body.error.message);
  if (message !== undefined) assert.equal(body.message, message);
  return body.error.userinfo ?? {};
}

export const playoutName = (stream: { playout: { h5live: { rtmp: { streamname: string } }[] } }): string =>
  stream.playout.h5live[0]!.rtmp.streamname;
