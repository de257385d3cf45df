import { Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import { settingsOf } from '../../store/organisation.ts';
import { change } from '../../store/scope.ts';
import {
  findGroup,
  findMember,
  findPublicMember,
  findPublicStream,
  findStream,
  holdStream,
  insertStream,
  setTags,
  updateStream,
} from '../../store/stream.ts';
import { findByName } from '../../store/stream-list.ts';
import { type Route, route } from '../route.ts';
import { Id, TagName, Text } from '../schemas.ts';
import { Stream, viewStream } from './stream-view.ts';

const tag = 'Streams';
const params = Type.Object({ id: Id });
const Tags = Type.Array(TagName, { maxItems: 100 });
const ANYONE = 'where the organisation’s settings say publicStreamInfo';

/** What the documented API offers and this server does not do: refused by name rather than ignored. */
const FEATURES = ['webrtc', 'transcoding', 'transcodes', 'processing'] as const;

const wanted = (value: unknown) =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

const create = route({
  method: 'POST',
  path: '/stream',
  name: 'createStream',
  tag,
  summary: 'Create a stream; unknown tags are created with it',
  access: { capability: 'stream:create' },
  shows: ['ingest:read'],
  schema: {
    // [doc] No body at all is a body.
    body: Type.Unsafe<{ tags?: string[]; type?: string; streamgroup?: string; [feature: string]: unknown } | null>({
      type: ['object', 'null'],
      properties: {
        tags: Tags,
        type: Text(40),
        streamgroup: { ...Id, description: 'The group it joins; its own when absent' },
        webrtc: { type: ['boolean', 'null'] },
        transcoding: { type: ['boolean', 'null'] },
        transcodes: { type: ['array', 'null'] },
        processing: { type: ['object', 'boolean', 'null'] },
      },
    }),
    response: Stream,
  },
  async handler({ scope, body, caller, services }) {
    const feature = FEATURES.find((name) => wanted(body?.[name]));
    if (feature) throw new ApiError('featureOff', { feature });
    const type = body?.type ?? 'live';
    if (type !== 'live') throw new ApiError('streamType', { stream_type: type });
    const record = await change(scope, async (tx) => {
      const group = body?.streamgroup;
      const created = await insertStream(tx, services.secrets, {
        type,
        tags: body?.tags ?? [],
        ...(group && { group }),
      });
      const detail = { tags: created.tags, ...(group && { streamgroup: group }) };
      return { result: created, target: { type: 'stream', id: created.id }, detail };
    });
    return viewStream(record, caller, services);
  },
});

const get = route({
  method: 'GET',
  path: '/stream/:id',
  name: 'getStream',
  tag,
  summary: 'One stream',
  access: { capability: 'stream:read', anonymous: ANYONE },
  shows: ['ingest:read'],
  schema: { params, response: Stream },
  handler({ grant, params: { id }, caller, services }) {
    const found = grant
      ? findStream(services.streams, caller.organisation, id)
      : publicly(findPublicStream(services.streams, id));
    // The busiest route: on SQLite the row is already here, and is not waited for.
    return found instanceof Promise
      ? found.then((stream) => viewStream(stream, caller, services))
      : viewStream(found, caller, services);
  },
});

/** Without a credential a stream that may not be seen and one that is not there look the same. */
async function publicly<R extends { organisation_settings: string }>(found: Promise<R>): Promise<R> {
  const record = await found;
  if (settingsOf({ settings: record.organisation_settings }).publicStreamInfo) return record;
  throw new ApiError('notFound', { reason: 'There is no such stream in your organisation' });
}

const group = route({
  method: 'GET',
  path: '/stream/:id/group',
  name: 'getStreamGroup',
  tag,
  summary: 'The streams of a group, oldest first; the id is the group’s or that of one of its streams',
  access: { capability: 'stream:read', anonymous: ANYONE },
  shows: ['ingest:read'],
  schema: { params, response: Type.Array(Stream) },
  async handler({ grant, params: { id }, caller, services }) {
    const { organisation_id, streamgroup } = grant
      ? await findMember(services.streams, caller.organisation, id)
      : await publicly(findPublicMember(services.streams, id));
    const records = await findGroup(services.streams, organisation_id, streamgroup);
    return records.map((record) => viewStream(record, caller, services));
  },
});

const validate = route({
  method: 'POST',
  path: '/stream/validate',
  name: 'validateStream',
  tag,
  summary: 'Whether a name, of ingest or of playout, belongs to a stream of yours',
  access: { capability: 'stream:read' },
  schema: {
    body: Type.Object({ streamname: Text(256) }),
    response: Type.Object({
      valid: Type.Boolean(),
      id: Type.Optional(Type.String()),
      state: Type.Optional(Type.String()),
    }),
  },
  handler: ({ scope, body, services }) =>
    findByName(scope, services.secrets.fingerprint(body.streamname), body.streamname),
});

const tagStream = route({
  method: 'PUT',
  path: '/stream/:id/tag',
  name: 'setStreamTags',
  tag,
  summary: 'Replace a stream’s tags; unknown ones are created, an empty body clears them',
  access: { capability: 'tag:edit' },
  shows: ['ingest:read'],
  schema: {
    params,
    body: Type.Unsafe<{ tags?: string[] } | null>({ type: ['object', 'null'], properties: { tags: Tags } }),
    response: Stream,
  },
  async handler({ scope, params: { id }, body, caller, services }) {
    const tags = [...new Set(body?.tags ?? [])].sort();
    const record = await change(scope, async (tx) => {
      const before = await holdStream(tx, id);
      await setTags(tx, before, tags);
      const after = { ...(await updateStream(tx, before, {})), tags };
      return { result: after, target: { type: 'stream', id }, detail: { from: before.tags, to: tags } };
    });
    return viewStream(record, caller, services);
  },
});

export const streams: readonly Route[] = [create, get, group, validate, tagStream];
