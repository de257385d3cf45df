import type { AlertCode } from './codes.ts';

const MINUTE_MS = 60_000;

/** How often something that happens must have been noted within how long, before it is worth an alert. */
export interface Threshold {
  readonly times: number;
  /** Milliseconds. */
  readonly withinMs: number;
}

const ONCE: Threshold = { times: 1, withinMs: MINUTE_MS };

/**
 * Of what is noted as it happens. What is refused in a row is counted where it is refused, since only there it is known
 * what came between: from this many on it is noted.
 */
export const THRESHOLDS = {
  91001: ONCE,
  91002: ONCE,
  91003: ONCE,
  91004: { times: 10, withinMs: 10 * MINUTE_MS },
  91005: ONCE,
  24100: ONCE,
} as const satisfies Partial<Record<AlertCode, Threshold>>;

/** Refusals of one stream's encoder without a publish between them. */
export const REFUSED_IN_A_ROW = 5;
