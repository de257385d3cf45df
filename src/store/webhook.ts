import type { WebhookDeliveryTable } from './schema-webhook.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Reader, Tx } from './store.ts';
import { lockRow } from './tx.ts';

/** What an organisation is called with, encrypted. */
export interface HookCiphers {
  webhook_cipher: string | null;
  webhook_secret_cipher: string | null;
}

const COLUMNS = ['webhook_cipher', 'webhook_secret_cipher'] as const;

/** Undefined when there is no such organisation. */
export const hookCiphers = (db: Reader, organisation: string): Promise<HookCiphers | undefined> =>
  db.selectFrom('organisation').select(COLUMNS).where('id', '=', organisation).executeTakeFirst();

export const ownHookCiphers = async (scope: Scope): Promise<HookCiphers> =>
  (await hookCiphers(readerOf(scope), scope.organisation))!;

/** Changes both together; the organisation's row stays held, so that two calls at once leave one secret. */
export async function setHook(tx: ScopedTx, make: (now: HookCiphers) => HookCiphers): Promise<HookCiphers> {
  await lockRow(tx, 'organisation', tx.organisation);
  const before = (await hookCiphers(tx.db, tx.organisation))!;
  const after = make(before);
  await tx.db.updateTable('organisation').set(after).where('id', '=', tx.organisation).execute();
  return after;
}

type Delivery = WebhookDeliveryTable;

/** `instead` names the row of the same thing's last time, whose place it takes. */
export async function insertDelivery(tx: Tx, delivery: Delivery, instead?: string): Promise<void> {
  if (instead !== undefined) await tx.db.deleteFrom('webhook_delivery').where('id', '=', instead).execute();
  await tx.db.insertInto('webhook_delivery').values(delivery).execute();
}

/** Newest first; `cursor` is the id of the last row already seen. */
export function listDeliveries(
  scope: Scope,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<Delivery[]> {
  let query = readerOf(scope).selectFrom('webhook_delivery').selectAll();
  query = query.where('organisation_id', '=', scope.organisation);
  if (cursor !== undefined) query = query.where('id', '<', cursor);
  return query.orderBy('id', 'desc').limit(limit).execute();
}

/** Calls whose time has come, the longest due first. */
export const dueDeliveries = (db: Reader, at: number, limit: number): Promise<Delivery[]> =>
  db.selectFrom('webhook_delivery').selectAll().where('next_at', '<=', at).orderBy('next_at').limit(limit).execute();

/**
 * Takes a call that was found due. False when somebody else has. Until `until` nobody takes it again; whoever makes it
 * and dies leaves it to be made once more after that.
 */
export async function claimDelivery(tx: Tx, { id, next_at }: Delivery, until: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('webhook_delivery')
    .set((eb) => ({ next_at: until, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('next_at', '=', next_at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** What came of it. What is finished keeps no body. */
export async function settleDelivery(
  tx: Tx,
  id: string,
  result: Pick<Delivery, 'next_at' | 'finished_at' | 'status' | 'outcome' | 'took_ms'>,
): Promise<void> {
  await tx.db
    .updateTable('webhook_delivery')
    .set({ ...result, ...(result.finished_at !== null && { body_cipher: null }) })
    .where('id', '=', id)
    .execute();
}
