import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from '../flv/inspect.ts';
import { readFlv } from '../flv/reader.ts';
import { type MediaTag, TAG_DATA } from '../flv/tag.ts';
import type { ClientTarget } from './client-connection.ts';
import { connectPublisher, type Publisher } from './client-publisher.ts';

export interface LoopOptions extends ClientTarget {
  /** Path of an FLV file. */
  file: string;
  /** Ends the loop and the connection. */
  signal?: AbortSignal;
  /** Milliseconds after which to try again when the connection was refused or lost; absent: the loop ends instead. */
  reconnectMs?: number;
  /** Told of every change: `error` is why it went off air, or null when the connection was just closed. */
  onState?(state: 'live' | 'off', error: Error | null): void;
}

/** A clip cut for looping; times are milliseconds from its first frame. */
export interface Clip {
  /** Metadata and sequence headers. */
  head: MediaTag[];
  frames: MediaTag[];
  /** Milliseconds from the first frame of one round to the first of the next. */
  duration: number;
}

/**
 * Reads an FLV file's bytes for looping; throws `FlvError` when they are damaged. Where one track ends is where its
 * next frame would be: a round lasts as long as the longer track.
 */
export function readClip(file: Buffer): Clip {
  const tags = readFlv(file);
  const frames = tags.filter((tag) => inspect(tag).frame);
  if (frames.length < 2) throw new Error('the clip has no frames');
  const head = tags.filter((tag) => tag.type === TAG_DATA || inspect(tag).config !== null);
  const first = frames[0]!.timestamp;
  const ends = [...new Set(frames.map(({ type }) => type))].map((type) => {
    const track = frames.filter((tag) => tag.type === type);
    const last = track.at(-1)!.timestamp;
    return last + Math.round((last - track[0]!.timestamp) / Math.max(1, track.length - 1));
  });
  return {
    head,
    frames: frames.map((tag) => ({ ...tag, timestamp: tag.timestamp - first })),
    duration: Math.max(...ends) - first,
  };
}

/**
 * Publishes a clip over and over in real time, with timestamps that go on. Resolves when `signal` fires or, without
 * `reconnectMs`, when the connection ends; rejects when the server refuses and no reconnect was asked for.
 */
export async function publishFlvLoop(options: LoopOptions): Promise<void> {
  const clip = readClip(await readFile(options.file));
  const aborted = (): boolean => options.signal?.aborted === true;
  while (!aborted()) {
    try {
      const publisher = await connectPublisher(options);
      options.onState?.('live', null);
      await playClip(publisher, clip, options.signal);
      if (aborted()) break;
      options.onState?.('off', null);
    } catch (error) {
      if (options.reconnectMs === undefined) throw error;
      options.onState?.('off', error as Error);
    }
    if (options.reconnectMs === undefined) return;
    await sleep(options.reconnectMs, undefined, options.signal && { signal: options.signal }).catch(() => undefined);
  }
}

/** Sends a clip over and over in real time, until the connection ends or the signal fires. */
export async function playClip(publisher: Publisher, clip: Clip, signal?: AbortSignal): Promise<void> {
  const began = performance.now();
  for (const tag of clip.head) publisher.send({ ...tag, timestamp: 0 });
  for (let round = 0; ; round++) {
    for (const frame of clip.frames) {
      const timestamp = round * clip.duration + frame.timestamp;
      const early = began + timestamp - performance.now();
      if (early > 1) await Promise.race([sleep(early), publisher.closed]);
      if (signal?.aborted) return publisher.close();
      if (!publisher.open) return;
      publisher.send({ ...frame, timestamp: timestamp >>> 0 });
    }
  }
}
