import { type MediaTag, tagsOf } from '../flv/tag.ts';
import type { Packager } from '../rtmp/live-stream.ts';
import { Assembly, type Tracks } from './assembly.ts';
import { MediaClock, SoundClock } from './clocks.ts';
import { type Coded, readCoded } from './frames.ts';
import type { Remuxer } from './remuxer.ts';
import { audioTrack, videoTrack } from './tracks.ts';
import { Unfit } from './unfit.ts';
import { type Series, Window } from './window.ts';

/** A segment ends at the first key frame after this; encoders that mean 2 s are a frame or a rounding short of it. */
const SEGMENT_MS = 1_950;
const MAX_SEGMENT_MS = 30_000;
const MAX_SEGMENT_FRAMES = 4_000;
/** Discontinuities within a minute. Encoders reconnect and are set anew, but not as often as this. */
const MAX_BREAKS = 12;
const MINUTE_MS = 60_000;
/** Segments that wait to be written. An encoder makes one every other second; this many at once are no stream. */
const MAX_UNDER_WAY = 16;

/** Bytes that all segmenters hold together, and how much each of them may. */
export interface HlsMemory {
  used: number;
  readonly all: number;
  readonly window: number;
  readonly segment: number;
  /** Called when `used` is beyond `all`: ends whoever came last. */
  shed(): void;
}

export interface SegmenterOptions {
  remuxer: Remuxer;
  memory: HlsMemory;
  /** Told once when there will be no segment any more; the message is a sentence for viewers. */
  failed(error: Error): void;
}

/** Cuts one stream into segments, from its first tag to its end, or until it turns out to be impossible. */
export class Segmenter implements Packager {
  readonly window: Window;
  /** Resolves with the first segment, or when there will be none. */
  readonly ready: Promise<void>;
  /** `performance.now()` since which there is no publisher. */
  goneAt: number | null = null;
  readonly #options: SegmenterOptions;
  readonly #clock = new MediaClock();
  readonly #sound = new SoundClock();
  readonly #isReady: () => void;
  #tracks: Tracks = { video: null, audio: null };
  #assembly: Assembly | null = null;
  #series: Series | null = null;
  /** When the last discontinuities were, in `performance.now()` milliseconds. */
  #breaks: number[] = [];
  /** What comes next does not follow what was before. */
  #broken = false;
  #turn: Promise<void> = Promise.resolve();
  #underWay = { segments: 0, bytes: 0 };
  #held = 0;
  #over = false;

  constructor(options: SegmenterOptions) {
    this.#options = options;
    this.window = new Window(options.memory.window);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#isReady = resolve;
  }

