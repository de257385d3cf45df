import { sql } from 'kysely';
import type { StreamTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';

/** A stream, with what it is named by and what its state follows from. */
export type NamedStream = Pick<
  StreamTable,
  'id' | 'playout_name' | 'ingest_hash' | 'locked' | 'live_session' | 'first_live_at'
>;

/** By the bare column SQLite, which has no statistics, would walk through the whole organisation. */
const OWNER = sql<string>`coalesce(organisation_id, '')`;

/** The organisation's streams among these ids, playout names and hashes of ingest names: each by an index of its own. */
export function findNamedStreams(
  scope: Scope,
  names: readonly string[],
  hashes: readonly string[],
): Promise<NamedStream[]> {
  return readerOf(scope)
    .selectFrom('stream')
    .select(['id', 'playout_name', 'ingest_hash', 'locked', 'live_session', 'first_live_at'])
    .where(OWNER, '=', scope.organisation)
    .where(({ or, eb }) =>
      or([
        eb('id', 'in', names),
        eb('playout_name', 'in', names),
        ...(hashes.length === 0 ? [] : [eb('ingest_hash', 'in', hashes)]),
      ]),
    )
    .execute();
}
