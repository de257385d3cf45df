import type { Logger } from '../../log.ts';
import type {
  EndReason,
  EngineMessage,
  GuardRequest,
  KickRequest,
  KickResult,
  MediaSession,
  Push,
  StreamFigures,
  StreamStats,
} from '../engine.ts';
import { shutOutBy } from '../flv/guarding.ts';
import type { MediaTag } from '../flv/tag.ts';
import { Forward } from './forward.ts';
import type { Limits } from './limits.ts';
import { LiveStream } from './live-stream.ts';
import type { Format } from './packets.ts';
import type { Tally } from './tally.ts';
import { type Sink, Viewer } from './viewer.ts';
import type { Visit } from './visit.ts';

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
  /** Set for those who are sent the stream; publishers and readers have none. */
  readonly viewer: Viewer | null;
  /** A viewer's stay, for the samples. */
  readonly visit: Visit | null;
  /** When a viewer whose stream is not on air gives up, in `performance.now()` milliseconds. */
  waitsUntil: number;
  destroy(reason: EndReason): void;
}

/** What of a stream's figures is of its sessions. */
type Summed = 'oldestEpoch' | 'oldestGuardianEpoch' | 'viewersWithoutToken';

/** A viewer whom no token admitted. */
const isOpen = ({ action, token }: MediaSession): boolean => action === 'play' && token === undefined;

export interface OnAirOptions {
  report(message: EngineMessage): void;
  /** Where what happens to a stream is counted. */
  tally(stream: string): Tally;
  limits: Limits;
  log: Logger;
}

/** Of one stream's publishers that were kept out, no more than one is told in this time. */
const DUPLICATE_MS = 1_000;

/** Who is on air: the set of live sessions and the streams they belong to. Everything here happens in one tick. */
export class OnAir {
  readonly #seats = new Map<string, Seat>();
  readonly #streams = new Map<string, LiveStream>();
  readonly #report: (message: EngineMessage) => void;
  readonly #tally: (stream: string) => Tally;
  readonly #limits: Limits;
  readonly #log: Logger;
  /** By stream, of those that are on air and forwarded. */
  readonly #forwards = new Map<string, Forward>();

  constructor({ report, tally, limits, log }: OnAirOptions) {
    this.#report = report;
    this.#tally = tally;
    this.#limits = limits;
    this.#log = log;
  }

  /** Null when the stream has a publisher that is not silent. */
  publish(entrance: Entrance): Seat | null {
    const { session } = entrance;
    const stream = this.#stream(session.stream);
    const present = stream.publisher;
    if (present !== null) {
      if (Date.now() - (stream.lastMediaAt ?? present.since) < this.#limits.yieldMs) {
        this.#tellDuplicate(stream, session.ip);
        return null;
      }
      const seat = this.#seats.get(present.id);
      if (seat) this.close(seat, 'timeout');
    }
    // Closing the silent publisher may have been the end of the stream object.
    const seat = this.#seat(entrance, { stream: this.#stream(session.stream), viewer: null });
    seat.stream.start(session);
    return seat;
  }

  #tellDuplicate(stream: LiveStream, ip: string): void {
    const now = performance.now();
    if (now - stream.duplicateAt < DUPLICATE_MS) return;
    stream.duplicateAt = now;
    this.#report({ type: 'duplicate', stream: stream.id, ip });
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

  /** A viewer that fetches what it plays, request by request: it is on air, and is sent nothing. */
  read(entrance: Entrance): Seat {
    const seat = this.#seat(entrance, { stream: this.#stream(entrance.session.stream), viewer: null });
    seat.stream.readers.add(entrance.session);
    return seat;
  }

