/**
 * What the engine measures, every five seconds, of whatever happened: sent to the control plane in batches, and sent
 * again until that has said that a batch is written. Counters are of the window alone.
 */

/** Where a viewer comes from, in few words that the gate chose: the engine adds up by them and reads nothing into them. */
export interface Audience {
  /** `Chrome`, `VLC`, `ffmpeg`; empty when nothing was said. */
  agent: string;
  /** The host of the page; empty when there is none. */
  referrer: string;
  /** ISO 3166-1 alpha-2; empty when it is not known. */
  country: string;
}

/** Viewers of a stream who come from the same place. */
export interface AudienceSample extends Audience {
  /** Who came in the window. */
  sessions: number;
  viewerMs: number;
  bytesOut: number;
}

/** One stream's window. Bytes; times in milliseconds. */
export interface StreamSample {
  stream: string;
  /** The session that published last in it, or null. */
  publisher: string | null;
  /** Whether it was on air when the window ended. */
  live: boolean;
  liveMs: number;
  bytesIn: number;
  bytesVideo: number;
  bytesAudio: number;
  frames: number;
  keyFrames: number;
  /** The longest time between two key frames, by the clock, that ended in the window. */
  keyFrameMs: number;
  /** How far the encoder's timestamps went on, jumps left out. */
  mediaMs: number;
  /** Jumps of them, forward or back, by more than a second; and how far they were in all. */
  gaps: number;
  gapMs: number;
  width: number;
  height: number;
  bytesOut: number;
  /** On air when the window ended. */
  viewers: number;
  viewerMs: number;
  starts: number;
  /** Viewers that were sent their first media in the window, and the time since they came, added up. */
  startups: number;
  startupMs: number;
  /** Pictures kept from viewers who were too slow. */
  dropped: number;
  /** At most MOST_AUDIENCES; the rest is in one without words. */
  audience: readonly AudienceSample[];
}

/** Milliseconds that a sample stands for. Windows begin at whole multiples of it. */
export const SAMPLE_MS = 5_000;
export const MOST_AUDIENCES = 50;
/** Streams in one batch. */
export const BATCH_STREAMS = 500;

/** Part of one window's samples. `source` and `seq` name it: it may be sent more than once, and is counted once. */
export interface SampleBatch {
  /** The engine's run: a random integer below 2^31. */
  source: number;
  /** 1, 2, 3 … within a run. */
  seq: number;
  /** When the window began: unix milliseconds, a multiple of `SAMPLE_MS`. */
  at: number;
  streams: readonly StreamSample[];
}
