import { setTimeout as sleep } from 'node:timers/promises';
import { addressKey } from '../addresses.ts';
import type { Origin } from '../audit.ts';
import { ApiError } from '../errors.ts';
import { knownLetter, signUpLetter } from '../mail/letters.ts';
import type { Secrets } from '../secrets.ts';
import { findUserByEmail, isWaiting } from '../store/address.ts';
import { recordAudit } from '../store/audit.ts';
import { insertOrganisation } from '../store/organisation.ts';
import type { UserTable } from '../store/schema.ts';
import { insertSignUp, takeSignUp } from '../store/sign-up.ts';
import type { Store, Tx } from '../store/store.ts';
import { insertUser } from '../store/user.ts';
import { type Minting, type SignedIn, self } from './minting.ts';
import type { Notices } from './notices.ts';
import { checkNewPassword, hashPassword } from './passwords.ts';
import { Quota } from './quota.ts';
import { deadTicket, newTicket, ticketHash } from './tickets.ts';

const HOUR_MS = 3_600_000;
const CONFIRM_MS = 24 * HOUR_MS;
/** An answer takes at least this long: longer than the work, whose own time would tell a known address from a new one. */
const ANSWER_MS = 250;

export interface SignUpRequest {
  organisation: string;
  email: string;
  password: string;
}

export interface SignUps {
  /**
   * Asks for an organisation. The answer is the same for an address that is known: with mail the link in it makes the
   * organisation, without mail it is made at once, unless the address is known.
   * @throws ApiError featureOff, tooMany
   */
  ask(request: SignUpRequest, origin: Origin): Promise<'confirm' | 'signIn'>;
  /** @throws ApiError featureOff; badToken for a link that is dead, or whose address somebody has by now */
  confirm(ticket: string, origin: Origin): Promise<SignedIn>;
}

interface SignUpsOptions {
  on: boolean;
  store: Store;
  secrets: Secrets;
  minting: Minting;
  notices: Notices;
  /** Where our pages are. */
  base: () => string;
}

/** Thrown to undo what was begun for an address that somebody has. */
class AddressTaken extends Error {}

export function createSignUps(options: SignUpsOptions): SignUps {
  const { on, store, secrets, minting, notices, base } = options;
  const perAddress = new Quota(30, HOUR_MS);

  const mustBeOn = () => {
    if (!on) throw new ApiError('featureOff', { feature: 'signup', reason: 'Sign-up is off on this server' });
  };

  type Founding = Pick<SignUpRequest, 'organisation' | 'email'> & { passwordHash: string; origin: Origin };

  /** @throws AddressTaken */
  async function found(tx: Tx, { organisation: name, email, passwordHash, origin }: Founding): Promise<UserTable> {
    const at = Date.now();
    const organisation = await insertOrganisation(tx, secrets, name, at);
    const facts = { organisation: organisation.id, email, name: null, role: 'nanoAdmin', passwordHash };
    const user = await insertUser(tx, facts, at);
    if (isWaiting(user)) throw new AddressTaken();
    const row = { principal: self(user), origin, action: 'signUp', outcome: 'allowed' } as const;
    const target = { type: 'organisation', id: organisation.id } as const;
    const detail = { name, user: user.id, email: user.email, permission: user.role };
    await recordAudit(tx, { ...row, target, detail }, at);
    return user;
  }

  async function askByMail(founding: Founding): Promise<void> {
    const { organisation, email, passwordHash } = founding;
    const ticket = newTicket();
    const expiresAt = Date.now() + CONFIRM_MS;
    const known = await findUserByEmail(store.db, email);
    // Written for a known address too, so that both take the same; nobody ever learns that ticket.
    const row = { organisation, email, password_hash: passwordHash, ticket_hash: ticketHash(ticket) };
    await store.transaction((tx) => insertSignUp(tx, { ...row, expires_at: expiresAt }, Date.now()));
    const url = `${base()}/confirm-signup#${ticket}`;
    notices.letter(email, known ? knownLetter() : signUpLetter({ url, expiresAt }), 'sign-up');
  }

  const foundUnlessKnown = (founding: Founding): Promise<void> =>
    store
      .transaction(async (tx) => void (await found(tx, founding)))
      .catch((error) => {
        if (!(error instanceof AddressTaken)) throw error;
      });

  return {
    async ask({ organisation, email, password }, origin) {
      mustBeOn();
      checkNewPassword(password);
      const wait = perAddress.take(addressKey(origin.ip));
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1_000);
        throw new ApiError('tooMany', { reason: `Try again in ${seconds} s` }, { 'Retry-After': String(seconds) });
      }
      const notBefore = sleep(ANSWER_MS);
      const founding = { organisation, email, passwordHash: await hashPassword(password), origin };
      await (notices.mail ? askByMail(founding) : foundUnlessKnown(founding));
      await notBefore;
      return notices.mail ? 'confirm' : 'signIn';
    },
    async confirm(ticket, origin) {
      mustBeOn();
      try {
        return await store.transaction(async (tx) => {
          const at = Date.now();
          const signUp = await takeSignUp(tx, ticketHash(ticket), at);
          if (signUp === null) throw deadTicket('token');
          const user = await found(tx, { ...signUp, passwordHash: signUp.password_hash, origin });
          return minting.openSignIn(tx, { user, kind: 'login', origin }, at);
        });
      } catch (error) {
        throw error instanceof AddressTaken ? deadTicket('token') : error;
      }
    },
  };
}
