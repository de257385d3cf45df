import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../log.ts';

/** A URL, because `--import` takes a path for a package name. */
const LEASH = new URL('./leash.ts', import.meta.url).href;

/**
 * Where Node keeps our programs with their types already stripped: from the second start on a process comes up three
 * times as fast and without the 30 MB of the stripper. Beside the code, because whoever may write here may write code.
 */
const COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/lockkeeper', import.meta.url));

/** How one child is started. Asked again before every start, so that a restart keeps the ports that were taken. */
export interface Command {
  file: string;
  args: string[];
  /** Options of Node itself. */
  nodeArgs?: string[];
  env: NodeJS.ProcessEnv;
}

export interface SupervisedOptions<Message> {
  name: string;
  command(): Command;
  onMessage(message: Message): void;
  /** Every end of the process, expected or not. */
  onEnd(): void;
  /** The process ended before it was ever ready: starting it again would not help. */
  onFailedStart(words: string): void;
  log: Logger;
}

/** A child process that is kept running. */
export interface Supervised {
  /** Dropped while the child is away: both sides ask anew when the other comes back. */
  send(message: object): void;
  /** To be called when the child has said that it works: from then on it is restarted for ever. */
  markReady(): void;
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when the process is gone. */
  stop(graceMs: number): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A child that lived this long has recovered: its next restart is quick again. */
const RECOVERED_MS = 10_000;

export function supervise<Message>(options: SupervisedOptions<Message>): Supervised {
  const { name, log } = options;
  let child: ChildProcess | null = null;
  let [stopping, everReady, deaths] = [false, false, 0];
  let restart: NodeJS.Timeout | undefined;

  function start() {
    const startedAt = Date.now();
    const started = launch(options.command());
    child = started;
    started.on('message', (message) => options.onMessage(message as Message));
    // 'error' alone is a program that could not be started; 'exit' does not follow it.
    started.on('error', (error) => started.pid === undefined && ended(started, startedAt, error.message));
    started.on('exit', (code, signal) => ended(started, startedAt, signal ?? `exit code ${code}`));
  }

  function ended(which: ChildProcess, startedAt: number, how: string) {
    if (child !== which) return;
    child = null;
    options.onEnd();
    if (stopping) return;
    if (!everReady) return options.onFailedStart(`the ${name} did not start (${how})`);
    if (Date.now() - startedAt > RECOVERED_MS) deaths = 0;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** deaths++, LONGEST_PAUSE_MS);
    log.error({ process: name, how, pause }, 'A process ended and is started again');
    restart = setTimeout(start, pause);
  }

  start();
  return {
    send: (message) => void (child?.connected && child.send(message, () => {})),
    markReady: () => {
      everReady = true;
    },
    async stop(graceMs) {
      stopping = true;
      clearTimeout(restart);
      const last = child;
      if (!last) return;
      const gone = new Promise((resolve) => last.once('exit', resolve));
      last.kill('SIGTERM');
      const killer = setTimeout(() => {
        log.warn({ process: name, graceMs }, 'A process did not end in time and is killed');
        last.kill('SIGKILL');
      }, graceMs);
      await gone;
      clearTimeout(killer);
    },
  };
}

/**
 * Standard output belongs to the supervisor's ready line, so a child's goes to standard error. In a group of its own
 * a child does not see the terminal's Ctrl-C: the supervisor alone decides who stops when.
 */
function launch({ file, args, env, nodeArgs = [] }: Command): ChildProcess {
  return spawn(process.execPath, [...nodeArgs, '--import', LEASH, file, ...args], {
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'json',
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}
