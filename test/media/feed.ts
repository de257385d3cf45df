import { readFileSync } from 'node:fs';
import { setImmediate as tick } from 'node:timers/promises';
import type { MediaTag } from '../../src/media/flv/tag.ts';
import { connectPublisher, type Publisher } from '../../src/media/rtmp/client.ts';
import { type Clip, readClip } from '../../src/media/rtmp/publish-loop.ts';
import { DEMO, type Rig } from './rig.ts';

const CLIP: Clip = readClip(readFileSync(DEMO));

/** An encoder faster than time: it sends seconds of the demo clip (a key frame every two) as fast as they are taken. */
export class Feed implements Disposable {
  readonly publisher: Publisher;
  readonly #frames = endless();
  readonly #change: (tag: MediaTag) => MediaTag | null;
  #next: MediaTag = this.#frames.next().value;
  /** Milliseconds of media sent so far. */
  #sent = 0;

  constructor(publisher: Publisher, change: (tag: MediaTag) => MediaTag | null) {
    this.publisher = publisher;
    this.#change = change;
    for (const tag of CLIP.head) this.#give({ ...tag, timestamp: 0 });
  }

  /** `change` gives what is sent instead of a tag, null for nothing. */
  static async to(rig: Pick<Rig, 'rtmp'>, name: string, change?: (tag: MediaTag) => MediaTag | null): Promise<Feed> {
    return new Feed(await connectPublisher({ url: `${rig.rtmp}/live`, name }), change ?? ((tag) => tag));
  }

  #give(tag: MediaTag): void {
    const changed = this.#change(tag);
    if (changed !== null) this.publisher.send(changed);
  }

  async send(seconds: number): Promise<void> {
    this.#sent += seconds * 1_000;
    for (let count = 1; this.#next.timestamp < this.#sent; count++) {
      this.#give(this.#next);
      this.#next = this.#frames.next().value;
      // So that it arrives in several reads, as from a network.
      if (count % 50 === 0) await tick();
    }
  }

  [Symbol.dispose](): void {
    this.publisher.destroy();
  }
}

function* endless(): Generator<MediaTag, never> {
  for (let round = 0; ; round++) {
    for (const tag of CLIP.frames) yield { ...tag, timestamp: round * CLIP.duration + tag.timestamp };
  }
}
