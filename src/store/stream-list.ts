import type { SelectQueryBuilder } from 'kysely';
import { decodeCursor, type Page, pageOf } from './cursor.ts';
import type { Schema, StreamTagTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';
import type { Reader } from './store.ts';
import { OF_ORGANISATION, type StreamRecord, type StreamRow, type StreamState, stateOf, withTags } from './stream.ts';
import { findNamedStreams } from './stream-name.ts';
import { findTagIds } from './tag.ts';

export interface StreamFilter {
  state: StreamState | 'all';
  /** All must match. */
  tags: readonly string[];
  quantity: number;
  /** What `nextCursor` of the page before said. */
  cursor?: string;
  named?: StreamName;
}

/** An exact id or playout name; an ingest name too, by its fingerprint, where the caller may know those. */
export interface StreamName {
  text: string;
  ingestHash: string | null;
}

/** `mark` is the link to the tag that leads the way, where one does. */
type Query<O> = SelectQueryBuilder<Schema & { mark: StreamTagTable }, 'stream' | 'mark', O>;

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
async function leader(db: Reader, state: StreamFilter['state'], tagIds: readonly string[]): Promise<string | null> {
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

const idsNamed = async (scope: Scope, { text, ingestHash }: StreamName): Promise<string[]> =>
  (await findNamedStreams(scope, [text], ingestHash === null ? [] : [ingestHash])).map(({ id }) => id);

interface Leading {
  first: string | null;
  others: string[];
}

async function leading(scope: Scope, state: StreamFilter['state'], tagIds: readonly string[]): Promise<Leading> {
  const first = await leader(readerOf(scope), state, tagIds);
  return { first, others: tagIds.filter((id) => id !== first) };
}

/** What matches, and the tag by which alone it can be counted, if there is one. `ids` null: whichever they are. */
function matchingOf(
  scope: Scope,
  { state, ids }: { state: StreamFilter['state']; ids: readonly string[] | null },
  { first, others }: Leading,
) {
  const own = walked(readerOf(scope), first).where('stream.organisation_id', '=', scope.organisation);
  const narrowed = ids === null ? own : own.where('stream.id', 'in', ids);
  const alone = others.length === 0 && state === 'all' && ids === null ? first : null;
  return { matching: tagged(inState(narrowed, state), others), alone };
}

/** Newest first. */
export async function listStreams(scope: Scope, filter: StreamFilter): Promise<Page<StreamRecord>> {
  const { state, quantity, cursor } = filter;
  const db = readerOf(scope);
  // Names become ids once, not once per stream.
  const tagIds = await findTagIds(scope, filter.tags);
  const ids = filter.named === undefined ? null : await idsNamed(scope, filter.named);
  if (tagIds === null || ids?.length === 0) return { rows: [], total: 0, nextCursor: null };
  const lead = ids === null ? await leading(scope, state, tagIds) : { first: null, others: [...tagIds] };
  const { matching, alone } = matchingOf(scope, { state, ids }, lead);
  const [createdAt, id] = lead.first === null ? ORDER.stream : ORDER.mark;
  let page = matching;
  if (cursor !== undefined) {
    const [at, after] = decodeCursor(cursor, ['number', 'string']) as [number, string];
    // As one comparison of pairs the index is entered at the cursor, however far down it is.
    page = page.where(({ eb, refTuple, tuple }) => eb(refTuple(createdAt, id), '<', tuple(at, after)));
  }
  const query = shownOf(page).orderBy(createdAt, 'desc').orderBy(id, 'desc');
  const rows = await query.limit(quantity + 1).execute();
  const total = await count(db, matching, alone);
  const shown = pageOf(rows, { quantity, total }, (row) => [row.created_at, row.id]);
  return { ...shown, rows: await withTags(db, shown.rows) };
}

export type StateCounts = Record<StreamState | 'all', number>;

const STATES = ['created', 'live', 'ended', 'locked'] as const satisfies readonly StreamState[];

const allOf = (counts: Record<StreamState, number>): StateCounts => ({
  all: STATES.reduce((sum, state) => sum + counts[state], 0),
  ...counts,
});

/** How many streams there are in each state, of those that have all of these tags. */
export async function countStreams(scope: Scope, tags: readonly string[]): Promise<StateCounts> {
  const tagIds = await findTagIds(scope, tags);
  const counts: Record<StreamState, number> = { created: 0, live: 0, ended: 0, locked: 0 };
  if (tagIds === null) return allOf(counts);
  if (tagIds.length > 0) return allOf(await countTagged(scope, tagIds));
  // Each state has an index of its own, which counting reads alone.
  const db = readerOf(scope);
  const own = walked(db, null).where('stream.organisation_id', '=', scope.organisation);
  for (const state of STATES) counts[state] = await count(db, inState(own, state), null);
  return allOf(counts);
}

/** In one walk over the streams of the rarest tag. */
async function countTagged(scope: Scope, tagIds: readonly string[]): Promise<Record<StreamState, number>> {
  const { matching } = matchingOf(scope, { state: 'all', ids: null }, await leading(scope, 'all', tagIds));
  const row = await matching
    .select(({ fn }) => {
      const open = fn.countAll().filterWhere('stream.locked', '=', 0);
      const idle = open.filterWhere('stream.live_session', 'is', null);
      return [
        idle.filterWhere('stream.first_live_at', 'is', null).as('created'),
        open.filterWhere('stream.live_session', 'is not', null).as('live'),
        idle.filterWhere('stream.first_live_at', 'is not', null).as('ended'),
        fn.countAll().filterWhere('stream.locked', '=', 1).as('locked'),
      ];
    })
    .executeTakeFirstOrThrow();
  return { created: Number(row.created), live: Number(row.live), ended: Number(row.ended), locked: Number(row.locked) };
}

/** Whether a name, of ingest or of playout, is one of the organisation's. */
export async function findByName(scope: Scope, ingestHash: string, playoutName: string) {
  const found = await findNamedStreams(scope, [playoutName], [ingestHash]);
  const stream = found.find((row) => row.playout_name === playoutName || row.ingest_hash === ingestHash);
  return stream ? { valid: true, id: stream.id, state: stateOf(stream) } : { valid: false };
}
