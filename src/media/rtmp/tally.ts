import type { MediaSession } from '../engine.ts';
import type { TagInfo } from '../flv/inspect.ts';
import { type MediaTag, TAG_AUDIO, TAG_VIDEO } from '../flv/tag.ts';
import { type AudienceSample, MOST_AUDIENCES, type StreamSample } from '../samples.ts';
import type { Viewer } from './viewer.ts';
import { Visit } from './visit.ts';

/** A step of the encoder's timestamps beyond this is a jump, not time that went by nor frames out of order. */
const JUMP_MS = 1_000;
/** Audiences that are told apart before the window is closed: whoever invents words does not fill our memory. */
const MOST_GROUPS = 20 * MOST_AUDIENCES;

const NO_WORDS = { agent: '', referrer: '', country: '' } as const;
const counters = () => ({
  bytesIn: 0,
  bytesVideo: 0,
  bytesAudio: 0,
  frames: 0,
  keyFrames: 0,
  keyFrameMs: 0,
  mediaMs: 0,
  gaps: 0,
  gapMs: 0,
  starts: 0,
  startups: 0,
  startupMs: 0,
  dropped: 0,
});

/** `performance.now()` in whole milliseconds, so that times that follow each other add up to the whole. */
const clockMs = (): number => Math.round(performance.now());

/**
 * What happened to one stream since the window began. It outlives the stream's object: what came between the last
 * window and the end is told too.
 */
export class Tally {
  readonly stream: string;
  #counts = counters();
  #publisher: string | null = null;
  #liveSince: number | null = null;
  #liveMs = 0;
  #width = 0;
  #height = 0;
  /** When the last key frame came; 0 before the publisher's first. */
  #keyAt = 0;
  #stamped = false;
  #lastStamp = 0;
  /** How far the last frame is behind the furthest one: tracks take turns. */
  #lag = 0;
  readonly #visits = new Set<Visit>();
  #groups = new Map<string, AudienceSample>();

  constructor(stream: string) {
    this.stream = stream;
  }

  /** True when nobody publishes or watches: once closed it is of no use any more. */
  get idle(): boolean {
    return this.#liveSince === null && this.#visits.size === 0;
  }

  begin(publisher: MediaSession): void {
    this.#publisher = publisher.id;
    this.#liveSince = clockMs();
    this.#keyAt = 0;
    this.#stamped = false;
    this.#lag = 0;
    this.resize(null, null);
  }

  end(): void {
    if (this.#liveSince !== null) this.#liveMs += clockMs() - this.#liveSince;
    this.#liveSince = null;
  }

  /** Every media message, at `now` of `performance.now()`: sums and comparisons, and nothing is allocated. */
  take({ type, timestamp, data }: MediaTag, info: TagInfo, now: number): void {
    const counts = this.#counts;
    counts.bytesIn += data.length;
    if (type === TAG_VIDEO) counts.bytesVideo += data.length;
    else if (type === TAG_AUDIO) counts.bytesAudio += data.length;
    if (!info.frame) return;
    this.#step(timestamp);
    if (type !== TAG_VIDEO) return;
    counts.frames++;
    if (!info.key) return;
    counts.keyFrames++;
    if (this.#keyAt > 0 && now - this.#keyAt > counts.keyFrameMs) counts.keyFrameMs = now - this.#keyAt;
    this.#keyAt = now;
  }

  #step(timestamp: number): void {
    const step = this.#stamped ? (timestamp - this.#lastStamp) | 0 : 0;
    this.#stamped = true;
    this.#lastStamp = timestamp;
    if (step > JUMP_MS || step < -JUMP_MS) {
      this.#counts.gaps++;
      this.#counts.gapMs += Math.abs(step);
      this.#lag = 0;
    } else if (step > this.#lag) {
      this.#counts.mediaMs += step - this.#lag;
      this.#lag = 0;
    } else this.#lag -= step;
  }

  /** The size of the pictures, when it becomes known. */
  resize(width: number | null, height: number | null): void {
    this.#width = width ?? 0;
    this.#height = height ?? 0;
  }

  /** A viewer has taken its seat. */
  enter(session: MediaSession, viewer: Viewer | null): Visit {
    const visit = new Visit(session, viewer, clockMs());
    this.#visits.add(visit);
    this.#counts.starts++;
    this.#group(visit).sessions++;
    return visit;
  }

  leave(visit: Visit): void {
    if (this.#visits.delete(visit)) visit.settle(this.#counts, this.#group(visit), clockMs());
  }

  #group(visit: Visit): AudienceSample {
    const known = this.#groups.get(visit.group);
    if (known !== undefined) return known;
    const { audience } = visit.session;
    if (audience !== undefined && this.#groups.size >= MOST_GROUPS) return this.#unnamed();
    const group = { ...(audience ?? NO_WORDS), sessions: 0, viewerMs: 0, bytesOut: 0 };
    this.#groups.set(visit.group, group);
    return group;
  }

  #unnamed(): AudienceSample {
    const known = this.#groups.get('');
    if (known !== undefined) return known;
    const group = { ...NO_WORDS, sessions: 0, viewerMs: 0, bytesOut: 0 };
    this.#groups.set('', group);
    return group;
  }

  /** What came since the last time, or null when there was nobody; then begins anew. */
  close(): StreamSample | null {
    const now = clockMs();
    for (const visit of this.#visits) visit.settle(this.#counts, this.#group(visit), now);
    if (this.#publisher === null && this.#groups.size === 0) return null;
    const live = this.#liveSince !== null;
    const groups = [...this.#groups.values()];
    const sample: StreamSample = {
      stream: this.stream,
      publisher: this.#publisher,
      live,
      liveMs: this.#liveMs + (this.#liveSince === null ? 0 : now - this.#liveSince),
      ...this.#counts,
      keyFrameMs: Math.round(this.#counts.keyFrameMs),
      width: this.#publisher === null ? 0 : this.#width,
      height: this.#publisher === null ? 0 : this.#height,
      bytesOut: groups.reduce((sum, { bytesOut }) => sum + bytesOut, 0),
      viewers: this.#visits.size,
      viewerMs: groups.reduce((sum, { viewerMs }) => sum + viewerMs, 0),
      audience: fewest(groups),
    };
    this.#counts = counters();
    this.#groups = new Map();
    this.#liveMs = 0;
    if (live) this.#liveSince = now;
    else this.#publisher = null;
    return sample;
  }
}

const isNamed = ({ agent, referrer, country }: AudienceSample): boolean => `${agent}${referrer}${country}` !== '';

/** Those who watched longest by their words, and all others in one. */
function fewest(groups: AudienceSample[]): AudienceSample[] {
  if (groups.length <= MOST_AUDIENCES) return groups;
  const named = groups.filter(isNamed).sort((a, b) => b.viewerMs - a.viewerMs || b.sessions - a.sessions);
  const kept = named.slice(0, MOST_AUDIENCES - 1);
  const rest: AudienceSample = { ...NO_WORDS, sessions: 0, viewerMs: 0, bytesOut: 0 };
  for (const other of [...named.slice(kept.length), ...groups.filter((group) => !isNamed(group))]) {
    rest.sessions += other.sessions;
    rest.viewerMs += other.viewerMs;
    rest.bytesOut += other.bytesOut;
  }
  return [...kept, rest];
}
