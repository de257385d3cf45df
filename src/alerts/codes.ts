/** Most urgent first. */
export const SEVERITIES = ['Critical', 'Moderate', 'Minor', 'Advice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What an alert is about. */
export type AlertSubject = 'stream' | 'user' | 'token' | 'key';

/** Parts of a message, never a secret and never an address of e-mail: whoever may see metrics may read it. */
export type AlertDetail = Readonly<Record<string, string | number>>;

export interface AlertKind {
  readonly name: string;
  readonly severity: Severity;
  readonly subject: AlertSubject;
  /** One sentence that says what is wrong. */
  message(detail: AlertDetail): string;
  /** What to do about it. */
  readonly advice: string;
  /**
   * For what happens rather than lasts: it is over when it has not happened again for so many milliseconds. Null: it is
   * over when it is not so any more.
   */
  readonly quietMs: number | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const megabits = (bits: unknown) => `${(Number(bits) / 1e6).toFixed(1)} Mbit/s`;

/**
 * Every alert there is. Codes below 90000 and their names are those of the documented service; ours for the wire begin
 * with 92, ours for access with 91.
 */
export const ALERTS = {
  21001: {
    name: 'Stream offline',
    severity: 'Critical',
    subject: 'stream',
    message: () => 'The stream is not on air though it is expected to be',
    advice: 'Start the encoder, or see why it was refused in the audit log',
    quietMs: null,
  },
  22000: {
    name: 'Continuous restarts',
    severity: 'Moderate',
    subject: 'stream',
    message: ({ restarts }) => `The encoder has restarted ${restarts} times within 5 minutes`,
    advice: 'Check the connection of the encoder, and its log for errors',
    quietMs: null,
  },
  22010: {
    name: 'Inactive ingest',
    severity: 'Critical',
    subject: 'stream',
    message: () => 'The encoder is connected and sends no media',
    advice: 'Check that the encoder still gets its picture and sound',
    quietMs: null,
  },
  24100: {
    name: 'Duplicated ingest',
    severity: 'Moderate',
    subject: 'stream',
    message: () => 'A second encoder tries to publish this stream and is refused',
    advice: 'Stop one of the two encoders; if you know only one, give the stream a new ingest name',
    quietMs: 30_000,
  },
  29001: {
    name: 'High bitrate',
    severity: 'Advice',
    subject: 'stream',
    message: ({ bitrate }) => `The encoder sends ${megabits(bitrate)}, more than the 4 Mbit/s that are advised`,
    advice: 'Lower the bitrate of the encoder, or many viewers will not be able to follow',
    quietMs: null,
  },
  92001: {
    name: 'Low frame rate',
    severity: 'Moderate',
    subject: 'stream',
    message: ({ fps, expected }) => `The encoder sends ${fps} pictures a second instead of ${expected}`,
    advice: 'The encoder may be overloaded: lower its resolution or choose a faster preset',
    quietMs: null,
  },
  91001: {
    name: 'Publishing refused',
    severity: 'Moderate',
    subject: 'stream',
    message: ({ times }) => `An encoder was refused ${times} times in a row`,
    advice: 'Unlock the stream, or give the encoder a valid token: the audit log has the reason of each refusal',
    quietMs: 5 * MINUTE_MS,
  },
  91002: {
    name: 'Dead token used',
    severity: 'Moderate',
    subject: 'token',
    message: ({ times }) => `A token that was revoked was used ${times} times since`,
    advice: 'Find out who still has it; it opens nothing any more',
    quietMs: HOUR_MS,
  },
  91003: {
    name: 'API key used from a new address',
    severity: 'Minor',
    subject: 'key',
    message: () => 'The API key was used from an address from which it was never used before',
    advice: 'See under API key usage who it was, and rotate the key when you do not know them',
    quietMs: HOUR_MS,
  },
  91004: {
    name: 'Many refused sign-ins',
    severity: 'Moderate',
    subject: 'user',
    message: ({ times }) => `Somebody was refused ${times} times to sign in as this user`,
    advice: 'Ask the user; if it was somebody else, nothing is lost as long as the password is a good one',
    quietMs: 15 * MINUTE_MS,
  },
  91005: {
    name: 'New administrator',
    severity: 'Minor',
    subject: 'user',
    message: () => 'A user was given the role nanoAdmin',
    advice: 'If nobody of you did that, take the role away again and renew the token keys of all administrators',
    quietMs: HOUR_MS,
  },
} as const satisfies Record<number, AlertKind>;

export type AlertCode = keyof typeof ALERTS;

export const isAlertCode = (code: number): code is AlertCode => Object.hasOwn(ALERTS, code);
