import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import type { Env } from '../config.ts';
import { askedToStop, type Running, type ServeOptions, start, startProblem } from '../main.ts';
import { randomReadable } from '../random.ts';
import type { Ready } from '../supervisor/ready.ts';
import { startEncoder } from './demo-encoder.ts';
import { CLIP, forPeople, forPrograms } from './demo-lines.ts';
import { emailOf, setScene, untilLive } from './demo-scene.ts';
import { CliFailure } from './failure.ts';

const PORTS = {
  LOCKKEEPER_HTTP: 8080,
  LOCKKEEPER_PLAYOUT: 8081,
  LOCKKEEPER_RTMP: 1935,
  LOCKKEEPER_OPERATOR: 9090,
} as const;

/** `lockkeeper demo`: runs until asked to stop, and returns the exit code. Leaves nothing behind. */
export async function demo({ env, json = false }: ServeOptions): Promise<number> {
  if (!existsSync(CLIP)) throw new CliFailure(`The clip ${CLIP} is missing: restore it from the repository.`);
  const stopped = askedToStop(env);
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-demo-'));
  let running: Running | null = null;
  let encoder: Disposable | null = null;
  try {
    const password = randomReadable(16);
    running = start(await demoEnv(env, folder, password));
    const ready = await Promise.race([running.ready, stopped]);
    if (!ready) return 0;
    encoder = await raise(ready, { password, json, stopped });
    await stopped;
    return 0;
  } catch (error) {
    const words = startProblem(error);
    throw words === null ? error : new CliFailure(words);
  } finally {
    encoder?.[Symbol.dispose]();
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Play {
  password: string;
  json: boolean;
  stopped: Promise<void>;
}

/** Sets the scene, goes live and says so. Whoever stops meanwhile does not wait for the end of it. */
async function raise(ready: Ready, { password, json, stopped }: Play): Promise<Disposable> {
  const scene = await setScene(ready, password);
  const encoder = startEncoder(scene.streams.live.publish, CLIP, (event) => {
    if (!json) process.stdout.write(`${new Date().toTimeString().slice(0, 8)}  ${event}\n`);
  });
  const live = await Promise.race([untilLive(ready, scene), stopped]);
  if (live === false) {
    encoder[Symbol.dispose]();
    throw new CliFailure('The demo stream did not go live. Is the machine very busy? Try again.');
  }
  const bold = (text: string) => styleText('bold', text);
  if (live) process.stdout.write(json ? forPrograms(ready, scene) : forPeople(ready, scene, bold));
  return encoder;
}

/**
 * Nothing of the real installation's configuration may reach the demo, its database above all. Addresses that are
 * asked for are taken; otherwise the usual ones, or free ones where those are taken.
 */
async function demoEnv(env: Env, folder: string, password: string): Promise<Env> {
  const ours = Object.entries(env).filter(([name]) => !name.startsWith('LOCKKEEPER_'));
  const ports = Object.entries(PORTS).map(async ([name, port]) => [name, env[name] ?? (await usualOrFree(port))]);
  return {
    ...Object.fromEntries(ours),
    ...Object.fromEntries(await Promise.all(ports)),
    LOCKKEEPER_DATA: folder,
    LOCKKEEPER_ADMIN_EMAIL: emailOf('admin'),
    LOCKKEEPER_ADMIN_PASSWORD: password,
    LOCKKEEPER_LOG: env.LOCKKEEPER_LOG ?? 'error',
  };
}

function usualOrFree(port: number): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve('127.0.0.1:0'));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(`127.0.0.1:${port}`)));
  });
}
