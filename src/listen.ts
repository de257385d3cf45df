import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, ConfigError } from './config.ts';

const PORT_MS = 3_000;

/**
 * The process before us may have been killed a moment ago and its port not be free yet.
 * @throws ConfigError when it stays taken
 */
export async function listenPatiently(
  listen: () => Promise<unknown>,
  { host, port }: Address,
  variable: string,
): Promise<void> {
  const deadline = Date.now() + PORT_MS;
  for (;;) {
    try {
      await listen();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (Date.now() > deadline)
        throw new ConfigError(`Port ${port} on ${host} is taken: set ${variable} to another one`);
      await sleep(100);
    }
  }
}
