import { type Static, Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import { type ExpectedWindow, expectedWindows, setExpectedWindows } from '../../store/expected-window.ts';
import { change } from '../../store/scope.ts';
import { findStream } from '../../store/stream.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, Text, Time } from '../schemas.ts';
import { momentOf } from './moment.ts';

const tag = 'Alerts';
const params = Type.Object({ id: Id });
const MOST = 100;
const Moment = (description: string) => Text(40, { description: `ISO 8601: ${description}` });
const Asked = Type.Array(Type.Object({ from: Moment('from when it should be on air'), to: Moment('until when') }), {
  maxItems: MOST,
  description: 'They may not overlap; what is over is dropped',
});
const Windows = Type.Array(Type.Object({ from: Time, to: Time }));

const view = (windows: readonly ExpectedWindow[]): Static<typeof Windows> =>
  windows.map(({ from_at, to_at }) => ({ from: iso(from_at), to: iso(to_at) }));

/** In their order, without what is over. @throws ApiError invalid for one that ends before it begins, or overlaps */
function windowsOf(asked: Static<typeof Asked>, now: number): ExpectedWindow[] {
  const windows = asked.map(({ from, to }) => ({ from_at: momentOf(from, 'from')!, to_at: momentOf(to, 'to')! }));
  windows.sort((a, b) => a.from_at - b.from_at);
  for (const [index, { from_at, to_at }] of windows.entries()) {
    if (from_at >= to_at) throw new ApiError('invalid', { parameter: 'to', reason: 'A window ends after it begins' });
    const next = windows[index + 1];
    if (next && next.from_at < to_at)
      throw new ApiError('invalid', { parameter: 'from', reason: 'Two windows overlap: make one of them' });
  }
  return windows.filter(({ to_at }) => to_at > now);
}

const get = route({
  method: 'GET',
  path: '/stream/:id/expected',
  name: 'getExpectedWindows',
  tag,
  summary: 'When a stream is expected to be on air, earliest first, from now on',
  access: { capability: 'metrics:read' },
  schema: { params, response: Windows },
  async handler({ scope, params: { id }, services }) {
    await findStream(services.streams, scope.organisation, id);
    return view(await expectedWindows(scope, id));
  },
});

const set = route({
  method: 'PUT',
  path: '/stream/:id/expected',
  name: 'setExpectedWindows',
  tag,
  summary: 'Set when a stream is expected to be on air: an alert says when it is not',
  access: { capability: 'alerts:configure' },
  schema: { params, body: Asked, response: Windows },
  async handler({ scope, params: { id }, body }) {
    const windows = windowsOf(body, Date.now());
    await change(scope, async (tx) => {
      await setExpectedWindows(tx, id, windows);
      return { result: undefined, target: { type: 'stream', id }, detail: { expectedWindows: windows.length } };
    });
    return view(windows);
  },
});

export const expected: readonly Route[] = [get, set];
