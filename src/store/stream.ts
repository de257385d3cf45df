import { randomUUID } from 'node:crypto';
import { ApiError } from '../errors.ts';
import { randomBase62 } from '../random.ts';
import type { Secrets } from '../secrets.ts';
import type { StreamTable } from './schema.ts';
import type { ScopedTx } from './scope.ts';
import type { Prepared, Reader, Store } from './store.ts';
import { ensureTags } from './tag.ts';

export type StreamState = 'created' | 'live' | 'ended' | 'locked';

/** A stream as the API needs it: its row, its organisation's prefix and settings, its tags. */
export interface StreamRecord extends StreamTable {
  organisation_hash: string;
  organisation_settings: string;
  tags: string[];
}

export type StreamRow = Omit<StreamRecord, 'tags'>;

/** State is what is on air and what was decided, never the last event. */
export function stateOf(row: Pick<StreamTable, 'locked' | 'live_session' | 'first_live_at'>): StreamState {
  if (row.locked === 1) return 'locked';
  if (row.live_session !== null) return 'live';
  return row.first_live_at === null ? 'created' : 'ended';
}

type Ingest = Pick<StreamTable, 'id' | 'ingest_cipher'> & { organisation_hash: string };

/**
 * What the encoder publishes under: the organisation's prefix and a part derived from the stream's id, or the name that
 * came with an import.
 */
export const ingestNameOf = (secrets: Secrets, { id, organisation_hash, ingest_cipher }: Ingest): string =>
  ingest_cipher === null ? `${organisation_hash}-${secrets.ingestName(id)}` : secrets.decrypt(ingest_cipher);

/** What of its organisation a stream's row carries. */
export const OF_ORGANISATION = [
  'organisation.hash as organisation_hash',
  'organisation.settings as organisation_settings',
] as const;

const selectStreams = (db: Reader) =>
  db
    .selectFrom('stream')
    .innerJoin('organisation', 'organisation.id', 'stream.organisation_id')
    .selectAll('stream')
    .select(OF_ORGANISATION);

const tagNames = (db: Reader) =>
  db
    .selectFrom('stream_tag')
    .innerJoin('tag', 'tag.id', 'stream_tag.tag_id')
    .select(['tag.name', 'stream_tag.stream_id']);

/** Adds every row's tags with one query. */
export async function withTags(db: Reader, rows: readonly StreamRow[]): Promise<StreamRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const tags = await tagNames(db).where('stream_tag.stream_id', 'in', ids).execute();
  const byStream = Map.groupBy(tags, ({ stream_id }) => stream_id);
  return rows.map((row) => ({ ...row, tags: (byStream.get(row.id) ?? []).map(({ name }) => name).sort() }));
}

/** What of a stream is shown, and no more: this is the busiest query. Once per tag; a few names are sorted faster here. */
const SHOWN = [
  'stream.id',
  'stream.organisation_id',
  'stream.streamgroup',
  'stream.type',
  'stream.ingest_cipher',
  'stream.playout_name',
  'stream.push_cipher',
  'stream.locked',
  'stream.live_session',
  'stream.first_live_at',
  'stream.created_at',
  'stream.updated_at',
  'organisation.hash as organisation_hash',
  'tag.name as tag',
] as const;

/** A stream as it is shown. */
export type ShownStream = Omit<StreamRecord, 'organisation_settings' | 'ingest_hash' | 'epoch'>;

type TaggedRow = Omit<ShownStream, 'tags'> & { tag: string | null };

const taggedStreams = (db: Reader) =>
  db
    .selectFrom('stream')
    .innerJoin('organisation', 'organisation.id', 'stream.organisation_id')
    .leftJoin('stream_tag', 'stream_tag.stream_id', 'stream.id')
    .leftJoin('tag', 'tag.id', 'stream_tag.tag_id')
    .select(SHOWN);

/** The queries of the busiest route, compiled once. */
export interface StreamLookup {
  byId: Prepared<{ id: string; organisation: string }, TaggedRow>;
  /** Without a tenant: for a route that admits callers who have shown no credential. */
  publicById: Prepared<{ id: string }, TaggedRow & { organisation_settings: string }>;
  group: Prepared<{ organisation: string; group: string }, TaggedRow>;
  publicGroup: Prepared<{ group: string }, TaggedRow & { organisation_settings: string }>;
}

export const streamLookup = (store: Store): StreamLookup => ({
  byId: store.prepare((db, p) =>
    taggedStreams(db).where('stream.id', '=', p('id')).where('stream.organisation_id', '=', p('organisation')),
  ),
  publicById: store.prepare((db, p) =>
    taggedStreams(db).select('organisation.settings as organisation_settings').where('stream.id', '=', p('id')),
  ),
  group: store.prepare((db, p) =>
    taggedStreams(db)
      .where('stream.organisation_id', '=', p('organisation'))
      .where('stream.streamgroup', '=', p('group')),
  ),
  publicGroup: store.prepare((db, p) =>
    taggedStreams(db)
      .select('organisation.settings as organisation_settings')
      .where('stream.streamgroup', '=', p('group')),
  ),
});

const notFound = (): never => {
  throw new ApiError('notFound', { reason: 'There is no such stream in your organisation' });
};

function shown<R extends TaggedRow>(rows: readonly R[]): R & ShownStream {
  const [row] = rows;
  if (!row) return notFound();
  return Object.assign(row, { tags: row.tag === null ? [] : rows.map(({ tag }) => tag!).sort() });
}

