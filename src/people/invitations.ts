import { noteNewAdmin } from '../alerts/new-admin.ts';
import type { Observations } from '../alerts/observations.ts';
import type { Origin } from '../audit.ts';
import { ApiError } from '../errors.ts';
import { emailKey } from '../store/address.ts';
import { recordAudit } from '../store/audit.ts';
import { findInvitation, takeInvitation } from '../store/invitation.ts';
import type { InvitationTable } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { insertUser, isOnlyUser } from '../store/user.ts';
import { type Minting, type SignedIn, self } from './minting.ts';
import type { Notices } from './notices.ts';
import { checkNewPassword, hashPassword } from './passwords.ts';
import { Throttle } from './throttle.ts';
import { deadTicket, ticketHash } from './tickets.ts';

export interface Acceptance {
  token: string;
  email: string;
  password: string;
}

export interface Invitations {
  /**
   * Makes the user whom an invitation is for, and signs in.
   * @throws ApiError badToken for an invitation that is dead, for every cause alike; invalid for another's address;
   * notUnique when the organisation has the address; tooMany after some of those
   */
  accept(acceptance: Acceptance, origin: Origin): Promise<SignedIn>;
}

interface InvitationsOptions {
  store: Store;
  minting: Minting;
  notices: Notices;
  observations: Observations;
}

const OTHERS = () =>
  new ApiError('invalid', { parameter: 'email', reason: 'This invitation is for another e-mail address' });

export function createInvitations({ store, minting, notices, observations }: InvitationsOptions): Invitations {
  // Whoever holds an invitation learns of an address whether it is in the organisation: of a few, not of many.
  const tries = new Throttle();

  async function countFailures<T>({ id }: InvitationTable, work: () => Promise<T>): Promise<T> {
    tries.check(id);
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiError && ['invalid', 'notUnique'].includes(error.kind)) tries.failed(id);
      throw error;
    }
  }

  const join = ({ token, email }: Acceptance, passwordHash: string, origin: Origin) =>
    store.transaction(async (tx) => {
      const at = Date.now();
      const invitation = await takeInvitation(tx, ticketHash(token), at);
      if (invitation === null) throw deadTicket('token');
      const { id, organisation_id: organisation, role } = invitation;
      const user = await insertUser(tx, { organisation, email, name: null, role, passwordHash }, at);
      const row = { principal: self(user), origin, action: 'acceptInvitation', outcome: 'allowed' } as const;
      const detail = { invitation: id, email: user.email, permission: role, invitedBy: invitation.created_by };
      await recordAudit(tx, { ...row, target: { type: 'user', id: user.id }, detail }, at);
      const signedIn = await minting.openSignIn(tx, { user, kind: 'login', origin }, at);
      return { signedIn, isFirst: await isOnlyUser(tx, user) };
    });

  return {
    async accept(acceptance, origin) {
      const { token, email, password } = acceptance;
      checkNewPassword(password);
      // Asked first, because anybody may come with a text and hashing is dear; decided in the transaction.
      const invitation = await findInvitation(store.db, ticketHash(token));
      if (!invitation) throw deadTicket('token');
      return countFailures(invitation, async () => {
        if (invitation.email !== null && emailKey(invitation.email) !== emailKey(email)) throw OTHERS();
        const { signedIn, isFirst } = await join(acceptance, await hashPassword(password), origin);
        if (!isFirst) noteNewAdmin(observations, signedIn.user);
        notices.addressed(signedIn.user, null);
        return signedIn;
      });
    },
  };
}
