import { setTimeout as sleep } from 'node:timers/promises';
import type { MediaTag } from '../../src/media/flv/tag.ts';
import { TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { connectPlayer } from '../../src/media/rtmp/client.ts';
import { avcConfig, frame } from '../media/bytes.ts';
import { type Ingest, tryPublish } from './encoders.ts';

/** Where `frame` puts its mark. */
const MARK_AT = 5;

/**
 * Encoders and viewers of one stream that come back at once, whatever happens to them. Every picture carries a number
 * from one count, so that it can be told whether a picture that arrived was sent before or after a moment.
 */
export interface Storm extends AsyncDisposable {
  /** The number of the latest picture that was sent. */
  readonly sent: number;
  /** The highest number that reached a viewer. */
  readonly seen: number;
  /** How often an encoder was let in, and how often it was refused. */
  readonly entered: number;
  readonly refused: number;
}

export interface StormOptions {
  ingest: Ingest;
  play: Ingest;
  encoders?: number;
  viewers?: number;
}

export function storm({ ingest, play, encoders = 2, viewers = 2 }: StormOptions): Storm {
  const state = { sent: 0, seen: 0, entered: 0, refused: 0, over: false };
  const leave = new Set<() => void>();

  async function encode(): Promise<void> {
    while (!state.over) {
      const publisher = await tryPublish(ingest, 300);
      if (typeof publisher === 'string') {
        state.refused++;
        await sleep(1);
        continue;
      }
      state.entered++;
      const cut = () => publisher.destroy();
      leave.add(cut);
      publisher.send({ type: TAG_VIDEO, timestamp: 0, data: avcConfig() });
      for (let time = 0; publisher.open && !state.over; time += 4) {
        publisher.send(frame(time, { key: time % 20 === 0, mark: ++state.sent }));
        await sleep(4);
      }
      leave.delete(cut);
      cut();
    }
  }

  const note = ({ type, data }: MediaTag) => {
    if (type === TAG_VIDEO && data[1] === 1) state.seen = Math.max(state.seen, data.readUInt32BE(MARK_AT));
  };

  async function watch(): Promise<void> {
    while (!state.over) {
      try {
        const player = await connectPlayer({ url: play.url, name: play.streamname, timeoutMs: 300 });
        leave.add(player.close);
        if (state.over) player.close();
        for await (const tag of player.tags) note(tag);
        leave.delete(player.close);
      } catch {
        await sleep(1);
      }
    }
  }

  const working = Promise.all([
    ...Array.from({ length: encoders }, () => encode()),
    ...Array.from({ length: viewers }, () => watch()),
  ]);
  return {
    get sent() {
      return state.sent;
    },
    get seen() {
      return state.seen;
    },
    get entered() {
      return state.entered;
    },
    get refused() {
      return state.refused;
    },
    async [Symbol.asyncDispose]() {
      state.over = true;
      for (const one of leave) one();
      await working;
    },
  };
}
