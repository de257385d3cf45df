import { type TSchema, Type } from 'typebox';
import { NOBODY } from '../../authenticate.ts';
import { has } from '../../capabilities.ts';
import type { Principal } from '../../principal.ts';
import { countStreams, listStreams, type StreamName } from '../../store/stream-list.ts';
import { type Call, type Granted, type Route, route } from '../route.ts';
import { OneOf, Text } from '../schemas.ts';
import { pageHeaders } from './paging.ts';
import { SEE_INGEST, Stream, viewStream } from './stream-view.ts';

const tag = 'Streams';

const WantedTags = Type.Optional(
  Type.Array(Type.String({ maxLength: 100, pattern: '^[^\\u0000]*$' }), {
    maxItems: 10,
    description: 'All must match: `tags[]=a&tags[]=b`',
  }),
);

const ListQuery = Type.Object({
  quantity: Type.Integer({ minimum: 1, maximum: 1_000, default: 50 }),
  tags: WantedTags,
  state: Type.Optional(OneOf(['live', 'created', 'ended', 'locked', 'all'])),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'From `X-Next-Cursor` of the page before' })),
});

const SEARCH = {
  search: Type.Optional(
    Text(256, {
      min: 0,
      description: 'An exact id or playout name; an exact ingest name too, for who may see ingest credentials',
    }),
  ),
};

type ListCall = Call<{ query: typeof ListQuery; response: TSchema }> & Granted;

const tagNames = (tags: readonly string[] | undefined) => (tags ?? []).filter((name) => name !== '');

/** One page of streams as `viewer` may see them, with the headers that lead to the next. */
async function listFor({ scope, query, services, setHeader }: ListCall, viewer: Principal, named?: StreamName) {
  const { quantity, tags, state = 'all', cursor } = query;
  const page = await listStreams(scope, {
    quantity,
    tags: tagNames(tags),
    state,
    ...(cursor && { cursor }),
    ...(named && { named }),
  });
  pageHeaders(setHeader, page);
  return page.rows.map((record) => viewStream(record, viewer, services));
}

const list = route({
  method: 'GET',
  path: '/stream',
  name: 'listStreams',
  tag,
  summary: 'Streams, newest first; `X-Total-Count` says how many match',
  access: { capability: 'stream:read' },
  shows: ['ingest:read'],
  schema: { query: Type.Object({ ...ListQuery.properties, ...SEARCH }), response: Type.Array(Stream) },
  handler(call) {
    const { query, caller, services } = call;
    const text = query.search ?? '';
    if (text === '') return listFor(call, caller);
    const ingestHash = has(caller.rights, SEE_INGEST) ? services.secrets.fingerprint(text) : null;
    return listFor(call, caller, { text, ingestHash });
  },
});

const Many = Type.Integer({ minimum: 0 });

const countByState = route({
  method: 'GET',
  path: '/stream/count',
  name: 'countStreams',
  tag,
  summary: 'How many streams there are in each state',
  access: { capability: 'stream:read' },
  schema: {
    query: Type.Object({ tags: WantedTags }),
    response: Type.Object({ all: Many, created: Many, live: Many, ended: Many, locked: Many }),
  },
  handler: ({ scope, query }) => countStreams(scope, tagNames(query.tags)),
});

const listPublic = route({
  method: 'GET',
  path: '/stream/public',
  name: 'listPublicStreams',
  tag,
  summary: 'Streams as players see them; the one route of the player key',
  access: { capability: 'stream:read-public' },
  schema: { query: ListQuery, response: Type.Array(Type.Omit(Stream, ['ingest', 'push_url', 'push'])) },
  // Whoever asks: what players get is what nobody in particular may see.
  handler: (call) => listFor(call, NOBODY),
});

export const streamLists: readonly Route[] = [list, listPublic, countByState];
