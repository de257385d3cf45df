import { readFileSync } from 'node:fs';
import { inspect } from '../media/flv/inspect.ts';
import { readFlv } from '../media/flv/reader.ts';
import { type MediaTag, TAG_VIDEO } from '../media/flv/tag.ts';
import { connectPublisher, type Publisher, RtmpRefused } from '../media/rtmp/client.ts';

const RETRY_MS = 2_000;
const TICK_MS = 20;

/**
 * Publishes a clip over and over, as an encoder on the road does: it tries again, whatever happens to it. `tell` gets
 * a sentence whenever its fortune changes.
 */
export function startEncoder(publishUrl: string, clip: string, tell: (event: string) => void): Disposable {
  const tags = readFlv(readFileSync(clip));
  const slash = publishUrl.lastIndexOf('/');
  const target = { url: publishUrl.slice(0, slash), name: publishUrl.slice(slash + 1) };
  let publisher: Publisher | null = null;
  let retry: NodeJS.Timeout | undefined;
  let [over, lastSaid] = [false, ''];
  const say = (event: string) => {
    if (!over && event !== lastSaid) tell(event);
    lastSaid = event;
  };

  const live = async () => {
    try {
      publisher = await connectPublisher(target);
      if (over) return publisher.destroy();
      say('The encoder is on air.');
      using _clock = playInLoop(tags, publisher);
      await publisher.closed;
      say('The encoder was thrown off. It keeps trying to come back.');
    } catch (error) {
      const why = error instanceof RtmpRefused ? `was refused (${error.message})` : 'does not reach the RTMP port';
      say(`The encoder ${why}. It keeps trying.`);
    }
    if (!over) retry = setTimeout(live, RETRY_MS);
  };
  live();
  return {
    [Symbol.dispose]() {
      over = true;
      clearTimeout(retry);
      publisher?.destroy();
    },
  };
}

/** Sends each tag when its time has come; the second round and later ones go on where the one before ended. */
function playInLoop(tags: readonly MediaTag[], publisher: Publisher): Disposable {
  const frames = tags.filter((tag) => inspect(tag).frame);
  const duration = durationOf(frames);
  const startedAt = performance.now();
  let [round, next, playing] = [0, 0, withoutEnd(tags)];
  const clock = setInterval(() => {
    const now = performance.now() - startedAt;
    while (publisher.open && playing[next]!.timestamp + round * duration <= now) {
      const tag = playing[next]!;
      publisher.send({ ...tag, timestamp: tag.timestamp + round * duration });
      next += 1;
      // Metadata and decoder configuration belong to the beginning.
      if (next === playing.length) [round, next, playing] = [round + 1, 0, frames];
    }
  }, TICK_MS);
  return { [Symbol.dispose]: () => clearInterval(clock) };
}

/** A clip ends with a mark that would end the stream for some players. */
function withoutEnd(tags: readonly MediaTag[]): readonly MediaTag[] {
  return tags.filter((tag) => tag.type !== TAG_VIDEO || inspect(tag).frame || inspect(tag).config !== null);
}

/** To the end of the last picture, in milliseconds. */
function durationOf(frames: readonly MediaTag[]): number {
  const times = frames.filter(({ type }) => type === TAG_VIDEO).map(({ timestamp }) => timestamp);
  return times.at(-1)! + (times.at(-1)! - times.at(-2)!);
}
