import type { AlertCode } from './codes.ts';

/** From when on something is an alert. Times in milliseconds. */
export interface AlertLimits {
  /** After the engine is heard again it is believed: its first word may know of no stream yet. */
  graceMs: number;
  /** 21001: how long an expected stream is off air before it is said. */
  offlineMs: number;
  /** 22000: so many restarts within so long. */
  restarts: number;
  restartsMs: number;
  /** 22010: how long a publisher sends nothing. */
  inactiveMs: number;
  /** 29001: more bits per second than this; over when there were fewer than `bitrateAgain` for `bitrateMs`. */
  bitrate: number;
  bitrateAgain: number;
  bitrateMs: number;
  /** 92001: less than this part of the frame rate that is due, for `framesMs`; over when it was more than `framesAgain`. */
  frames: number;
  framesAgain: number;
  framesMs: number;
  /** Of what announces no frame rate, the middle one of its first so many is due. */
  usualMs: number;
  /** The rates of a publisher that began or paused so recently say nothing: the engine's are those of five seconds. */
  settleMs: number;
  /** Without media for so long is a pause. */
  pauseMs: number;
  /** What happens rather than lasts: so many times within so long. Once, where there is none. */
  times: Readonly<Partial<Record<AlertCode, { times: number; withinMs: number }>>>;
  /** Instead of the alert's own. */
  quietMs: Readonly<Partial<Record<AlertCode, number>>>;
  /** What was over so many times within so long is over, from then on, when it has not come again for `calmMs`. */
  flaps: number;
  flapsMs: number;
  calmMs: number;
  /** How often a lasting alert is written down as lasting. */
  keepMs: number;
  /** How often the open ones are read: another process may have changed them. */
  readMs: number;
  /** When who was told is told again. */
  remindMs: number;
}

const MINUTE_MS = 60_000;

export const ALERT_LIMITS: AlertLimits = {
  graceMs: 3_000,
  offlineMs: 5_000,
  restarts: 3,
  restartsMs: 5 * MINUTE_MS,
  inactiveMs: 5_000,
  bitrate: 4_000_000,
  bitrateAgain: 3_800_000,
  bitrateMs: 5_000,
  frames: 0.75,
  framesAgain: 0.9,
  framesMs: 3_000,
  usualMs: 10_000,
  settleMs: 6_000,
  pauseMs: 1_000,
  times: {
    91001: { times: 5, withinMs: 5 * MINUTE_MS },
    91004: { times: 10, withinMs: 10 * MINUTE_MS },
  },
  quietMs: {},
  flaps: 5,
  flapsMs: 60 * MINUTE_MS,
  calmMs: 5 * MINUTE_MS,
  keepMs: 5_000,
  readMs: 10_000,
  remindMs: 12 * 60 * MINUTE_MS,
};
