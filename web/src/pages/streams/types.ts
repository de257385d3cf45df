import type { Answer } from '../../api.ts';

/** A stream as whoever is signed in may see it. */
export type Stream = Answer<'/stream/{id}', 'get'>;
export type StreamState = Stream['state'];
/** How a stream does on the wire at this moment. */
export type LiveNow = Answer<'/stream/{id}/live', 'get'>;

export const STATES = ['live', 'created', 'ended', 'locked'] as const satisfies readonly StreamState[];

/** What viewers know it by. */
export const nameOf = ({ id, playout }: Pick<Stream, 'id' | 'playout'>): string =>
  playout.h5live[0]?.rtmp.streamname ?? id;
