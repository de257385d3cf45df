import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { EVENT_STREAM, type Route, route } from '../route.ts';

const DESCRIPTION = [
  'Server-sent events, each with JSON in `data`:',
  '',
  '- `hello` `{capabilities, permission, resumed}`: first, and again when these change. Without `resumed`, read anew what' +
    ' you show: with it, what you missed since `Last-Event-ID` follows.',
  '- `change` `{action, target: {type, id}, outcome}`: something was changed, or refused, that you may read about.' +
    ' `action` is an operation id, or `publish`, `unpublish`, `signIn`.',
  '- `stream` `{id, state}`: `created`, `live`, `ended`, `locked` or `deleted`, as it is now.',
  '- `ended` `{reason: "credential"}`: your credential opens this no more. Then the connection closes; one that closes' +
    ' without it is to be opened again.',
  '',
  'An event may come twice. A name that you do not know is to be ignored.',
].join('\n');

const listen = route({
  method: 'GET',
  path: '/events',
  name: 'listenToEvents',
  tag: 'Events',
  summary: 'What changes in your organisation, as it happens, as far as you may read of it',
  access: { capability: 'organisation:read' },
  content: EVENT_STREAM,
  schema: { response: Type.Unsafe<Readable>({ type: 'string', description: DESCRIPTION }) },
  handler({ grant, origin, headers, services, setHeader }) {
    // Nginx would keep events until it has a buffer full of them.
    setHeader('X-Accel-Buffering', 'no');
    return services.events.open(grant, origin.ip, headers['last-event-id']);
  },
});

export const events: readonly Route[] = [listen];
