import type { Tracks } from './assembly.ts';
import type { HlsFile } from './hls-reply.ts';
import { initName, type Listed, mediaPlaylist, PLAYLIST, type Rendition, segmentName } from './playlist.ts';

/** Segments in the playlist, and how many older ones can still be fetched by who read it a moment ago. */
const LISTED = 6;
const KEPT = 3;
/** A player needs these; fewer are kept for no bound's sake. */
const FEWEST = 3;
const SHORTEST_TARGET = 2;

/** A run of segments that share an initialisation segment. */
export interface Series extends Tracks {
  index: number;
  init: Buffer | null;
}

interface Segment extends Listed {
  media: Buffer;
  tracks: Series;
}

/** The segments that can be fetched now, and the playlist of the newest of them. */
export class Window {
  readonly #mostBytes: number;
  #segments: Segment[] = [];
  #next = 0;
  #target = SHORTEST_TARGET;
  #bandwidth = 0;
  #ended = false;
  #text: string | null = null;
  bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get empty(): boolean {
    return this.#segments.length === 0;
  }

  /** Seconds: no segment is longer by half a second. It grows when the encoder's key frames move apart. */
  get target(): number {
    return this.#target;
  }

  add(series: Series, media: Buffer, duration: number): void {
    this.#segments.push({ sequence: this.#next++, duration, series: series.index, media, tracks: series });
    this.#target = Math.max(this.#target, Math.round(duration));
    this.#bandwidth = Math.max(this.#bandwidth, Math.ceil((media.length * 8) / Math.max(1, duration)));
    this.bytes += media.length;
    const tooMany = (): boolean => this.#segments.length > LISTED + KEPT;
    const tooLarge = (): boolean => this.bytes > this.#mostBytes && this.#segments.length > FEWEST;
    while (tooMany() || tooLarge()) this.bytes -= this.#segments.shift()!.media.length;
    this.#text = null;
  }

  /** Nothing follows any more. */
  end(): void {
    this.#ended = true;
    this.#text = null;
  }

  clear(): void {
    this.#segments = [];
    this.bytes = 0;
    this.#text = null;
  }

  playlist(): string {
    this.#text ??= mediaPlaylist(this.#segments.slice(-LISTED), { target: this.#target, ended: this.#ended });
    return this.#text;
  }

  /** What the newest segment is of; null without one. */
  rendition(): Rendition | null {
    const newest = this.#segments.at(-1);
    if (newest === undefined) return null;
    const { video, audio } = newest.tracks;
    const codecs = [video, audio].flatMap((track) => (track === null ? [] : [track.codec]));
    return { bandwidth: this.#bandwidth, codecs, size: video };
  }

  /** The file of this name, with its type; null when there is none, or none any more. */
  file(name: string): HlsFile | null {
    if (name === PLAYLIST) return { type: 'playlist', body: this.playlist() };
    const found = this.#segments.find(({ sequence }) => segmentName(sequence) === name);
    const init = this.#segments.find(({ series }) => initName(series) === name)?.tracks.init;
    const body = found?.media ?? init;
    return body ? { type: 'media', body } : null;
  }
}
