import type { MediaSession } from '../engine.ts';
import type { Format, Packets } from './packets.ts';

/** The part of a socket a viewer needs. */
export interface Sink {
  readonly writableLength: number;
  write(bytes: Buffer): unknown;
}

/** What a stream sends to all its viewers at once. */
export interface Batch {
  all: Packets;
  /** From the last key frame on; null when the batch has none. Audio alone can be entered anywhere. */
  fromKey: Packets | null;
  /** Pictures in it, and how many of them come before `fromKey`. */
  frames: number;
  framesBeforeKey: number;
  /** The configuration that was current before the batch. */
  version: number;
  now: number;
}

/** What a viewer needs besides the batch, made by the stream when asked. */
export interface Surroundings {
  /** Unsent bytes a viewer may have. */
  bound: number;
  stuckMs: number;
  version: number;
  configuration(): Packets;
}

/**
 * One viewer of a stream. At the live edge it gets every batch; when too much lies unsent it gets nothing until the
 * next key frame after that has gone down. Nobody else's pace depends on it.
 */
export class Viewer {
  readonly session: MediaSession;
  readonly format: Format;
  /** When its first media went down, in `performance.now()` milliseconds; 0 before. */
  startedAt = 0;
  /** Pictures that were kept from it because it was too slow. */
  dropped = 0;
  readonly #sink: Sink;
  #skipping = true;
  /** It skips because it is slow, and not because it waits for its first key frame. */
  #behind = false;
  #version = -1;
  #stuckSince = 0;

  constructor(session: MediaSession, format: Format, sink: Sink) {
    this.session = session;
    this.format = format;
    this.#sink = sink;
  }

  send(packets: Packets): void {
    const bytes = packets.as(this.format);
    if (bytes.length === 0) return;
    if (this.startedAt === 0) this.startedAt = performance.now();
    this.session.bytes += bytes.length;
    this.#sink.write(bytes);
  }

  /** Starts at the live edge: what was sent brought this viewer up to the present. */
  join(burst: Packets): void {
    this.send(burst);
    this.#skipping = false;
    this.#stuckSince = 0;
  }

  /** Waits for the next key frame. `version` is the configuration it has, -1 for none. */
  waitForKey(version: number): void {
    if (!this.#skipping) this.#version = version;
    this.#skipping = true;
    this.#behind = false;
  }

  /** Gives false when the viewer has taken nothing for too long and should be closed. */
  take(batch: Batch, around: Surroundings): boolean {
    const backlog = this.#sink.writableLength;
    if (this.#skipping) return this.#resume(batch, around, backlog);
    if (backlog > around.bound) {
      this.waitForKey(batch.version);
      this.#stuckSince = batch.now;
      this.#behind = true;
      this.dropped += batch.frames;
      return true;
    }
    this.send(batch.all);
    return true;
  }

  #resume(batch: Batch, around: Surroundings, backlog: number): boolean {
    if (backlog > around.bound / 2) {
      if (this.#stuckSince === 0) this.#stuckSince = batch.now;
      this.#behind = true;
      this.dropped += batch.frames;
      return batch.now - this.#stuckSince < around.stuckMs;
    }
    this.#stuckSince = 0;
    if (this.#behind) this.dropped += batch.fromKey === null ? batch.frames : batch.framesBeforeKey;
    if (batch.fromKey === null) return true;
    if (this.#version !== around.version) this.send(around.configuration());
    this.#skipping = false;
    this.#behind = false;
    this.send(batch.fromKey);
    return true;
  }
}
