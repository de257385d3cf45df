import { flushCompileCache } from 'node:module';
import type { ControlMessage, EngineMessage } from '../engine.ts';
import { type EngineConfig, startEngine } from './media-engine.ts';

/**
 * The engine's process. Its configuration is one JSON argument (`EngineConfig`), its control plane the IPC channel of
 * whoever forked it; without that channel it has nobody to ask and ends.
 */
async function main(): Promise<void> {
  const config = JSON.parse(process.argv[2] ?? '{}') as EngineConfig;
  if (process.send === undefined) throw new Error('the engine is started by the supervisor, with an IPC channel');
  // Whoever could take a session off the air is gone: so is everything else, at once, ports included.
  process.on('disconnect', () => process.exit(0));
  // Messages that the channel has not taken yet, and who waits for it to.
  let unsent = 0;
  let drained = (): void => undefined;
  const engine = await startEngine(config, {
    send: (message: EngineMessage) => {
      if (!process.connected) throw new Error('the channel is closed');
      unsent++;
      // A channel that breaks meanwhile is told by 'disconnect'; the callback keeps it from ending us with an error.
      process.send?.(message, undefined, undefined, () => --unsent === 0 && drained());
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as ControlMessage)),
  });
  // If the supervisor gave us a compile cache, the next start needs neither the time nor the memory of the compiler;
  // written now because whoever is killed writes nothing.
  flushCompileCache();
  const stop = (): void => {
    const force = setTimeout(() => process.exit(0), 1_000);
    force.unref();
    engine[Symbol.asyncDispose]().finally(() => {
      drained = () => void setTimeout(() => process.exit(0), 20);
      if (unsent === 0) drained();
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: Error) => {
  process.stderr.write(`engine: ${error.message}\n`);
  process.exit(1);
});
