import { hash, randomBytes } from 'node:crypto';
import { addressKey } from './addresses.ts';
import type { Origin } from './audit.ts';
import { explain } from './authorize.ts';
import { capability, has, NO_RIGHTS } from './capabilities.ts';
import { ApiError } from './errors.ts';
import { checkNewPassword, hashPassword, passwordMatches } from './passwords.ts';
import type { Principal } from './principal.ts';
import type { Secrets } from './secrets.ts';
import { emailKey, findUserByEmail } from './store/address.ts';
import { recordAudit } from './store/audit.ts';
import { newId } from './store/ids.ts';
import { holdRole } from './store/role.ts';
import type { TokenTable, UserTable } from './store/schema.ts';
import type { Store, Tx } from './store/store.ts';
import { insertToken, isPasswordTicket, takePasswordTicket } from './store/token.ts';
import { shareRow } from './store/tx.ts';
import { claimAddress, setUserPassword } from './store/user.ts';
import { Throttle } from './throttle.ts';
import { signToken, tokenHash } from './tokens.ts';

/** How long a sign-in lasts. Longer tokens come from `/bintu/token`. */
const SIGN_IN_MS = 12 * 3_600_000;
const SIGN_IN = capability('token:own');

export interface SignedIn {
  token: string;
  expiresAt: number;
  user: UserTable;
}

export interface TokenRequest {
  user: UserTable;
  kind: TokenTable['kind'];
  name: string;
  narrowedTo?: string | null;
  allowedIps?: readonly string[] | null;
  createdBy: string;
  expiresAt: number;
}

/** Signing in and passwords: what is done before there is a principal, and the minting of tokens. */
export interface Accounts {
  /**
   * @throws ApiError badCredentials, never saying which half was wrong; tooMany after repeated failures; denied in a role
   * that may not hold tokens
   */
  signIn(email: string, password: string, kind: 'login' | 'session', origin: Origin): Promise<SignedIn>;
  /** Counts like a failed sign-in when it is wrong. @throws ApiError badCredentials, tooMany */
  checkPassword(user: UserTable, password: string, ip: string | null): Promise<void>;
  /** Uses a single-use ticket up; every token of the user dies. @throws ApiError badToken */
  setPasswordByTicket(ticket: string, password: string, origin: Origin): Promise<void>;
  mint(tx: Tx, request: TokenRequest, at: number): Promise<{ id: string; token: string }>;
}

export const newTicket = (): string => randomBytes(24).toString('base64url');
export const ticketHash = (ticket: string): string => hash('sha256', ticket, 'base64url');

const deadTicket = () =>
  new ApiError('badToken', { parameter: 'resetToken', reason: 'It was used, has expired, or never was' });

/** Names who acted, on an audit row; nothing is decided by it. */
const self = (user: UserTable, credential: Principal['credential']): Principal => ({
  kind: 'user',
  id: user.id,
  email: user.email,
  organisation: user.organisation_id,
  role: user.role,
  rights: NO_RIGHTS,
  credential,
});

