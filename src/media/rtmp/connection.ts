import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from '../../log.ts';
import type { EndReason } from '../engine.ts';
import { plainAddress, type Ticket } from './addresses.ts';
import { ChunkReader } from './chunk-reader.ts';
import type { Door } from './door.ts';
import { serverHandshake } from './handshake.ts';
import type { Limits } from './limits.ts';
import type { RtmpMessage } from './message.ts';
import { MessageBudget } from './message-budget.ts';
import type { OnAir, Seat } from './on-air.ts';
import { ProtocolError } from './protocol-error.ts';
import { acknowledgement, WINDOW } from './replies.ts';

/** What sessions share with their engine. */
export interface EngineParts {
  door: Door;
  onAir: OnAir;
  limits: Limits;
  log: Logger;
}

/** What one connection has said of itself in `connect`. */
export interface Peer {
  app: string;
  userAgent: string | null;
  referrer: string | null;
}

/** A peer that lets our small answers pile up to this is not reading. */
const MAX_UNREAD_ANSWERS = 256 * 1024;
/** A read this long says that more is waiting. */
const FULL_READ = 32 * 1024;
const LINGER_MS = 200;

/**
 * One RTMP connection: bytes in, messages to `handle`, answers out. It ends by exactly one `close`, and whatever goes
 * wrong inside it ends only itself.
 */
export class RtmpConnection {
  readonly id = randomUUID();
  readonly ip: string;
  readonly around: EngineParts;
  readonly socket: Socket;
  peer: Peer | null = null;
  /** The session on air, once the door let it in. */
  seat: Seat | null = null;
  /** The message stream that publishes or plays. */
  streamId = 0;
  /** Message streams created so far. */
  streams = 0;
  closed = false;
  /** `performance.now()` by which the connection must have come further. */
  deadline: number;
  /** The last media of a publisher, likewise. */
  mediaAt = 0;
  readonly #ticket: Ticket;
  readonly #handle: (connection: RtmpConnection, message: RtmpMessage) => void;
  readonly #gone: (connection: RtmpConnection) => void;
  readonly #reader: ChunkReader;
  readonly #budget: MessageBudget;
  #handshake: ReturnType<typeof serverHandshake> | null = serverHandshake();
  #held = false;
  #refused = false;
  #authorised = false;
  #bytesIn = 0;
  #acknowledged = 0;
  #window = WINDOW;

  constructor(
    socket: Socket,
    around: EngineParts,
    how: {
      ticket: Ticket;
      handle(connection: RtmpConnection, message: RtmpMessage): void;
      gone(connection: RtmpConnection): void;
    },
  ) {
    this.socket = socket;
    this.around = around;
    this.ip = plainAddress(socket.remoteAddress);
    this.deadline = performance.now() + around.limits.handshakeMs;
    this.#ticket = how.ticket;
    this.#handle = how.handle;
    this.#gone = how.gone;
    const { command, data, chunkStreams } = around.limits;
    this.#budget = new MessageBudget(around.limits);
    this.#reader = new ChunkReader({ message: command, command, data, partial: command, chunkStreams });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 15_000);
    socket.on('data', (bytes) => {
      if (bytes.length >= FULL_READ) this.#takeTurns();
      this.#guard(() => this.#receive(bytes));
    });
    socket.on('error', () => this.close('closed'));
    socket.on('close', () => this.close('closed'));
    socket.on('end', () => this.close('closed'));
  }

