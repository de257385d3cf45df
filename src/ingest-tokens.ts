import { SignJWT } from 'jose';
import type { Secrets } from './secrets.ts';

export interface IngestClaims {
  id: string;
  stream: string;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt: number;
}

/**
 * What an encoder shows besides its ingest name. We find it by its hash; the signature is for others, as that of every
 * token of ours.
 */
export const signIngestToken = (secrets: Secrets, issuer: string, claims: IngestClaims): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: secrets.signing.kid })
    .setIssuer(issuer)
    .setAudience('ingest')
    .setSubject(claims.stream)
    .setJti(claims.id)
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .sign(secrets.signing.privateKey);