  /** Forwards a stream from now on, until its publisher goes; null: nowhere. One that is not on air is not touched. */
  push(id: string, push: Push | null): void {
    const stream = this.#streams.get(id);
    if (!stream?.publisher || (push !== null && this.#forwards.get(id)?.goesOn(push))) return;
    this.#stopForward(id);
    if (push !== null) this.#forwards.set(id, new Forward({ stream, push, limits: this.#limits, log: this.#log }));
  }

  #stopForward(id: string): void {
    this.#forwards.get(id)?.stop();
    this.#forwards.delete(id);
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
    const { stream, session, viewer, visit } = seat;
    if (visit !== null) stream.tally.leave(visit);
    let sent = 0;
    let last: StreamFigures | null = null;
    if (viewer !== null) stream.remove(viewer);
    else if (session.action === 'play') stream.readers.delete(session);
    else if (stream.publisher === session) {
      last = stream.stats();
      stream.stop();
      sent = stream.sent;
      this.#stopForward(stream.id);
      this.#letWait(stream);
    }
    this.#dropIfEmpty(stream);
    this.#report({ type: 'end', session: { ...session }, reason, sent, last });
  }

  close(seat: Seat, reason: EndReason): void {
    seat.destroy(reason);
    this.end(seat, reason);
  }

  kick(request: KickRequest): KickResult {
    const { epoch, target } = request;
    const { stream, session, token, action } = target;
    const closed = { publishers: 0, viewers: 0 };
    // A target that names none of them would be everyone: nobody means that.
    if (stream === undefined && session === undefined && typeof token !== 'string') return { matched: 0, closed };
    const matching = [...this.#seats.values()].filter(
      ({ session: on }) =>
        (stream === undefined || on.stream === stream) &&
        (session === undefined || on.id === session) &&
        (token === undefined || (token === null ? isOpen(on) : on.token === token)) &&
        (action === undefined || on.action === action) &&
        (epoch === undefined || on.epoch < epoch),
    );
    for (const seat of matching) {
      closed[seat.session.action === 'publish' ? 'publishers' : 'viewers']++;
      this.close(seat, 'kicked');
    }
    return { matched: matching.length, closed };
  }

  /** Ends the viewers whom the rules shut out; the others are measured by them now. */
  guard({ organisation, epoch, rules }: GuardRequest): KickResult {
    const isShutOut = shutOutBy(rules);
    let viewers = 0;
    for (const seat of [...this.#seats.values()]) {
      const { guarded, ip, pages = [] } = seat.session;
      if (guarded?.organisation !== organisation || guarded.epoch >= epoch) continue;
      seat.session.guarded = { organisation, epoch };
      if (!isShutOut({ ip, pages })) continue;
      viewers++;
      this.close(seat, 'kicked');
    }
    return { matched: viewers, closed: { publishers: 0, viewers } };
  }

  closeAll(reason: EndReason): void {
    for (const seat of [...this.#seats.values()]) this.close(seat, reason);
  }

  list(): MediaSession[] {
    return Array.from(this.#seats.values(), ({ session }) => ({ ...session }));
  }

  stats(): StreamStats[] {
    const sums = new Map<LiveStream, Pick<StreamStats, Summed>>();
    for (const { stream, session } of this.#seats.values()) {
      const { epoch, guarded } = session;
      const sum = sums.get(stream) ?? { oldestEpoch: epoch, oldestGuardianEpoch: null, viewersWithoutToken: 0 };
      sum.oldestEpoch = Math.min(sum.oldestEpoch, epoch);
      if (guarded) sum.oldestGuardianEpoch = Math.min(sum.oldestGuardianEpoch ?? guarded.epoch, guarded.epoch);
      if (isOpen(session)) sum.viewersWithoutToken++;
      sums.set(stream, sum);
    }
    return Array.from(sums, ([stream, sum]) => ({
      ...stream.stats(),
      ...sum,
      push: this.#forwards.get(stream.id)?.stats ?? null,
    }));
  }

  /** Closes viewers who have waited long enough for their stream, and whoever's time is over. */
  sweep(): void {
    const [now, clock] = [performance.now(), Date.now()];
    for (const seat of [...this.#seats.values()]) {
      const { action, endsAt } = seat.session;
      const waits = action === 'play' && seat.stream.publisher === null;
      if (endsAt !== undefined && clock >= endsAt) this.close(seat, 'expired');
      else if (waits && now > seat.waitsUntil) this.close(seat, 'timeout');
    }
  }

  #seat(entrance: Entrance, on: { stream: LiveStream; viewer: Viewer | null }): Seat {
    const waitsUntil = performance.now() + this.#limits.waitMs;
    const { session, destroy } = entrance;
    const visit = session.action === 'play' ? on.stream.tally.enter(session, on.viewer) : null;
    const seat: Seat = { session, ...on, visit, waitsUntil, destroy };
    this.#seats.set(session.id, seat);
    this.#report({ type: 'start', session: { ...session } });
    return seat;
  }

  #stream(id: string): LiveStream {
    const known = this.#streams.get(id);
    if (known) return known;
    const stream = new LiveStream(this.#tally(id), this.#limits, (viewer) => {
      const seat = this.#seats.get(viewer.session.id);
      if (seat) this.close(seat, 'timeout');
    });
    this.#streams.set(id, stream);
    return stream;
  }

  #letWait(stream: LiveStream): void {
    const waitsUntil = performance.now() + this.#limits.waitMs;
    const waiting = [...Array.from(stream.viewers, ({ session }) => session), ...stream.readers];
    for (const { id } of waiting) {
      const seat = this.#seats.get(id);
      if (seat) seat.waitsUntil = waitsUntil;
    }
  }

  #dropIfEmpty(stream: LiveStream): void {
    if (stream.publisher !== null || stream.viewers.size + stream.readers.size > 0) return;
    stream.close();
    if (this.#streams.get(stream.id) === stream) this.#streams.delete(stream.id);
  }
}
