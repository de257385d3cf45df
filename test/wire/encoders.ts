import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { connectPublisher, type Publisher, publishFlvLoop } from '../../src/media/rtmp/client.ts';

const DEMO = fileURLToPath(new URL('../../assets/demo.flv', import.meta.url));

/** What the API says to an encoder. */
export interface Ingest {
  url: string;
  streamname: string;
}

export interface Ffmpeg extends AsyncDisposable {
  /** Null while it runs; then the exit code, or -1 when it was killed. */
  exit: number | null;
  said(): string;
  ended: Promise<void>;
}

function runFfmpeg(args: readonly string[]): Ffmpeg {
  const child = spawn(ffmpeg.path, ['-hide_banner', '-nostdin', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const running: Ffmpeg = {
    exit: null,
    said: () => said,
    ended: new Promise((resolve) => {
      child.once('close', (code) => {
        running.exit = code ?? -1;
        resolve();
      });
    }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await running.ended;
    },
  };
  return running;
}

/**
 * The real encoder: 320x180 at 25 frames a second with a tone, a key frame every second; for so long, or until it is
 * disposed of.
 */
export const ffmpegPublish = ({ url, streamname }: Ingest, seconds?: number): Ffmpeg =>
  runFfmpeg([
    ...'-re -f lavfi -i testsrc2=size=320x180:rate=25 -re -f lavfi -i sine'.split(' '),
    ...'-c:v libx264 -preset ultrafast -tune zerolatency -g 25 -c:a aac'.split(' '),
    ...(seconds === undefined ? [] : ['-t', String(seconds)]),
    ...['-f', 'flv'],
    `${url}/${streamname}`,
  ]);

/** The real player: decodes so many pictures and ends. */
export const ffmpegPlay = (url: string, pictures: number): Ffmpeg =>
  runFfmpeg(['-i', url, '-map', '0:v', '-map', '0:a', '-frames:v', String(pictures), '-f', 'null', '-']);

/** The demo clip, in real time, for as long as it is held; with `reconnectMs` it comes back whenever it is cut off. */
export interface Loop extends AsyncDisposable {
  live: boolean;
  /** How often it was let in. */
  entered: number;
  /** Why it last was not let in or lost its connection. */
  error: Error | null;
  ended: Promise<void>;
}

export function loopPublish({ url, streamname }: Ingest, reconnectMs?: number): Loop {
  const stop = new AbortController();
  const loop: Loop = {
    live: false,
    entered: 0,
    error: null,
    ended: Promise.resolve(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop.ended;
    },
  };
  const onState = (state: 'live' | 'off', error: Error | null) => {
    loop.live = state === 'live';
    if (loop.live) loop.entered++;
    loop.error = error;
  };
  const again = reconnectMs !== undefined && { reconnectMs };
  loop.ended = publishFlvLoop({ url, name: streamname, file: DEMO, signal: stop.signal, onState, ...again }).then(
    () => onState('off', null),
    (error) => onState('off', error),
  );
  return loop;
}

/** One attempt to publish; gives the server's words when it was refused. */
export async function tryPublish({ url, streamname }: Ingest, timeoutMs = 5_000): Promise<Publisher | string> {
  try {
    return await connectPublisher({ url, name: streamname, timeoutMs });
  } catch (error) {
    return (error as Error).message;
  }
}
