import { get } from 'node:http';
import { WebSocket } from 'ws';
import { inspect } from '../../src/media/flv/inspect.ts';
import { FlvReader } from '../../src/media/flv/reader.ts';
import { type MediaTag, TAG_AUDIO, TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { connectPlayer } from '../../src/media/rtmp/client.ts';
import { until } from '../process/lockkeeper.ts';

interface Seen {
  tag: MediaTag;
  /** When it came, in `performance.now()` milliseconds. */
  at: number;
}

/** A viewer at an address as the API gives it, over whichever protocol the address names. */
export interface Viewer extends Disposable {
  readonly seen: Seen[];
  /** How it ended: `404`, `4403` (an HTTP status, a WebSocket's code), RTMP's words, or `end`; null while it plays. */
  over: string | null;
}

export interface ViewOptions {
  /** The address to come from; only HTTP-FLV. */
  from?: string;
  /** What a browser or a proxy adds; not over RTMP. */
  headers?: Record<string, string>;
}

class OneViewer implements Viewer {
  readonly seen: Seen[] = [];
  over: string | null = null;
  leave: () => void = () => undefined;

  take = (tags: MediaTag[]): void => {
    const at = performance.now();
    this.seen.push(...tags.map((tag) => ({ tag, at })));
  };

  end = (how: string): void => {
    this.over ??= how;
  };

  [Symbol.dispose](): void {
    this.end('left');
    this.leave();
  }
}

export function view(url: string, options: ViewOptions = {}): Viewer {
  const viewer = new OneViewer();
  if (url.startsWith('rtmp:')) viewRtmp(viewer, url);
  else if (url.startsWith('ws:')) viewWebSocket(viewer, url, options);
  else viewHttp(viewer, url, options);
  return viewer;
}

function viewHttp(viewer: OneViewer, url: string, { from, headers = {} }: ViewOptions): void {
  const reader = new FlvReader();
  const request = get(url, { agent: false, headers, ...(from && { localAddress: from }) }, (response) => {
    const { statusCode } = response;
    if (statusCode !== 200) viewer.end(String(statusCode));
    response.on('data', (bytes: Buffer) => statusCode === 200 && viewer.take(reader.push(bytes)));
    response.on('error', () => undefined);
    response.on('close', () => viewer.end('end'));
  });
  request.on('error', (error) => viewer.end(error.message));
  viewer.leave = () => void request.destroy();
}

function viewWebSocket(viewer: OneViewer, url: string, { headers = {} }: ViewOptions): void {
  const reader = new FlvReader();
  const socket = new WebSocket(url, { perMessageDeflate: false, headers });
  socket.on('message', (bytes: Buffer) => viewer.take(reader.push(bytes)));
  socket.on('error', () => undefined);
  socket.on('close', (code) => viewer.end(String(code)));
  viewer.leave = () => socket.terminate();
}

function viewRtmp(viewer: OneViewer, url: string): void {
  const slash = url.lastIndexOf('/');
  const played = async () => {
    const player = await connectPlayer({ url: url.slice(0, slash), name: url.slice(slash + 1) });
    viewer.leave = player.close;
    if (viewer.over !== null) player.close();
    for await (const tag of player.tags) viewer.take([tag]);
  };
  played().then(
    () => viewer.end('end'),
    (error) => viewer.end(error.message),
  );
}

export const pictures = ({ seen }: Viewer): Seen[] => seen.filter(({ tag }) => isFrame(tag, TAG_VIDEO));
export const sounds = ({ seen }: Viewer): Seen[] => seen.filter(({ tag }) => isFrame(tag, TAG_AUDIO));

const isFrame = (tag: MediaTag, type: number) => tag.type === type && inspect(tag).frame;

/** Waits for so many more pictures from now on. */
export async function morePictures(viewer: Viewer, count: number, limitMs = 5_000): Promise<void> {
  const wanted = pictures(viewer).length + count;
  await until(
    () => pictures(viewer).length >= wanted,
    limitMs,
    `picture ${wanted} (has ${pictures(viewer).length}, over: ${viewer.over})`,
  );
}

export const ended = (viewers: readonly Viewer[], limitMs = 3_000) =>
  until(() => viewers.every(({ over }) => over !== null), limitMs, 'the end of every viewer');

/** The longest pause between two pictures, and the longest step of their times, in milliseconds. */
export function gaps(viewer: Viewer): { wallMs: number; mediaMs: number; backwards: boolean } {
  const shown = pictures(viewer);
  const steps = shown.slice(1).map(({ tag, at }, i) => ({
    wall: at - shown[i]!.at,
    media: tag.timestamp - shown[i]!.tag.timestamp,
  }));
  return {
    wallMs: Math.max(0, ...steps.map(({ wall }) => wall)),
    mediaMs: Math.max(0, ...steps.map(({ media }) => media)),
    backwards: steps.some(({ media }) => media < 0),
  };
}
