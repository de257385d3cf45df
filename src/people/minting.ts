import type { Origin } from '../audit.ts';
import { explain } from '../authorize.ts';
import { capability, has, NO_RIGHTS } from '../capabilities.ts';
import type { Principal } from '../principal.ts';
import type { Secrets } from '../secrets.ts';
import { recordAudit } from '../store/audit.ts';
import { newId } from '../store/ids.ts';
import { holdRole } from '../store/role.ts';
import type { TokenTable, UserTable } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { endOldSignIns, insertToken } from '../store/token.ts';
import { SIGN_IN_MS, signToken, tokenHash } from '../tokens.ts';

/** Sign-ins that one user may have open; a further one ends the oldest. */
export const MOST_SIGN_INS = 50;
const SIGN_IN = capability('token:own');

export interface SignedIn {
  token: string;
  /** Unix milliseconds. */
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

export interface Minting {
  mint(tx: Tx, request: TokenRequest, at: number): Promise<{ id: string; token: string }>;
  /**
   * A sign-in of somebody who has just shown to be this user, with its audit row.
   * @throws ApiError denied in a role that may not hold tokens
   */
  openSignIn(tx: Tx, request: SignInRequest, at: number): Promise<SignedIn>;
}

export interface SignInRequest {
  user: UserTable;
  kind: 'login' | 'session';
  origin: Origin;
}

/** Names who acted, on an audit row; nothing is decided by it. */
export const self = (user: UserTable, credential: Principal['credential'] = { type: 'none', id: '' }): Principal => ({
  kind: 'user',
  id: user.id,
  email: user.email,
  organisation: user.organisation_id,
  role: user.role,
  rights: NO_RIGHTS,
  credential,
});

export function createMinting(secrets: Secrets, issuer: () => string): Minting {
  const mint: Minting['mint'] = async (tx, request, at) => {
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

  return {
    mint,
    async openSignIn(tx, { user, kind, origin }, at) {
      const { rights } = await holdRole(tx, user.organisation_id, user.role);
      if (!has(rights, SIGN_IN)) throw explain({ allowed: false, principal: self(user), capability: SIGN_IN });
      const expiresAt = at + SIGN_IN_MS;
      const name = kind === 'session' ? 'Dashboard session' : 'Sign-in';
      const { id, token } = await mint(tx, { user, kind, name, createdBy: user.id, expiresAt }, at);
      const principal = self(user, { type: kind === 'session' ? 'session' : 'token', id });
      const row = { principal, origin, outcome: 'allowed' } as const;
      const detail = { kind, expiresAt: new Date(expiresAt).toISOString() };
      await recordAudit(tx, { ...row, action: 'signIn', target: { type: 'token', id }, detail }, at);
      for (const ended of await endOldSignIns(tx, { userId: user.id, keep: MOST_SIGN_INS }, at)) {
        const target = { type: 'token', id: ended } as const;
        await recordAudit(tx, { ...row, action: 'revokeToken', target, detail: { by: 'too-many-sign-ins' } }, at);
      }
      return { token, expiresAt, user };
    },
  };
}
