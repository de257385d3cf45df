import { randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';

export type Kind = 'silent' | 'noise' | 'flood' | 'hangup' | 'stalls';

/** A server that a stream is forwarded to and that behaves badly, in its own way. */
export interface Target extends AsyncDisposable {
  port: number;
  /** So many there were, and so many are open. */
  connections: number;
  open: number;
  /** From now on nothing is read of what comes. */
  stall(): void;
}

const BEHAVIOURS: Readonly<Record<Exclude<Kind, 'stalls'>, (socket: Socket) => void>> = {
  silent: (socket) => void socket.resume(),
  noise: (socket) => void socket.resume().write(randomBytes(64 * 1024)),
  flood(socket) {
    // A handshake that passes, and then acknowledgements for ever.
    const acknowledgement = Buffer.from([2, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 1]);
    const burst = Buffer.concat(Array.from({ length: 4_096 }, () => acknowledgement));
    const more = (): void => {
      while (socket.writable && socket.write(burst));
    };
    socket.resume().write(Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * 1_536)]));
    socket.on('drain', more);
    more();
  },
  hangup: (socket) => void socket.destroy(),
};

/** `stalls` passes everything on to `port` until it is told to. */
export async function target(kind: Kind, port = 0): Promise<Target> {
  const sockets = new Set<Socket>();
  const found: Target = {
    port: 0,
    connections: 0,
    open: 0,
    stall() {
      for (const socket of sockets) socket.pause().unpipe();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((socket) => {
    found.connections++;
    found.open++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      found.open--;
      sockets.delete(socket);
    });
    if (kind !== 'stalls') return BEHAVIOURS[kind](socket);
    const onwards = connect(port, '127.0.0.1');
    onwards.on('error', () => undefined);
    socket.on('close', () => onwards.destroy());
    socket.pipe(onwards).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  found.port = (server.address() as { port: number }).port;
  return found;
}
