import type { AuditTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';

export interface AuditFilter {
  actor?: string;
  action?: string;
  target?: string;
  outcome?: 'allowed' | 'refused';
  /** Unix milliseconds, `from` inclusive, `to` exclusive. */
  from?: number;
  to?: number;
  /** The id of the last row already seen. */
  cursor?: string;
  limit: number;
}

/** Newest first. `actor` is an id or an e-mail address. */
export function listAudit(scope: Scope, filter: AuditFilter): Promise<AuditTable[]> {
  let query = readerOf(scope).selectFrom('audit').selectAll().where('organisation_id', '=', scope.organisation);
  const { actor, action, target, outcome, from, to, cursor } = filter;
  if (actor !== undefined) query = query.where(actor.includes('@') ? 'actor_email' : 'actor_id', '=', actor);
  if (action !== undefined) query = query.where('action', '=', action);
  if (target !== undefined) query = query.where('target_id', '=', target);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<', to);
  if (cursor !== undefined) query = query.where('id', '<', cursor);
  return query.orderBy('id', 'desc').limit(filter.limit).execute();
}
