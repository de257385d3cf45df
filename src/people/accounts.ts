import type { Observations } from '../alerts/observations.ts';
import type { Origin } from '../audit.ts';
import { NOBODY } from '../authenticate.ts';
import { ApiError } from '../errors.ts';
import { emailKey, findUserByEmail } from '../store/address.ts';
import { recordAudit } from '../store/audit.ts';
import type { UserTable } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { isPasswordTicket, takePasswordTicket } from '../store/token.ts';
import { shareRow } from '../store/tx.ts';
import { claimAddress, setUserPassword } from '../store/user.ts';
import type { Usage } from '../usage/usage.ts';
import type { Background } from './background.ts';
import { type Minting, type SignedIn, self } from './minting.ts';
import { passwordGuard } from './password-guard.ts';
import { checkNewPassword, hashPassword } from './passwords.ts';
import { deadTicket, ticketHash } from './tickets.ts';

/** Signing in and passwords: what is done before there is a principal, and the minting of tokens. */
export interface Accounts {
  /**
   * @throws ApiError badCredentials, never saying which half was wrong; tooMany after repeated failures; denied in a role
   * that may not hold tokens
   */
  signIn(email: string, password: string, kind: 'login' | 'session', origin: Origin): Promise<SignedIn>;
  /** Counts like a failed sign-in when it is wrong. @throws ApiError badCredentials, tooMany */
  checkPassword(user: UserTable, password: string, origin: Origin): Promise<void>;
  /** Uses a single-use ticket up; every token of the user dies. @throws ApiError badToken */
  setPasswordByTicket(ticket: string, password: string, origin: Origin): Promise<void>;
  mint: Minting['mint'];
}

interface AccountsOptions {
  store: Store;
  minting: Minting;
  usage: Usage;
  background: Background;
  observations: Observations;
  /** Called once someone has signed in. */
  onSignIn: () => void;
}

export function createAccounts({
  store,
  minting,
  usage,
  background,
  observations,
  onSignIn,
}: AccountsOptions): Accounts {
  const guarded = passwordGuard();

  /** An address that nobody has leaves nothing to write, and must not be quicker for it. */
  const recordFailure = ({ id, organisation_id }: UserTable, origin: Origin): void =>
    background.run(() => {
      const principal = { ...NOBODY, organisation: organisation_id };
      const target = { type: 'user', id } as const;
      const detail = { reason: 'wrong password' };
      return usage.refused({ principal, origin, action: 'signIn', target, outcome: 'refused', detail });
    });

  const isRefusal = (error: unknown): error is ApiError =>
    error instanceof ApiError && (error.kind === 'badCredentials' || error.kind === 'tooMany');

  async function check(account: string, password: string, user: UserTable | undefined, origin: Origin): Promise<void> {
    try {
      await guarded({ account, stored: user?.password_hash, ip: origin.ip }, password);
    } catch (error) {
      if (user && isRefusal(error)) {
        const { id, organisation_id: organisation } = user;
        observations.note({ code: 91004, organisation, subject: id, at: Date.now(), detail: {} });
        if (error.kind === 'badCredentials') recordFailure(user, origin);
      }
      throw error;
    }
  }

  return {
    mint: minting.mint,
    checkPassword: (user, password, origin) => check(user.email_key, password, user, origin),
    async signIn(email, password, kind, origin) {
      const known = await findUserByEmail(store.db, email);
      await check(emailKey(email), password, known, origin);
      const signedIn = await store.transaction(async (tx) => {
        // The password was checked outside this transaction: it must still be the one that was checked, and stay so.
        await shareRow(tx, 'user', known!.id);
        const user = await tx.db.selectFrom('user').selectAll().where('id', '=', known!.id).executeTakeFirst();
        if (!user || user.password_hash !== known!.password_hash) throw new ApiError('badCredentials');
        return minting.openSignIn(tx, { user, kind, origin }, Date.now());
      });
      onSignIn();
      return signedIn;
    },
    async setPasswordByTicket(ticket, password, origin) {
      checkNewPassword(password);
      // Asked first, because anybody may come with a ticket and hashing is dear; decided in the transaction.
      if (!(await isPasswordTicket(store.db, ticketHash(ticket), Date.now()))) throw deadTicket('resetToken');
      const passwordHash = await hashPassword(password);
      await store.transaction(async (tx) => {
        const at = Date.now();
        const id = await takePasswordTicket(tx, ticketHash(ticket), at);
        if (id === null) throw deadTicket('resetToken');
        const user = await claimAddress(tx, await setUserPassword(tx, id, passwordHash, true));
        const target = { type: 'user', id } as const;
        const row = { principal: self(user), origin, action: 'setPassword', target, outcome: 'allowed' } as const;
        await recordAudit(tx, { ...row, detail: { by: 'ticket' } }, at);
      });
    },
  };
}
