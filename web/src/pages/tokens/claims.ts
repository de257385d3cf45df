import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';

export interface Claims extends JWTPayload {
  kid?: string;
}

/** The token in what was pasted: itself, a header, or an address that carries it. */
export function tokenIn(text: string): string {
  const plain = text.trim();
  const [, inAddress] = /[?&](?:token|jwt)=([^&#\s]+)/.exec(plain) ?? [];
  if (inAddress !== undefined) return inAddress;
  return plain.replace(/^Bearer\s+/i, '');
}

/** What a token says, whoever made it; null when it cannot be read. */
export function claimsOf(token: string): Claims | null {
  try {
    const { kid } = decodeProtectedHeader(token);
    return { ...decodeJwt(token), ...(kid && { kid }) };
  } catch {
    return null;
  }
}

/** ISO 8601 for unix seconds; null for what is no time that there is. */
export function timeOf(value: unknown): string | null {
  if (typeof value !== 'number') return null;
  const date = new Date(value * 1_000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
