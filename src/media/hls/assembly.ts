import type { TrackKind } from './frames.ts';
import type { RemuxJob, Sample } from './remux-job.ts';
import type { AudioTrack, VideoTrack } from './tracks.ts';

export interface Tracks {
  video: VideoTrack | null;
  audio: AudioTrack | null;
}

/** A frame's place: milliseconds of presentation for video, the first sample's number for audio. */
interface Frame {
  kind: TrackKind;
  key: boolean;
  at: number;
  body: Buffer;
}

/** What the last frame of a track is taken to last when nothing says it: 25 frames a second. */
const FRAME_MS = 40;

/** The frames of one segment, until the next one begins. Holds views of the stream's own buffers. */
export class Assembly {
  readonly #frames: Frame[] = [];
  /** Where it begins, in milliseconds: its first picture, or the first sound of a stream without pictures. */
  readonly start: number;
  bytes = 0;

  constructor(start: number) {
    this.start = start;
  }

  get length(): number {
    return this.#frames.length;
  }

  add(frame: Frame): void {
    this.#frames.push(frame);
    this.bytes += frame.body.length;
  }

  /** The segment, and how many seconds it lasts. `end`: where the next one begins, in milliseconds; null if nowhere. */
  finish(tracks: Tracks, end: number | null): { job: RemuxJob; duration: number } {
    const pictures = this.#frames.filter(({ kind }) => kind === 'video');
    const span = pictures.length > 0 ? spanOfPictures(pictures, end) : this.#spanOfSound(tracks.audio);
    const keys = keysOf(pictures);
    const { rate, frame: frameSamples } = tracks.audio ?? { rate: 1, frame: 0 };
    const data = new Uint8Array(this.bytes);
    let filled = 0;
    const samples = this.#frames.map((frame): Sample => {
      data.set(frame.body, filled);
      filled += frame.body.length;
      const size = frame.body.length;
      if (frame.kind === 'audio') {
        return { kind: 'audio', key: true, at: frame.at / rate, duration: frameSamples / rate, size };
      }
      return { kind: 'video', key: keys.has(frame), at: frame.at / 1_000, duration: span.last, size };
    });
    return { job: { ...tracks, samples, data }, duration: span.all };
  }

  #spanOfSound(track: AudioTrack | null): { all: number; last: number } {
    const sound = this.#frames;
    if (track === null) return { all: 0, last: 0 };
    const samples = sound.at(-1)!.at + track.frame - sound[0]!.at;
    return { all: samples / track.rate, last: track.frame / track.rate };
  }
}

/** Seconds of a whole run of pictures, and of the one shown last. */
function spanOfPictures(pictures: readonly Frame[], end: number | null): { all: number; last: number } {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const { at } of pictures) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  const mean = pictures.length > 1 ? Math.round((last - first) / (pictures.length - 1)) : FRAME_MS;
  const lasts = Math.max(1, end === null ? mean : end - last);
  return { all: (last + lasts - first) / 1_000, last: lasts / 1_000 };
}

/**
 * The first picture, and every later key frame across which nothing is reordered: mediabunny takes no others, and a
 * player that enters at one would show what it cannot decode.
 */
function keysOf(pictures: readonly Frame[]): ReadonlySet<Frame> {
  const keys = new Set(pictures.slice(0, 1));
  const before: number[] = [];
  let latest = -1;
  for (const { at } of pictures) {
    before.push(latest);
    latest = Math.max(latest, at);
  }
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = pictures.length - 1; i > 0; i--) {
    const picture = pictures[i]!;
    earliest = Math.min(earliest, picture.at);
    if (picture.key && earliest >= before[i]!) keys.add(picture);
  }
  return keys;
}
