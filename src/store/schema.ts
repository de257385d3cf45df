import type { AlertTables } from './schema-alerts.ts';
import type { MetricTables } from './schema-metrics.ts';
import type { WebhookDeliveryTable, WebhookSessionTable } from './schema-webhook.ts';

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
  /** The URL that admits publishers, or null: it may carry a secret of the organisation's own. */
  webhook_cipher: string | null;
  /** What its calls are signed with. */
  webhook_secret_cipher: string | null;
  /** Raised by every change of the guardian's rules. */
  guardian_epoch: number;
}

/** An organisation's API key or player key. At most one live key of a kind. */
export interface KeyTable {
  id: string;
  organisation_id: string;
  kind: 'api' | 'player';
  key_hash: string;
  key_cipher: string;
  created_at: number;
  /** Unix milliseconds from which it opens nothing: in the future while a rotated key has its grace. */
  disabled_at: number | null;
  last_used_at: number | null;
  last_used_ip: string | null;
}

export interface UserTable {
  id: string;
  organisation_id: string;
  /** As it was written. */
  email: string;
  /** Lower case, unique on the installation; for who waits for another's address, a key of its own (address.ts). */
  email_key: string;
  name: string | null;
  /** Argon2id in PHC form; null until the user has set one. */
  password_hash: string | null;
  role: string;
  /** 7 characters. A token lives only while its own copy equals this; a role change renews it too. */
  token_key: string;
  /** When it took the place of another; null when that was before this was kept, or never. */
  token_key_at: number | null;
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
  /** An imported ingest name; null where the name is derived from the stream's id. */
  ingest_cipher: string | null;
  /** Where the live stream is forwarded to, or null. */
  push_cipher: string | null;
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
  /** The stream's. */
  created_at: number;
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

/** A single-use permission to join an organisation. */
export interface InvitationTable {
  id: string;
  organisation_id: string;
  role: string;
  /** The address it is meant for; null lets whoever holds it name one. */
  email: string | null;
  ticket_hash: string;
  created_at: number;
  /** Who must still hold what the role holds when it is accepted: a user's or a key's id. */
  created_by: string;
  created_by_type: string;
  expires_at: number;
  used_at: number | null;
  revoked_at: number | null;
}

/** An organisation that somebody asked for and has not confirmed yet. It belongs to nobody. */
export interface SignUpTable {
  id: string;
  organisation: string;
  email: string;
  /** Argon2id in PHC form. */
  password_hash: string;
  ticket_hash: string;
  created_at: number;
  expires_at: number;
}

/** A custom role. */
export interface RoleTable {
  organisation_id: string;
  name: string;
  description: string;
  /** JSON array. */
  audiences: string;
  /** JSON array of capability ids. */
  capabilities: string;
  created_at: number;
  updated_at: number;
}

/**
 * That somebody used a capability, as a span in which no two uses are more than 90 days apart: whether it was unused
 * for 90 days can be told for every moment in the past.
 */
export interface CapabilityUseTable {
  organisation_id: string;
  /** A user's or a key's id. */
  actor_id: string;
  capability: string;
  first_at: number;
  last_at: number;
}

/** Who still uses a key: by client, address and route. */
export interface KeyUseTable {
  key_id: string;
  organisation_id: string;
  /** User-Agent, cut to 200 characters; empty when none was sent. */
  client: string;
  ip: string;
  /** Operation id. */
  route: string;
  count: number;
  first_at: number;
  last_at: number;
}

/** An Ed25519 key that signs playback tokens. At most one is not retired; retired ones still verify. */
export interface SigningKeyTable {
  kid: string;
  /** PKCS #8, PEM. */
  private_cipher: string;
  /** JSON. */
  public_jwk: string;
  created_at: number;
  retired_at: number | null;
}

/** A token for viewers. Its maker's end is not its own. */
export interface PlaybackTokenTable {
  /** The JWT's `jti`. */
  id: string;
  organisation_id: string;
  token_hash: string;
  kid: string;
  /** JSON: what it opens and under which conditions. */
  claims: string;
  not_before: number | null;
  expires_at: number;
  revocable: number;
  created_at: number;
  created_by: string;
  created_by_type: string;
  created_by_email: string | null;
  revoked_at: number | null;
}

/** What an encoder must show besides the ingest name where the organisation asks for it. Its maker's end is not its own. */
export interface IngestTokenTable {
  /** The JWT's `jti`. */
  id: string;
  organisation_id: string;
  stream_id: string;
  token_hash: string;
  expires_at: number;
  created_at: number;
  created_by: string;
  created_by_type: string;
  created_by_email: string | null;
  revoked_at: number | null;
}

/** How far an import has come: rows before `rows_done` are in the database or were refused. */
export interface ImportProgressTable {
  id: string;
  organisation_id: string;
  source: string;
  rows_done: number;
  rows_refused: number;
  started_at: number;
  updated_at: number;
  finished_at: number | null;
}

export interface Schema extends MetricTables, AlertTables {
  organisation: OrganisationTable;
  key: KeyTable;
  user: UserTable;
  token: TokenTable;
  password_ticket: PasswordTicketTable;
  stream: StreamTable;
  tag: TagTable;
  stream_tag: StreamTagTable;
  audit: AuditTable;
  invitation: InvitationTable;
  sign_up: SignUpTable;
  role: RoleTable;
  capability_use: CapabilityUseTable;
  key_use: KeyUseTable;
  signing_key: SigningKeyTable;
  webhook_delivery: WebhookDeliveryTable;
  webhook_session: WebhookSessionTable;
  playback_token: PlaybackTokenTable;
  ingest_token: IngestTokenTable;
  import_progress: ImportProgressTable;
}
