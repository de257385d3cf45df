import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { Type } from 'typebox';
import { capability } from '../capabilities.ts';
import { ERRORS } from '../errors.ts';
import { rolesWith } from '../roles.ts';
import type { Access } from './route.ts';

const header = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description }) as const;

const DESCRIPTION = [
  'Roles for live streaming, enforced on the API and on the wire. Follows the documented Bintu API v1.23.',
  '',
  'Every success is 200 with a JSON body, but for the 204 of `/api/v1/splay/revoke`. Every error has one shape:' +
    ' `error.code` says which it is, and `error.userinfo` what it is about.',
  '',
  'Under `/api/v1` an error has the flat fields `success: false` and `errorCode` too, the latter equal to `error.code`;' +
    ' any mistake in a request is 1000 there.',
  '',
  '| status | code | message |',
  '|---|---|---|',
  ...Object.values(ERRORS).map(({ status, code, message }) => `| ${status} | ${code} | ${message} |`),
].join('\n');

/** The frame of the document; every operation comes from its route record. */
export const openApi = (version: string): FastifyDynamicSwaggerOptions => ({
  transformObject: (document) => completed((document as { openapiObject: Document }).openapiObject),
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Lockkeeper',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    components: {
      responses: { Error: ERROR },
      securitySchemes: {
        token: header('X-BINTU-TOKEN', 'A token of a user; carries at most the rights of the user’s role'),
        bearer: { type: 'http', scheme: 'bearer', description: 'The same token' },
        apiKey: header('X-BINTU-APIKEY', 'The organisation’s API key, with full rights'),
        playerKey: header('X-BINTU-PLAYERKEY', 'The organisation’s player key: opens what players need'),
      },
    },
  },
});

interface Operation {
  parameters?: { required?: boolean; schema: { default?: unknown } }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: { type?: string | string[] } }> };
  responses?: Record<string, unknown>;
}

interface Document {
  paths?: Record<string, Record<string, Operation>>;
}

/**
 * What the schemas of the routes cannot say: any operation may answer with an error, a parameter with a default may be
 * left out, and so may a body that may be null.
 */
function completed<D extends Document>(document: D): D {
  for (const operation of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path))) {
    operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Error' } };
    for (const parameter of operation.parameters ?? []) if ('default' in parameter.schema) parameter.required = false;
    const { requestBody: body } = operation;
    if (body && [Object.values(body.content)[0]?.schema.type].flat().includes('null')) body.required = false;
  }
  return document;
}

const ERROR = {
  description: 'Refused or failed: `error.code` says which of the table, `error.userinfo` what it is about',
  content: {
    'application/json': {
      schema: Type.Object({
        error: Type.Object({
          message: Type.String(),
          code: Type.Integer(),
          userinfo: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        }),
        status: Type.Integer(),
        message: Type.String(),
        requestId: Type.String(),
        success: Type.Optional(Type.Literal(false, { description: 'Under `/api/v1`' })),
        errorCode: Type.Optional(Type.Integer({ description: 'Under `/api/v1`: the same as `error.code`' })),
      }),
    },
  },
};

const ANY_CREDENTIAL = [{ token: [] }, { bearer: [] }, { apiKey: [] }];

/** The parts of an operation that follow from who may call it. `x-capability` is null on a public one. */
export function access(entry: Access) {
  if ('public' in entry) return { 'x-capability': null, description: `Public: ${entry.public}.`, security: [] };
  const { id, sentence } = capability(entry.capability);
  const alsoAnonymous = entry.anonymous === undefined ? '' : ` Also without a credential: ${entry.anonymous}.`;
  const forPlayers = id === 'stream:read-public' ? [{ playerKey: [] }] : [];
  return {
    'x-capability': id,
    'x-roles': rolesWith(id),
    description: `Needs \`${id}\` (${sentence}): ${rolesWith(id).join(', ')}.${alsoAnonymous}`,
    security: [...ANY_CREDENTIAL, ...forPlayers, ...(entry.anonymous === undefined ? [] : [{}])],
  };
}
