import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Authenticator } from '../authenticate.ts';
import { authorize } from '../authorize.ts';
import { ApiError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Grant, Principal } from '../principal.ts';
import { type AuditFeed, auditFeed } from '../store/audit-feed.ts';
import { idAfter, timeOfId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import { Listener } from './listener.ts';
import { Room } from './room.ts';
import { ENDED, hello, mayHear, type Told } from './told.ts';

/** Every credential is read again, and the log for what other processes did, this often. */
const TICK_MS = 500;
/** Between two looks at the log, however much is changed meanwhile. */
const GAP_MS = 50;
/** Proxies cut longer silences, and so does our own time limit on idle connections. */
const HEARTBEAT_MS = 15_000;
/** A client that was away for longer reads again what it shows. */
const RESUME_MS = 3_600_000;
/** Rooms that are looked after at the same time: the database has others to serve. */
const AT_ONCE = 3;

/** Open connections of one person or key, of one organisation, and of all. */
export const MOST_LISTENERS = { own: 12, organisation: 500, all: 2_000 } as const;

const HEARTBEAT = Buffer.from(':\n\n');
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface EventsOptions {
  store: Store;
  authenticator: Authenticator;
  log: Logger;
}

const tooMany = (reason: string) => new ApiError('tooMany', { reason }, { 'Retry-After': '10' });

const differ = (a: Principal, b: Principal): boolean =>
  a.role !== b.role || a.rights.lo !== b.rights.lo || a.rights.hi !== b.rights.hi;

const audible = (told: readonly Told[], now: Principal): Buffer[] =>
  told.flatMap((one) => (mayHear(now, one) ? one.frame : []));

function admit(room: Room, all: number, { kind, id }: Principal): void {
  if (all >= MOST_LISTENERS.all || room.listeners.size >= MOST_LISTENERS.organisation)
    throw tooMany('Too many are listening already');
  let own = 0;
  for (const { grant } of room.listeners) if (grant.principal.kind === kind && grant.principal.id === id) own++;
  if (own >= MOST_LISTENERS.own) throw tooMany(`You are listening ${own} times already`);
}

/**
 * Tells open pages what was committed in their organisation, as far as they may read of it, and ends those whose right
 * to listen has gone. What is sent is measured by rights that were read after the row was: none are remembered.
 */
export class Events implements AsyncDisposable {
  readonly #feed: AuditFeed;
  readonly #authenticator: Authenticator;
  readonly #log: Logger;
  readonly #rooms = new Map<string, Room>();
  #count = 0;
  #closed = false;
  #following: Promise<void> | null = null;
  #nudged = false;
  #wake: () => void = () => {};
  /** By the clock of `performance`. */
  #nextTick = 0;
  #nextHeartbeat = 0;

  constructor({ store, authenticator, log }: EventsOptions) {
    this.#feed = auditFeed(store);
    this.#authenticator = authenticator;
    this.#log = log;
    store.onCommit(() => this.#nudge());
  }

  /**
   * A stream of events, open until the client leaves or its right to listen ends. `lastEventId` is as it was sent.
   * @throws ApiError tooMany beyond MOST_LISTENERS; unavailable once the server closes
   */
  open(grant: Grant, ip: string | null, lastEventId: unknown): Readable {
    if (this.#closed) throw new ApiError('unavailable', undefined, { 'Retry-After': '1' });
    const { organisation } = grant.principal;
    const room = this.#rooms.get(organisation) ?? new Room(organisation, this.#feed);
    admit(room, this.#count, grant.principal);
    const position = typeof lastEventId === 'string' && UUID.test(lastEventId) ? lastEventId : null;
    const resume = position !== null && timeOfId(position) > Date.now() - RESUME_MS ? position : null;
    const listener = new Listener({ grant, ip, resume, left: (gone) => this.#remove(room, gone) });
    this.#rooms.set(organisation, room);
    room.listeners.add(listener);
    this.#count++;
    this.#nudge();
    this.#following ??= this.#follow();
    return listener.stream;
  }

  /** Open connections. */
  get count(): number {
    return this.#count;
  }

  #remove(room: Room, listener: Listener): void {
    if (!room.listeners.delete(listener)) return;
    this.#count--;
    if (room.listeners.size === 0) this.#rooms.delete(room.organisation);
  }

  /** Without a last word the client takes it for a broken line, and comes again by itself. */
  #close(room: Room, listener: Listener, ...last: Buffer[]): void {
    this.#remove(room, listener);
    listener.close(...last);
  }

  #nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  async #follow(): Promise<void> {
    while (this.#rooms.size > 0) {
      this.#nudged = false;
      await this.#round();
      await sleep(GAP_MS);
      if (!this.#nudged) await this.#pause();
    }
    this.#following = null;
  }

  /** Until the next tick, or a commit before it. */
  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(0, this.#nextTick - performance.now()));
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }

  async #round(): Promise<void> {
    const now = performance.now();
    const isTick = now >= this.#nextTick;
    if (isTick) this.#nextTick = now + TICK_MS;
    const isBeat = now >= this.#nextHeartbeat;
    if (isBeat) this.#nextHeartbeat = now + HEARTBEAT_MS;
    const rooms = this.#rooms.values();
    const attend = async () => {
      for (const room of rooms) {
        await this.#visit(room, isTick);
        if (isBeat) for (const listener of room.listeners) listener.tell(HEARTBEAT);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, attend));
  }

  /** What ends a credential is a change like any other: between ticks, rights are read where there is news. */
  async #visit(room: Room, everybody: boolean): Promise<void> {
    try {
      const news = await room.news();
      const isQuiet = news !== null && news.length === 0 && !everybody;
      for (const listener of room.listeners) {
        if (listener.known === null) await this.#greet(room, listener);
        else if (!isQuiet) await this.#serve(room, listener, news);
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'rights could not be read: who was listening has to come again');
      for (const listener of room.listeners) this.#close(room, listener);
    }
  }

  async #greet(room: Room, listener: Listener): Promise<void> {
    const { resume } = listener;
    const missed = resume === null ? null : await room.missed(resume);
    const now = await this.#again(room, listener);
    if (!now) return;
    const isResumed = resume !== null && missed !== null;
    const greeting = hello(now, isResumed ? resume : idAfter(Date.now()), isResumed);
    listener.tell(greeting, ...audible(missed ?? [], now));
  }

  async #serve(room: Room, listener: Listener, news: readonly Told[] | null): Promise<void> {
    const { known } = listener;
    const now = await this.#again(room, listener);
    if (!now) return;
    const again = news === null || !known || differ(known, now) ? [hello(now, idAfter(Date.now()), false)] : [];
    listener.tell(...again, ...audible(news ?? [], now));
  }

  /** Who listens, as of now; null when that has just been ended. */
  async #again(room: Room, listener: Listener): Promise<Principal | null> {
    const { grant, ip } = listener;
    try {
      const now = await this.#authenticator.again(grant.principal, ip);
      if (authorize(now, grant.capability).allowed) {
        listener.known = now;
        return now;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    this.#close(room, listener, ENDED);
    return null;
  }

  /** Ends every stream at once, and admits no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const room of this.#rooms.values()) for (const listener of room.listeners) this.#close(room, listener);
    this.#nudge();
    await this.#following;
  }
}
