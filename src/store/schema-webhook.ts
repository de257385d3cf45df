/** One call to an organisation's webhook, made or still to be made. */
export interface WebhookDeliveryTable {
  id: string;
  organisation_id: string;
  stream_id: string | null;
  call: string;
  /** The form body, kept while it may have to be sent again. */
  body_cipher: string | null;
  created_at: number;
  attempts: number;
  /** When it is tried (again); null when it is finished. */
  next_at: number | null;
  finished_at: number | null;
  /** The HTTP status last answered. */
  status: number | null;
  /** `allowed`, `refused`, `delivered`, or a word for what went wrong. */
  outcome: string | null;
  took_ms: number | null;
}

/** A publisher that a webhook has let in and has not been told the end of. */
export interface WebhookSessionTable {
  /** The media session's id, `clientid` to the webhook. */
  id: string;
  organisation_id: string;
  stream_id: string;
  /** JSON: the fields that every call of it repeats. */
  publisher_cipher: string;
  created_at: number;
  /** When it went on air; null while it has not. */
  started_at: number | null;
  /** When `update_publish` is due; null until it is on air. */
  next_update_at: number | null;
  /** Bytes as last known, for an end that nobody tells. */
  bytes_in: number;
  bytes_out: number;
}
