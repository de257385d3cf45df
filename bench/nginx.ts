import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from './process-facts.ts';

const MODULE = '/usr/lib/nginx/modules/ngx_rtmp_module.so';

export interface Nginx extends AsyncDisposable {
  url: string;
  pids(): number[];
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const isInstalled = () => {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return existsSync(MODULE);
  } catch {
    return false;
  }
};

/** nginx-rtmp with one worker, as its own documentation sets it up; null where it is not installed. */
export async function startNginx(): Promise<Nginx | null> {
  if (!isInstalled()) return null;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lockkeeper-nginx-'));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  await writeFile(
    file,
    `load_module ${MODULE};
worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 8192; }
rtmp { server { listen 127.0.0.1:${port}; chunk_size 4096; application live { live on; } } }
`,
  );
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: 'ignore' });
  await sleep(500);
  return {
    url: `rtmp://127.0.0.1:${port}/live`,
    pids: () => [child.pid!, ...childrenOf(child.pid!)],
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
