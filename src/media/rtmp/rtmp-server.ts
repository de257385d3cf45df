import { createServer, type Server, type Socket } from 'node:net';
import { type Addresses, plainAddress } from './addresses.ts';
import { type EngineParts, RtmpConnection } from './connection.ts';
import { dispatch } from './dispatch.ts';
import { surviveAcceptErrors } from './listen.ts';

const SWEEP_MS = 250;

/** The RTMP port: publishers, and players of `rtmp://`. */
export class RtmpServer implements AsyncDisposable {
  readonly server: Server;
  readonly #connections = new Set<RtmpConnection>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(around: EngineParts, addresses: Addresses) {
    this.server = createServer((socket) => this.#accept(socket, around, addresses));
    surviveAcceptErrors(this.server, around.log);
    this.#sweeper = setInterval(() => {
      const now = performance.now();
      for (const connection of [...this.#connections]) connection.sweep(now);
    }, SWEEP_MS);
  }

  #accept(socket: Socket, around: EngineParts, addresses: Addresses): void {
    const { maxConnectionsPerAddress: all, maxPendingPerAddress: pending } = around.limits;
    const ticket = addresses.admit(plainAddress(socket.remoteAddress), { all, pending });
    if (ticket === null) {
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    const gone = (connection: RtmpConnection): void => void this.#connections.delete(connection);
    this.#connections.add(new RtmpConnection(socket, around, { ticket, handle: dispatch, gone }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeper);
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of [...this.#connections]) connection.close('shutdown');
    if (this.server.listening) await closed;
  }
}
