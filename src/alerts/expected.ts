import type { AlertLimits } from './limits.ts';
import type { OpenDetail, Wrong } from './wrong.ts';

/** Looks for streams that are off air though they are expected. */
export class Expected {
  readonly #limits: Pick<AlertLimits, 'offlineMs'>;
  #missedSince = new Map<string, number>();

  constructor(limits: Pick<AlertLimits, 'offlineMs'>) {
    this.#limits = limits;
  }

  /** `due` are the streams that are expected now. */
  wrong(due: readonly string[], now: number, { isLive, open }: { isLive(stream: string): boolean; open: OpenDetail }) {
    const before = this.#missedSince;
    const missed = due.filter((stream) => !isLive(stream));
    this.#missedSince = new Map(missed.map((stream) => [stream, before.get(stream) ?? now]));
    return missed.flatMap((subject): Wrong[] => {
      const isLong = now - this.#missedSince.get(subject)! >= this.#limits.offlineMs;
      if (!isLong && !open(21001, subject)) return [];
      return [{ code: 21001, subject, organisation: null, detail: {}, at: now }];
    });
  }
}
