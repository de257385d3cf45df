import { type MediaTag, TAG_DATA, TAG_VIDEO, writeTags } from './tag.ts';

export interface GopLimits {
  bytes: number;
  tags: number;
}

/** Sequence headers and metadata are few; an encoder that sends more slots than this is not cached further. */
const MAX_CONFIGS = 16;

/**
 * What a late joiner is sent first: metadata, decoder configuration, and everything since the last key frame. Holds
 * the very buffers the batches were sent from, so the frames are in memory once. Audio alone needs no past: nothing
 * but the configuration is held.
 */
export class GopCache {
  readonly #limits: GopLimits;
  readonly #configs = new Map<string, MediaTag>();
  #pieces: Buffer[] = [];
  #tags = 0;
  #joined: Buffer | null = null;
  #open = false;
  /** Bytes held since the last key frame. */
  bytes = 0;
  /** Bytes of the last complete group. */
  lastBytes = 0;
  /** Grows whenever the configuration changes, so that a viewer can tell whether it has the current one. */
  version = 0;

  constructor(limits: GopLimits) {
    this.#limits = limits;
  }

  /**
   * Remembers metadata or a sequence header; true when it differs from the one before. Its data is copied: the
   * caller's buffer may belong to a large read.
   */
  configure(slot: string, tag: MediaTag): boolean {
    const known = this.#configs.get(slot);
    if (known?.data.equals(tag.data)) return false;
    if (!known && this.#configs.size >= MAX_CONFIGS) return false;
    this.#configs.set(slot, { ...tag, data: Buffer.from(tag.data) });
    this.version++;
    this.#joined = null;
    return true;
  }

  /** The next bytes of the stream: `tags` tags, the last key frame of which begins at `keyAt` (-1: none). */
  append(bytes: Buffer, tags: number, keyAt: number): void {
    this.#joined = null;
    if (keyAt >= 0) this.#restart(bytes.subarray(keyAt), tags);
    else if (this.#open) this.#grow(bytes, tags);
  }

  #restart(bytes: Buffer, tags: number): void {
    if (this.#open) this.lastBytes = this.bytes;
    this.#pieces = [];
    this.bytes = 0;
    this.#tags = 0;
    this.#open = true;
    this.#grow(bytes, tags);
  }

  #grow(bytes: Buffer, tags: number): void {
    this.#pieces.push(bytes);
    this.bytes += bytes.length;
    this.#tags += tags;
    if (this.bytes > this.#limits.bytes || this.#tags > this.#limits.tags) this.drop();
  }

  /** Forgets the frames; the next key frame begins anew. */
  drop(): void {
    this.#pieces = [];
    this.bytes = 0;
    this.#tags = 0;
    this.#open = false;
    this.#joined = null;
  }

  /** Forgets the configuration too: another encoder may send none of its own. */
  clear(): void {
    this.drop();
    this.lastBytes = 0;
    this.#configs.clear();
    this.version++;
  }

  /** True when a joiner can start at once instead of waiting for a key frame. */
  get ready(): boolean {
    return this.#open;
  }

  /** Metadata, then video, then audio configuration, stamped with `timestamp`. */
  configuration(timestamp: number): Buffer {
    const rank = (tag: MediaTag): number => (tag.type === TAG_DATA ? 0 : tag.type === TAG_VIDEO ? 1 : 2);
    const tags = [...this.#configs.values()].sort((a, b) => rank(a) - rank(b));
    return writeTags(tags.map((tag) => ({ ...tag, timestamp })));
  }

  /** Configuration and frames in one buffer, made once for all who join between two batches. */
  burst(timestamp: number): Buffer {
    this.#joined ??= Buffer.concat([this.configuration(timestamp), ...this.#pieces]);
    return this.#joined;
  }
}
