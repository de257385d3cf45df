import type { MediaSession, StreamFigures } from '../engine.ts';
import { GopCache } from '../flv/gop-cache.ts';
import { inspect, type TagInfo } from '../flv/inspect.ts';
import { Meter } from '../flv/meter.ts';
import { type MediaTag, TAG_DATA, TAG_VIDEO, writeTags } from '../flv/tag.ts';
import type { Limits } from './limits.ts';
import { type MediaFacts, NO_FACTS, readFacts } from './media-facts.ts';
import { Packets } from './packets.ts';
import { Pending } from './pending.ts';
import { StreamClock } from './stream-clock.ts';
import type { Tally } from './tally.ts';
import type { Batch, Viewer } from './viewer.ts';

/** A batch that is due in so few milliseconds is sent with the frame that is here: timers come late anyway. */
const EARLY_MS = 5;
const LATE_MS = 8;

/** Makes something else of the stream's tags (HLS). Neither call may throw. */
export interface Packager {
  /** The next tags, as `writeTags` wrote them: the buffer is shared and stays as it is. */
  take(flv: Buffer): void;
  /** The publisher has gone; what follows is another's, with a configuration of its own. */
  gap(): void;
}

/** Where else a stream goes: sent every batch like a viewer, and counted as none. */
export interface Outlet {
  viewer: Viewer;
  /** It has taken nothing for too long. */
  stuck(): void;
}

/**
 * One stream's media: the publisher feeds it, the viewers are fed by it. Tags wait for at most `batchMs` and then go
 * to everyone in one write each; a video frame does not wait when the last batch is that long ago.
 */
export class LiveStream {
  readonly id: string;
  readonly tally: Tally;
  readonly viewers = new Set<Viewer>();
  /** Viewers that are sent nothing because they fetch. */
  readonly readers = new Set<MediaSession>();
  publisher: MediaSession | null = null;
  /** Unix milliseconds of the last media message of the present or last publisher. */
  lastMediaAt: number | null = null;
  /** When it was last told that a second publisher was kept out, in `performance.now()` milliseconds. */
  duplicateAt = Number.NEGATIVE_INFINITY;
  readonly #limits: Limits;
  readonly #cache: GopCache;
  readonly #clock = new StreamClock();
  readonly #meter = new Meter();
  readonly #dropped: (viewer: Viewer) => void;
  #pending = new Pending();
  #timer: NodeJS.Timeout | null = null;
  #timerAt = 0;
  #flushedAt = 0;
  /** When the last batch with a picture went out, and whether the pending one has one. */
  #pictureAt = 0;
  #pictured = false;
  #hasVideo = false;
  #hasAudio = false;
  #startedAt = 0;
  /** Configuration before the first pending tag: what viewers at the live edge have. */
  #sentVersion = 0;
  /** The framings of the burst for late joiners, as long as the cache gives the same one. */
  #burst: Packets | null = null;
  #facts: MediaFacts = NO_FACTS;
  #packager: Packager | null = null;
  #outlet: Outlet | null = null;
  #bytesIn = 0;
  #bytesOut = 0;
  #framesIn = 0;

  constructor(tally: Tally, limits: Limits, dropped: (viewer: Viewer) => void) {
    this.id = tally.stream;
    this.tally = tally;
    this.#limits = limits;
    this.#cache = new GopCache({ bytes: limits.gopBytes, tags: limits.gopTags });
    this.#dropped = dropped;
  }

  /** Bytes sent to viewers since the present or last publisher came. */
  get sent(): number {
    return this.#bytesOut;
  }

  start(publisher: MediaSession): void {
    this.publisher = publisher;
    this.tally.begin(publisher);
    this.lastMediaAt = null;
    this.#startedAt = Date.now();
    this.#bytesIn = 0;
    this.#bytesOut = 0;
    this.#framesIn = 0;
    this.#hasVideo = false;
    this.#hasAudio = false;
    this.#facts = NO_FACTS;
    this.#clock.restart();
    this.#cache.clear();
    this.#sentVersion = this.#cache.version;
  }

  /** The publisher has gone; viewers stay and enter again at the next one's first key frame. */
  stop(): void {
    this.#flush();
    this.publisher = null;
    this.tally.end();
    this.#cache.clear();
    this.#packager?.gap();
    for (const viewer of this.viewers) viewer.waitForKey(-1);
  }

  feed(tag: MediaTag): void {
    const now = Date.now();
    const clock = performance.now();
    const info = inspect(tag);
    this.lastMediaAt = now;
    this.tally.take(tag, info, clock);
    this.#bytesIn += tag.data.length;
    const video = tag.type === TAG_VIDEO;
    this.#meter.add(now, tag.data.length, video && info.frame ? 1 : 0);
    if (tag.data.length === 0) return;
    this.#note(tag, info);
    this.#enqueue({ ...tag, timestamp: this.#clock.stamp(tag.timestamp, info.frame) }, info);
    this.#schedule(video && info.frame, clock);
  }

