import type { AuditDetail, AuditEvent, Origin } from '../audit.ts';
import { NO_RIGHTS } from '../capabilities.ts';
import type { Principal } from '../principal.ts';

/** Who publishes a stream: whoever knows its ingest name. */
export const encoderOf = (stream: { id: string; organisation_id: string }): Principal => ({
  kind: 'encoder',
  id: stream.id,
  email: null,
  organisation: stream.organisation_id,
  role: null,
  rights: NO_RIGHTS,
  credential: { type: 'ingest-name', id: stream.id },
});

/** A row for what an encoder did. `requestId` is its session's id. */
export function wireEvent(
  stream: { id: string; organisation_id: string },
  action: 'publish' | 'unpublish',
  origin: Origin,
  detail: AuditDetail,
): AuditEvent {
  const target = { type: 'stream', id: stream.id } as const;
  return { principal: encoderOf(stream), origin, action, target, outcome: 'allowed', detail };
}