/** Runs what shares a name one after the other: guesses sent together count like guesses sent in a row. */
function turns() {
  const last = new Map<string, Promise<void>>();
  return async (name: string, work: () => Promise<void>): Promise<void> => {
    const before = last.get(name);
    const mine = before ? before.then(work, work) : work();
    last.set(name, mine);
    try {
      await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}

/** Checks passwords and slows down whoever fails, per account and per address. */
function passwordGuard() {
  const perAccount = new Throttle();
  // Many people may share an address.
  const perAddress = new Throttle(50);
  const inTurn = turns();

  return async (facts: { email: string; stored: string | null | undefined; ip: string | null }, password: string) => {
    const account = emailKey(facts.email);
    const address = addressKey(facts.ip);
    const check = async () => {
      perAccount.check(account);
      perAddress.check(address);
      const matches = await passwordMatches(facts.stored, password);
      const note = matches ? 'succeeded' : 'failed';
      perAccount[note](account);
      perAddress[note](address);
      if (!matches) throw new ApiError('badCredentials');
    };
    // The address before the account, always: two that want both cannot wait for each other.
    await inTurn(`address ${address}`, () => inTurn(`account ${account}`, check));
  };
}

interface AccountsOptions {
  store: Store;
  secrets: Secrets;
  issuer: () => string;
  /** Called once someone has signed in. */
  onSignIn: () => void;
}

function minter(secrets: Secrets, issuer: () => string): Accounts['mint'] {
  return async (tx, request, at) => {
    const { user, expiresAt, narrowedTo = null, allowedIps = null, ...facts } = request;
    const id = newId();
    const { name: role, audiences } = await holdRole(tx, user.organisation_id, narrowedTo ?? user.role);
    const token = await signToken(secrets, issuer(), {
      id,
      userId: user.id,
      organisation: user.organisation_id,
      role,
      audiences,
      tokenKey: user.token_key,
      issuedAt: Math.floor(at / 1_000),
      expiresAt: Math.floor(expiresAt / 1_000),
    });
    await insertToken(tx, { ...facts, id, user, tokenHash: tokenHash(token), narrowedTo, allowedIps, expiresAt }, at);
    return { id, token };
  };
}

export function createAccounts({ store, secrets, issuer, onSignIn }: AccountsOptions): Accounts {
  const guarded = passwordGuard();

  const mint = minter(secrets, issuer);

  return {
    mint,
    checkPassword: (user, password, ip) => guarded({ email: user.email, stored: user.password_hash, ip }, password),
    async signIn(email, password, kind, origin) {
      const known = await findUserByEmail(store.db, email);
      await guarded({ email, stored: known?.password_hash, ip: origin.ip }, password);
      const signedIn = await store.transaction(async (tx) => {
        const at = Date.now();
        // The password was checked outside this transaction: it must still be the one that was checked, and stay so.
        await shareRow(tx, 'user', known!.id);
        const user = await tx.db.selectFrom('user').selectAll().where('id', '=', known!.id).executeTakeFirst();
        if (!user || user.password_hash !== known!.password_hash) throw new ApiError('badCredentials');
        const { rights } = await holdRole(tx, user.organisation_id, user.role);
        if (!has(rights, SIGN_IN))
          throw explain({ allowed: false, principal: self(user, { type: 'none', id: '' }), capability: SIGN_IN });
        const expiresAt = at + SIGN_IN_MS;
        const name = kind === 'session' ? 'Dashboard session' : 'Sign-in';
        const { id, token } = await mint(tx, { user, kind, name, createdBy: user.id, expiresAt }, at);
        const principal = self(user, { type: kind === 'session' ? 'session' : 'token', id });
        const target = { type: 'token', id } as const;
        await recordAudit(
          tx,
          {
            principal,
            origin,
            action: 'signIn',
            target,
            outcome: 'allowed',
            detail: { kind, expiresAt: new Date(expiresAt).toISOString() },
          },
          at,
        );
        return { token, expiresAt, user };
      });
      onSignIn();
      return signedIn;
    },
    async setPasswordByTicket(ticket, password, origin) {
      checkNewPassword(password);
      // Asked first, because anybody may come with a ticket and hashing is dear; decided in the transaction.
      if (!(await isPasswordTicket(store.db, ticketHash(ticket), Date.now()))) throw deadTicket();
      const passwordHash = await hashPassword(password);
      await store.transaction(async (tx) => {
        const at = Date.now();
        const id = await takePasswordTicket(tx, ticketHash(ticket), at);
        if (id === null) throw deadTicket();
        const user = await claimAddress(tx, await setUserPassword(tx, id, passwordHash, true));
        const principal = self(user, { type: 'none', id: '' });
        const target = { type: 'user', id } as const;
        await recordAudit(
          tx,
          { principal, origin, action: 'setPassword', target, outcome: 'allowed', detail: { by: 'ticket' } },
          at,
        );
      });
    },
  };
}
