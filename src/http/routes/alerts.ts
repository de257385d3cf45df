import { type Static, Type } from 'typebox';
import {
  ALERTS,
  type AlertCode,
  type AlertDetail,
  isAlertCode,
  SEVERITIES,
  type Severity,
} from '../../alerts/codes.ts';
import { capability, has } from '../../capabilities.ts';
import type { Principal } from '../../principal.ts';
import { type ListedAlert, listAlerts, listOpenAlerts, subjectsOf } from '../../store/alert.ts';
import type { Scope } from '../../store/scope.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, isoOrNull, Nullable, OneOf, Text, Time } from '../schemas.ts';
import { momentOf } from './moment.ts';

const tag = 'Alerts';
const NAMES_PEOPLE = capability('audit:read');
const shows = ['audit:read'] as const;
/** So many things at once are one thing: nobody reads on. */
const MOST_OPEN = 1_000;

const Parts = (description: string) =>
  Type.Unsafe<AlertDetail>({ type: 'object', additionalProperties: { type: ['string', 'number'] }, description });

const Alert = Type.Object({
  id: Type.String({ description: 'The same as long as it lasts' }),
  name: Type.String(),
  code: Type.Integer(),
  severity: OneOf(SEVERITIES),
  message: Type.String({ description: 'What is wrong' }),
  advice: Type.String({ description: 'What to do about it' }),
  firstDetection: Time,
  lastDetection: Time,
  elapsedTime: Type.Integer({
    description: 'Seconds from the first detection until now, or until it was over',
  }),
  subject: Type.Object({ type: OneOf(['stream', 'user', 'token', 'key']), id: Type.String() }),
  stream: Nullable(
    Type.Object(
      { id: Type.String(), name: Type.String({ description: 'Its playout name' }) },
      { description: 'Null when it is about something else, or the stream was deleted' },
    ),
  ),
  values: Parts('The parts of `message`, for who says it in other words'),
  detail: Type.Optional(
    Parts('Whose user or token it is about: `email`, and the `name` of a token; for who may read the audit log'),
  ),
});
const PastAlert = Type.Object({
  ...Alert.properties,
  resolvedAt: Nullable(Type.String({ description: 'ISO 8601, UTC; null while it lasts' })),
});

type Known = ListedAlert & { code: AlertCode };

const view = (row: Known, now: number): Static<typeof PastAlert> => {
  const { name, severity, message, advice, subject } = ALERTS[row.code];
  const values = JSON.parse(row.detail) as AlertDetail;
  const { id, code, subject_id, stream_name, first_at, last_at, resolved_at } = row;
  return {
    ...{ id, name, code, severity, message: message(values), advice },
    firstDetection: iso(first_at),
    lastDetection: iso(last_at),
    elapsedTime: Math.max(0, Math.floor(((resolved_at ?? now) - first_at) / 1_000)),
    subject: { type: subject, id: subject_id },
    stream: stream_name === null ? null : { id: subject_id, name: stream_name },
    values,
    resolvedAt: isoOrNull(resolved_at),
  };
};

async function viewed(
  scope: Scope,
  caller: Principal,
  rows: readonly ListedAlert[],
): Promise<Static<typeof PastAlert>[]> {
  const now = Date.now();
  const known = rows.filter((row): row is Known => isAlertCode(row.code));
  if (!has(caller.rights, NAMES_PEOPLE)) return known.map((row) => view(row, now));
  const subjects = await subjectsOf(scope, known);
  return known.map((row) => ({ ...view(row, now), detail: subjects.get(row.subject_id) ?? {} }));
}

const CODES = Object.keys(ALERTS).map(Number).filter(isAlertCode);
const codesOf = (severity: Severity) => CODES.filter((code) => ALERTS[code].severity === severity);

const open = route({
  method: 'GET',
  path: '/alert',
  name: 'listAlerts',
  tag,
  summary: `What is wrong now: the most urgent first, then the newest, at most ${MOST_OPEN}`,
  access: { capability: 'metrics:read' },
  shows,
  schema: { query: Type.Object({ stream: Type.Optional(Id) }), response: Type.Array(Alert) },
  async handler({ scope, query, caller }) {
    const rows: ListedAlert[] = [];
    for (const severity of SEVERITIES) {
      const limit = MOST_OPEN - rows.length;
      if (limit > 0) rows.push(...(await listOpenAlerts(scope, { ...query, codes: codesOf(severity), limit })));
    }
    const shown = await viewed(scope, caller, rows);
    return shown.map(({ resolvedAt: _, ...alert }) => alert);
  },
});

const history = route({
  method: 'GET',
  path: '/alert/history',
  name: 'listAlertHistory',
  tag,
  summary: 'What is and was wrong, newest first',
  access: { capability: 'metrics:read' },
  shows,
  schema: {
    query: Type.Object({
      code: Type.Optional(Type.Integer({ minimum: 0, maximum: 99_999 })),
      severity: Type.Optional(OneOf(SEVERITIES)),
      stream: Type.Optional(Id),
      from: Type.Optional(Text(40, { description: 'ISO 8601: first detected then or later' })),
      to: Type.Optional(Text(40, { description: 'ISO 8601: first detected before' })),
      limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
      cursor: Type.Optional(Text(1_000, { description: 'From `X-Next-Cursor` of the page before' })),
    }),
    response: Type.Array(PastAlert),
  },
  async handler({ scope, query, caller, setHeader }) {
    const { code, severity, from, to, ...filter } = query;
    const wanted = (severity ? codesOf(severity) : CODES).filter((one) => code === undefined || one === code);
    const [after, before] = [momentOf(from, 'from'), momentOf(to, 'to')];
    const { rows, nextCursor } = await listAlerts(scope, {
      ...filter,
      codes: wanted,
      ...(after !== undefined && { from: after }),
      ...(before !== undefined && { to: before }),
    });
    if (nextCursor !== null) setHeader('X-Next-Cursor', nextCursor);
    return viewed(scope, caller, rows);
  },
});

export const alerts: readonly Route[] = [open, history];
