import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { WebSocket } from 'ws';
import { inspect } from '../../src/media/flv/inspect.ts';
import { FlvReader } from '../../src/media/flv/reader.ts';
import { type MediaTag, TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { connectPlayer } from '../../src/media/rtmp/client.ts';
import type { Rig } from './rig.ts';

/** What a player saw of a stream. */
export interface Watching {
  readonly tags: MediaTag[];
  /** When each tag came, in `performance.now()` milliseconds. */
  readonly at: number[];
  /** Set when the connection is over: an HTTP status, a WebSocket close code, or 0. */
  over: { status: number; text: string } | null;
  /** Milliseconds from the request to the first key frame, once there was one. */
  firstKeyMs: number | null;
  pause(): void;
  resume(): void;
  close(): void;
  [Symbol.dispose](): void;
}

function watching(): Watching & { take(tags: MediaTag[]): void } {
  const began = performance.now();
  const nothing = (): void => undefined;
  return {
    tags: [],
    at: [],
    over: null,
    firstKeyMs: null,
    pause: nothing,
    resume: nothing,
    close: nothing,
    [Symbol.dispose]() {
      this.close();
    },
    take(tags) {
      const now = performance.now();
      for (const tag of tags) {
        this.tags.push(tag);
        this.at.push(now);
        if (inspect(tag).key) this.firstKeyMs ??= now - began;
      }
    },
  };
}

export const frames = (watch: Watching): MediaTag[] =>
  watch.tags.filter((tag) => tag.type === TAG_VIDEO && inspect(tag).frame);

/** HTTP-FLV. `path` is the name with its query if any. */
export function watchHttp(rig: Pick<Rig, 'playout'>, name: string, query = ''): Watching {
  const watch = watching();
  const reader = new FlvReader();
  const request = get(`${rig.playout}/live/${name}.flv${query}`, { agent: false }, (response) => {
    const texts: Buffer[] = [];
    const status = response.statusCode ?? 0;
    response.on('data', (bytes: Buffer) => (status === 200 ? watch.take(reader.push(bytes)) : texts.push(bytes)));
    response.on('close', () => {
      watch.over ??= { status, text: Buffer.concat(texts).toString() };
    });
    response.on('error', () => undefined);
    watch.pause = () => void response.pause();
    watch.resume = () => void response.resume();
  });
  request.on('error', () => {
    watch.over ??= { status: 0, text: '' };
  });
  watch.close = () => void request.destroy();
  return watch;
}

export function watchWebSocket(rig: Rig, name: string, query = ''): Watching {
  const watch = watching();
  const reader = new FlvReader();
  const socket = new WebSocket(`${rig.playout.replace('http', 'ws')}/live/${name}.flv${query}`, {
    perMessageDeflate: false,
  });
  socket.on('message', (bytes: Buffer) => watch.take(reader.push(bytes)));
  socket.on('error', () => undefined);
  socket.on('close', (status, text) => {
    watch.over ??= { status, text: text.toString() };
  });
  watch.close = () => socket.terminate();
  return watch;
}

export function watchRtmp(rig: Rig, name: string): Watching {
  const watch = watching();
  connectPlayer({ url: `${rig.rtmp}/play`, name }).then(
    async (player) => {
      watch.close = player.close;
      for await (const tag of player.tags) watch.take([tag]);
      watch.over ??= { status: 0, text: '' };
    },
    (error) => {
      watch.over = { status: 0, text: error.message };
    },
  );
  return watch;
}

export interface Ffmpeg {
  process: ChildProcess;
  /** Resolves with the exit code and what it said. */
  done: Promise<{ code: number | null; said: string }>;
}

/** The real encoder and player. */
export function runFfmpeg(...args: string[]): Ffmpeg {
  const child = spawn(ffmpeg.path, ['-hide_banner', '-nostdin', '-loglevel', 'info', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const done = new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, said })),
  );
  return { process: child, done };
}
