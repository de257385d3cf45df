import { randomReadable } from '../random.ts';
import type { Secrets } from '../secrets.ts';
import { newId } from './ids.ts';
import type { KeyTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Tx } from './store.ts';
import { lockRow } from './tx.ts';

export type KeyKind = KeyTable['kind'];

/** A key with the text that is presented: shown to who may read it, and stored nowhere. */
export interface NewKey {
  id: string;
  text: string;
}

/** A live key: of this text where it comes from elsewhere, and otherwise of a new one. */
export async function insertKey(
  tx: Tx,
  secrets: Secrets,
  { organisation, kind, text = randomReadable(40) }: { organisation: string; kind: KeyKind; text?: string },
  at: number,
): Promise<NewKey> {
  const id = newId();
  await tx.db
    .insertInto('key')
    .values({
      id,
      organisation_id: organisation,
      kind,
      key_hash: secrets.fingerprint(text),
      key_cipher: secrets.encrypt(text),
      created_at: at,
      disabled_at: null,
      last_used_at: null,
      last_used_ip: null,
    })
    .execute();
  return { id, text };
}

/** The cipher of the live key of this kind, or undefined when there is none. One in its grace is not it. */
export function findKeyCipher(scope: Scope, kind: KeyKind): Promise<{ key_cipher: string } | undefined> {
  return readerOf(scope)
    .selectFrom('key')
    .select('key_cipher')
    .where('organisation_id', '=', scope.organisation)
    .where('kind', '=', kind)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
}

export type UsableKey = Pick<KeyTable, 'id' | 'created_at' | 'disabled_at' | 'last_used_at' | 'last_used_ip'>;

/** The keys of this kind that open something at `now` (unix milliseconds), the live one first. */
export async function listUsableKeys(scope: Scope, kind: KeyKind, now: number): Promise<UsableKey[]> {
  const keys = await readerOf(scope)
    .selectFrom('key')
    .select(['id', 'created_at', 'disabled_at', 'last_used_at', 'last_used_ip'])
    .where('organisation_id', '=', scope.organisation)
    .where('kind', '=', kind)
    .where((eb) => eb.or([eb('disabled_at', 'is', null), eb('disabled_at', '>', now)]))
    .orderBy('created_at', 'desc')
    .execute();
  return keys;
}

interface HeldKey {
  id: string;
  disabled_at: number | null;
}

/**
 * The keys of this kind that open something, held for change. Their rows come before the organisation's, which is the
 * order of every change that is made under a key; the organisation's row lets one rotation in at a time.
 */
async function holdKeys(tx: ScopedTx, kind: KeyKind): Promise<HeldKey[]> {
  const usable = tx.db
    .selectFrom('key')
    .select(['id', 'disabled_at'])
    .where('organisation_id', '=', tx.organisation)
    .where('kind', '=', kind)
    .where((eb) => eb.or([eb('disabled_at', 'is', null), eb('disabled_at', '>', tx.at)]))
    .orderBy('id');
  if (tx.engine === 'postgres') await usable.forNoKeyUpdate().execute();
  await lockRow(tx, 'organisation', tx.organisation);
  return tx.engine === 'postgres' ? usable.forNoKeyUpdate().execute() : usable.execute();
}

async function endKeys(tx: ScopedTx, keys: readonly HeldKey[], at: number): Promise<void> {
  for (const { id } of keys) await tx.db.updateTable('key').set({ disabled_at: at }).where('id', '=', id).execute();
}

const USES_KEPT_MS = 90 * 86_400_000;

/** Who used a key that has long been dead is of no use to anybody. */
async function forgetOldUses(tx: ScopedTx): Promise<void> {
  const dead = tx.db
    .selectFrom('key')
    .select('id')
    .where('organisation_id', '=', tx.organisation)
    .where('disabled_at', '<', tx.at - USES_KEPT_MS);
  await tx.db.deleteFrom('key_use').where('key_id', 'in', dead).execute();
}

export interface Rotated {
  key: NewKey;
  /** The key that was live until now, if there was one. */
  previous: string | null;
  /** When it was done, in unix milliseconds: where the grace begins. */
  at: number;
}

/**
 * Makes a new live key of this kind. The one before it opens doors for `graceMs` longer; one that was still in an older
 * grace opens none from now on, so that never more than one key is on its way out.
 */
export async function rotateKey(
  tx: ScopedTx,
  secrets: Secrets,
  { kind, graceMs }: { kind: KeyKind; graceMs: number },
): Promise<Rotated> {
  const keys = await holdKeys(tx, kind);
  // Read again: whoever waited for the locks does not hand out a grace that began before it was given.
  const now = Date.now();
  const live = keys.filter(({ disabled_at }) => disabled_at === null);
  await endKeys(
    tx,
    keys.filter(({ disabled_at }) => disabled_at !== null),
    now,
  );
  await endKeys(tx, live, now + graceMs);
  await forgetOldUses(tx);
  const key = await insertKey(tx, secrets, { organisation: tx.organisation, kind }, now);
  return { key, previous: live[0]?.id ?? null, at: now };
}

/** Ends every key of this kind, those in their grace too, and gives their ids. */
export async function disableKeys(tx: ScopedTx, kind: KeyKind): Promise<string[]> {
  const keys = await holdKeys(tx, kind);
  await endKeys(tx, keys, Date.now());
  await forgetOldUses(tx);
  return keys.map(({ id }) => id);
}
