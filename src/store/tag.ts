import { ApiError } from '../errors.ts';
import { newId } from './ids.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';

export interface TagCount {
  name: string;
  streams: number;
}

export async function listTags(scope: Scope): Promise<TagCount[]> {
  const rows = await readerOf(scope)
    .selectFrom('tag')
    .leftJoin('stream_tag', 'stream_tag.tag_id', 'tag.id')
    .select((eb) => ['tag.name', eb.fn.count('stream_tag.stream_id').as('streams')])
    .where('tag.organisation_id', '=', scope.organisation)
    .groupBy(['tag.id', 'tag.name'])
    .orderBy('tag.name')
    .execute();
  return rows.map(({ name, streams }) => ({ name, streams: Number(streams) }));
}

/** The ids of these names, each once; null when one of them is not there. */
export async function findTagIds(scope: Scope, names: readonly string[]): Promise<string[] | null> {
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return [];
  const rows = await readerOf(scope)
    .selectFrom('tag')
    .select('id')
    .where('organisation_id', '=', scope.organisation)
    .where('name', 'in', wanted)
    .execute();
  return rows.length === wanted.length ? rows.map(({ id }) => id) : null;
}

const notFound = (): never => {
  throw new ApiError('notFound', { reason: 'There is no such tag' });
};

/** @throws a unique violation when the name is taken */
export async function insertTag(tx: ScopedTx, name: string): Promise<string> {
  const id = newId();
  await tx.db.insertInto('tag').values({ id, organisation_id: tx.organisation, name, created_at: tx.at }).execute();
  return id;
}

/** @throws ApiError notFound; a unique violation when the new name is taken */
export async function renameTag(tx: ScopedTx, name: string, to: string): Promise<{ id: string; streams: number }> {
  const renamed = await tx.db
    .updateTable('tag')
    .set({ name: to })
    .where('organisation_id', '=', tx.organisation)
    .where('name', '=', name)
    .returning('id')
    .executeTakeFirst();
  const { id } = renamed ?? notFound();
  const { n } = await tx.db
    .selectFrom('stream_tag')
    .select((eb) => eb.fn.countAll().as('n'))
    .where('tag_id', '=', id)
    .executeTakeFirstOrThrow();
  return { id, streams: Number(n) };
}

/** @throws ApiError notFound */
export async function deleteTag(tx: ScopedTx, name: string): Promise<string> {
  const deleted = await tx.db
    .deleteFrom('tag')
    .where('organisation_id', '=', tx.organisation)
    .where('name', '=', name)
    .returning('id')
    .executeTakeFirst();
  return (deleted ?? notFound()).id;
}

/** The ids of these names in this organisation, making those that are not there yet. */
export async function ensureTags(tx: ScopedTx, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of new Set(names)) {
    const row = { id: newId(), organisation_id: tx.organisation, name, created_at: tx.at };
    // A no-op update makes the existing row come back too, and settles who wins when two make the same tag at once.
    const { id } = await tx.db
      .insertInto('tag')
      .values(row)
      .onConflict((on) => on.columns(['organisation_id', 'name']).doUpdateSet({ name }))
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(id);
  }
  return ids;
}
