import type { IncomingHttpHeaders } from 'node:http';
import type { Credential } from '../authenticate.ts';
import { ApiError } from '../errors.ts';

/** How a browser may hold a token for us. */
export interface CookieRules {
  /** `__Host-…` on https, a plain name on loopback http, null where a cookie would travel in the clear. */
  name: string | null;
  secure: boolean;
  /** The origins that are ours: unsafe methods by cookie come from nowhere else. */
  origins: ReadonlySet<string>;
}

const cookieValue = (header: string | undefined, name: string): string | null => {
  if (header === undefined) return null;
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
};

const isSafe = (method: string) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** [ours] A page of another origin must not be able to act with the cookie of whoever visits it. */
export function checkOrigin(method: string, origin: string | undefined, rules: CookieRules): void {
  if (isSafe(method) || (origin !== undefined && rules.origins.has(origin))) return;
  // No capability would help: the caller has not been read yet.
  throw new ApiError('denied', {
    capability: null,
    role: null,
    grantedTo: [],
    reason: `A change by cookie needs an Origin header of ${[...rules.origins].join(' or ')}`,
  });
}

const bearer = (header: string): string => /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';

const HEADERS = ['x-bintu-token', 'authorization', 'x-bintu-apikey', 'x-bintu-playerkey'] as const;

/** True when a credential was sent on purpose: a browser adds a cookie by itself. */
export const hasHeaderCredential = (headers: IncomingHttpHeaders): boolean =>
  HEADERS.some((name) => headers[name] !== undefined);

/**
 * The one credential a request presents, or null.
 * @throws ApiError invalid when it presents two in headers; denied when a cookie comes from another origin
 */
export function presentedCredential(
  method: string,
  headers: IncomingHttpHeaders,
  rules: CookieRules,
): Credential | null {
  const apiKey = headers['x-bintu-apikey'];
  const playerKey = headers['x-bintu-playerkey'];
  const token = headers['x-bintu-token'];
  const { authorization, cookie } = headers;
  let found: Credential | null = null;
  let count = 0;
  if (token !== undefined) [found, count] = [{ type: 'token', text: String(token) }, count + 1];
  if (authorization !== undefined) [found, count] = [{ type: 'token', text: bearer(authorization) }, count + 1];
  if (apiKey !== undefined) [found, count] = [{ type: 'api-key', text: String(apiKey) }, count + 1];
  if (playerKey !== undefined) [found, count] = [{ type: 'player-key', text: String(playerKey) }, count + 1];
  // A header sent twice arrives as one text with a comma, which no credential of ours holds.
  if (count > 1 || HEADERS.some((name) => headers[name]?.includes(',')))
    throw new ApiError('invalid', { reason: 'Send one credential, not several' });
  if (found !== null || cookie === undefined || rules.name === null) return found;
  const session = cookieValue(cookie, rules.name);
  if (session === null) return null;
  checkOrigin(method, headers.origin, rules);
  return { type: 'token', text: session };
}
