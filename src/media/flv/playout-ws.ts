import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EndReason } from '../engine.ts';
import type { EngineParts } from '../rtmp/connection.ts';
import type { LiveStream } from '../rtmp/live-stream.ts';
import { webSocketFrame } from '../rtmp/packets.ts';
import { admit, seatOnSocket } from './playout-gate.ts';
import { readTarget } from './playout-path.ts';
import { badRequest, type Refusal, rawRefusal } from './playout-reply.ts';
import { flvHead } from './tag.ts';

/** Players have nothing to tell us. */
const MAX_INBOUND = 1_024;
const MAX_INBOUND_PER_SECOND = 50;
/** No pong to a viewer that has this much unsent: pings must not be a way to fill our memory. */
const MAX_PONG_BACKLOG = 64 * 1024;
const CLOSE_GRACE_MS = 500;

/**
 * WebSocket-FLV. `ws` does the handshake and reads the frames of the player; media frames are the same for everyone
 * and go to the socket directly.
 */
export class WebSocketPlayout {
  readonly #around: EngineParts;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_INBOUND,
    perMessageDeflate: false,
    autoPong: false,
  });

  constructor(around: EngineParts) {
    this.#around = around;
    this.#server.on('wsClientError', (_error, socket) => {
      (socket as Socket).end(rawRefusal(badRequest(400), randomUUID()), () => socket.destroy());
    });
  }

  upgrade(request: IncomingMessage, { socket, ip }: { socket: Socket; ip: string }, head: Buffer): void {
    const id = randomUUID();
    const target = readTarget(request.url ?? '', 'flv', this.#around.limits);
    if (typeof target === 'number') {
      socket.end(rawRefusal(badRequest(target), id), () => socket.destroy());
      return;
    }
    let player: WebSocket | null = null;
    const open = (): boolean => {
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        player = webSocket;
        tend(webSocket, socket);
      });
      return player !== null;
    };
    const stage = {
      around: this.#around,
      socket,
      prepare: (stream: LiveStream) => void socket.write(webSocketFrame(flvHead(stream.tracks))),
      destroy: (reason: EndReason) => dismiss(socket, player, reason),
    };
    admit(
      this.#around,
      { id, protocol: 'ws-flv', target, request, socket, ip },
      {
        enter: (session) => {
          if (open()) seatOnSocket(stage, session);
        },
        refuse: (refusal) => {
          if (!socket.destroyed && open()) refuse(player!, socket, refusal);
        },
        gone: () => socket.destroy(),
      },
    ).catch((error) => {
      this.#around.log.error({ session: id, err: error }, 'playout session failed');
      socket.destroy();
    });
  }
}

function tend(webSocket: WebSocket, socket: Socket): void {
  const spend = inboundBudget(socket);
  webSocket.on('error', () => socket.destroy());
  webSocket.on('close', () => socket.destroy());
  webSocket.on('message', spend);
  webSocket.on('pong', spend);
  webSocket.on('ping', (data) => {
    spend();
    if (socket.writableLength < MAX_PONG_BACKLOG) webSocket.pong(data);
  });
}

/** Counts what a player sends, and closes one that only wants to keep us busy. */
function inboundBudget(socket: Socket): () => void {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) count = 0;
    second = now;
    if (++count > MAX_INBOUND_PER_SECOND) socket.destroy();
  };
}

/** Accepted first, because a browser tells its page nothing of a handshake that was refused. */
function refuse(webSocket: WebSocket, socket: Socket, refusal: Refusal): void {
  webSocket.close(
    refusal.close,
    Buffer.from(refusal.message)
      .subarray(0, 120)
      .toString('utf8')
      .replace(/\uFFFD/g, ''),
  );
  setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
}

const CLOSE_CODES: Partial<Record<EndReason, number>> = {
  kicked: 4403,
  expired: 4401,
  lease: 4503,
  shutdown: 4503,
  timeout: 4408,
};

/** The reason goes out if the socket takes it now; the socket goes in any case. */
function dismiss(socket: Socket, webSocket: WebSocket | null, reason: EndReason): void {
  const code = CLOSE_CODES[reason];
  if (code !== undefined && webSocket !== null && socket.writable && socket.writableLength === 0) {
    socket.write(Buffer.from([0x88, 2, code >> 8, code & 255]));
  }
  socket.destroy();
}
