import type { EndReason, EngineMessage, KickRequest, KickResult, MediaSession, StreamStats } from '../engine.ts';
import type { MediaTag } from '../flv/tag.ts';
import type { Limits } from './limits.ts';
import { LiveStream } from './live-stream.ts';
import type { Format } from './packets.ts';
import { type Sink, Viewer } from './viewer.ts';

/** What a session brings when it has passed the door. */
export interface Entrance {
  session: MediaSession;
  /** Destroys the connection at once, without a goodbye. Must bear being called twice. */
  destroy(reason: EndReason): void;
}

/** A session's place on air. It is live until `end` was called for it, and only then. */
export interface Seat {
  readonly session: MediaSession;
  readonly stream: LiveStream;
  readonly viewer: Viewer | null;
  /** When a viewer whose stream is not on air gives up, in `performance.now()` milliseconds. */
  waitsUntil: number;
  destroy(reason: EndReason): void;
}

/** Who is on air: the set of live sessions and the streams they belong to. Everything here happens in one tick. */
export class OnAir {
  readonly #seats = new Map<string, Seat>();
  readonly #streams = new Map<string, LiveStream>();
  readonly #report: (message: EngineMessage) => void;
  readonly #limits: Limits;

  constructor(report: (message: EngineMessage) => void, limits: Limits) {
    this.#report = report;
    this.#limits = limits;
  }

  /** Null when the stream has a publisher that is not silent. */
  publish(entrance: Entrance): Seat | null {
    const { session } = entrance;
    const stream = this.#stream(session.stream);
    const present = stream.publisher;
    if (present !== null) {
      if (Date.now() - (stream.lastMediaAt ?? present.since) < this.#limits.yieldMs) return null;
      const seat = this.#seats.get(present.id);
      if (seat) this.close(seat, 'timeout');
    }
    // Closing the silent publisher may have been the end of the stream object.
    const seat = this.#seat(entrance, { stream: this.#stream(session.stream), viewer: null });
    seat.stream.start(session);
    return seat;
  }

  /** A viewer of a stream that is not on air has its seat too, and waits. `prepare` writes what comes before media. */
  play(entrance: Entrance, how: { format: Format; sink: Sink; prepare(stream: LiveStream): void }): Seat {
    const stream = this.#stream(entrance.session.stream);
    const viewer = new Viewer(entrance.session, how.format, how.sink);
    const seat = this.#seat(entrance, { stream, viewer });
    how.prepare(stream);
    stream.add(viewer);
    return seat;
  }

  /** False unless `seat` is the stream's publisher at this moment. */
  feed(seat: Seat, tag: MediaTag): boolean {
    if (seat.stream.publisher !== seat.session || !this.#seats.has(seat.session.id)) return false;
    seat.session.bytes += tag.data.length;
    seat.stream.feed(tag);
    return true;
  }

  /** Reports the end, once; the connection is the caller's. */
  end(seat: Seat, reason: EndReason): void {
    if (!this.#seats.delete(seat.session.id)) return;
    const { stream, session, viewer } = seat;
    if (viewer !== null) stream.remove(viewer);
    else if (stream.publisher === session) {
      stream.stop();
      this.#letWait(stream);
    }
    this.#dropIfEmpty(stream);
    this.#report({ type: 'end', session: { ...session }, reason });
  }

  close(seat: Seat, reason: EndReason): void {
    seat.destroy(reason);
    this.end(seat, reason);
  }

  kick(request: KickRequest): KickResult {
    const { epoch, target } = request;
    const { stream, session, action } = target;
    const closed = { publishers: 0, viewers: 0 };
    // A target that names neither would be everyone: nobody means that.
    if (stream === undefined && session === undefined) return { matched: 0, closed };
    const matching = [...this.#seats.values()].filter(
      ({ session: on }) =>
        (stream === undefined || on.stream === stream) &&
        (session === undefined || on.id === session) &&
        (action === undefined || on.action === action) &&
        (epoch === undefined || on.epoch < epoch),
    );
    for (const seat of matching) {
      closed[seat.viewer === null ? 'publishers' : 'viewers']++;
      this.close(seat, 'kicked');
    }
    return { matched: matching.length, closed };
  }

  closeAll(reason: EndReason): void {
    for (const seat of [...this.#seats.values()]) this.close(seat, reason);
  }

  list(): MediaSession[] {
    return Array.from(this.#seats.values(), ({ session }) => ({ ...session }));
  }

  stats(): StreamStats[] {
    const oldest = new Map<LiveStream, number>();
    for (const { stream, session } of this.#seats.values()) {
      oldest.set(stream, Math.min(oldest.get(stream) ?? session.epoch, session.epoch));
    }
    return Array.from(oldest, ([stream, oldestEpoch]) => ({ ...stream.stats(), oldestEpoch }));
  }

  /** Closes viewers who have waited long enough for their stream. */
  sweep(): void {
    const now = performance.now();
    for (const seat of [...this.#seats.values()]) {
      if (seat.viewer !== null && seat.stream.publisher === null && now > seat.waitsUntil) this.close(seat, 'timeout');
    }
  }

  #seat(entrance: Entrance, on: { stream: LiveStream; viewer: Viewer | null }): Seat {
    const waitsUntil = performance.now() + this.#limits.waitMs;
    const seat: Seat = { session: entrance.session, ...on, waitsUntil, destroy: entrance.destroy };
    this.#seats.set(entrance.session.id, seat);
    this.#report({ type: 'start', session: { ...entrance.session } });
    return seat;
  }

  #stream(id: string): LiveStream {
    const known = this.#streams.get(id);
    if (known) return known;
    const stream = new LiveStream(id, this.#limits, (viewer) => {
      const seat = this.#seats.get(viewer.session.id);
      if (seat) this.close(seat, 'timeout');
    });
    this.#streams.set(id, stream);
    return stream;
  }

  #letWait(stream: LiveStream): void {
    const waitsUntil = performance.now() + this.#limits.waitMs;
    for (const viewer of stream.viewers) {
      const seat = this.#seats.get(viewer.session.id);
      if (seat) seat.waitsUntil = waitsUntil;
    }
  }

  #dropIfEmpty(stream: LiveStream): void {
    if (stream.publisher !== null || stream.viewers.size > 0) return;
    stream.close();
    if (this.#streams.get(stream.id) === stream) this.#streams.delete(stream.id);
  }
}
