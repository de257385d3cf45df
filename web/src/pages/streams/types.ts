import type { Answer } from '../../api.ts';

/** A stream as whoever is signed in may see it. */
export type Stream = Answer<'/stream/{id}', 'get'>;
export type StreamState = Stream['state'];
/** How a stream does on the wire at this moment; null where nothing is known. */
export interface LiveNow {
  state: Stream['state'];
  since: string | null;
  viewers: number;
  bitrate: number | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
  bytesIn: number;
  bytesOut: number;
}

export const STATES = ['live', 'created', 'ended', 'locked'] as const satisfies readonly StreamState[];

/** What viewers know it by. */
export const nameOf = ({ id, playout }: Pick<Stream, 'id' | 'playout'>): string =>
  playout.h5live[0]?.rtmp.streamname ?? id;
