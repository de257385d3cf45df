import { isUtf8 } from 'node:buffer';
import { Ajv } from 'ajv';
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import { ApiError } from '../errors.ts';

/**
 * A query as `{ tags: ['a', 'b'], quantity: '50' }`. `tags[]` means a list whether its brackets are encoded or not;
 * nothing here can throw.
 */
export function parseQuery(text: string): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  if (text === '') return result;
  for (const [key, value] of new URLSearchParams(text)) {
    const isList = key.endsWith('[]');
    const name = isList ? key.slice(0, -2) : key;
    const before = result[name];
    if (before === undefined) result[name] = isList ? [value] : value;
    else if (Array.isArray(before)) before.push(value);
    else result[name] = [before, value];
  }
  return result;
}

const strict = new Ajv({ allErrors: false, strict: false, useDefaults: true });
/** Paths and queries are text by nature: `quantity=50` is a number, `tags=a` a list of one. Bodies have types of their own. */
const coercing = new Ajv({ allErrors: false, strict: false, useDefaults: true, coerceTypes: 'array' });

export const validators: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? strict : coercing).compile(schema);

/** [doc] Real clients send a JSON content type with an empty body, and no content type at all. */
export function acceptBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['application/json', 'text/json'], { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    // Read leniently, bytes that are no text would be stored as other characters than were sent.
    if (!isUtf8(body as Buffer)) return done(new ApiError('invalid', { reason: 'The body is not valid UTF-8' }));
    return parseJson(request, body.toString(), done);
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    done(new ApiError('mediaType', { reason: 'Send JSON, with Content-Type: application/json' }), undefined);
  });
}
