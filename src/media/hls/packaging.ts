import { playsOverHls } from '../engine.ts';
import type { Refusal } from '../flv/playout-reply.ts';
import type { EngineParts } from '../rtmp/connection.ts';
import type { LiveStream } from '../rtmp/live-stream.ts';
import { Remuxer } from './remuxer.ts';
import { type HlsMemory, Segmenter } from './segmenter.ts';
import { Unfit, WRONG_CODEC } from './unfit.ts';

/** One stream's segments, and how many sessions need them. */
export interface Line {
  readonly stream: LiveStream;
  readonly segmenter: Segmenter;
  sessions: number;
  /** Why there will be no segment any more, for those who wait for one. */
  refusal: Refusal | null;
}

const unfit = (message: string): Refusal => ({ status: 404, code: 4040, message, close: 4404 });
const unavailable = (message: string): Refusal => ({ status: 503, code: 5030, message, close: 4503 });

/** Segments a stream while it has HLS sessions, and only then. */
export class Packaging implements AsyncDisposable {
  readonly #around: EngineParts;
  readonly #memory: HlsMemory;
  readonly #remuxer = new Remuxer();
  readonly #lines = new Map<LiveStream, Line>();
  /** Publishers whose media turned out to be impossible: nobody waits for it twice. */
  readonly #unfit = new WeakMap<LiveStream, { publisher: string | undefined; refusal: Refusal }>();

  constructor(around: EngineParts) {
    this.#around = around;
    const { hlsBytes, hlsStreamBytes, hlsSegmentBytes } = around.limits;
    const bounds = { all: hlsBytes, window: hlsStreamBytes, segment: hlsSegmentBytes };
    this.#memory = { used: 0, ...bounds, shed: () => this.#shed() };
  }

  /** The streams that were asked for last make room: whoever asks for another takes it from nobody who watches. */
  #shed(): void {
    for (const line of [...this.#lines.values()].reverse()) {
      if (this.#memory.used <= this.#memory.all) return;
      line.segmenter.giveWay();
    }
  }

  /** Bytes that segments take at the moment. */
  get bytes(): number {
    return this.#memory.used;
  }

  /** The stream's segments for one session more, or why there are none. */
  enter(stream: LiveStream): Line | Refusal {
    const known = this.#unfit.get(stream);
    if (known !== undefined && known.publisher === stream.publisher?.id) return known.refusal;
    if (stream.publisher !== null && !playsOverHls(stream.stats())) return unfit(WRONG_CODEC);
    const line = this.#lines.get(stream) ?? this.#begin(stream);
    line.sessions++;
    return line.refusal ?? line;
  }

  leave(line: Line): void {
    if (--line.sessions > 0) return;
    line.segmenter.close();
    if (this.#lines.get(line.stream) === line) this.#forget(line);
  }

  #begin(stream: LiveStream): Line {
    const segmenter = new Segmenter({
      remuxer: this.#remuxer,
      memory: this.#memory,
      failed: (error) => this.#failed(line, error),
    });
    const line: Line = { stream, segmenter, sessions: 0, refusal: null };
    this.#lines.set(stream, line);
    stream.packageBy(segmenter);
    return line;
  }

  #forget(line: Line): void {
    this.#lines.delete(line.stream);
    line.stream.packageBy(null);
  }

  #failed(line: Line, error: Error): void {
    const lasting = error instanceof Unfit;
    this.#around.log.warn({ stream: line.stream.id, err: error }, 'a stream cannot be packaged for HLS');
    line.refusal = lasting ? unfit(error.message) : unavailable('HLS is not available at the moment, try again');
    if (lasting) this.#unfit.set(line.stream, { publisher: line.stream.publisher?.id, refusal: line.refusal });
    if (this.#lines.get(line.stream) === line) this.#forget(line);
  }

  /** Ends the playlists of streams whose publisher stays away; who comes later begins a new one. */
  sweep(now: number): void {
    for (const line of [...this.#lines.values()]) {
      const { goneAt } = line.segmenter;
      if (goneAt === null || now - goneAt < this.#around.limits.hlsGoneMs) continue;
      line.segmenter.end();
      this.#forget(line);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of [...this.#lines.values()]) line.segmenter.close();
    await this.#remuxer[Symbol.asyncDispose]();
  }
}
