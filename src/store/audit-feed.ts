import type { AuditTable } from './schema.ts';
import type { Prepared, Store } from './store.ts';
import { type StreamState, stateOf } from './stream.ts';

/** What a row of the log says to whoever follows it: neither who it was nor any detail. */
export type FedRow = Pick<AuditTable, 'id' | 'actor_id' | 'action' | 'target_type' | 'target_id' | 'outcome'>;

/** More rows than this are not read one by one. */
export const MOST_ROWS = 300;

export interface AuditFeed {
  /** An organisation's rows with a larger id, newest first: at most one more than MOST_ROWS. */
  behind: Prepared<{ organisation: string; id: string }, FedRow>;
  /** A stream as it stands; null when the organisation has none of this id. */
  stateOf(organisation: string, id: string): Promise<StreamState | null>;
}

/** The log as it grows, for those who hold a right in the organisation that they name. */
export function auditFeed(store: Store): AuditFeed {
  const stream = store.prepare<
    { organisation: string; id: string },
    { locked: number; live_session: string | null; first_live_at: number | null }
  >((db, p) =>
    db
      .selectFrom('stream')
      .select(['locked', 'live_session', 'first_live_at'])
      .where('id', '=', p('id'))
      .where('organisation_id', '=', p('organisation')),
  );
  return {
    behind: store.prepare((db, p) =>
      db
        .selectFrom('audit')
        .select(['id', 'actor_id', 'action', 'target_type', 'target_id', 'outcome'])
        .where('organisation_id', '=', p('organisation'))
        .where('id', '>', p('id'))
        .orderBy('id', 'desc')
        .limit(MOST_ROWS + 1),
    ),
    async stateOf(organisation, id) {
      const [row] = await stream({ organisation, id });
      return row ? stateOf(row) : null;
    },
  };
}
