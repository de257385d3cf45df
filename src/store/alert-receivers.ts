import type { AlertReceiversTable } from './schema-alerts.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Reader } from './store.ts';
import { lockRow } from './tx.ts';

export type AlertReceivers = Omit<AlertReceiversTable, 'organisation_id' | 'updated_at'>;

const NOBODY: AlertReceivers = { emails: '[]', severity: 'Advice', webhook_cipher: null, webhook_secret_cipher: null };

/** Who is told of an organisation's alerts: nobody, until somebody says who. */
export async function receiversOf(db: Reader, organisation: string): Promise<AlertReceivers> {
  const found = await db
    .selectFrom('alert_receivers')
    .select(['emails', 'severity', 'webhook_cipher', 'webhook_secret_cipher'])
    .where('organisation_id', '=', organisation)
    .executeTakeFirst();
  return found ?? NOBODY;
}

export const ownReceivers = (scope: Scope): Promise<AlertReceivers> => receiversOf(readerOf(scope), scope.organisation);

/** Changes them as a whole; the organisation's row stays held, so that two calls at once leave one secret. */
export async function setReceivers(
  tx: ScopedTx,
  make: (now: AlertReceivers) => AlertReceivers,
): Promise<AlertReceivers> {
  await lockRow(tx, 'organisation', tx.organisation);
  const after = make(await receiversOf(tx.db, tx.organisation));
  const row = { ...after, updated_at: tx.at };
  await tx.db
    .insertInto('alert_receivers')
    .values({ ...row, organisation_id: tx.organisation })
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(row))
    .execute();
  return after;
}
