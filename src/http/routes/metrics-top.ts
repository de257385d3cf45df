import { type Static, Type } from 'typebox';
import { csvOf } from '../../csv.ts';
import { ApiError } from '../../errors.ts';
import { RANKED_NAMES, type Ranked, readRanking } from '../../metrics/top.ts';
import { findStream } from '../../store/stream.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, Nullable, OneOf, Text, Time } from '../schemas.ts';
import { momentOf } from './moment.ts';

const Top = Type.Object({
  from: Time,
  to: Time,
  of: OneOf<Ranked>(RANKED_NAMES),
  rows: Type.Array(
    Type.Object({
      value: Type.String({
        description:
          'A stream’s id, an ISO 3166-1 country, the host of a page, a player; empty where it is not known, `*` for all that were too many to tell apart',
      }),
      name: Nullable(Type.String({ description: 'A stream’s playout name; null when it is deleted' })),
      sessions: Type.Integer({ minimum: 0, description: 'Viewers who came' }),
      playTime: Type.Number({ minimum: 0, description: 'How long they watched, added up, in seconds' }),
      bytesOut: Type.Integer({ minimum: 0, description: 'Bytes sent to them' }),
    }),
  ),
});

type Answer = Static<typeof Top>;

const COLUMNS = ['value', 'name', 'sessions', 'playTime', 'bytesOut'] as const;

const top = route({
  method: 'GET',
  path: '/organisation/top',
  name: 'getTop',
  tag: 'Metrics',
  summary: 'What was watched most, and from where: by play time; with `format=csv` as a table for a spreadsheet',
  access: { capability: 'metrics:read' },
  schema: {
    query: Type.Object({
      of: OneOf<Ranked>(RANKED_NAMES),
      from: Type.Optional(
        Text(40, { description: 'ISO 8601; a day before `to` unless told. Rounded down to the hour' }),
      ),
      to: Type.Optional(Text(40, { description: 'ISO 8601; now unless told. Rounded up to the hour' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: '10 unless told' })),
      stream: Type.Optional({ ...Id, description: 'Of this stream alone' }),
      format: Type.Optional(OneOf(['json', 'csv'])),
    }),
    response: Type.Unsafe<Answer | string>(Top),
  },
  async handler({ scope, query, caller, services, setHeader }) {
    const { of, limit = 10, stream, format } = query;
    if (of === 'countries' && !services.geoip.known) throw new ApiError('featureOff', { feature: 'geoip' });
    if (stream !== undefined) await findStream(services.streams, caller.organisation, stream);
    const asked = { of, limit, stream, from: momentOf(query.from, 'from'), to: momentOf(query.to, 'to') };
    const { from, to, rows } = await readRanking(scope, asked, { keep: services.metricsKeep, now: Date.now() });
    if (format !== 'csv') return { from: iso(from), to: iso(to), of, rows };
    setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    setHeader('Content-Disposition', `attachment; filename="${of}-${iso(from).slice(0, 10)}.csv"`);
    return csvOf(COLUMNS, rows);
  },
});

export const metricsTop: readonly Route[] = [top];
