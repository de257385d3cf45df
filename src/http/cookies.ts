import type { CookieRules } from './credential.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * `__Host-` and Secure on https; a plain name on http, but only on loopback; no cookie at all where it would travel in
 * the clear. Without a public URL every name of this machine's loopback is ours.
 */
export function cookieRules(publicUrl: string | null, listening: string): CookieRules {
  const { protocol, hostname, origin, port } = new URL(publicUrl ?? listening);
  if (protocol === 'https:') return { name: '__Host-lockkeeper', secure: true, origins: new Set([origin]) };
  if (!LOOPBACK.has(hostname)) return { name: null, secure: false, origins: new Set([origin]) };
  const names = publicUrl === null ? [...LOOPBACK].map((host) => `http://${host}${port && `:${port}`}`) : [origin];
  return { name: 'lockkeeper', secure: false, origins: new Set(names) };
}
