import { STATUS_CODES } from 'node:http';
import type { FastifyError } from 'fastify';
import { ApiError, ERRORS, type ErrorKind, errorBody } from '../errors.ts';
import { isInvalidText, isUnavailable, violatedUnique } from '../store/failures.ts';

/** One complaint of the validator. */
export interface Complaint {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

const nameOf = (path: string) => path.slice(1).replaceAll('/', '.');

/** The validator's words in ours: which parameter, and what it should have been. */
function fromComplaint({ instancePath, keyword, params, message }: Complaint): ApiError {
  const parameter = nameOf(instancePath);
  if (keyword === 'required') {
    const missing = String(params['missingProperty']);
    return new ApiError('required', { required_parameter: parameter ? `${parameter}.${missing}` : missing });
  }
  if (keyword === 'type')
    return new ApiError('wrongType', { parameter: parameter || 'body', type: [params['type']].flat().join(' or ') });
  const allowed = keyword === 'enum' ? ` (${(params['allowedValues'] as string[]).join(', ')})` : '';
  const reason = keyword === 'pattern' ? 'is not in the expected form' : (message ?? 'is not valid');
  return new ApiError('invalid', {
    parameter: parameter || 'body',
    reason: `${parameter || 'The body'} ${reason}${allowed}`,
  });
}

const FRAMEWORK: Record<string, ErrorKind> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'tooLarge',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'mediaType',
  FST_ERR_NOT_FOUND: 'notFound',
};

/** Which parameter a caller repeated, by the unique constraint it ran into. Of any other the caller has no say. */
const DUPLICATES: Readonly<Record<string, string>> = { 'user.email_key': 'email', 'tag.organisation_id,name': 'name' };

/** Whatever was thrown, as one of ours. Anything unknown is `internal`, and says nothing of itself. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { code, validation, validationContext, statusCode } = error as Partial<FastifyError>;
  // What cannot be an id or a name is not one of ours.
  if (validationContext === 'params')
    return new ApiError('notFound', { reason: 'The path names nothing that is here' });
  if (validation?.[0]) return fromComplaint(validation[0] as Complaint);
  const known = code === undefined ? undefined : FRAMEWORK[code];
  if (known) return new ApiError(known);
  const duplicated = DUPLICATES[violatedUnique(error) ?? ''];
  if (duplicated) return new ApiError('notUnique', { duplicated_parameter: duplicated });
  if (isInvalidText(error)) return new ApiError('invalid', { reason: 'Text must not hold a NUL character' });
  if (isUnavailable(error)) return new ApiError('unavailable', undefined, { 'Retry-After': '1' });
  const isOurs = statusCode === undefined || statusCode >= 500;
  return isOurs
    ? new ApiError('internal')
    : new ApiError(statusCode === 413 ? 'tooLarge' : 'invalid', { reason: readable(error) });
}

/** A parser's own sentence, without what was sent: JSON.parse quotes the text it chokes on. */
function readable(error: unknown): string {
  const { code } = error as Partial<FastifyError>;
  if (error instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY') return 'The body is not valid JSON';
  return code === 'FST_ERR_BAD_URL' ? 'The path is not valid' : 'The request could not be read';
}

/** A whole HTTP answer for what never became a request: the parser refused it. */
export function rawResponse(status: number, requestId: string): string {
  const kind: ErrorKind = status === 413 || status === 431 ? 'tooLarge' : 'invalid';
  const body = JSON.stringify(errorBody(kind, requestId, { reason: 'The request could not be read' }));
  const code = ERRORS[kind].status;
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\n${lines.join('')}\r\n${body}`;
}