/** One stream of the caller's organisation. @throws ApiError notFound */
export function findStream(lookup: StreamLookup, organisation: string, id: string): ShownStream | Promise<ShownStream> {
  const rows = lookup.byId({ id, organisation });
  return Array.isArray(rows) ? shown(rows) : rows.then(shown);
}

/** One stream, of whichever organisation. @throws ApiError notFound */
export async function findPublicStream(lookup: StreamLookup, id: string) {
  return shown(await lookup.publicById({ id }));
}

/** The stream of this id, or one of the group of this id: players are given either. @throws ApiError notFound */
export async function findMember(lookup: StreamLookup, organisation: string, id: string): Promise<ShownStream> {
  const rows = await lookup.byId({ id, organisation });
  return shown(rows.length > 0 ? rows : await lookup.group({ organisation, group: id }));
}

/** The same, of whichever organisation. @throws ApiError notFound, also where two have the same group by an import */
export async function findPublicMember(lookup: StreamLookup, id: string) {
  const rows = await lookup.publicById({ id });
  if (rows.length > 0) return shown(rows);
  const members = await lookup.publicGroup({ group: id });
  return new Set(members.map(({ organisation_id }) => organisation_id)).size > 1 ? notFound() : shown(members);
}

/** Every stream of a group, oldest first. */
export async function findGroup(lookup: StreamLookup, organisation: string, group: string): Promise<ShownStream[]> {
  const rows = await lookup.group({ organisation, group });
  return [...Map.groupBy(rows, ({ id }) => id).values()]
    .map((group) => shown(group))
    .sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
}

/** A stream inside a change, with its row locked. @throws ApiError notFound */
export async function holdStream(tx: ScopedTx, id: string): Promise<StreamRecord> {
  const query = selectStreams(tx.db).where('stream.id', '=', id).where('stream.organisation_id', '=', tx.organisation);
  const row = await (tx.engine === 'postgres' ? query.forUpdate('stream') : query).executeTakeFirst();
  return row ? (await withTags(tx.db, [row]))[0]! : notFound();
}

/** What is answered in one piece must stay small. */
const LARGEST_GROUP = 100;

/** @throws ApiError notFound, also for another organisation's; invalid when it is full */
async function checkGroup({ db, organisation }: ScopedTx, group: string): Promise<void> {
  const members = await db
    .selectFrom('stream')
    .select('id')
    .where('organisation_id', '=', organisation)
    .where('streamgroup', '=', group)
    .limit(LARGEST_GROUP)
    .execute();
  if (members.length === 0) throw new ApiError('notFound', { reason: 'You have no such group' });
  if (members.length === LARGEST_GROUP)
    throw new ApiError('invalid', {
      parameter: 'streamgroup',
      reason: `A group holds ${LARGEST_GROUP} streams at most`,
    });
}

/** Without a group the stream founds one of its own, which has its id. */
export async function insertStream(
  tx: ScopedTx,
  secrets: Secrets,
  { type, tags, group }: { type: string; tags: readonly string[]; group?: string },
): Promise<StreamRecord> {
  if (group !== undefined) await checkGroup(tx, group);
  const { hash, settings } = await tx.db
    .selectFrom('organisation')
    .select(['hash', 'settings'])
    .where('id', '=', tx.organisation)
    .executeTakeFirstOrThrow();
  // Random, not ordered: where streams may be seen without a credential, the id is what must not be guessed.
  const id = randomUUID();
  const row: StreamTable = {
    id,
    organisation_id: tx.organisation,
    streamgroup: group ?? id,
    type,
    ingest_hash: secrets.fingerprint(ingestNameOf(secrets, { id, organisation_hash: hash, ingest_cipher: null })),
    ingest_cipher: null,
    push_cipher: null,
    playout_name: `${hash}-${randomBase62(12)}`,
    locked: 0,
    epoch: 0,
    live_session: null,
    first_live_at: null,
    created_at: tx.at,
    updated_at: tx.at,
  };
  await tx.db.insertInto('stream').values(row).execute();
  await setTags(tx, row, tags);
  return { ...row, organisation_hash: hash, organisation_settings: settings, tags: [...new Set(tags)].sort() };
}

/** Replaces a stream's tags; names that are not there yet are created. */
export async function setTags(
  tx: ScopedTx,
  { id, created_at }: Pick<StreamTable, 'id' | 'created_at'>,
  names: readonly string[],
): Promise<void> {
  await tx.db.deleteFrom('stream_tag').where('stream_id', '=', id).execute();
  const tagIds = await ensureTags(tx, names);
  if (tagIds.length > 0) {
    const links = tagIds.map((tag_id) => ({ stream_id: id, tag_id, created_at }));
    await tx.db.insertInto('stream_tag').values(links).execute();
  }
}

/** Writes and gives the stream as it is afterwards. */
export async function updateStream(
  tx: ScopedTx,
  record: StreamRecord,
  values: Partial<StreamTable>,
): Promise<StreamRecord> {
  const changed = { ...values, updated_at: tx.at };
  await tx.db.updateTable('stream').set(changed).where('id', '=', record.id).execute();
  return { ...record, ...changed };
}

export async function deleteStream(tx: ScopedTx, id: string): Promise<void> {
  await tx.db.deleteFrom('stream').where('id', '=', id).where('organisation_id', '=', tx.organisation).execute();
}
