import { type Static, Type } from 'typebox';
import type { StreamStats } from '../../media/engine.ts';
import { listIngestSessions } from '../../store/ingest-session.ts';
import type { IngestSessionTable } from '../../store/schema-metrics.ts';
import { findStream } from '../../store/stream.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, isoOrNull, Nullable, Time } from '../schemas.ts';
import { PAGING, QUANTITY } from './paging.ts';

const figure = (description: string) => Nullable(Type.Integer({ minimum: 0, description }));
const codec = (description: string) => Nullable(Type.String({ description }));

const Session = Type.Object({
  id: Type.String(),
  protocol: Type.String({ description: 'How the encoder came, for example `rtmp`' }),
  startedAt: Time,
  endedAt: Nullable(Type.String({ description: 'ISO 8601, UTC; null while it is on air' })),
  reason: Nullable(
    Type.String({
      description:
        'Why it ended: `closed` by the encoder, `kicked` by us, `protocol`, `expired`, `timeout`, `lease`, `shutdown`; `unseen` when nobody was there to see it',
    }),
  ),
  bytesIn: figure('Bytes from the encoder; null, like what follows, when nobody saw it. Of a session on air: so far'),
  bytesOut: figure('Bytes to viewers meanwhile'),
  frames: figure('Pictures from the encoder'),
  videoCodec: codec('For example `h264`'),
  audioCodec: codec('For example `aac`'),
  width: figure('Pixels'),
  height: figure('Pixels'),
});

/** What a session on air has come to so far is known to the engine alone. */
function view(row: IngestSessionTable, stats: StreamStats | undefined): Static<typeof Session> {
  const running = row.ended_at === null && stats?.publisher === row.id ? stats : undefined;
  return {
    id: row.id,
    protocol: row.protocol,
    startedAt: iso(row.started_at),
    endedAt: isoOrNull(row.ended_at),
    reason: row.reason,
    bytesIn: running?.bytesIn ?? row.bytes_in,
    bytesOut: running?.bytesOut ?? row.bytes_out,
    frames: running?.framesIn ?? row.frames,
    videoCodec: running?.videoCodec ?? row.video_codec,
    audioCodec: running?.audioCodec ?? row.audio_codec,
    width: running?.width ?? row.width,
    height: running?.height ?? row.height,
  };
}

const list = route({
  method: 'GET',
  path: '/stream/:id/sessions',
  name: 'listStreamSessions',
  tag: 'Metrics',
  summary: 'When a stream was published and what came of it, newest first; `X-Next-Cursor` leads on',
  access: { capability: 'metrics:read' },
  schema: {
    params: Type.Object({ id: Id }),
    query: Type.Object({
      cursor: PAGING.cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: `${QUANTITY} unless told` })),
    }),
    response: Type.Array(Session),
  },
  async handler({ scope, params, query: { cursor, limit = QUANTITY }, caller, services, setHeader }) {
    const { id } = await findStream(services.streams, caller.organisation, params.id);
    const { rows, nextCursor } = await listIngestSessions(scope, id, { limit, ...(cursor && { cursor }) });
    if (nextCursor !== null) setHeader('X-Next-Cursor', nextCursor);
    const stats = services.live.heard ? services.live.statsOf(id) : undefined;
    return rows.map((row) => view(row, stats));
  },
});

export const streamSessions: readonly Route[] = [list];
