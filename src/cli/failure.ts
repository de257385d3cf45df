/** The error body of the API, as far as the command line reads it. */
export interface ApiFailure {
  error: { message: string; code: number; userinfo?: Record<string, unknown> };
  status: number;
  message: string;
  requestId?: string;
}

export type ExitCode = 1 | 2;

/** Ends a command. The message says what to do; `body` is the API's own answer, for `--json`. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: ExitCode;
  readonly body: ApiFailure | null;

  constructor(message: string, exitCode: ExitCode = 1, body: ApiFailure | null = null) {
    super(message);
    this.exitCode = exitCode;
    this.body = body;
  }
}

const CONFLICTS: Record<string, string> = {
  'last-admin': 'This is the last nanoAdmin of the organisation: give somebody else that role first.',
  'self-delete': 'Nobody deletes themself: ask another nanoAdmin.',
  'no-webhook': 'There is no webhook yet: set one with lockkeeper webhook set URL.',
};

/** What a refusal means, and what to do about it. */
export function explainFailure(failure: ApiFailure, retryAfter: string | null): string {
  const { code, userinfo = {} } = failure.error;
  const { capability, role, grantedTo, reason } = userinfo;
  if (code === 4002) return 'The e-mail address or the password is wrong.';
  if (failure.status === 401) {
    return 'The token is not valid (expired, revoked, or its user changed). Get a new one: lockkeeper login EMAIL';
  }
  if (capability) {
    const lacking = `${role ? `Your role ${role}` : 'This credential'} lacks "${capability}"`;
    const roles = Array.isArray(grantedTo) ? grantedTo : [];
    const others = roles.length > 0 ? ` ${roles.join(' and ')} may: use a token of such a user.` : '';
    return `${sentence(String(reason ?? failure.message))} ${lacking}.${others}`;
  }
  if (failure.status === 404) return 'Not found: check the id (lockkeeper stream list, lockkeeper user list).';
  if (failure.status === 409) return CONFLICTS[String(reason)] ?? sentence(String(reason ?? failure.message));
  if (failure.status === 429) return `Too many attempts: try again ${retryAfter ? `in ${retryAfter} s` : 'later'}.`;
  if (failure.status >= 500) return `The server could not do it (${failure.message}); request ${failure.requestId}.`;
  return detailed(failure.message, userinfo);
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

function detailed(message: string, userinfo: Record<string, unknown>): string {
  const details = Object.entries(userinfo).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`);
  return details.length > 0 ? `${message} (${details.join(', ')}).` : `${message}.`;
}
