import { type Static, Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import type { StreamStats } from '../../media/engine.ts';
import { findStream, type ShownStream, stateOf } from '../../store/stream.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, Nullable, OneOf } from '../schemas.ts';

const measured = (description: string) => Nullable(Type.Number({ description }));
const told = (description: string) => Nullable(Type.String({ description }));
const bytes = (description: string) => Type.Integer({ minimum: 0, description });

const LiveNow = Type.Object({
  state: OneOf(['created', 'live', 'ended', 'locked']),
  since: told(
    'ISO 8601, UTC: when it went on air; null when it is not, like everything but the numbers of people and bytes',
  ),
  viewers: Type.Integer({ minimum: 0, description: 'Who watches, or waits for it' }),
  bitrate: measured('Bits per second, over the last few seconds'),
  width: measured('Pixels'),
  height: measured('Pixels'),
  fps: measured('Pictures per second'),
  videoCodec: told('As its encoder says, for example `h264`'),
  audioCodec: told('For example `aac`'),
  bytesIn: bytes('Bytes from the encoder since it went on air; 0 when it is not'),
  bytesOut: bytes('Bytes to its viewers since then'),
});

function view(record: ShownStream, stats: StreamStats | undefined): Static<typeof LiveNow> {
  const state = stateOf(record);
  const live = state === 'live' && stats?.publisher ? stats : undefined;
  return {
    state,
    since: live?.since ? iso(live.since) : null,
    viewers: stats?.viewers ?? 0,
    bitrate: live?.bitrate ?? null,
    width: live?.width ?? null,
    height: live?.height ?? null,
    fps: live?.fps ?? null,
    videoCodec: live?.videoCodec ?? null,
    audioCodec: live?.audioCodec ?? null,
    bytesIn: live?.bytesIn ?? 0,
    bytesOut: live?.bytesOut ?? 0,
  };
}

const now = route({
  method: 'GET',
  path: '/stream/:id/live',
  name: 'getStreamLive',
  tag: 'Streams',
  summary: 'How a stream does on the wire at this moment, as the media engine said within the last second',
  access: { capability: 'stream:read' },
  schema: { params: Type.Object({ id: Id }), response: LiveNow },
  async handler({ params: { id }, caller, services }) {
    const record = await findStream(services.streams, caller.organisation, id);
    if (services.live.heard) return view(record, services.live.statsOf(id));
    throw new ApiError('unavailable', { reason: 'The media engine cannot be reached' }, { 'Retry-After': '1' });
  },
});

export const streamLive: readonly Route[] = [now];
