import type { Capability, Rights } from './capabilities.ts';

/** Who acts. There is always one: a background job is a named system principal, never "no user". */
export type PrincipalKind = 'user' | 'api-key' | 'player-key' | 'encoder' | 'viewer' | 'system';

export type CredentialType = 'token' | 'session' | 'api-key' | 'player-key' | 'ingest-name' | 'none' | 'local';

/** One shape for every kind, so that the decision reads the same fields whoever asks. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** User, key or stream id; for a system principal the job's name. */
  readonly id: string;
  readonly email: string | null;
  /** The tenant it belongs to. Empty for a viewer who has shown nothing. */
  readonly organisation: string;
  readonly role: string | null;
  /** Role ∩ the token's own narrowing, read from the store for this very request. */
  readonly rights: Rights;
  readonly credential: { readonly type: CredentialType; readonly id: string };
}

/** Proof that `authorize` said yes: the only way to a store bound to the caller's organisation. */
export interface Grant {
  readonly allowed: true;
  readonly principal: Principal;
  readonly capability: Capability;
}

export interface Refusal {
  readonly allowed: false;
  readonly principal: Principal;
  readonly capability: Capability;
}
