import type { SelectQueryBuilder } from 'kysely';
import { ApiError } from '../errors.ts';
import type { Schema } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';
import { type StreamRecord, type StreamState, selectStreams, stateOf, withTags } from './stream.ts';
import { findTagIds } from './tag.ts';

export interface StreamFilter {
  state: StreamState | 'all';
  /** All must match. */
  tags: readonly string[];
  quantity: number;
  /** What `nextCursor` of the page before said. */
  cursor?: string;
}

export interface StreamPage {
  streams: StreamRecord[];
  /** How many match, on all pages. */
  total: number;
  nextCursor: string | null;
}

type Query<O> = SelectQueryBuilder<Schema, 'stream', O>;

const encode = (row: { created_at: number; id: string }) =>
  Buffer.from(`${row.created_at}:${row.id}`).toString('base64url');

function decode(cursor: string): { createdAt: number; id: string } {
  const match = /^(\d{1,15}):([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) throw new ApiError('invalid', { parameter: 'cursor', reason: 'Use the cursor of the answer before' });
  return { createdAt: Number(match[1]), id: match[2]! };
}

function inState<O>(query: Query<O>, state: StreamFilter['state']): Query<O> {
  if (state === 'all') return query;
  if (state === 'locked') return query.where('stream.locked', '=', 1);
  const open = query.where('stream.locked', '=', 0);
  if (state === 'live') return open.where('stream.live_session', 'is not', null);
  return open
    .where('stream.live_session', 'is', null)
    .where('stream.first_live_at', state === 'created' ? 'is' : 'is not', null);
}

function tagged<O>(query: Query<O>, tagIds: readonly string[]): Query<O> {
  return tagIds.reduce(
    (narrowed, id) =>
      narrowed.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('stream_tag')
            .select('tag_id')
            .whereRef('stream_tag.stream_id', '=', 'stream.id')
            .where('tag_id', '=', id),
        ),
      ),
    query,
  );
}

/** Newest first. */
export async function listStreams(scope: Scope, filter: StreamFilter): Promise<StreamPage> {
  const { organisation } = scope;
  const db = readerOf(scope);
  // Names become ids once, not once per stream: whoever may look must not be able to keep the database busy for seconds.
  const tagIds = await findTagIds(scope, filter.tags);
  if (tagIds === null) return { streams: [], total: 0, nextCursor: null };
  const narrow = <O>(query: Query<O>) =>
    tagged(inState(query.where('stream.organisation_id', '=', organisation), filter.state), tagIds);
  let page = narrow(selectStreams(db) as unknown as Query<StreamRecord>);
  if (filter.cursor !== undefined) {
    const { createdAt, id } = decode(filter.cursor);
    // As one comparison of pairs the index is entered at the cursor, however far down it is.
    page = page.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('stream.created_at', 'stream.id'), '<', tuple(createdAt, id)),
    );
  }
  const rows = await page
    .orderBy('stream.created_at', 'desc')
    .orderBy('stream.id', 'desc')
    .limit(filter.quantity + 1)
    .execute();
  const shown = rows.slice(0, filter.quantity);
  const count = narrow(db.selectFrom('stream')).select((eb) => eb.fn.countAll().as('n'));
  return {
    streams: await withTags(db, shown),
    total: Number((await count.executeTakeFirstOrThrow()).n),
    nextCursor: rows.length > shown.length ? encode(shown.at(-1)!) : null,
  };
}

/** Whether a name, of ingest or of playout, is one of the organisation's. */
export async function findByName(scope: Scope, ingestHash: string, playoutName: string) {
  const row = await readerOf(scope)
    .selectFrom('stream')
    .selectAll()
    .where('organisation_id', '=', scope.organisation)
    .where((eb) => eb.or([eb('ingest_hash', '=', ingestHash), eb('playout_name', '=', playoutName)]))
    .executeTakeFirst();
  return row ? { valid: true, id: row.id, state: stateOf(row) } : { valid: false };
}
