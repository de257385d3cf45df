import { type AuditEvent, redact } from '../audit.ts';
import { newId } from './ids.ts';
import type { AuditTable } from './schema.ts';
import type { Tx } from './store.ts';

/** An event as it is stored: every row of the log is made, and its detail redacted, here. */
export const auditRow = ({ principal, origin, target, ...event }: AuditEvent, at: number): AuditTable => ({
  id: newId(),
  organisation_id: principal.organisation,
  at,
  actor_type: principal.kind,
  actor_id: principal.id,
  actor_email: principal.email,
  credential_type: principal.credential.type,
  credential_id: principal.credential.id,
  ip: origin.ip,
  action: event.action,
  target_type: target.type,
  target_id: target.id,
  outcome: event.outcome,
  count: 1,
  detail: JSON.stringify(redact(event.detail)),
  request_id: origin.requestId,
});

/** Writes one row in the caller's transaction and gives its id. */
export async function recordAudit(tx: Tx, event: AuditEvent, at: number): Promise<string> {
  const row = auditRow(event, at);
  await tx.db.insertInto('audit').values(row).execute();
  return row.id;
}

/** Adds to a refusal's count: the same principal was refused the same thing again. */
export async function raiseAuditCount(tx: Tx, id: string, by: number): Promise<void> {
  await tx.db
    .updateTable('audit')
    .set((eb) => ({ count: eb('count', '+', by) }))
    .where('id', '=', id)
    .execute();
}
