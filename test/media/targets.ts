import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';

/** A server that a stream is forwarded to. */
export interface Target extends AsyncDisposable {
  port: number;
  /** So many there were, and so many are open. */
  connections: number;
  open: number;
  /** From now on nothing is read of what comes; `false`: again. */
  stall(stalled: boolean): void;
}

const ACKNOWLEDGEMENT = Buffer.from([2, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 1]);

/** Servers that behave badly, each in its own way. */
export const BAD: Readonly<Record<string, (socket: Socket) => void>> = {
  'accepts and never answers': (socket) => void socket.resume(),
  'answers with noise': (socket) => void socket.resume().write(randomBytes(64 * 1024)),
  'hangs up at once': (socket) => void socket.destroy(),
  'talks without end'(socket) {
    // A handshake that passes, and then acknowledgements for ever.
    const burst = Buffer.concat(Array.from({ length: 4_096 }, () => ACKNOWLEDGEMENT));
    const more = (): void => {
      while (socket.writable && socket.write(burst));
    };
    socket.resume().write(Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * 1_536)]));
    socket.on('drain', more);
    more();
  },
};

async function listening(server: Server, treat: (socket: Socket) => void): Promise<Target> {
  const sockets = new Set<Socket>();
  const found: Target = {
    port: 0,
    connections: 0,
    open: 0,
    stall(stalled) {
      for (const socket of sockets) {
        if (stalled) socket.unpipe().pause();
        else socket.resume();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const accept = (socket: Socket): void => {
    found.connections++;
    found.open++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      found.open--;
      sockets.delete(socket);
    });
    treat(socket);
  };
  server.on('connection', (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  server.on(server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection', accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  found.port = (server.address() as { port: number }).port;
  return found;
}

export const badTarget = (what: string): Promise<Target> => listening(createServer(), BAD[what]!);

/** Passes everything on to the server at this `rtmp://` address. */
export const relay = (rtmp: string): Promise<Target> => listening(createServer(), passOn(rtmp));

/** The same behind TLS, with the certificate of these tests. */
export const secureRelay = (rtmp: string): Promise<Target> => {
  const server = createTlsServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, () => undefined);
  return listening(server, passOn(rtmp));
};

const passOn =
  (rtmp: string) =>
  (socket: Socket): void => {
    const onwards = connect(Number(new URL(rtmp).port), '127.0.0.1');
    onwards.on('error', () => undefined);
    onwards.on('close', () => socket.destroy());
    socket.on('close', () => onwards.destroy());
    socket.pipe(onwards).pipe(socket);
  };
