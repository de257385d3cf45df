import { type Static, type TSchema, Type } from 'typebox';
import { csvOf } from '../../csv.ts';
import { ApiError } from '../../errors.ts';
import type { CurveValues } from '../../metrics/curve.ts';
import { INTERVAL_NAMES, MOST_POINTS, USUAL_POINTS } from '../../metrics/intervals.ts';
import { type CurveAnswer, readCurve } from '../../metrics/reading.ts';
import { SERIES, SERIES_NAMES, type Series, type SeriesName } from '../../metrics/series.ts';
import { findStream } from '../../store/stream.ts';
import { type Call, type Granted, type Route, route } from '../route.ts';
import { Id, iso, Nullable, OneOf, Text, Time } from '../schemas.ts';
import { momentOf } from './moment.ts';

const tag = 'Metrics';

const CurveQuery = Type.Object({
  from: Type.Optional(
    Text(40, { description: 'ISO 8601; an hour before `to` unless told. Rounded down to the interval' }),
  ),
  to: Type.Optional(Text(40, { description: 'ISO 8601; now unless told' })),
  interval: Type.Optional(
    Type.Unsafe<(typeof INTERVAL_NAMES)[number]>({
      type: 'string',
      enum: [...INTERVAL_NAMES],
      description: `From one point to the next; the finest that is kept and gives at most ${USUAL_POINTS} points unless told`,
    }),
  ),
  series: Type.Optional(
    Text(400, { description: `Names with commas between them; all unless told: ${SERIES_NAMES.join(', ')}` }),
  ),
  format: Type.Optional(OneOf(['json', 'csv'])),
});

const count = (description: string) => Type.Integer({ minimum: 0, description });
const seconds = (description: string) => Type.Number({ minimum: 0, description: `${description}, in seconds` });

const pointsOf = ({ unit, description }: Series) =>
  Type.Array(Nullable(Type.Number()), { description: `${description}; ${unit}. Null where there is nothing to say` });

const Curves = Type.Object({
  from: Time,
  to: Time,
  interval: Type.Integer({ description: 'Seconds from one point to the next: point i begins at from + i × interval' }),
  series: Type.Unsafe<CurveValues>(
    Type.Object(Object.fromEntries(SERIES_NAMES.map((name) => [name, Type.Optional(pointsOf(SERIES[name]))]))),
  ),
  totals: Type.Object(
    {
      bytesIn: count('Bytes from encoders'),
      bytesOut: count('Bytes to viewers'),
      liveTime: seconds('On air; of an organisation, of all its streams together'),
      playTime: seconds('How long viewers watched, added up'),
      starts: count('Viewers who came'),
      startupTime: Nullable(seconds('From coming to the first media, on the mean')),
      droppedFrames: count('Pictures kept from viewers who were too slow'),
      peakViewers: count('The most viewers at once'),
      peakStreams: count('The most streams on air at once'),
      refused: Type.Object({
        locked: count('Because the stream is locked'),
        token: count('For want of a valid token'),
        blocked: count('Because of a blocked address or page'),
        other: count('For another reason'),
      }),
    },
    { description: 'Of the whole range' },
  ),
});

type Answer = Static<typeof Curves>;

function seriesOf(text: string | undefined): readonly SeriesName[] {
  if (text === undefined) return SERIES_NAMES;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !Object.hasOwn(SERIES, name));
  if (unknown === undefined) return names as SeriesName[];
  throw new ApiError('invalid', { parameter: 'series', reason: `The series are ${SERIES_NAMES.join(', ')}` });
}

type CurveCall = Pick<
  Call<{ query: typeof CurveQuery; response: TSchema }> & Granted,
  'scope' | 'query' | 'services' | 'setHeader'
>;

/** One after the other, as they are asked for: all at once would hold everybody up. */
function* csvLines({ from, ms, series }: CurveAnswer): Generator<Record<string, string | number | null>> {
  const columns = Object.entries(series);
  const length = columns[0]?.[1].length ?? 0;
  for (let index = 0; index < length; index++) {
    const line: Record<string, string | number | null> = { at: iso(from + index * ms) };
    for (const [name, values] of columns) line[name] = values[index]!;
    yield line;
  }
}

async function curves({ scope, query, services, setHeader }: CurveCall, subject: string): Promise<Answer | string> {
  const { interval, format } = query;
  const range = { from: momentOf(query.from, 'from'), to: momentOf(query.to, 'to') };
  const asked = { subject, ...range, interval, series: seriesOf(query.series) };
  const answer = await readCurve(scope, asked, { keep: services.metricsKeep, now: Date.now() });
  const { from, to, ms, series, totals } = answer;
  if (format !== 'csv') return { from: iso(from), to: iso(to), interval: ms / 1_000, series, totals };
  setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
  setHeader('Content-Disposition', `attachment; filename="metrics-${iso(from).slice(0, 10)}.csv"`);
  return csvOf(['at', ...Object.keys(series)], csvLines(answer));
}

const response = Type.Unsafe<Answer | string>(Curves);
const SHAPE = `at most ${MOST_POINTS} points; with \`format=csv\` as a table for a spreadsheet`;

const ofStream = route({
  method: 'GET',
  path: '/stream/:id/metrics',
  name: 'getStreamMetrics',
  tag,
  summary: `What was measured of a stream, ${SHAPE}`,
  access: { capability: 'metrics:read' },
  schema: { params: Type.Object({ id: Id }), query: CurveQuery, response },
  async handler(call) {
    const { id } = await findStream(call.services.streams, call.caller.organisation, call.params.id);
    return curves(call, id);
  },
});

const ofOrganisation = route({
  method: 'GET',
  path: '/organisation/metrics',
  name: 'getOrganisationMetrics',
  tag,
  summary: `What was measured of all streams together, ${SHAPE}`,
  access: { capability: 'metrics:read' },
  schema: { query: CurveQuery, response },
  handler: (call) => curves(call, call.caller.organisation),
});

export const metrics: readonly Route[] = [ofStream, ofOrganisation];
