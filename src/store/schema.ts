/**
 * One schema for both engines. Times are unix milliseconds (SQLite INTEGER, PostgreSQL bigint read as number), booleans
 * are 0 or 1, JSON is text, text compares byte by byte on both (PostgreSQL: COLLATE "C"). `*_hash` is what a secret is
 * found by, `*_cipher` what it is shown from (see secrets.ts); no column holds anything that could be presented.
 */

export interface OrganisationTable {
  id: string;
  name: string;
  /** The 5 characters in front of every ingest name. Unique. */
  hash: string;
  /** JSON: OrganisationSettings. */
  settings: string;
  created_at: number;
}

/** An organisation's API key or player key. At most one live key of a kind. */
export interface KeyTable {
  id: string;
  organisation_id: string;
  kind: 'api' | 'player';
  key_hash: string;
  key_cipher: string;
  created_at: number;
  disabled_at: number | null;
  last_used_at: number | null;
  last_used_ip: string | null;
}

export interface UserTable {
  id: string;
  organisation_id: string;
  /** As it was written. */
  email: string;
  /** Lower case: unique on the installation. */
  email_key: string;
  name: string | null;
  /** Argon2id in PHC form; null until the user has set one. */
  password_hash: string | null;
  role: string;
  /** 7 characters. A token lives only while its own copy equals this; a role change renews it too. */
  token_key: string;
  created_at: number;
  last_seen_at: number | null;
}

export interface TokenTable {
  /** The JWT's `jti`. */
  id: string;
  organisation_id: string;
  user_id: string;
  /** SHA-256 of the whole presented text, base64url. Unique. */
  token_hash: string;
  kind: 'api' | 'session' | 'login';
  name: string;
  /** The user's token_key when it was made. */
  token_key: string;
  /** A role that narrows it, or null. */
  narrowed_to: string | null;
  /** JSON array of addresses and CIDRs, or null. */
  allowed_ips: string | null;
  created_at: number;
  created_by: string;
  expires_at: number;
  revoked_at: number | null;
  last_used_at: number | null;
  last_used_ip: string | null;
}

/** A single-use permission to set a password. */
export interface PasswordTicketTable {
  id: string;
  user_id: string;
  ticket_hash: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface StreamTable {
  id: string;
  organisation_id: string;
  streamgroup: string;
  type: string;
  ingest_hash: string;
  /** The name viewers use. Unique, public. */
  playout_name: string;
  locked: number;
  /** Raised by every lock, stop and delete: a verdict read under a lower one is dead. */
  epoch: number;
  /** The id of the session on air, or null. */
  live_session: string | null;
  first_live_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface TagTable {
  id: string;
  organisation_id: string;
  name: string;
  created_at: number;
}

export interface StreamTagTable {
  stream_id: string;
  tag_id: string;
}

export interface AuditTable {
  /** Sorts by time: UUID version 7. */
  id: string;
  organisation_id: string;
  at: number;
  actor_type: string;
  actor_id: string;
  actor_email: string | null;
  credential_type: string;
  credential_id: string;
  ip: string | null;
  action: string;
  target_type: string;
  target_id: string | null;
  outcome: 'allowed' | 'refused';
  count: number;
  /** JSON object, redacted. */
  detail: string;
  request_id: string | null;
}

export interface Schema {
  organisation: OrganisationTable;
  key: KeyTable;
  user: UserTable;
  token: TokenTable;
  password_ticket: PasswordTicketTable;
  stream: StreamTable;
  tag: TagTable;
  stream_tag: StreamTagTable;
  audit: AuditTable;
}
