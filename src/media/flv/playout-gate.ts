import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndReason, Protocol } from '../engine.ts';
import { plainAddress } from '../rtmp/addresses.ts';
import type { EngineParts } from '../rtmp/connection.ts';
import type { LiveStream } from '../rtmp/live-stream.ts';
import type { Seat } from '../rtmp/on-air.ts';
import { header, type PlayoutTarget } from './playout-path.ts';
import { type Refusal, refusalOf } from './playout-reply.ts';

export interface PlayoutRequest {
  /** The session's id, and the id of the request in answers and logs. */
  id: string;
  protocol: Protocol & ('http-flv' | 'ws-flv');
  target: PlayoutTarget;
  request: IncomingMessage;
  socket: Socket;
}

export interface Admission {
  /** Called in the tick of the verdict; false when the socket cannot carry media. */
  accept(): boolean;
  /** Writes what comes before the first tag. */
  prepare(stream: LiveStream): void;
  refuse(refusal: Refusal): void;
  destroy(reason: EndReason): void;
}

/** Asks the door for one viewer and seats it. Gives the seat, or null when it was refused or has gone. */
export async function admit(around: EngineParts, wanted: PlayoutRequest, how: Admission): Promise<Seat | null> {
  const { id, protocol, target, request, socket } = wanted;
  const ip = plainAddress(socket.remoteAddress);
  const verdict = await around.door.authorise({
    session: id,
    action: 'play',
    protocol,
    ...target,
    ip,
    userAgent: header(request, 'user-agent'),
    origin: header(request, 'origin'),
    referrer: header(request, 'referer'),
  });
  if (!verdict.allow) {
    if (verdict.delayMs) await sleep(verdict.delayMs, undefined, { ref: false });
    how.refuse(refusalOf(verdict.code, verdict.message));
    return null;
  }
  // Whoever has closed its side meanwhile will never be heard to leave.
  if (socket.destroyed || !socket.writable || socket.readableEnded) {
    how.destroy('closed');
    return null;
  }
  // No await from here to the seat: a lock that arrives now finds the session either refused or on the list.
  if (!around.door.stillAllowed(verdict)) {
    how.refuse(refusalOf('locked', 'Not allowed any more.'));
    return null;
  }
  if (!how.accept()) return null;
  const session = {
    id,
    action: 'play' as const,
    protocol,
    stream: verdict.stream,
    epoch: verdict.epoch,
    ip,
    since: Date.now(),
    bytes: 0,
  };
  const format = protocol === 'ws-flv' ? 'ws' : 'flv';
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 15_000);
  const seat = around.onAir.play({ session, destroy: how.destroy }, { format, sink: socket, prepare: how.prepare });
  // HTTP sockets stay half open after the peer's end: without this a viewer that left would stay on the list.
  socket.once('end', () => around.onAir.close(seat, 'closed'));
  socket.once('close', () => around.onAir.end(seat, 'closed'));
  return seat;
}
