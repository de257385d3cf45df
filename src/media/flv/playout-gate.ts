import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndReason, MediaSession, Protocol } from '../engine.ts';
import type { EngineParts } from '../rtmp/connection.ts';
import { termsOf } from '../rtmp/door.ts';
import type { LiveStream } from '../rtmp/live-stream.ts';
import { header, type PlayoutTarget } from './playout-path.ts';
import { type Refusal, refusalOf } from './playout-reply.ts';

export interface PlayoutRequest {
  /** The session's id, and the id of the request in answers and logs. */
  id: string;
  protocol: Exclude<Protocol, 'rtmp'>;
  target: PlayoutTarget;
  request: IncomingMessage;
  socket: Socket;
  /** The viewer's address, seen through the proxies that are trusted. */
  ip: string;
}

export interface Admission {
  /** Called in the tick of the verdict: takes the session's seat. */
  enter(session: MediaSession): void;
  refuse(refusal: Refusal): void;
  /** Whoever asked has gone meanwhile. */
  gone(): void;
}

/** Asks the door for one viewer, and lets it enter or refuses it. */
export async function admit(around: EngineParts, wanted: PlayoutRequest, how: Admission): Promise<void> {
  const { id, protocol, target, request, socket, ip } = wanted;
  const verdict = await around.door.authorise({
    session: id,
    action: 'play',
    protocol,
    ...target,
    ip,
    userAgent: header(request, 'user-agent'),
    origin: header(request, 'origin'),
    referrer: header(request, 'referer'),
    authorization: header(request, 'authorization'),
  });
  if (!verdict.allow) {
    if (verdict.delayMs) await sleep(verdict.delayMs, undefined, { ref: false });
    return how.refuse(refusalOf(verdict.code, verdict.message));
  }
  // Whoever has closed its side meanwhile will never be heard to leave.
  if (socket.destroyed || !socket.writable || socket.readableEnded) return how.gone();
  // No await from here to the seat: a lock that arrives now finds the session either refused or on the list.
  const objection = around.door.objection(verdict);
  if (objection !== null) return how.refuse(refusalOf(objection.code, objection.message));
  how.enter({ id, action: 'play', protocol, ...termsOf(verdict), ip, since: Date.now(), bytes: 0 });
}

export interface Stage {
  around: EngineParts;
  socket: Socket;
  destroy(reason: EndReason): void;
  /** Writes what comes before the first tag. */
  prepare(stream: LiveStream): void;
}

/** Seats a viewer that is sent FLV over the socket it asked on, for as long as that socket lives. */
export function seatOnSocket({ around, socket, destroy, prepare }: Stage, session: MediaSession): void {
  const format = session.protocol === 'ws-flv' ? 'ws' : 'flv';
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 15_000);
  const seat = around.onAir.play({ session, destroy }, { format, sink: socket, prepare });
  // HTTP sockets stay half open after the peer's end: without this a viewer that left would stay on the list.
  socket.once('end', () => around.onAir.close(seat, 'closed'));
  socket.once('close', () => around.onAir.end(seat, 'closed'));
}
