import { newId } from './ids.ts';
import type { AlertDeliveryTable, AlertTable } from './schema-alerts.ts';
import type { Reader, Tx } from './store.ts';

type Delivery = AlertDeliveryTable;
export type Channel = 'email' | 'webhook';

/** One who is told: an address, or the webhook with an empty one. */
export interface Recipient {
  channel: Channel;
  receiver: string;
}

/** What is to be told of an alert, at once. */
export async function insertAlertDeliveries(
  tx: Tx,
  { alert, kind, at }: { alert: Pick<AlertTable, 'id' | 'organisation_id'>; kind: string; at: number },
  recipients: readonly Recipient[],
): Promise<void> {
  if (recipients.length === 0) return;
  const row = { organisation_id: alert.organisation_id, alert_id: alert.id, kind, created_at: at };
  const pending = { attempts: 0, next_at: at, finished_at: null, outcome: null };
  const rows = recipients.map((recipient) => ({ id: newId(), ...row, ...pending, ...recipient }));
  await tx.db.insertInto('alert_delivery').values(rows).execute();
}

/** Who was told of this alert, or is going to be. */
export async function toldOf(tx: Tx, alert: string): Promise<Set<string>> {
  const rows = await tx.db
    .selectFrom('alert_delivery')
    .select(['channel', 'receiver'])
    .where('alert_id', '=', alert)
    .execute();
  return new Set(rows.map(({ channel, receiver }) => `${channel} ${receiver}`));
}

/** How much waits to be sent to each of an organisation's recipients, by channel and receiver as `toldOf` has them. */
export async function waitingOf(tx: Tx, organisation: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.db
    .selectFrom('alert_delivery')
    .select(['channel', 'receiver', ({ fn }) => fn.countAll().as('count')])
    .where('organisation_id', '=', organisation)
    .where('next_at', 'is not', null)
    .groupBy(['channel', 'receiver'])
    .execute();
  return new Map(rows.map(({ channel, receiver, count }) => [`${channel} ${receiver}`, Number(count)]));
}

/** What is to be sent by now on this channel, the longest due first. */
export const dueAlertDeliveries = (
  db: Reader,
  channel: Channel,
  { at, limit }: { at: number; limit: number },
): Promise<Delivery[]> =>
  db
    .selectFrom('alert_delivery')
    .selectAll()
    .where('channel', '=', channel)
    .where('next_at', '<=', at)
    .orderBy('next_at')
    .limit(limit)
    .execute();

/**
 * Takes one that was found due. False when somebody else has. Until `until` nobody takes it again; whoever sends it and
 * dies leaves it to be sent once more after that.
 */
export async function claimAlertDelivery(tx: Tx, { id, next_at }: Delivery, until: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('alert_delivery')
    .set((eb) => ({ next_at: until, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('next_at', '=', next_at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function settleAlertDelivery(
  tx: Tx,
  id: string,
  result: Pick<Delivery, 'next_at' | 'finished_at' | 'outcome'>,
): Promise<void> {
  await tx.db.updateTable('alert_delivery').set(result).where('id', '=', id).execute();
}

/** The alert as it stands, with its stream's playout name where its stream is there. */
export type ToldAlert = AlertTable & { stream_name: string | null };

export const alertToTell = (db: Reader, { alert_id, organisation_id }: Delivery): Promise<ToldAlert | undefined> =>
  db
    .selectFrom('alert')
    .leftJoin('stream', (join) =>
      join.onRef('stream.id', '=', 'alert.subject_id').onRef('stream.organisation_id', '=', 'alert.organisation_id'),
    )
    .selectAll('alert')
    .select('stream.playout_name as stream_name')
    .where('alert.id', '=', alert_id)
    .where('alert.organisation_id', '=', organisation_id)
    .executeTakeFirst();

/** Alerts of which their receivers are to be told again. */
export const dueReminders = (db: Reader, at: number, limit: number): Promise<AlertTable[]> =>
  db.selectFrom('alert').selectAll().where('remind_at', '<=', at).orderBy('remind_at').limit(limit).execute();

/** Puts a reminder off to its next time. False when somebody else has, or the alert is over. */
export async function claimReminder(tx: Tx, { id, remind_at }: AlertTable, next: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('alert')
    .set({ remind_at: next })
    .where('id', '=', id)
    .where('remind_at', '=', remind_at)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
