import { openApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { createLog } from './log.ts';
import type { EngineMessage } from './media/engine.ts';
import { UpgradeError } from './store/migrations/index.ts';
import type { EngineDown, FromApi } from './supervisor/supervisor-messages.ts';

/** The API's process, started by the supervisor, whose channel leads to the engine. */
async function main(): Promise<void> {
  const { config, secrets } = readConfig();
  const log = createLog('api', config.log);
  const send = (message: FromApi) => void process.send?.(message, undefined, {}, () => {});
  const app = await openApp({
    config,
    secrets,
    log,
    channel: {
      send,
      onMessage: (listener) => void process.on('message', (message) => listener(message as EngineMessage | EngineDown)),
    },
  });

  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    try {
      await app[Symbol.asyncDispose]();
    } catch (error) {
      log.error({ err: error }, 'the API did not close cleanly');
    }
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGINT', () => {});
  // Without a supervisor nobody would restart us, and our port would stay taken.
  process.on('disconnect', () => void stop(0));
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });
  send({ type: 'ready', ...(await app.listen()), firstAdmin: app.firstAdmin });
}

main().catch((error: Error & { code?: string }) => {
  const known =
    error instanceof ConfigError ||
    error instanceof UpgradeError ||
    error.code === 'EADDRINUSE' ||
    error.code === 'EACCES';
  process.stderr.write(`${known ? error.message : (error.stack ?? error.message)}\n`);
  process.exit(1);
});
