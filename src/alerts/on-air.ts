import type { StreamStats } from '../media/engine.ts';
import type { AlertLimits } from './limits.ts';
import type { OpenDetail, Wrong } from './wrong.ts';

/** What is remembered of a publisher. Moments are those at which the engine said it, null when it is not so. */
interface Watched {
  publisher: string;
  /** When it was looked at first, and last. */
  seenAt: number;
  heardAt: number;
  /** Since when its media has come without a pause. */
  flowsSince: number;
  calmSince: number | null;
  slowSince: number | null;
  recoveredSince: number | null;
  rates: number[];
  usual: number | null;
}

/** Encoders announce a clock of theirs as a frame rate, too. */
const MOST_ANNOUNCED = 240;

const middle = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

type Said = StreamStats & { publisher: string; since: number };

const isPublished = (stats: StreamStats): stats is Said => stats.publisher !== null && stats.since !== null;

/** Looks at how the media of streams on air comes in. */
export class OnAir {
  readonly #limits: AlertLimits;
  #watched = new Map<string, Watched>();

  constructor(limits: AlertLimits) {
    this.#limits = limits;
  }

  /** `heardAt` is when the engine said so. May be asked any number of times about the same words. */
  wrong(all: Iterable<StreamStats>, heardAt: number, open: OpenDetail): Wrong[] {
    const found: Wrong[] = [];
    const next = new Map<string, Watched>();
    for (const stats of all) {
      if (!isPublished(stats)) continue;
      const before = this.#watched.get(stats.stream);
      const watched = before?.publisher === stats.publisher ? before : this.#begin(stats, heardAt);
      next.set(stats.stream, watched);
      const silentMs = heardAt - Math.max(stats.since, stats.lastMediaAt ?? 0);
      if (silentMs > this.#limits.pauseMs) pause(watched, heardAt);
      const wrong = (code: Wrong['code'], detail: Wrong['detail']) =>
        found.push({ code, subject: stats.stream, organisation: null, detail, at: heardAt });
      if (silentMs >= this.#limits.inactiveMs) wrong(22010, {});
      if (this.#isHigh(watched, stats, heardAt, open)) wrong(29001, { bitrate: roundTo(stats.bitrate ?? 0, 1e5) });
      const expected = this.#expected(watched, stats, heardAt, open);
      if (expected !== null && this.#isSlow(watched, stats.fps!, { expected, heardAt, open: isOpen(open, stats) }))
        wrong(92001, { fps: roundTo(stats.fps!, 0.1), expected: roundTo(expected, 0.1) });
      watched.heardAt = heardAt;
    }
    this.#watched = next;
    return found;
  }

  #begin({ publisher, since }: Said, heardAt: number): Watched {
    const nothing = { calmSince: null, slowSince: null, recoveredSince: null, rates: [], usual: null };
    return { publisher, seenAt: heardAt, heardAt: 0, flowsSince: since, ...nothing };
  }

  #isSettled({ flowsSince }: Watched, heardAt: number): boolean {
    return heardAt - flowsSince >= this.#limits.settleMs;
  }

  #isHigh(watched: Watched, { stream, bitrate }: Said, heardAt: number, open: OpenDetail): boolean {
    const { bitrate: limit, bitrateAgain, bitrateMs } = this.#limits;
    if (!open(29001, stream)) {
      watched.calmSince = null;
      return (bitrate ?? 0) > limit && this.#isSettled(watched, heardAt);
    }
    watched.calmSince = (bitrate ?? 0) < bitrateAgain ? (watched.calmSince ?? heardAt) : null;
    return watched.calmSince === null || heardAt - watched.calmSince < bitrateMs;
  }

  /** The frame rate that is due; null when there is none, or nobody knows it. */
  #expected(watched: Watched, stats: Said, heardAt: number, open: OpenDetail): number | null {
    const { fps, announcedFps } = stats;
    if (fps === null) return null;
    if (announcedFps !== null && announcedFps <= MOST_ANNOUNCED) return announcedFps;
    const known = watched.usual ?? open(92001, stats.stream)?.expected;
    if (known !== undefined) return Number(known);
    if (heardAt > watched.heardAt) watched.rates.push(fps);
    if (heardAt - watched.seenAt < this.#limits.usualMs) return null;
    watched.usual = middle(watched.rates);
    watched.rates = [];
    return watched.usual;
  }

  #isSlow(
    watched: Watched,
    fps: number,
    { expected, heardAt, open }: { expected: number; heardAt: number; open: boolean },
  ): boolean {
    const { frames, framesAgain, framesMs } = this.#limits;
    if (open) {
      watched.slowSince = null;
      watched.recoveredSince = fps > framesAgain * expected ? (watched.recoveredSince ?? heardAt) : null;
      return watched.recoveredSince === null || heardAt - watched.recoveredSince < framesMs;
    }
    watched.recoveredSince = null;
    watched.slowSince = fps < frames * expected ? (watched.slowSince ?? heardAt) : null;
    const isLong = watched.slowSince !== null && heardAt - watched.slowSince >= framesMs;
    return isLong && this.#isSettled(watched, heardAt);
  }
}

const isOpen = (open: OpenDetail, { stream }: Said): boolean => open(92001, stream) !== undefined;

function pause(watched: Watched, heardAt: number): void {
  watched.flowsSince = heardAt;
  watched.slowSince = null;
}

/** A whole multiple of this, without the digits that binary fractions add. */
const roundTo = (value: number, step: number): number => Number((Math.round(value / step) * step).toFixed(1));
