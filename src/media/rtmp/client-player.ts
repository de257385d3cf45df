import type { MediaTag, TagType } from '../flv/tag.ts';
import { type ClientTarget, openClient } from './client-connection.ts';
import type { RtmpMessage } from './message.ts';

/** A player that was accepted. */
export interface Player {
  /** The stream's tags as they arrive; ends when the connection does. To be read once. */
  readonly tags: AsyncIterable<MediaTag>;
  readonly closed: Promise<void>;
  close(): void;
}

/** Tags that may wait to be read before we stop reading the socket. */
const MAX_WAITING = 500;

/** Connects and plays. Rejects with `RtmpRefused` when the server refuses, or with the socket's error. */
export async function connectPlayer(target: ClientTarget): Promise<Player> {
  const waiting: MediaTag[] = [];
  let wake: () => void = () => undefined;
  const onMedia = ({ type, timestamp, payload }: RtmpMessage): void => {
    waiting.push({ type: type as TagType, timestamp, data: payload });
    if (waiting.length > MAX_WAITING) connection.socket.pause();
    wake();
  };
  const connection = await openClient(target, ['play', target.name], onMedia);
  const { socket, closed } = connection;
  let over = socket.destroyed;
  closed.then(() => {
    over = true;
    wake();
  });
  async function* tags(): AsyncGenerator<MediaTag> {
    for (;;) {
      const tag = waiting.shift();
      if (tag !== undefined) yield tag;
      else if (over) return;
      else {
        socket.resume();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return { tags: tags(), closed, close: () => void socket.destroy() };
}
