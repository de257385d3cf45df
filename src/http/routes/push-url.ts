import { Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import { change } from '../../store/scope.ts';
import { holdStream, updateStream } from '../../store/stream.ts';
import { type Route, route } from '../route.ts';
import { Id, Nullable, Text } from '../schemas.ts';
import { Stream, viewStream } from './stream-view.ts';

const setPushUrl = route({
  method: 'PUT',
  path: '/stream/:id/push_url',
  name: 'setPushUrl',
  tag: 'Streams',
  summary: 'Forward the live stream to another RTMP server from now on; null ends that',
  access: { capability: 'stream:edit' },
  shows: ['ingest:read'],
  schema: {
    params: Type.Object({ id: Id }),
    body: Type.Object({ url: Nullable(Text(2_048, { description: '`rtmp://` or `rtmps://`; its key is a secret' })) }),
    response: Stream,
  },
  async handler({ scope, params: { id }, body: { url }, caller, services }) {
    const target = url === null ? null : await services.pushing.check(url);
    if (target !== null && 'problem' in target)
      throw new ApiError('invalid', { parameter: 'url', reason: target.problem });
    const record = await change(scope, async (tx) => {
      const before = await holdStream(tx, id);
      const push_cipher = url === null ? null : services.secrets.encrypt(url);
      const after = await updateStream(tx, before, { push_cipher });
      // The host and no more: what stands behind it admits whoever knows it.
      return { result: after, target: { type: 'stream', id }, detail: { host: target?.host ?? null } };
    });
    services.live.forward(id);
    return viewStream(record, caller, services);
  },
});

export const pushUrl: readonly Route[] = [setPushUrl];