  take(flv: Buffer): void {
    this.#guard(() => {
      for (const tag of tagsOf(flv)) this.#tag(tag);
      this.#hold();
    });
  }

  gap(): void {
    this.#guard(() => {
      this.#interrupt();
      this.#tracks = { video: null, audio: null };
      this.goneAt = performance.now();
    });
  }

  /** The publisher does not come back: the playlist says so. */
  end(): void {
    this.#over = true;
    this.window.end();
    this.#isReady();
  }

  /** Frees everything. */
  close(): void {
    this.#over = true;
    this.#assembly = null;
    this.window.clear();
    this.#hold();
    this.#isReady();
  }

  /** Whatever media does to us ends this segmenter, and nothing else. */
  #guard(work: () => void): void {
    if (this.#over) return;
    try {
      work();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.close();
    this.#options.failed(error);
  }

  #tag(tag: MediaTag): void {
    const coded = readCoded(tag);
    if (coded === null) return;
    this.goneAt = null;
    if (coded.config) this.#configure(coded);
    else this.#frame(coded, tag.timestamp);
  }

  #configure({ kind, body }: Coded): void {
    const known = this.#tracks[kind];
    if (known !== null && body.equals(known.config)) return;
    // Sound that came ahead of the first picture is no segment of its own.
    if (kind === 'video' && known === null && this.#series === null) this.#assembly = null;
    else if (kind === 'video' || known !== null) this.#cut(null);
    if (kind === 'video') this.#tracks = { ...this.#tracks, video: videoTrack(body) };
    else this.#tracks = { ...this.#tracks, audio: audioTrack(body) };
    this.#sound.restart();
  }

  #frame(coded: Coded, timestamp: number): void {
    if (!this.#clock.step(timestamp)) this.#interrupt();
    if (coded.kind === 'video') this.#picture(coded);
    else this.#sounds(coded);
  }

  #picture({ key, composition, body }: Coded): void {
    if (this.#tracks.video === null) return;
    const at = Math.max(0, this.#clock.now + composition);
    if (key && this.#isLong(at)) this.#cut(at);
    if (key) this.#assembly ??= new Assembly(at);
    this.#add({ kind: 'video', key, at, body });
  }

  #sounds({ body }: Coded): void {
    const { video, audio } = this.#tracks;
    if (audio === null) return;
    const now = Math.max(0, this.#clock.now);
    if (video === null && this.#isLong(now)) this.#cut(now);
    if (video === null) this.#assembly ??= new Assembly(now);
    // Sound before the first picture is not placed: it would leave a gap behind it.
    const at = this.#assembly === null ? null : this.#sound.place(now, audio);
    if (at !== null) this.#add({ kind: 'audio', key: true, at, body });
  }

  #isLong(at: number): boolean {
    return this.#assembly !== null && at - this.#assembly.start >= SEGMENT_MS;
  }

  #add(frame: Parameters<Assembly['add']>[0]): void {
    const assembly = this.#assembly;
    if (assembly === null) return;
    assembly.add(frame);
    const late = this.#clock.now - assembly.start > MAX_SEGMENT_MS;
    if (late || assembly.length > MAX_SEGMENT_FRAMES || assembly.bytes > this.#options.memory.segment)
      throw new Unfit('The key frames of this stream are too far apart for HLS');
  }

  #interrupt(): void {
    this.#cut(null);
    this.#broken = true;
    this.#sound.restart();
  }

  /** Ends the segment, the next one of which begins at `end`, and has it written behind those before it. */
  #cut(end: number | null): void {
    const assembly = this.#assembly;
    this.#assembly = null;
    if (assembly === null || assembly.length === 0) return;
    const { job, duration } = assembly.finish(this.#tracks, end);
    const series = this.#seriesNow();
    const underWay = this.#underWay;
    if (++underWay.segments > MAX_UNDER_WAY) throw new Unfit('The timestamps of this stream cannot be followed');
    underWay.bytes += assembly.bytes;
    const done = (): void => {
      underWay.segments--;
      underWay.bytes -= assembly.bytes;
    };
    this.#turn = this.#turn
      .then(() => (this.#over ? null : this.#options.remuxer.remux(job)))
      .finally(done)
      .then((written) => {
        if (written === null || this.#over) return;
        series.init ??= Buffer.from(written.init);
        this.window.add(series, Buffer.from(written.media, written.fragment), duration);
        this.#hold();
        this.#isReady();
      })
      .catch((error) => this.#fail(error as Error));
  }

  #seriesNow(): Series {
    const known = this.#series;
    const { video, audio } = this.#tracks;
    if (known !== null && !this.#broken && known.video === video && known.audio === audio) return known;
    this.#broken = false;
    const now = performance.now();
    this.#breaks = [...this.#breaks.filter((at) => now - at < MINUTE_MS), now];
    if (this.#breaks.length > MAX_BREAKS) throw new Unfit('The timestamps of this stream cannot be followed');
    this.#series = { video, audio, init: null, index: known === null ? 0 : known.index + 1 };
    return this.#series;
  }

  /** Somebody else was here first, and there is not enough for all. */
  giveWay(): void {
    this.#fail(new Error('No memory is left for HLS at the moment'));
  }

  /** Tells the common account what is held. */
  #hold(): void {
    const { memory } = this.#options;
    const now = this.#over
      ? this.window.bytes
      : (this.#assembly?.bytes ?? 0) + this.#underWay.bytes + this.window.bytes;
    memory.used += now - this.#held;
    this.#held = now;
    if (memory.used > memory.all && !this.#over) memory.shed();
  }
}
