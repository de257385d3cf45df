import { Type } from 'typebox';
import { type Route, route } from '../route.ts';

/** What anybody may ask of the server itself. `document` gives the OpenAPI document of all routes. */
export const meta = (document: () => unknown): readonly Route[] => [
  route({
    method: 'GET',
    path: '/healthz',
    name: 'getHealth',
    tag: 'Server',
    summary: 'Whether the API works, and whether the media engine can be reached',
    access: { public: 'load balancers and people ask before they have a credential' },
    schema: {
      response: Type.Object({
        status: Type.Literal('ok'),
        engine: Type.Union([Type.Literal('up'), Type.Literal('down')]),
        version: Type.String(),
      }),
    },
    handler: ({ services }) => ({
      status: 'ok' as const,
      engine: services.live.engineUp ? ('up' as const) : ('down' as const),
      version: services.version,
    }),
  }),
  route({
    method: 'GET',
    path: '/openapi.json',
    name: 'getOpenApi',
    tag: 'Server',
    summary: 'This API as an OpenAPI 3.1 document',
    access: { public: 'the same for everybody, and without any data' },
    schema: { response: Type.Unsafe<unknown>({}) },
    handler: () => document(),
  }),
];
