import { type Logger, pino } from 'pino';

export type { Logger };

/** What must never reach a log line, whatever object it travels in. */
const SECRET_PATHS = [
  'token',
  'apiKey',
  'playerKey',
  'password',
  'oldPassword',
  'resetToken',
  'streamname',
  'push_url',
  'authorization',
  'cookie',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** One JSON line per event on standard error: standard output belongs to the ready line and to the CLI's answers. */
export function createLog(name: string, level: string): Logger {
  const paths = [
    ...SECRET_PATHS,
    '*.headers["x-bintu-apikey"]',
    '*.headers["x-bintu-token"]',
    '*.headers["x-bintu-playerkey"]',
  ];
  return pino({ name, level, redact: { paths, censor: '[redacted]' } }, pino.destination({ fd: 2, sync: false }));
}
