import { randomBytes } from 'node:crypto';
import { base62, randomBase62 } from '../random.ts';
import {
  insertStreams,
  type KnownStream,
  recordImported,
  streamsById,
  streamsByIngest,
  tagIds,
  takenPlayoutNames,
} from '../store/import.ts';
import type { StreamTable } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import type { Context, Outcome } from './context.ts';
import type { Prepared } from './preparing.ts';
import type { Refused } from './refused.ts';
import { derivedId } from './uuid.ts';

const RANDOM = 12;

/** Names that share their first characters lie beside each other in the index; what follows is as random as ever. */
function* playoutNames(hash: string, count: number): Generator<string> {
  const prefix = `${hash}-${randomBase62(4)}`;
  const bytes = randomBytes(count * RANDOM);
  for (let at = 0; at < bytes.length; at += RANDOM) yield prefix + base62(bytes.subarray(at, at + RANDOM));
}

interface Known {
  byHash: Map<string, KnownStream>;
  byId: Map<string, KnownStream>;
  playout: Set<string>;
}

async function readKnown(tx: Tx, streams: readonly Prepared[]): Promise<Known> {
  const byHash = await streamsByIngest(
    tx,
    streams.map(({ hash }) => hash),
  );
  const byId = await streamsById(
    tx,
    streams.map(({ id }) => id),
  );
  return {
    byHash: new Map(byHash.map((row) => [row.ingest_hash, row])),
    byId: new Map(byId.map((row) => [row.id, row])),
    playout: await takenPlayoutNames(
      tx,
      streams.map(({ row }) => row.streamname),
    ),
  };
}

/** What becomes of one stream: an id to be added under, `unchanged`, or why it is refused. */
function decide(stream: Prepared, known: Known, context: Context): { id: string } | 'unchanged' | { reason: string } {
  const { organisation } = context;
  const own = () => derivedId(context.secrets, organisation.id, stream.row.streamname);
  const named = known.byHash.get(stream.hash);
  if (named?.organisation_id === organisation.id && (named.id === stream.id || named.id === own())) return 'unchanged';
  if (named || known.playout.has(stream.row.streamname)) return { reason: 'another stream has this name' };
  const there = known.byId.get(stream.id);
  if (there?.organisation_id === organisation.id) return { reason: 'another stream has this id' };
  return { id: there ? own() : stream.id };
}

function rowOf(stream: Prepared, id: string, playoutName: string, { organisation, at }: Context): StreamTable {
  const { row } = stream;
  const created = row.createdAt ?? at;
  const updated = Math.max(created, row.updatedAt ?? created);
  return {
    id,
    organisation_id: organisation.id,
    streamgroup: row.streamgroup ?? id,
    type: row.type,
    ingest_hash: stream.hash,
    ingest_cipher: stream.cipher,
    push_cipher: stream.pushCipher,
    playout_name: playoutName,
    locked: row.locked ? 1 : 0,
    epoch: 0,
    live_session: null,
    first_live_at: row.wasLive ? updated : null,
    created_at: created,
    updated_at: updated,
  };
}

const nothingKnown = (): Known => ({ byHash: new Map(), byId: new Map(), playout: new Set() });

/**
 * Adds a batch's streams with their tags, and one audit row for all of them. Without a look at which of them are there
 * it fails by a unique index if one is.
 */
export async function applyStreams(
  tx: Tx,
  context: Context,
  streams: readonly Prepared[],
  look: boolean,
): Promise<Outcome> {
  const known = look ? await readKnown(tx, streams) : nothingKnown();
  const names = playoutNames(context.organisation.hash, streams.length);
  const rows: StreamTable[] = [];
  const tagged: (readonly [id: string, tag: string])[] = [];
  const refused: Refused[] = [];
  let [unchanged, newIds] = [0, 0];
  for (const stream of streams) {
    const decision = decide(stream, known, context);
    if (decision === 'unchanged') unchanged++;
    else if ('reason' in decision) refused.push({ ...stream, kind: 'stream', ...decision });
    else {
      const row = rowOf(stream, decision.id, names.next().value as string, context);
      rows.push(row);
      for (const tag of stream.row.tags) tagged.push([row.id, tag]);
      if (decision.id !== stream.label.toLowerCase()) newIds++;
      known.byHash.set(stream.hash, row);
      known.byId.set(row.id, row);
    }
  }
  const { ids } = await tagIds(tx, { organisation: context.organisation.id, at: context.at }, [
    ...new Set(tagged.map(([, tag]) => tag)),
  ]);
  await insertStreams(
    tx,
    rows,
    tagged.map(([stream_id, tag]) => ({ stream_id, tag_id: ids.get(tag)! })),
  );
  if (rows.length > 0) {
    const target = { type: 'organisation', id: context.organisation.id } as const;
    await recordImported(tx, { ...context, action: 'importStreams' }, [{ target, detail: { streams: rows.length } }]);
  }
  return { refused, imported: { stream: rows.length }, unchanged, newIds, withoutPassword: 0 };
}
