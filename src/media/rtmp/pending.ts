import type { TagInfo } from '../flv/inspect.ts';
import { type MediaTag, TAG_OVERHEAD, TAG_VIDEO } from '../flv/tag.ts';

/** Tags that wait for their batch. */
export class Pending {
  readonly tags: MediaTag[] = [];
  bytes = 0;
  /** Where the last key frame begins; -1 without one. */
  keyAt = -1;
  /** Pictures, and how many of them come before that key frame. */
  frames = 0;
  framesBeforeKey = 0;

  add(tag: MediaTag, { key, frame }: TagInfo): void {
    if (key) {
      this.keyAt = this.bytes;
      this.framesBeforeKey = this.frames;
    }
    if (frame && tag.type === TAG_VIDEO) this.frames++;
    this.tags.push(tag);
    this.bytes += TAG_OVERHEAD + tag.data.length;
  }
}
