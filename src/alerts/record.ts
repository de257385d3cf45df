import { NO_RIGHTS } from '../capabilities.ts';
import type { Principal } from '../principal.ts';
import { type NewAlert, openAlert, organisationOf, resolveAlert } from '../store/alert-watch.ts';
import { recordAudit } from '../store/audit.ts';
import type { AlertTable } from '../store/schema-alerts.ts';
import type { Tx } from '../store/store.ts';
import { ALERTS, isAlertCode } from './codes.ts';
import type { Wrong } from './wrong.ts';

/** Has whoever wants to know told of an alert, in the transaction that opens or resolves it. */
export type Notify = (tx: Tx, alert: AlertTable, kind: 'new' | 'lasting' | 'resolved') => Promise<void>;

const watch = (organisation: string): Principal => ({
  kind: 'system',
  id: 'alerts',
  email: null,
  organisation,
  role: null,
  rights: NO_RIGHTS,
  credential: { type: 'local', id: 'alerts' },
});

async function audit(tx: Tx, alert: AlertTable, action: 'alertOpened' | 'alertResolved', at: number): Promise<void> {
  const { id, organisation_id, code, subject_id: subject } = alert;
  const name = isAlertCode(code) ? ALERTS[code].name : null;
  const event = { action, target: { type: 'alert', id }, outcome: 'allowed', detail: { code, name, subject } } as const;
  await recordAudit(tx, { ...event, principal: watch(organisation_id), origin: { ip: null, requestId: null } }, at);
}

export interface Moment {
  at: number;
  /** When who is told is told again; null for never. */
  remindAt: number | null;
}

/** The open alert of what is wrong, by this call or by an earlier one; null when what it is about is not there. */
export async function open(tx: Tx, wrong: Wrong, { at, remindAt }: Moment, notify: Notify): Promise<AlertTable | null> {
  const { code, subject } = wrong;
  const type = ALERTS[code].subject;
  const organisation = type === 'stream' ? await organisationOf(tx.db, subject) : wrong.organisation;
  if (!organisation) return null;
  const alert: NewAlert = {
    organisation_id: organisation,
    code,
    subject_type: type,
    subject_id: subject,
    detail: JSON.stringify(wrong.detail),
    first_at: at,
    last_at: Math.max(at, wrong.at),
    remind_at: remindAt,
  };
  const { row, isNew } = await openAlert(tx, alert);
  if (!row || !isNew) return row ?? null;
  await audit(tx, row, 'alertOpened', at);
  await notify(tx, row, 'new');
  return row;
}

/** Ends an alert, but for one that somebody else has ended, or has seen after `lastAt`. */
export async function resolve(
  tx: Tx,
  { id }: Pick<AlertTable, 'id'>,
  when: { at: number; lastAt: number },
  notify: Notify,
): Promise<void> {
  const row = await resolveAlert(tx, id, when);
  if (!row) return;
  await audit(tx, row, 'alertResolved', when.at);
  await notify(tx, row, 'resolved');
}
