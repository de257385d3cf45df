import { capability, has, NO_RIGHTS, type Rights, within } from '../capabilities.ts';
import { keyPrincipal } from '../credentials.ts';
import { ApiError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { rightsOfStored } from '../roles.ts';
import { newestFirst, type Page, type PageAsked } from './cursor.ts';
import { newId } from './ids.ts';
import type { InvitationTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Reader, Tx } from './store.ts';
import { shareRow } from './tx.ts';

const INVITE = capability('user:invite');

export interface NewInvitation {
  role: string;
  email: string | null;
  ticketHash: string;
  maker: Pick<Principal, 'kind' | 'id'>;
  expiresAt: number;
}

export async function insertInvitation(tx: ScopedTx, invitation: NewInvitation): Promise<InvitationTable> {
  const row: InvitationTable = {
    id: newId(),
    organisation_id: tx.organisation,
    role: invitation.role,
    email: invitation.email?.trim() ?? null,
    ticket_hash: invitation.ticketHash,
    created_at: tx.at,
    created_by: invitation.maker.id,
    created_by_type: invitation.maker.kind,
    expires_at: invitation.expiresAt,
    used_at: null,
    revoked_at: null,
  };
  await tx.db.insertInto('invitation').values(row).execute();
  return row;
}

const open = (db: Reader, at: number) =>
  db.selectFrom('invitation').where('used_at', 'is', null).where('revoked_at', 'is', null).where('expires_at', '>', at);

export type ListedInvitation = InvitationTable & { holds: boolean };

/** The invitations that are open, newest first; `holds` is false when nobody could accept one as things are. */
export async function listInvitations(scope: Scope, asked: PageAsked): Promise<Page<ListedInvitation>> {
  const db = readerOf(scope);
  const own = open(db, Date.now()).where('organisation_id', '=', scope.organisation);
  const page = await newestFirst(own.selectAll(), { ...asked, table: 'invitation' }, async () =>
    Number((await own.select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow()).n),
  );
  // Many have the same maker and role: each pair is looked up once, or a long list would hold everybody else up.
  const known = new Map<string, boolean>();
  for (const row of page.rows) {
    const key = pairOf(row);
    if (!known.has(key)) known.set(key, await makerHolds(db, row));
  }
  return { ...page, rows: page.rows.map((row) => ({ ...row, holds: known.get(pairOf(row))! })) };
}

const pairOf = ({ created_by_type, created_by, role }: InvitationTable): string =>
  `${created_by_type} ${created_by} ${role}`;

/** @throws ApiError notFound, also for another organisation's and for one that is no longer open */
export async function revokeInvitation(tx: ScopedTx, id: string): Promise<InvitationTable> {
  const revoked = await tx.db
    .updateTable('invitation')
    .set({ revoked_at: tx.at })
    .where('id', '=', id)
    .where('organisation_id', '=', tx.organisation)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', tx.at)
    .returningAll()
    .executeTakeFirst();
  if (!revoked) throw new ApiError('notFound', { reason: 'There is no such open invitation' });
  return revoked;
}

/** Installation-wide: whoever holds an invitation has shown nothing else. */
export const findInvitation = (db: Reader, ticketHash: string): Promise<InvitationTable | undefined> =>
  open(db, Date.now()).selectAll().where('ticket_hash', '=', ticketHash).executeTakeFirst();

/**
 * Uses an invitation up, or gives null. One conditional write: of many that try, one gets it. Its maker keeps, until this
 * transaction ends, what it was made with.
 */
export async function takeInvitation(tx: Tx, ticketHash: string, at: number): Promise<InvitationTable | null> {
  const taken = await tx.db
    .updateTable('invitation')
    .set({ used_at: at })
    .where('ticket_hash', '=', ticketHash)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .returningAll()
    .executeTakeFirst();
  if (!taken) return null;
  await shareRow(tx, taken.created_by_type === 'user' ? 'user' : 'key', taken.created_by);
  return (await makerHolds(tx.db, taken)) ? taken : null;
}

/** Whether whoever made it could make it now: nobody grants what they do not hold, nor what they held once. */
async function makerHolds(db: Reader, invitation: InvitationTable): Promise<boolean> {
  const { organisation_id: organisation, role } = invitation;
  const granted = await rightsOf(db, organisation, role);
  const maker = await makersRights(db, invitation);
  return granted !== null && maker !== null && has(maker, INVITE) && within(granted, maker);
}

async function makersRights(db: Reader, invitation: InvitationTable): Promise<Rights | null> {
  const { organisation_id: organisation, created_by: id } = invitation;
  if (invitation.created_by_type === 'user') {
    const users = db.selectFrom('user').select('role').where('organisation_id', '=', organisation);
    const user = await users.where('id', '=', id).executeTakeFirst();
    return user ? rightsOf(db, organisation, user.role) : null;
  }
  const keys = db.selectFrom('key').selectAll().where('organisation_id', '=', organisation);
  const key = await keys.where('id', '=', id).executeTakeFirst();
  return (key && keyPrincipal(key, Date.now())?.rights) ?? null;
}

/** Null for a role that is there no longer. */
async function rightsOf(db: Reader, organisation: string, role: string): Promise<Rights | null> {
  const own = db.selectFrom('role').select('capabilities').where('organisation_id', '=', organisation);
  const row = await own.where('name', '=', role).executeTakeFirst();
  const rights = rightsOfStored(role, row?.capabilities ?? null);
  return rights === NO_RIGHTS ? null : rights;
}
