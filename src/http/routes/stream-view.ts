import { type Static, Type } from 'typebox';
import { type Capability, capability, has } from '../../capabilities.ts';
import { playsOverHls } from '../../media/engine.ts';
import type { Principal } from '../../principal.ts';
import { ingestNameOf, type ShownStream, stateOf } from '../../store/stream.ts';
import { iso, Nullable, OneOf, Time } from '../schemas.ts';
import type { Services } from '../services.ts';

const Count = Nullable(Type.Number());

export const Stream = Type.Object({
  id: Type.String(),
  streamgroup: Type.String(),
  state: OneOf(['created', 'live', 'ended', 'locked']),
  type: Type.String(),
  created_at: Time,
  updated_at: Time,
  tags: Type.Array(Type.String()),
  ingest: Type.Optional(
    Type.Object(
      { rtmp: Type.Object({ url: Type.String(), streamname: Type.String() }) },
      { description: 'Only for who may see ingest credentials' },
    ),
  ),
  push_url: Type.Optional(
    Nullable(Type.String({ description: 'Where the live stream is forwarded to; for the same callers' })),
  ),
  push: Type.Optional(
    Type.Object(
      {
        state: OneOf(['connecting', 'live', 'waiting']),
        since: Time,
        bytes: Type.Integer(),
        error: Nullable(Type.String({ description: 'What last went wrong' })),
      },
      { description: 'How the forwarding goes, while the stream is live; for the same callers' },
    ),
  ),
  playout: Type.Object({
    rtmp: Type.Array(Type.Object({ url: Type.String(), streamname: Type.String() })),
    hls: Type.Array(Type.Object({ url: Type.String() })),
    web: Type.Array(Type.Object({ url: Type.String(), type: Type.String() })),
    h5live: Type.Array(
      Type.Object({
        id: Type.String(),
        index: Type.Integer(),
        label: Type.String(),
        type: Type.String(),
        tags: Type.Array(Type.String()),
        rtmp: Type.Object({ url: Type.String(), streamname: Type.String() }),
        server: Type.Object({ websocket: Type.String(), progressive: Type.String(), hls: Nullable(Type.String()) }),
        info: Type.Object({ width: Count, height: Count, bitrate: Count, fps: Count }),
      }),
    ),
  }),
});

/** What stopping, locking, unlocking and deleting say besides: what was closed, how fast, and whether it is certain. */
export const Enforcement = {
  closed: Type.Object({ publishers: Type.Integer(), viewers: Type.Integer() }),
  tookMs: Type.Number({ description: 'Milliseconds until whatever had to go was off the air' }),
  enforced: Type.Boolean({ description: 'False when the media engine could not be reached' }),
};

export const SEE_INGEST: Capability = capability('ingest:read');

type View = Static<typeof Stream>;

/** Only addresses that really play. */
function playout(record: ShownStream, services: Services): View['playout'] {
  const { playout: base, rtmp } = services.urls();
  const name = record.playout_name;
  const progressive = `${base}/live/${name}.flv`;
  const websocket = `ws${progressive.slice('http'.length)}`;
  const play = { url: `${rtmp}/play`, streamname: name };
  const stats = services.live.statsOf(record.id);
  const hls = stats === undefined || playsOverHls(stats) ? `${base}/live/${name}.m3u8` : null;
  return {
    rtmp: [play],
    hls: hls === null ? [] : [{ url: hls }],
    web: [
      { url: progressive, type: 'http-flv' },
      { url: websocket, type: 'ws-flv' },
    ],
    h5live: [
      {
        id: record.id,
        index: 0,
        label: 'source',
        type: record.type,
        tags: record.tags,
        rtmp: play,
        server: { websocket, progressive, hls },
        info: {
          width: stats?.width ?? null,
          height: stats?.height ?? null,
          bitrate: stats?.bitrate ?? null,
          fps: stats?.fps ?? null,
        },
      },
    ],
  };
}

/** A stream as this caller may see it: whoever may only look must not be able to publish. */
export function viewStream(record: ShownStream, caller: Principal, services: Services): View {
  const view: View = {
    id: record.id,
    streamgroup: record.streamgroup,
    state: stateOf(record),
    type: record.type,
    created_at: iso(record.created_at),
    updated_at: iso(record.updated_at),
    tags: record.tags,
    playout: playout(record, services),
  };
  if (has(caller.rights, SEE_INGEST) && caller.organisation === record.organisation_id) {
    view.ingest = { rtmp: { url: `${services.urls().rtmp}/live`, streamname: ingestNameOf(services.secrets, record) } };
    view.push_url = record.push_cipher === null ? null : services.secrets.decrypt(record.push_cipher);
    const push = services.live.statsOf(record.id)?.push;
    if (push) view.push = { ...push, since: iso(push.since) };
  }
  return view;
}