  #guard(work: () => void): void {
    if (this.closed) return;
    try {
      work();
    } catch (error) {
      const known = error instanceof ProtocolError;
      const { log } = this.around;
      if (known) log.info({ session: this.id, ip: this.ip, why: error.message }, 'rtmp connection closed');
      else log.error({ session: this.id, err: error }, 'rtmp connection failed');
      this.close('protocol');
    }
  }

  /** One full read per turn of the event loop: a peer that sends all it can must not be served before everyone else. */
  #takeTurns(): void {
    this.socket.pause();
    setImmediate(() => {
      if (!this.#held && !this.closed) this.socket.resume();
    });
  }

  #receive(bytes: Buffer): void {
    if (this.#refused) return;
    this.#bytesIn += bytes.length;
    if (!this.#authorised && this.#bytesIn > this.around.limits.unauthorisedBytes) {
      throw new ProtocolError('too much before a verdict');
    }
    if (this.#handshake === null) this.#reader.push(bytes);
    else if (!this.#greet(bytes)) return;
    this.#drain();
    if (this.#bytesIn - this.#acknowledged >= this.#window / 2) {
      this.#acknowledged = this.#bytesIn;
      this.send(acknowledgement(this.#bytesIn));
    }
  }

  #greet(bytes: Buffer): boolean {
    const { reply, rest } = this.#handshake!(bytes);
    if (reply !== null) this.send(reply);
    if (rest === null) return false;
    this.#handshake = null;
    this.deadline = performance.now() + this.around.limits.enterMs;
    this.#reader.push(rest);
    return true;
  }

  #drain(): void {
    while (!this.#held && !this.closed && !this.#refused) {
      const message = this.#reader.next();
      if (message === null) return;
      this.#budget.spend(message);
      this.#handle(this, message);
    }
  }

  send(bytes: Buffer): void {
    if (this.closed) return;
    if (this.socket.writableLength <= MAX_UNREAD_ANSWERS) this.socket.write(bytes);
    // A viewer that is behind may have media unsent; it only misses the answer.
    else if (this.seat === null || this.seat.viewer === null) throw new ProtocolError('answers are not read');
  }

  /** The window after which the peer wants an acknowledgement; small ones would have us write more than we read. */
  setWindow(size: number): void {
    this.#window = Math.max(64 * 1024, size);
  }

  /** Reads nothing more until `release`: what arrives stays with the sender. */
  hold(): void {
    this.#held = true;
    this.deadline = Number.POSITIVE_INFINITY;
    this.socket.pause();
  }

  release(): void {
    this.#guard(() => {
      this.#held = false;
      this.deadline = performance.now() + this.around.limits.enterMs;
      this.#drain();
      if (!this.closed && !this.#held) this.socket.resume();
    });
  }

  /** The door let the session in: from here on its media counts. */
  admit(seat: Seat): void {
    const { message, command, data, partial, chunkStreams } = this.around.limits;
    this.seat = seat;
    this.mediaAt = performance.now();
    this.#authorised = true;
    this.#ticket.authorised();
    // A player has no reason to send anything large.
    if (seat.viewer === null) this.#reader.limits = { message, command, data, partial, chunkStreams };
  }

  /** The session ends and the connection stays, as after `deleteStream`. */
  leave(reason: EndReason): void {
    const seat = this.seat;
    if (seat === null) return;
    this.seat = null;
    this.deadline = performance.now() + this.around.limits.enterMs;
    this.around.onAir.end(seat, reason);
  }

  /** Says why, then closes. Nothing the peer sends is looked at any more. */
  refuse(answer: Buffer): void {
    if (this.closed) return;
    this.#refused = true;
    this.#held = false;
    this.deadline = performance.now() + LINGER_MS;
    // Unread bytes would turn the close into a reset, and the peer would never see the answer.
    this.socket.resume();
    this.socket.end(answer);
  }

  /** Called several times a second. */
  sweep(now: number): void {
    if (this.closed) return;
    if (this.#refused || this.seat === null) {
      if (now > this.deadline) this.close('timeout');
    } else if (this.seat.viewer === null && now - this.mediaAt > this.around.limits.idleMs) this.close('timeout');
  }

  /** Destroys the socket: a peer that ignores a goodbye would go on. */
  close(reason: EndReason): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.destroy();
    this.#ticket.release();
    this.#gone(this);
    const seat = this.seat;
    this.seat = null;
    if (seat !== null) this.around.onAir.end(seat, reason);
  }
}
