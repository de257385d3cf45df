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

const idOf = async (tx: ScopedTx, name: string): Promise<string | undefined> =>
  (
    await tx.db
      .selectFrom('tag')
      .select('id')
      .where('organisation_id', '=', tx.organisation)
      .where('name', '=', name)
      .executeTakeFirst()
  )?.id;

async function existing(tx: ScopedTx, name: string): Promise<string> {
  const id = await idOf(tx, name);
  if (id === undefined) throw new ApiError('notFound', { reason: 'There is no such tag' });
  return id;
}

/** @throws a unique violation when the name is taken */
export async function insertTag(tx: ScopedTx, name: string): Promise<string> {
  const id = newId();
  await tx.db.insertInto('tag').values({ id, organisation_id: tx.organisation, name, created_at: tx.at }).execute();
  return id;
}

export async function renameTag(tx: ScopedTx, name: string, to: string): Promise<{ id: string; streams: number }> {
  const id = await existing(tx, name);
  await tx.db.updateTable('tag').set({ name: to }).where('id', '=', id).execute();
  const { n } = await tx.db
    .selectFrom('stream_tag')
    .select((eb) => eb.fn.countAll().as('n'))
    .where('tag_id', '=', id)
    .executeTakeFirstOrThrow();
  return { id, streams: Number(n) };
}

export async function deleteTag(tx: ScopedTx, name: string): Promise<string> {
  const id = await existing(tx, name);
  await tx.db.deleteFrom('tag').where('id', '=', id).execute();
  return id;
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
