import { ipAllowed } from './addresses.ts';
import { intersect, rightsOf, without } from './capabilities.ts';
import type { CredentialType, Principal } from './principal.ts';
import { findRole, rightsOfStored } from './roles.ts';

/** A token that was neither revoked nor made under another tokenKey, with its user, as one query reads them. */
export interface TokenRow {
  id: string;
  kind: string;
  narrowed_to: string | null;
  /** JSON, where `narrowed_to` is a role of the organisation's own. */
  narrowed_capabilities: string | null;
  allowed_ips: string | null;
  expires_at: number;
  user_id: string;
  email: string;
  role: string;
  /** JSON, where `role` is a role of the organisation's own. */
  role_capabilities: string | null;
  organisation_id: string;
}

export interface KeyRow {
  id: string;
  kind: 'api' | 'player';
  organisation_id: string;
  /** Null, or from when on it opens nothing: in the future while it has its grace. */
  disabled_at: number | null;
}

/** The user behind a token row, or null when the token has expired or may not come from here. `now` is unix milliseconds. */
export function tokenPrincipal(row: TokenRow, now: number, ip: string | null): Principal | null {
  if (row.expires_at <= now) return null;
  if (row.allowed_ips !== null && !ipAllowed(ip, JSON.parse(row.allowed_ips) as string[])) return null;
  const { narrowed_to: narrowedTo } = row;
  const rights = rightsOfStored(row.role, row.role_capabilities);
  return {
    kind: 'user',
    id: row.user_id,
    email: row.email,
    organisation: row.organisation_id,
    role: row.role,
    rights: narrowedTo === null ? rights : intersect(rights, rightsOfStored(narrowedTo, row.narrowed_capabilities)),
    credential: { type: row.kind === 'session' ? 'session' : 'token', id: row.id },
  };
}

/** [doc] The player key opens one route: what players need. */
const PLAYER_KEY = rightsOf(['stream:read-public']);

/** [doc] The API key has full rights and no user. */
const API_KEY = findRole('nanoAdmin')!.rights;

/** A rotated key in its grace does what it did, but neither reads its successor nor makes itself another. */
const OUTGOING_API_KEY = without(API_KEY, rightsOf(['apikey:read', 'apikey:rotate']));

/** The key's principal, or null when it opens nothing at `now` (unix milliseconds). */
export function keyPrincipal(row: KeyRow, now: number): Principal | null {
  if (row.disabled_at !== null && row.disabled_at <= now) return null;
  const api = row.kind === 'api';
  const type: CredentialType = api ? 'api-key' : 'player-key';
  return {
    kind: type,
    id: row.id,
    email: null,
    organisation: row.organisation_id,
    role: null,
    rights: api ? (row.disabled_at === null ? API_KEY : OUTGOING_API_KEY) : PLAYER_KEY,
    credential: { type, id: row.id },
  };
}
