import type { SelectQueryBuilder } from 'kysely';
import { ApiError } from '../errors.ts';
import type { Schema, StreamTagTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';
import type { Reader } from './store.ts';
import { OF_ORGANISATION, type StreamRecord, type StreamRow, type StreamState, stateOf, withTags } from './stream.ts';
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

/** `mark` is the link to the tag that leads the way, where one does. */
type Query<O> = SelectQueryBuilder<Schema & { mark: StreamTagTable }, 'stream' | 'mark', O>;

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

/** A tag with fewer streams leads the way whatever the state: reading all of them costs some milliseconds. */
const FEW = 20_000;

/**
 * The tag whose streams are walked instead of the organisation's, or null. Whoever may look must not be able to keep the
 * database busy: a rare tag is found by its own index, and the few streams of a state by theirs.
 */
async function leader(db: Reader, { state }: StreamFilter, tagIds: readonly string[]): Promise<string | null> {
  let [rarest, least]: [string | null, number] = [null, FEW];
  for (const id of tagIds) {
    const some = db.selectFrom('stream_tag').select('tag_id').where('tag_id', '=', id).limit(FEW).as('some');
    const { n } = await db
      .selectFrom(some)
      .select((eb) => eb.fn.countAll().as('n'))
      .executeTakeFirstOrThrow();
    if (Number(n) < least) [rarest, least] = [id, Number(n)];
  }
  return rarest ?? (state === 'all' ? (tagIds[0] ?? null) : null);
}

/** Every stream, or those of one tag in the order of its index. SQLite takes the tables of a cross join as they come. */
const walked = (db: Reader, tag: string | null): Query<object> =>
  (tag === null
    ? db.selectFrom('stream')
    : db
        .selectFrom('stream_tag as mark')
        .crossJoin('stream')
        .whereRef('stream.id', '=', 'mark.stream_id')
        .where('mark.tag_id', '=', tag)) as unknown as Query<object>;

const ORDER = {
  stream: ['stream.created_at', 'stream.id'],
  mark: ['mark.created_at', 'mark.stream_id'],
} as const;

const shownOf = (query: Query<object>): Query<StreamRow> =>
  query
    .innerJoin('organisation', 'organisation.id', 'stream.organisation_id')
    .selectAll('stream')
    .select(OF_ORGANISATION) as unknown as Query<StreamRow>;

/** How many match. The streams of one tag are counted without looking at any of them. */
async function count(db: Reader, narrowed: Query<object>, alone: string | null): Promise<number> {
  const counted = alone === null ? narrowed : db.selectFrom('stream_tag').where('tag_id', '=', alone);
  const { n } = await (counted as Query<object>).select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow();
  return Number(n);
}

/** Newest first. */
export async function listStreams(scope: Scope, filter: StreamFilter): Promise<StreamPage> {
  const { organisation } = scope;
  const db = readerOf(scope);
  // Names become ids once, not once per stream.
  const tagIds = await findTagIds(scope, filter.tags);
  if (tagIds === null) return { streams: [], total: 0, nextCursor: null };
  const first = await leader(db, filter, tagIds);
  const others = tagIds.filter((id) => id !== first);
  const matching = tagged(
    inState(walked(db, first).where('stream.organisation_id', '=', organisation), filter.state),
    others,
  );
  const [createdAt, id] = first === null ? ORDER.stream : ORDER.mark;
  let page = matching;
  if (filter.cursor !== undefined) {
    const after = decode(filter.cursor);
    // As one comparison of pairs the index is entered at the cursor, however far down it is.
    page = page.where(({ eb, refTuple, tuple }) => eb(refTuple(createdAt, id), '<', tuple(after.createdAt, after.id)));
  }
  const rows = await shownOf(page)
    .orderBy(createdAt, 'desc')
    .orderBy(id, 'desc')
    .limit(filter.quantity + 1)
    .execute();
  const shown = rows.slice(0, filter.quantity);
  const alone = others.length === 0 && filter.state === 'all' ? first : null;
  return {
    streams: await withTags(db, shown),
    total: await count(db, matching, alone),
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
