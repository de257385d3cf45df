import type { Schema } from './schema.ts';

/**
 * Every table with the columns that identify a row, in an order in which each stands behind those it refers to. The
 * order is that of an archive; a table that is missing here does not compile.
 */
export const TABLES = {
  organisation: ['id'],
  key: ['id'],
  user: ['id'],
  token: ['id'],
  password_ticket: ['id'],
  stream: ['id'],
  tag: ['id'],
  stream_tag: ['stream_id', 'tag_id'],
  audit: ['id'],
  invitation: ['id'],
  sign_up: ['id'],
  role: ['organisation_id', 'name'],
  capability_use: ['organisation_id', 'actor_id', 'capability', 'first_at'],
  key_use: ['key_id', 'client', 'ip', 'route'],
  signing_key: ['kid'],
  webhook_delivery: ['id'],
  webhook_session: ['id'],
  playback_token: ['id'],
  ingest_token: ['id'],
  import_progress: ['id'],
  metric_sample: ['at', 'subject_id', 'source'],
  metric_batch: ['source', 'seq'],
  metric_block: ['subject_id', 'at'],
  metric_minute: ['subject_id', 'at'],
  metric_hour: ['subject_id', 'at'],
  metric_day: ['subject_id', 'at'],
  metric_audience: ['organisation_id', 'dimension', 'at', 'stream_id', 'value'],
  ingest_session: ['id'],
  alert: ['id'],
  expected_window: ['stream_id', 'from_at'],
  alert_receivers: ['organisation_id'],
  alert_delivery: ['id'],
  guardian_rule: ['id'],
} as const satisfies { readonly [T in keyof Schema]: readonly (keyof Schema[T] & string)[] };

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];
