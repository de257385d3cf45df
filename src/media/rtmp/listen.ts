import type { AddressInfo, Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log.ts';

/** The engine before this one may have been killed a moment ago. */
const PATIENCE_MS = 3_000;
const RETRY_MS = 100;

interface HostPort {
  host: string;
  port: number;
}

/** Reads `127.0.0.1:1935` or `[::1]:1935`. Throws on anything else. */
function readHostPort(text: string): HostPort {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new Error(`not an address and port: ${text}`);
  return { host: match[1] ?? match[2]!, port };
}

/** Listens and gives `host:port` as bound. Waits up to 3 s for a port that is still in use. */
export async function listen(server: Server, address: string): Promise<string> {
  const { host, port } = readHostPort(address);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await listenOnce(server, { host, port });
      break;
    } catch (error) {
      const busy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!busy) throw error;
      if (performance.now() > until) throw new Error(`port ${port} on ${host} is in use by another program`);
      await sleep(RETRY_MS);
    }
  }
  const bound = server.address() as AddressInfo;
  return `${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}

function listenOnce(server: Server, where: HostPort): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    server.once('error', failed);
    server.listen({ ...where, backlog: 4_096 }, () => {
      server.removeListener('error', failed);
      resolve();
    });
  });
}

/** When descriptors run out a server says so by an error; those who are connected must not suffer from it. */
export function surviveAcceptErrors(server: Server, log: Logger): void {
  server.on('error', (error) => {
    if (server.listening) log.error({ err: error }, 'a connection could not be accepted');
  });
}
