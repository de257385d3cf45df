import type { TrackKind } from './frames.ts';
import type { AudioTrack, VideoTrack } from './tracks.ts';

/** One frame of a segment. Times in seconds; `duration` counts for the last frame of its track only. */
export interface Sample {
  kind: TrackKind;
  key: boolean;
  at: number;
  duration: number;
  size: number;
}

/** A segment to be written: its tracks, its frames in the order of decoding, and the bytes of all frames in a row. */
export interface RemuxJob {
  video: VideoTrack | null;
  audio: AudioTrack | null;
  samples: Sample[];
  data: Uint8Array<ArrayBuffer>;
}

/** A CMAF initialisation segment and the media segment that belongs to it. */
export interface Remuxed {
  init: ArrayBuffer;
  media: ArrayBuffer;
  /** Where the movie fragment begins in `media`, behind an index that HLS has no use for. */
  fragment: number;
}

export interface RemuxQuestion {
  id: number;
  job: RemuxJob;
}

export type RemuxAnswer = { id: number; done: Remuxed } | { id: number; failed: string };
