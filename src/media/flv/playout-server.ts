import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isHls } from '../hls/hls-path.ts';
import { HlsPlayout } from '../hls/hls-playout.ts';
import { type Addresses, plainAddress } from '../rtmp/addresses.ts';
import type { EngineParts } from '../rtmp/connection.ts';
import { surviveAcceptErrors } from '../rtmp/listen.ts';
import type { LiveStream } from '../rtmp/live-stream.ts';
import { admit, seatOnSocket } from './playout-gate.ts';
import { readTarget } from './playout-path.ts';
import { badRequest, CORS, mediaHead, rawRefusal, sendRefusal } from './playout-reply.ts';
import { WebSocketPlayout } from './playout-ws.ts';
import type { Proxies } from './proxies.ts';
import { flvHead } from './tag.ts';

/** Requests whose head is not complete by then are closed. */
const HEAD_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** The playback port: HTTP-FLV, WebSocket-FLV, HLS, and a health check. */
export class PlayoutServer implements AsyncDisposable {
  readonly server: Server;
  readonly #around: EngineParts;
  readonly #addresses: Addresses;
  readonly #proxies: Proxies;
  readonly #hls: HlsPlayout;
  readonly #sockets = new Set<Socket>();
  /** Sockets that carry media: bytes from the other side are no requests any more. */
  readonly #hijacked = new WeakSet<Socket>();

  constructor(around: EngineParts, addresses: Addresses, proxies: Proxies) {
    this.#around = around;
    this.#addresses = addresses;
    this.#proxies = proxies;
    const options = {
      headersTimeout: HEAD_MS,
      requestTimeout: HEAD_MS,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: MAX_HEADER_BYTES,
    };
    this.server = createServer(options, (request, response) => this.#request(request, response));
    this.#hls = new HlsPlayout(around);
    const sockets = new WebSocketPlayout(around);
    this.server.on('upgrade', (request, duplex, head) => {
      const socket = duplex as Socket;
      this.#guard(socket, () => {
        const ip = this.#viewer(request, socket);
        if (ip === null) socket.end(rawRefusal(badRequest(429), randomUUID()), () => socket.destroy());
        else sockets.upgrade(request, { socket, ip }, head);
      });
    });
    this.server.on('connection', (socket) => this.#connection(socket));
    this.server.on('clientError', (error, socket) => clientError(error, socket as Socket));
    surviveAcceptErrors(this.server, around.log);
    this.server.keepAliveTimeout = HEAD_MS;
  }

  #connection(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const address = plainAddress(socket.remoteAddress);
    // A trusted proxy brings many viewers; each of them is counted by its own address, once it is known.
    if (!this.#proxies.trusts(address) && !this.#count(address, socket)) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Takes a place in the address's allowance until `until` is closed; false when it has none left. */
  #count(address: string, until: EventEmitter): boolean {
    const all = this.#around.limits.maxConnectionsPerAddress;
    const ticket = this.#addresses.admit(address, { all, pending: all });
    // The allowance for those without a verdict is for RTMP: here an idle player must not keep an encoder out.
    ticket?.authorised();
    until.once('close', () => ticket?.release());
    return ticket !== null;
  }

  /** Who sent a request, or null when that address has too many; one that came through a proxy is counted here. */
  #viewer(request: IncomingMessage, until: EventEmitter): string | null {
    const address = this.#proxies.viewerOf(request);
    const known = !this.#proxies.trusts(plainAddress(request.socket.remoteAddress));
    return known || this.#count(address, until) ? address : null;
  }

  #guard(socket: Socket, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#around.log.error({ err: error }, 'playout request failed');
      socket.destroy();
    }
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (this.#hijacked.has(socket)) return void socket.destroy();
    this.#guard(socket, () => {
      const { method, url = '' } = request;
      if (url === '/healthz' && (method === 'GET' || method === 'HEAD')) return health(response);
      const id = randomUUID();
      const hls = isHls(url);
      const target = hls ? null : readTarget(url, 'flv', this.#around.limits);
      if (typeof target === 'number') return sendRefusal(response, badRequest(target), id);
      if (method === 'OPTIONS') return preflight(response);
      if (method === 'HEAD' && !hls) return headOnly(response, id);
      if (method !== 'GET' && method !== 'HEAD') return sendRefusal(response, badRequest(405), id);
      const ip = this.#viewer(request, response);
      if (ip === null) return sendRefusal(response, badRequest(429), id);
      if (target === null) return this.#hls.answer({ id, ip, request, response });
      this.#hijacked.add(socket);
      this.#play({ id, protocol: 'http-flv', target, request, socket, ip }, response);
    });
  }

  #play(wanted: Parameters<typeof admit>[1], response: ServerResponse): void {
    const { id, socket } = wanted;
    const stage = {
      around: this.#around,
      socket,
      prepare: (stream: LiveStream) => {
        socket.cork();
        socket.write(mediaHead(id));
        socket.write(flvHead(stream.tracks));
        process.nextTick(() => socket.uncork());
      },
      destroy: () => void socket.destroy(),
    };
    admit(this.#around, wanted, {
      enter: (session) => seatOnSocket(stage, session),
      refuse: (refusal) => sendRefusal(response, refusal, id),
      gone: () => socket.destroy(),
    }).catch((error) => {
      this.#around.log.error({ session: id, err: error }, 'playout session failed');
      socket.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of [...this.#sockets]) socket.destroy();
    if (this.server.listening) await closed;
    await this.#hls[Symbol.asyncDispose]();
  }
}

function health(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...CORS });
  response.end('{"status":"ok"}');
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    ...CORS,
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, Range',
    'Access-Control-Max-Age': '600',
  });
  response.end();
}

/** A head says that the path could be played; whether one may is only decided for who really plays. */
function headOnly(response: ServerResponse, id: string): void {
  response.writeHead(200, { 'Content-Type': 'video/x-flv', 'Cache-Control': 'no-store', 'X-Request-Id': id, ...CORS });
  response.end();
}

const CLIENT_ERRORS: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

function clientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || socket.bytesWritten > 0) return void socket.destroy();
  const refusal = badRequest(CLIENT_ERRORS[error.code ?? ''] ?? 400);
  socket.end(rawRefusal(refusal, randomUUID()), () => socket.destroy());
}
