/** Something that is wrong, from when it was found out until it is over. At most one is open per code and subject. */
export interface AlertTable {
  id: string;
  organisation_id: string;
  code: number;
  /** `stream`, `user`, `token` or `key`. */
  subject_type: string;
  subject_id: string;
  /** JSON: the parts of its message. */
  detail: string;
  first_at: number;
  last_at: number;
  resolved_at: number | null;
  /** When its receivers are told again; null when they are not. */
  remind_at: number | null;
}

/** When a stream should be on air, in unix milliseconds. */
export interface ExpectedWindowTable {
  stream_id: string;
  from_at: number;
  to_at: number;
  organisation_id: string;
}

export interface AlertReceiversTable {
  organisation_id: string;
  /** JSON: a list of addresses. */
  emails: string;
  /** The least severity that is told. */
  severity: string;
  webhook_cipher: string | null;
  webhook_secret_cipher: string | null;
  updated_at: number;
}

/** One receiver's notice of an alert, until it was taken or given up. */
export interface AlertDeliveryTable {
  id: string;
  organisation_id: string;
  alert_id: string;
  /** `new`, `lasting` or `resolved`. */
  kind: string;
  /** `email` or `webhook`. */
  channel: string;
  /** The address; empty for the webhook. */
  receiver: string;
  created_at: number;
  attempts: number;
  next_at: number | null;
  finished_at: number | null;
  outcome: string | null;
}

/** Who may not watch, or from where one may. */
export interface GuardianRuleTable {
  id: string;
  organisation_id: string;
  /** `ip` or `referrer`. */
  kind: string;
  /** An address or CIDR as it is compared; a host name. */
  value: string;
  /** `deny` or `allow`. */
  type: string;
  note: string | null;
  created_at: number;
  created_by: string;
  created_by_email: string | null;
  expires_at: number | null;
}

export interface AlertTables {
  alert: AlertTable;
  expected_window: ExpectedWindowTable;
  alert_receivers: AlertReceiversTable;
  alert_delivery: AlertDeliveryTable;
  guardian_rule: GuardianRuleTable;
}
