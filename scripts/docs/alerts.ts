import { ALERTS, type AlertCode, isAlertCode } from '../../src/alerts/codes.ts';
import { ALERT_LIMITS } from '../../src/alerts/limits.ts';
import { table } from './markdown.ts';

const LIMITS = ALERT_LIMITS;
const megabits = (bits: number) => `${bits / 1e6} Mbit/s`;
const percent = (part: number) => `${part * 100} %`;

/** 1 s, 5 minutes, an hour. */
function duration(ms: number): string {
  if (ms < 60_000) return `${ms / 1_000} s`;
  const minutes = ms / 60_000;
  if (minutes < 60) return `${minutes} minutes`;
  return minutes === 60 ? 'an hour' : `${minutes / 60} hours`;
}

/** How often, and within what time. */
function often(code: AlertCode): string {
  const { times, withinMs } = LIMITS.times[code]!;
  return `${times} times within ${duration(withinMs)}`;
}

/** When each is opened; and for what lasts, when it is over. */
const WHEN: Readonly<Record<AlertCode, readonly [opens: string, over?: string]>> = {
  21001: [
    `the stream was off air for ${duration(LIMITS.offlineMs)} while it was expected, locked streams included`,
    'it is live, or no expected time covers the moment',
  ],
  22000: [
    `an encoder came ${LIMITS.restarts} times within ${duration(LIMITS.restartsMs)}, each after one had ended shortly before`,
    `fewer than ${LIMITS.restarts} of them are within the last ${duration(LIMITS.restartsMs)}`,
  ],
  22010: [
    `an encoder is on air and sends no media for ${duration(LIMITS.inactiveMs)}`,
    'media comes, or the encoder is gone',
  ],
  24100: ['an encoder is refused because the stream has one that sends'],
  29001: [
    `more than ${megabits(LIMITS.bitrate)} came, on average of 5 s`,
    `it was less than ${megabits(LIMITS.bitrateAgain)} for ${duration(LIMITS.bitrateMs)}, or the stream is off air`,
  ],
  92001: [
    `for ${duration(LIMITS.framesMs)} fewer than ${percent(LIMITS.frames)} of the pictures came that the encoder announced, or where it announced none, that it used to send in its first ${duration(LIMITS.usualMs)}`,
    `more than ${percent(LIMITS.framesAgain)} came for ${duration(LIMITS.framesMs)}, or the stream is off air`,
  ],
  91001: [
    `publishing was refused ${often(91001)}, and nobody was let in between`,
    `somebody was let in, or it did not happen for ${duration(ALERTS[91001].quietMs)}`,
  ],
  91002: ['a token is presented that was revoked'],
  91003: ['an API key is used from an address that is new to it'],
  91004: [`signing in as a user was refused ${often(91004)}`],
  91005: ['a user was given the role nanoAdmin'],
};

/** Every alert there is: when it is opened, when it is over, and what to do. */
export const alertCodes = (): string =>
  table(
    ['Code', 'Severity', 'Opened when', 'Over when', 'What to do'],
    Object.keys(ALERTS)
      .map(Number)
      .filter(isAlertCode)
      .map((code) => {
        const { name, severity, advice, quietMs } = ALERTS[code];
        const [opens, over] = WHEN[code];
        const quiet = `it did not happen for ${duration(quietMs ?? 0)}`;
        return [`**${code}** ${name}`, severity, opens, over ?? quiet, advice];
      }),
  );
