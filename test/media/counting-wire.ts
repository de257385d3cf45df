import { connect, createServer, type Socket } from 'node:net';

/** A wire that counts what comes from the engine, as a network would. */
export async function countingWire(to: string): Promise<Disposable & { url: string; bytes(): number }> {
  const { hostname, port, protocol } = new URL(to);
  let bytes = 0;
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined).setNoDelay(true);
    far.on('data', (piece) => {
      bytes += piece.length;
    });
    far.pipe(near);
    near.pipe(far);
    near.once('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  return {
    url: `${protocol}//127.0.0.1:${address.port}`,
    bytes: () => bytes,
    [Symbol.dispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
