#!/usr/bin/env node
// Plain JavaScript, because an old Node must be able to read it and be told what to do: everything else is TypeScript
// that only Node 24 and later run directly.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = 24;

/** The Node that `npm install` brought along (an optional dependency for this platform), or null. */
function packagedRuntime() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const require = createRequire(import.meta.url);
  try {
    const home = path.dirname(require.resolve(`node-${platform}-${process.arch}/package.json`));
    return path.join(home, 'bin', platform === 'win' ? 'node.exe' : 'node');
  } catch {
    return null;
  }
}

/**
 * Goes on in the packaged Node and ends as it ends. The channel exists for its end alone: when this process is killed,
 * the other sees `disconnect` and stops too, so nothing is orphaned.
 */
function handOver(runtime) {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(runtime, [self, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`The packaged Node.js at ${runtime} does not start (${error.message}). Run npm install again.`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code === null ? 1 : code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const version = process.versions.node;
if (Number(version.split('.')[0]) >= OLDEST) {
  import('../src/cli/main.ts').then(({ main }) => main(process.argv));
} else {
  const runtime = packagedRuntime();
  if (runtime) {
    handOver(runtime);
  } else {
    console.error(
      `Lockkeeper needs Node.js ${OLDEST} or newer and this is ${version}: run "npm install" in its folder, ` +
        `which brings a suitable one along on Linux and Windows, or install Node.js ${OLDEST} from https://nodejs.org.`,
    );
    process.exitCode = 1;
  }
}
