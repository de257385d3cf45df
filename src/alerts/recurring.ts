import { ALERTS, type AlertCode, type AlertDetail, isAlertCode } from './codes.ts';
import type { AlertLimits } from './limits.ts';
import type { OpenDetail, Wrong } from './wrong.ts';

interface Seen {
  code: AlertCode;
  subject: string;
  organisation: string | null;
  detail: AlertDetail;
  lastAt: number;
  /** In all, since it was last quiet. */
  times: number;
  recent: { at: number; times: number }[];
}

export type Sighting = Omit<Wrong, 'at'> & { at: number; times: number };

const OF_STREAMS = Object.keys(ALERTS)
  .map(Number)
  .filter(isAlertCode)
  .filter((code) => ALERTS[code].subject === 'stream' && ALERTS[code].quietMs !== null);
/** What happens within so long is counted in one place. */
const TOGETHER_MS = 1_000;
const ONCE = { times: 1, withinMs: 0 };

/** What happens rather than lasts: wrong when it has happened often enough, until it has not for a while. */
export class Recurring {
  readonly #limits: Pick<AlertLimits, 'times' | 'quietMs'>;
  readonly #seen = new Map<string, Seen>();

  constructor(limits: Pick<AlertLimits, 'times' | 'quietMs'>) {
    this.#limits = limits;
  }

  note({ code, subject, organisation, detail, at, times }: Sighting): void {
    const seen = this.#of({ code, subject, organisation, detail, at });
    seen.detail = detail;
    seen.lastAt = Math.max(seen.lastAt, at);
    seen.times += times;
    const last = seen.recent.at(-1);
    if (last && at - last.at < TOGETHER_MS) last.times += times;
    else seen.recent.push({ at, times });
  }

  /** Goes on with an open alert, of an earlier run or of another process. */
  resume(open: Wrong): void {
    if (this.quietMs(open.code) === null) return;
    const seen = this.#of(open);
    seen.lastAt = Math.max(seen.lastAt, open.at);
    seen.times = Math.max(seen.times, Number(open.detail.times ?? 0));
  }

  /** It counts anew, and is not wrong until it has happened often enough again. */
  forget(code: AlertCode, subject: string): void {
    this.#seen.delete(`${code} ${subject}`);
  }

  /** The same of everything that happened to a stream. */
  forgetStream(stream: string): void {
    for (const code of OF_STREAMS) this.forget(code, stream);
  }

  /** Null for what lasts. */
  quietMs(code: AlertCode): number | null {
    return this.#limits.quietMs[code] ?? ALERTS[code].quietMs;
  }

  wrong(now: number, open: OpenDetail): Wrong[] {
    return [...this.#seen.values()].flatMap((seen) => {
      const { code, subject, organisation, detail, lastAt } = seen;
      const { times: enough, withinMs } = this.#limits.times[code] ?? ONCE;
      const quietMs = this.quietMs(code) ?? 0;
      const silence = now - lastAt;
      const isOpen = open(code, subject) !== undefined;
      // What is over counts anew.
      if (silence >= quietMs && (isOpen || silence >= withinMs)) this.forget(code, subject);
      if (silence >= quietMs) return [];
      seen.recent = seen.recent.filter(({ at }) => now - at < Math.max(withinMs, quietMs));
      const within = seen.recent.reduce((sum, one) => (now - one.at < withinMs ? sum + one.times : sum), 0);
      if (!isOpen && enough > 1) seen.times = within;
      if (!isOpen && seen.times < enough) return [];
      return { code, subject, organisation, detail: { ...detail, times: seen.times }, at: lastAt };
    });
  }

  #of({ at, ...about }: Wrong): Seen {
    const key = `${about.code} ${about.subject}`;
    const found = this.#seen.get(key);
    if (found) return found;
    const seen: Seen = { ...about, lastAt: at, times: 0, recent: [] };
    this.#seen.set(key, seen);
    return seen;
  }
}
