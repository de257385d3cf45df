import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MediaSession } from '../engine.ts';
import { within } from '../flv/networks.ts';
import { admit } from '../flv/playout-gate.ts';
import { readTarget } from '../flv/playout-path.ts';
import { badRequest, type Refusal, refusalOf, sendRefusal } from '../flv/playout-reply.ts';
import { Addresses } from '../rtmp/addresses.ts';
import type { EngineParts } from '../rtmp/connection.ts';
import type { Seat } from '../rtmp/on-air.ts';
import { isSession, newSecret, playlistUri, readFilePath } from './hls-path.ts';
import { HEADERS, sendFile } from './hls-reply.ts';
import { HlsSession } from './hls-session.ts';
import { Packaging } from './packaging.ts';
import { isSegment, masterPlaylist } from './playlist.ts';

/** A request for HLS: the id it is logged under, and the viewer's address. */
export interface HlsRequest {
  id: string;
  ip: string;
  request: IncomingMessage;
  response: ServerResponse;
}

interface Entered {
  secret: string;
  session: HlsSession;
  seat: Seat;
  /** Whether its files may be fetched from this address. */
  mayCome(ip: string): boolean;
}

const SWEEP_MS = 500;
const NOT_YET = refusalOf('unavailable', 'This stream is not on air yet, try again');

/**
 * HLS: a name's playlist asks the door once and opens a session; playlist and segments then lie under a path that
 * nobody else knows, for as long as the session is on air.
 */
export class HlsPlayout implements AsyncDisposable {
  readonly #around: EngineParts;
  readonly #packaging: Packaging;
  /** By the hash of its secret: how long a look-up takes says nothing of any secret. */
  readonly #sessions = new Map<string, Entered>();
  /** Sessions outlive their connections, so they have an allowance of their own. */
  readonly #addresses = new Addresses();
  readonly #sweeper: NodeJS.Timeout;

  constructor(around: EngineParts) {
    this.#around = around;
    this.#packaging = new Packaging(around);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
  }

  /** Answers a GET or HEAD for which `isHls` is true. */
  answer(asked: HlsRequest): void {
    if (isSession(asked.request.url ?? '')) this.#file(asked);
    else if (asked.request.method === 'HEAD') asked.response.writeHead(200, HEADERS.playlist).end();
    else this.#open(asked);
  }

  #file({ id, ip, request, response }: HlsRequest): void {
    const path = readFilePath(request.url ?? '');
    const entered = path === null ? undefined : this.#sessions.get(hash('sha256', path.secret));
    const file = entered?.session.line.segmenter.window.file(path!.file);
    if (!entered?.mayCome(ip) || !file || entered.session.busy) {
      sendRefusal(response, badRequest(entered?.mayCome(ip) && entered.session.busy ? 429 : 404), id);
      return;
    }
    const { session, seat } = entered;
    session.answering(response, this.#around.limits.stuckMs);
    const sent = sendFile(response, file, { id, head: request.method === 'HEAD' });
    if (sent > 0 && isSegment(path!.file)) seat.visit?.answered();
    seat.stream.answered(seat.session, sent);
  }

  #open(asked: HlsRequest): void {
    const { id, ip, request, response } = asked;
    const target = readTarget(request.url ?? '', 'm3u8', this.#around.limits);
    const all = this.#around.limits.maxConnectionsPerAddress;
    const ticket = typeof target === 'number' ? null : this.#addresses.admit(ip, { all, pending: all });
    if (typeof target === 'number' || ticket === null) {
      sendRefusal(response, badRequest(typeof target === 'number' ? target : 429), id);
      return;
    }
    let entered: Entered | null = null;
    const refuse = (refusal: Refusal): void => sendRefusal(response, refusal, id);
    const enter = (session: MediaSession): void => {
      entered = this.#enter(session, { refuse, gone: () => ticket.release() });
    };
    const wanted = { id, protocol: 'hls', target, request, socket: request.socket, ip } as const;
    admit(this.#around, wanted, { enter, refuse, gone: () => response.destroy() })
      .then(async () => {
        if (entered === null) ticket.release();
        else await this.#greet(entered, asked);
      })
      .catch((error) => {
        this.#around.log.error({ session: id, err: error }, 'playout session failed');
        if (entered !== null) this.#around.onAir.close((entered as Entered).seat, 'closed');
        ticket.release();
        response.destroy();
      });
  }

  /** Seats the viewer. Null when the stream cannot be packaged, which was answered then. */
  #enter(media: MediaSession, how: { refuse(refusal: Refusal): void; gone(): void }): Entered | null {
    const secret = newSecret();
    const key = hash('sha256', secret);
    const mayCome = media.from === undefined ? () => true : within([media.from]);
    let session: HlsSession | null = null;
    const seat = this.#around.onAir.read({
      session: media,
      destroy: (reason) => {
        if (!this.#sessions.delete(key) || session === null) return;
        this.#packaging.leave(session.line);
        session.finish(reason);
        how.gone();
      },
    });
    const line = this.#packaging.enter(seat.stream);
    if ('status' in line) {
      this.#around.onAir.end(seat, 'closed');
      how.refuse(line);
      return null;
    }
    session = new HlsSession(line);
    const entered = { secret, session, seat, mayCome };
    this.#sessions.set(key, entered);
    return entered;
  }

  /** The session's first answer, as soon as there is something to play. */
  async #greet({ secret, session, seat }: Entered, { id, response }: HlsRequest): Promise<void> {
    const { segmenter } = session.line;
    const given = new Promise<void>((resolve) => response.once('close', resolve));
    const late = new AbortController();
    const patience = sleep(this.#around.limits.hlsFirstMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([segmenter.ready, session.over, given, patience]);
    late.abort();
    session.waiting = false;
    const rendition = segmenter.window.rendition();
    if (rendition === null) session.refusal ??= session.line.refusal ?? NOT_YET;
    if (rendition === null || response.destroyed) this.#around.onAir.close(seat, 'closed');
    if (rendition === null || session.refusal !== null) {
      sendRefusal(response, session.refusal ?? NOT_YET, id);
      return;
    }
    session.answering(response, this.#around.limits.stuckMs);
    const body = masterPlaylist(rendition, playlistUri(secret));
    seat.stream.answered(seat.session, sendFile(response, { type: 'playlist', body }, { id, head: false }));
  }

  #sweep(): void {
    const now = performance.now();
    this.#packaging.sweep(now);
    for (const { session, seat } of [...this.#sessions.values()]) {
      session.giveUpSlow(now);
      if (session.line.refusal !== null || session.idle(now, this.#around.limits.hlsIdleMs))
        this.#around.onAir.close(seat, 'closed');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#packaging[Symbol.asyncDispose]();
  }
}
