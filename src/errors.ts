/** The closed table of errors. Nothing is answered that is not in it, and each public sentence is written here once. */
export const ERRORS = {
  invalid: { status: 400, code: 1000, message: 'Request is not valid' },
  required: { status: 400, code: 1002, message: 'Parameter required' },
  notUnique: { status: 400, code: 1003, message: 'Parameter not unique' },
  wrongType: { status: 400, code: 1004, message: 'Wrong Data Type' },
  streamType: { status: 400, code: 3002, message: 'Stream Type is not available' },
  badCredentials: { status: 401, code: 4002, message: 'User Credentials are not valid' },
  badToken: { status: 401, code: 4003, message: 'Token is not valid' },
  denied: { status: 403, code: 2001, message: 'Access denied' },
  featureOff: { status: 403, code: 2002, message: 'Feature is not enabled' },
  notFound: { status: 404, code: 4040, message: 'Not found' },
  conflict: { status: 409, code: 4090, message: 'Conflict' },
  tooLarge: { status: 413, code: 4130, message: 'Request is too large' },
  mediaType: { status: 415, code: 4150, message: 'Media type is not supported' },
  tooMany: { status: 429, code: 4290, message: 'Too many attempts' },
  internal: { status: 500, code: 5000, message: 'Internal error' },
  unavailable: { status: 503, code: 5030, message: 'Not available at the moment' },
  jwtForged: { status: 403, code: 1001, message: 'jwt not valid' },
  jwtExpired: { status: 403, code: 1002, message: 'jwt expired' },
  jwtNotActive: { status: 403, code: 1002, message: 'jwt not active' },
  jwtRevoked: { status: 403, code: 1002, message: 'jwt revoked' },
  jwtMalformed: { status: 400, code: 2004, message: 'jwt malformed' },
  notRevocable: { status: 400, code: 2011, message: 'jwt not revocable' },
  jwtElsewhere: { status: 400, code: 2012, message: 'jwt of another organisation' },
} as const;

export type ErrorKind = keyof typeof ERRORS;

export type UserInfo = Record<string, string | number | boolean | null | readonly string[]>;

/** An error that may leave the house. `userinfo` never carries what was presented (token, key, password). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ErrorKind;
  readonly userinfo: UserInfo | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ErrorKind, userinfo?: UserInfo, headers: Readonly<Record<string, string>> = {}) {
    super(ERRORS[kind].message);
    this.kind = kind;
    this.userinfo = userinfo;
    this.headers = headers;
  }
}

/** A credential that is dead or never was: the same answer for every cause. */
export const deadCredential = (): ApiError =>
  new ApiError('badToken', undefined, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });

/** The body of every error: both documented shapes joined, so that old and new clients read it. */
export function errorBody(kind: ErrorKind, requestId: string, userinfo?: UserInfo) {
  const { status, code, message } = ERRORS[kind];
  return { error: { message, code, ...(userinfo && { userinfo }) }, status, message, requestId };
}

/** What the documents say of playback tokens; every other mistake in a request is 1000 there. */
const FLAT: ReadonlySet<ErrorKind> = new Set(['jwtMalformed', 'notRevocable', 'jwtElsewhere']);

/** The same with the flat fields that clients of `/api/v1` read: both say one code and one message. */
export function flatErrorBody(kind: ErrorKind, requestId: string, userinfo?: UserInfo) {
  const body = errorBody(ERRORS[kind].status === 400 && !FLAT.has(kind) ? 'invalid' : kind, requestId, userinfo);
  return { success: false, errorCode: body.error.code, ...body };
}
