import type { Principal } from './principal.ts';

/** Where a call came from, for the audit row and the log. */
export interface Origin {
  ip: string | null;
  requestId: string | null;
}

export interface AuditTarget {
  type:
    | 'organisation'
    | 'user'
    | 'invitation'
    | 'token'
    | 'key'
    | 'playback-token'
    | 'ingest-token'
    | 'stream'
    | 'tag'
    | 'role'
    | 'alert'
    | 'alert-receivers'
    | 'guardian-rule'
    | 'route';
  id: string | null;
}

export type AuditDetail = Record<string, string | number | boolean | null | readonly string[]>;

/** One thing that happened or was refused. `action` is the route's operation id, or the wire's `publish` and `play`. */
export interface AuditEvent {
  principal: Principal;
  origin: Origin;
  action: string;
  target: AuditTarget;
  outcome: 'allowed' | 'refused';
  detail: AuditDetail;
}

const SECRET = /password|secret|cipher|hash|authorization|cookie|streamname|push_?url|apikey|playerkey|^token$|^jwt$/i;

/** The same redaction as the log's: a field named like a secret never shows its value. */
export function redact(detail: AuditDetail): AuditDetail {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, SECRET.test(name) ? '[redacted]' : value]),
  );
}
