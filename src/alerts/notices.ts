import { type Channel, insertAlertDeliveries, type Recipient, toldOf, waitingOf } from '../store/alert-delivery.ts';
import { receiversOf } from '../store/alert-receivers.ts';
import type { AlertTable } from '../store/schema-alerts.ts';
import type { Tx } from '../store/store.ts';
import { ALERTS, isAlertCode, SEVERITIES, type Severity } from './codes.ts';

export type NoticeKind = 'new' | 'lasting' | 'resolved';

/**
 * What waits for one receiver at most: when thousands of streams go wrong at once nobody reads on, and others' notices
 * wait behind it. What is over may wait beyond it, so that who was told of an alert hears of its end.
 */
const MOST_WAITING: Readonly<Record<Channel, number>> = { email: 100, webhook: 1_000 };

const urgency = (severity: string): number => SEVERITIES.indexOf(severity as Severity);

/**
 * Has the organisation's receivers told of an alert, in the transaction that opens, keeps or resolves it. That one is
 * over is told to whoever was told of it and is a receiver still.
 */
export async function notify(tx: Tx, alert: AlertTable, kind: NoticeKind): Promise<void> {
  if (!isAlertCode(alert.code)) return;
  const receivers = await receiversOf(tx.db, alert.organisation_id);
  const emails = JSON.parse(receivers.emails) as string[];
  const all: Recipient[] = emails.map((receiver) => ({ channel: 'email', receiver }));
  if (receivers.webhook_cipher !== null) all.push({ channel: 'webhook', receiver: '' });
  const at = Date.now();
  if (all.length === 0) return;
  const waiting = await waitingOf(tx, alert.organisation_id);
  const withRoom = (times: number) =>
    all.filter(({ channel, receiver }) => (waiting.get(`${channel} ${receiver}`) ?? 0) < times * MOST_WAITING[channel]);
  if (kind === 'resolved') {
    const told = await toldOf(tx, alert.id);
    const recipients = withRoom(2).filter(({ channel, receiver }) => told.has(`${channel} ${receiver}`));
    return insertAlertDeliveries(tx, { alert, kind, at }, recipients);
  }
  if (urgency(ALERTS[alert.code].severity) > urgency(receivers.severity)) return;
  await insertAlertDeliveries(tx, { alert, kind, at }, withRoom(1));
}
