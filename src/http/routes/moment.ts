import { ApiError } from '../../errors.ts';

/** Unix milliseconds of a moment in a query or a body. @throws ApiError invalid */
export function momentOf(text: string | undefined, parameter: string): number | undefined {
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new ApiError('invalid', { parameter, reason: 'Use ISO 8601, for example 2026-01-31T12:00:00Z' });
  return at;
}
