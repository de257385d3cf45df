import { hash } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Secrets } from './secrets.ts';

/** How long a sign-in lasts. Longer tokens come from `/bintu/token`. */
export const SIGN_IN_MS = 12 * 3_600_000;
/** No token is good for longer. */
export const LONGEST_TOKEN_MS = 365 * 86_400_000;

/** What a token's text is found by. Only this is stored. */
export const tokenHash = (text: string): string => hash('sha256', text, 'base64url');

export interface TokenClaims {
  id: string;
  userId: string;
  organisation: string;
  role: string;
  audiences: readonly string[];
  tokenKey: string;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt: number;
}

/**
 * The text a client presents: a JWT as documented. We look it up by its hash and never verify it ourselves; the
 * signature is for others.
 */
export function signToken(secrets: Secrets, issuer: string, claims: TokenClaims): Promise<string> {
  const { role, audiences, organisation, tokenKey } = claims;
  return new SignJWT({ role, organisation, tokenKey })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: secrets.signing.kid })
    .setIssuer(issuer)
    .setAudience([...audiences])
    .setSubject(claims.userId)
    .setJti(claims.id)
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .sign(secrets.signing.privateKey);
}
