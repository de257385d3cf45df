import { Type } from 'typebox';
import type { CapabilityId } from '../../capabilities.ts';
import { change, type ScopedTx } from '../../store/scope.ts';
import { deleteStream, holdStream, type StreamRecord, updateStream } from '../../store/stream.ts';
import { type Route, route } from '../route.ts';
import { Id } from '../schemas.ts';
import { Enforcement, Stream, viewStream } from './stream-view.ts';

const tag = 'Streams';
const params = Type.Object({ id: Id });
const Controlled = Type.Object({ ...Stream.properties, ...Enforcement });

interface Control {
  verb: 'stop' | 'lock' | 'unlock';
  capability: CapabilityId;
  summary: string;
  apply(record: StreamRecord): { locked?: number; epoch: number };
}

/**
 * One transaction, then the wire: the epoch makes every verdict read before it worthless, and the answer waits for the
 * engine to say that nothing is left.
 */
const control = ({ verb, capability, summary, apply }: Control) =>
  route({
    method: 'PUT',
    path: `/stream/:id/${verb}`,
    name: `${verb}Stream`,
    tag,
    summary,
    access: { capability },
    shows: ['ingest:read'],
    schema: { params, response: Controlled },
    async handler({ scope, params: { id }, caller, services }) {
      const record = await change(scope, async (tx: ScopedTx) => {
        const before = await holdStream(tx, id);
        const after = await updateStream(tx, before, apply(before));
        return { result: after, target: { type: 'stream', id }, detail: { wasLive: before.live_session !== null } };
      });
      const ended = verb === 'unlock' ? UNTOUCHED : await services.live.takeOff(id, record.epoch, verb);
      if (ended.enforced && verb !== 'unlock') record.live_session = null;
      return { ...viewStream(record, caller, services), ...ended };
    },
  });

const UNTOUCHED = { closed: { publishers: 0, viewers: 0 }, tookMs: 0, enforced: true };

const remove = route({
  method: 'DELETE',
  path: '/stream/:id',
  name: 'deleteStream',
  tag,
  summary: 'Delete a stream for good; a running ingest and its viewers end',
  access: { capability: 'stream:delete' },
  schema: { params, response: Type.Object({ id: Type.String(), deleted: Type.Literal(true), ...Enforcement }) },
  async handler({ scope, params: { id }, services }) {
    const epoch = await change(scope, async (tx) => {
      const before = await holdStream(tx, id);
      await deleteStream(tx, id);
      return {
        result: before.epoch + 1,
        target: { type: 'stream', id },
        detail: { wasLive: before.live_session !== null },
      };
    });
    return { id, deleted: true as const, ...(await services.live.takeOff(id, epoch, 'delete')) };
  },
});

export const streamControl: readonly Route[] = [
  control({
    verb: 'stop',
    capability: 'stream:stop',
    summary: 'End the running ingest and its viewers; the encoder may come back',
    apply: ({ epoch }) => ({ epoch: epoch + 1 }),
  }),
  control({
    verb: 'lock',
    capability: 'stream:lock',
    summary: 'End the running ingest and its viewers, and refuse the encoder from now on',
    apply: ({ epoch }) => ({ locked: 1, epoch: epoch + 1 }),
  }),
  control({
    verb: 'unlock',
    capability: 'stream:unlock',
    summary: 'Let the encoder publish again',
    apply: ({ epoch }) => ({ locked: 0, epoch }),
  }),
  remove,
];