  /** Pictures wait only for pictures: sound that went out alone must not hold up the frame behind it. */
  #schedule(videoFrame: boolean, now: number): void {
    const due = this.#interval() - (now - (videoFrame ? this.#pictureAt : this.#flushedAt));
    this.#pictured ||= videoFrame;
    if (videoFrame) this.#soon(due <= EARLY_MS ? 0 : due);
    // Sound waits a little longer, or its timer would go off just ahead of the frame that should take it along.
    else this.#soon(this.#hasVideo ? due + LATE_MS : due);
  }

  #note(tag: MediaTag, info: TagInfo): void {
    if (tag.type === TAG_VIDEO) {
      this.#hasVideo = true;
      if (info.frame) this.#framesIn++;
    } else if (tag.type !== TAG_DATA) this.#hasAudio = true;
    const { width, height } = this.#facts;
    this.#facts = readFacts(this.#facts, tag, info);
    if (this.#facts.width !== width || this.#facts.height !== height)
      this.tally.resize(this.#facts.width, this.#facts.height);
    const slot = info.config ?? (this.#facts.metadata === tag ? 'metadata' : null);
    const changed = slot !== null && this.#cache.configure(slot, tag);
    // Frames from before another decoder configuration are of no use to a late joiner.
    if (changed && tag.type === TAG_VIDEO) this.#cache.drop();
  }

  #enqueue(tag: MediaTag, info: TagInfo): void {
    this.#pending.add(tag, info);
    // A burst from the publisher must not pile up views of large reads until the timer fires.
    if (this.#pending.bytes > this.#limits.backlog) this.#flush();
  }

  /** Longer batches where they save the most: every viewer costs one write per batch. */
  #interval(): number {
    const crowd = this.viewers.size / 1_000;
    return crowd <= 1 ? this.#limits.batchMs : Math.min(this.#limits.batchMs * crowd, 2 * this.#limits.batchMs);
  }

  #soon(delay: number): void {
    if (this.#pending.tags.length === 0) return;
    const at = performance.now() + Math.max(0, delay);
    if (this.#timer !== null && this.#timerAt <= at) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, delay));
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushedAt = performance.now();
    if (this.#pictured) this.#pictureAt = this.#flushedAt;
    this.#pictured = false;
    const { tags, keyAt, frames, framesBeforeKey } = this.#pending;
    if (tags.length === 0) return;
    this.#pending = new Pending();
    const bytes = writeTags(tags);
    if (this.#hasVideo) this.#cache.append(bytes, tags.length, keyAt);
    const all = new Packets(bytes);
    const fromKey = keyAt > 0 ? new Packets(bytes.subarray(keyAt)) : keyAt === 0 || !this.#hasVideo ? all : null;
    const now = this.#flushedAt;
    this.#deliver({ all, fromKey, frames, framesBeforeKey, version: this.#sentVersion, now });
    this.#sentVersion = this.#cache.version;
    // After those who wait for this very batch.
    this.#packager?.take(bytes);
  }

  #deliver(batch: Batch): void {
    let configuration: Packets | null = null;
    const around = {
      bound: this.#bound(),
      stuckMs: this.#limits.stuckMs,
      version: this.#cache.version,
      configuration: () => {
        configuration ??= new Packets(this.#cache.configuration(this.#clock.now));
        return configuration;
      },
    };
    for (const viewer of this.viewers) {
      const before = viewer.session.bytes;
      if (!viewer.take(batch, around)) this.#dropped(viewer);
      this.#bytesOut += viewer.session.bytes - before;
    }
    if (this.#outlet !== null && !this.#outlet.viewer.take(batch, around)) this.#outlet.stuck();
  }

  #bound(): number {
    return Math.max(this.#limits.backlog, 2 * Math.max(this.#cache.bytes, this.#cache.lastBytes));
  }

  /** Lets a viewer in: at once with everything since the last key frame, or at the next one. */
  add(viewer: Viewer): void {
    this.viewers.add(viewer);
    const before = viewer.session.bytes;
    this.#enter(viewer);
    this.#bytesOut += viewer.session.bytes - before;
  }

  /** Forwards the stream there too, beginning like for a late joiner; null ends that. */
  forwardTo(outlet: Outlet | null): void {
    this.#outlet = outlet;
    if (outlet !== null) this.#enter(outlet.viewer);
  }

  #enter(viewer: Viewer): void {
    if (this.publisher === null || (this.#hasVideo && !this.#cache.ready)) return;
    // Configuration that waits in the pending batch comes with it: the viewer is at the edge before that batch.
    const bytes = this.#cache.burst(this.#clock.now);
    if (this.#burst?.flv !== bytes) this.#burst = new Packets(bytes);
    viewer.join(this.#burst);
  }

  remove(viewer: Viewer): void {
    this.viewers.delete(viewer);
  }

  /** Has every batch taken by `packager` too, beginning with what a late joiner would get; null ends that. */
  packageBy(packager: Packager | null): void {
    this.#flush();
    this.#packager = packager;
    if (packager !== null && this.publisher !== null) packager.take(this.#cache.burst(this.#clock.now));
  }

  /** Counts what a reader was answered. */
  answered(reader: MediaSession, bytes: number): void {
    reader.bytes += bytes;
    this.#bytesOut += bytes;
  }

  /** The tracks a player should expect; both until the encoder had a second to show what it sends. */
  get tracks(): { audio: boolean; video: boolean } {
    const settled = this.publisher !== null && Date.now() - this.#startedAt > 1_000;
    if (!settled || this.#hasAudio === this.#hasVideo) return { audio: true, video: true };
    return { audio: this.#hasAudio, video: this.#hasVideo };
  }

  stats(): StreamFigures {
    const rates = this.publisher === null ? null : this.#meter.read(Date.now());
    const { videoCodec, audioCodec, width, height, fps } = this.#facts;
    return {
      stream: this.id,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      framesIn: this.#framesIn,
      publisher: this.publisher?.id ?? null,
      since: this.publisher?.since ?? null,
      viewers: this.viewers.size + this.readers.size,
      lastMediaAt: this.lastMediaAt,
      videoCodec,
      audioCodec,
      width,
      height,
      fps: this.#hasVideo ? (rates?.fps ?? fps) : null,
      announcedFps: this.publisher === null ? null : fps,
      bitrate: rates?.bitrate ?? null,
    };
  }

  /** Frees the timer; the stream is of no use afterwards. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
