import type { AlertCode, AlertDetail } from './codes.ts';

/** Something that was seen and may be worth an alert. */
export interface Observation {
  readonly code: AlertCode;
  readonly organisation: string;
  readonly subject: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly detail: AlertDetail;
}

/** How often it was seen since it was last asked for, and the last of it. */
export interface Observed extends Observation {
  readonly times: number;
}

/** More different ones than this within a second are an attack that has raised its alerts already. */
const MOST = 5_000;

/** What was noticed on the way, at no cost for whoever notices: alerts are made of it a moment later. */
export class Observations {
  #seen = new Map<string, Observed>();

  note(observation: Observation): void {
    const key = `${observation.organisation} ${observation.code} ${observation.subject}`;
    const known = this.#seen.get(key);
    if (known === undefined && this.#seen.size >= MOST) return;
    this.#seen.set(key, { ...observation, times: (known?.times ?? 0) + 1 });
  }

  /** Everything noted since the last call. */
  take(): Observed[] {
    const taken = [...this.#seen.values()];
    this.#seen = new Map();
    return taken;
  }
}
