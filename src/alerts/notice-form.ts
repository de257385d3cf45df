import type { AlertFacts } from '../mail/letters.ts';
import type { ToldAlert } from '../store/alert-delivery.ts';
import { ALERTS, type AlertDetail, type AlertKind, isAlertCode } from './codes.ts';
import type { NoticeKind } from './notices.ts';

/** An alert for somebody who is told of it, wherever its parts go. */
interface Notice {
  alert: ToldAlert;
  kind: NoticeKind;
  /** Unix milliseconds. */
  now: number;
}

const isoOrNull = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function kindOf({ code }: ToldAlert): AlertKind {
  if (!isAlertCode(code)) throw new Error(`There is no alert with the code ${code}`);
  return ALERTS[code];
}

/** The body that the webhook is posted. It holds no address and no secret. */
export function noticeBody({ alert, kind, now }: Notice): string {
  const { name, severity, message, advice } = kindOf(alert);
  return JSON.stringify({
    id: alert.id,
    kind,
    code: alert.code,
    name,
    severity,
    message: message(JSON.parse(alert.detail) as AlertDetail),
    advice,
    firstDetection: isoOrNull(alert.first_at),
    lastDetection: isoOrNull(alert.last_at),
    resolvedAt: isoOrNull(alert.resolved_at),
    elapsedTime: Math.max(0, Math.floor(((alert.resolved_at ?? now) - alert.first_at) / 1_000)),
    stream: alert.stream_name === null ? null : { id: alert.subject_id, name: alert.stream_name },
    organisation: { id: alert.organisation_id },
  });
}

/** What a test posts: the same fields, saying nothing of an alert. */
export const testBody = (id: string, organisation: string, now: number): string =>
  JSON.stringify({
    id,
    kind: 'test',
    code: 0,
    name: 'Test',
    severity: 'Advice',
    message: 'This is a test, nothing is wrong',
    advice: 'There is nothing to do',
    firstDetection: isoOrNull(now),
    lastDetection: isoOrNull(now),
    resolvedAt: null,
    elapsedTime: 0,
    stream: null,
    organisation: { id: organisation },
  });

/** The same for a letter. */
export function noticeFacts({ alert, kind }: Notice): Omit<AlertFacts, 'organisation' | 'url'> {
  const { name, severity, message, advice } = kindOf(alert);
  return {
    kind,
    severity,
    name,
    message: message(JSON.parse(alert.detail) as AlertDetail),
    advice,
    stream: alert.stream_name,
    since: alert.first_at,
    until: alert.resolved_at,
  };
}
