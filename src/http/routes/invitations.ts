import { type Static, Type } from 'typebox';
import { newTicket, ticketHash } from '../../people/tickets.ts';
import { claimKey } from '../../store/address.ts';
import { insertInvitation, type ListedInvitation, listInvitations, revokeInvitation } from '../../store/invitation.ts';
import { holdRole } from '../../store/role.ts';
import { change } from '../../store/scope.ts';
import { type Route, route } from '../route.ts';
import { Email, Id, iso, Nullable, Password, RoleName, Seconds, Text, Time } from '../schemas.ts';
import { PAGING, pageAsked, pageHeaders } from './paging.ts';
import { answerSignedIn, SignedInAnswer } from './signed-in.ts';
import { mayGrant } from './user-view.ts';

const tag = 'Invitations';
const DAY_S = 86_400;
const DEFAULT_S = 7 * DAY_S;
const LONGEST_S = 30 * DAY_S;

const Invitation = Type.Object({
  id: Type.String(),
  permission: Type.String({ description: 'The role that it gives' }),
  email: Nullable(Type.String({ description: 'The only address that may accept it; null for any' })),
  createdAt: Time,
  createdBy: Type.Object({ type: Type.String(), id: Type.String() }),
  expiresAt: Time,
  valid: Type.Boolean({ description: 'False once its maker no longer holds what it gives: nobody can accept it then' }),
});

const view = (row: ListedInvitation): Static<typeof Invitation> => ({
  id: row.id,
  permission: row.role,
  email: row.email,
  createdAt: iso(row.created_at),
  createdBy: { type: row.created_by_type, id: row.created_by },
  expiresAt: iso(row.expires_at),
  valid: row.holds,
});

const invite = route({
  method: 'POST',
  path: '/user/invite',
  name: 'inviteUser',
  tag,
  summary:
    'Invite somebody: a single-use link to join in a role, shown only here and mailed to the address, if there is one',
  access: { capability: 'user:invite' },
  schema: {
    body: Type.Object({
      permission: RoleName,
      email: Type.Optional(Email),
      expiresIn: Type.Optional(Seconds(LONGEST_S)),
    }),
    response: Type.Object({
      id: Type.String(),
      token: Type.String(),
      url: Type.String({ description: 'The page on which the invitation is accepted' }),
      permission: Type.String(),
      expiresAt: Time,
    }),
  },
  async handler({ scope, body, caller, services }) {
    const { permission, email = null, expiresIn = DEFAULT_S } = body;
    const token = newTicket();
    const made = await change(scope, async (tx) => {
      mayGrant(tx.principal, await holdRole(tx, tx.organisation, permission));
      // Refuses the organisation's own addresses, and no others.
      if (email !== null) await claimKey(tx, { organisation: tx.organisation, email });
      const facts = { role: permission, email, ticketHash: ticketHash(token), maker: caller };
      const result = await insertInvitation(tx, { ...facts, expiresAt: tx.at + expiresIn * 1_000 });
      const detail = { permission, email, expiresAt: iso(result.expires_at) };
      return { result, target: { type: 'invitation', id: result.id }, detail };
    });
    // After `#`: a fragment never reaches a log.
    const url = `${services.urls().http}/invitation#${token}`;
    const { organisation_id: organisation, expires_at: expiresAt } = made;
    if (made.email !== null) services.notices.invited({ email: made.email, organisation, permission, url, expiresAt });
    return { id: made.id, token, url, permission, expiresAt: iso(expiresAt) };
  },
});

const list = route({
  method: 'GET',
  path: '/user/invite',
  name: 'listInvitations',
  tag,
  summary: 'The invitations that are open: never their tokens',
  access: { capability: 'user:invite' },
  schema: { query: Type.Object(PAGING), response: Type.Array(Invitation) },
  async handler({ scope, query, setHeader }) {
    const asked = pageAsked(query);
    const page = await listInvitations(scope, asked);
    if (asked.quantity !== undefined) pageHeaders(setHeader, page);
    return page.rows.map(view);
  },
});

const revoke = route({
  method: 'DELETE',
  path: '/user/invite/:id',
  name: 'revokeInvitation',
  tag,
  summary: 'Take an invitation back',
  access: { capability: 'user:invite' },
  schema: {
    params: Type.Object({ id: Id }),
    response: Type.Object({ id: Type.String(), revoked: Type.Literal(true) }),
  },
  handler: ({ scope, params }) =>
    change(scope, async (tx) => {
      const { id, role, email } = await revokeInvitation(tx, params.id);
      const detail = { permission: role, email };
      return { result: { id, revoked: true as const }, target: { type: 'invitation', id }, detail };
    }),
});

const accept = route({
  method: 'POST',
  path: '/user/invite/accept',
  name: 'acceptInvitation',
  tag,
  summary: 'Join by an invitation, once; answers like a sign-in',
  access: { public: 'an invitation stands for the right to join, and its holder is no user yet' },
  schema: {
    body: Type.Object({ token: Text(200), email: Email, password: Password }),
    response: SignedInAnswer,
  },
  async handler({ body, services, origin }) {
    const signedIn = await services.invitations.accept(body, origin);
    return answerSignedIn(services, signedIn, 'acceptInvitation', origin);
  },
});

export const invitations: readonly Route[] = [invite, list, revoke, accept];
