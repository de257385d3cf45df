import { type Static, Type } from 'typebox';
import { csvOf } from '../../csv.ts';
import { ApiError } from '../../errors.ts';
import { listAudit } from '../../store/audit-list.ts';
import type { AuditTable } from '../../store/schema.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, Nullable, OneOf, Text, Time } from '../schemas.ts';
import { momentOf } from './moment.ts';

const Row = Type.Object({
  id: Type.String(),
  at: Time,
  actor: Type.Object({ type: Type.String(), id: Type.String(), email: Nullable(Type.String()) }),
  credential: Type.Object({ type: Type.String(), id: Type.String() }),
  ip: Nullable(Type.String()),
  action: Type.String(),
  target: Type.Object({ type: Type.String(), id: Nullable(Type.String()) }),
  outcome: OneOf(['allowed', 'refused']),
  count: Type.Integer(),
  detail: Type.Record(Type.String(), Type.Unknown()),
  requestId: Nullable(Type.String()),
});

const view = (row: AuditTable) => ({
  id: row.id,
  at: iso(row.at),
  actor: { type: row.actor_type, id: row.actor_id, email: row.actor_email },
  credential: { type: row.credential_type, id: row.credential_id },
  ip: row.ip,
  action: row.action,
  target: { type: row.target_type, id: row.target_id },
  outcome: row.outcome,
  count: row.count,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
  requestId: row.request_id,
});

const COLUMNS = [
  'id',
  'at',
  'actorType',
  'actorId',
  'actor',
  'credentialType',
  'credentialId',
  'ip',
  'action',
  'targetType',
  'targetId',
  'outcome',
  'count',
  'detail',
  'requestId',
] as const;

/** A row as a line of a table: `actor` is the address, `detail` is JSON. */
const line = (row: AuditTable): Record<(typeof COLUMNS)[number], string | number | null> => ({
  id: row.id,
  at: iso(row.at),
  actorType: row.actor_type,
  actorId: row.actor_id,
  actor: row.actor_email,
  credentialType: row.credential_type,
  credentialId: row.credential_id,
  ip: row.ip,
  action: row.action,
  targetType: row.target_type,
  targetId: row.target_id,
  outcome: row.outcome,
  count: row.count,
  detail: row.detail,
  requestId: row.request_id,
});

/** How many rows are answered at most, and when nobody says how many. */
const LIMITS = { json: { most: 1_000, usual: 100 }, csv: { most: 10_000, usual: 10_000 } } as const;

function limitOf(limit: number | undefined, format: keyof typeof LIMITS): number {
  const { most, usual } = LIMITS[format];
  if (limit === undefined || limit <= most) return limit ?? usual;
  throw new ApiError('invalid', { parameter: 'limit', reason: `At most ${most} rows` });
}

const list = route({
  method: 'GET',
  path: '/audit',
  name: 'listAudit',
  tag: 'Audit',
  summary: 'Every change and every refusal, newest first; with `format=csv` as a table for a spreadsheet',
  access: { capability: 'audit:read' },
  schema: {
    query: Type.Object({
      actor: Type.Optional(Text(254, { description: 'Who did it: an id or an e-mail address' })),
      action: Type.Optional(Text(64, { description: 'An operation id, or `publish`, `unpublish`, `signIn`' })),
      target: Type.Optional(Text(64, { description: 'What it was done to: the id of a user, a stream …' })),
      outcome: Type.Optional(OneOf(['allowed', 'refused'])),
      from: Type.Optional(Text(40)),
      to: Type.Optional(Text(40)),
      cursor: Type.Optional(Id),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10_000, description: '100 unless told, at most 1,000; as CSV 10,000' }),
      ),
      format: Type.Optional(OneOf(['json', 'csv'])),
    }),
    response: Type.Unsafe<Static<typeof Row>[] | string>(Type.Array(Row)),
  },
  async handler({ scope, query, services, setHeader }) {
    const { from, to, limit, format = 'json', ...filter } = query;
    const [after, before] = [momentOf(from, 'from'), momentOf(to, 'to')];
    const most = limitOf(limit, format);
    await services.usage.settle();
    const rows = await listAudit(scope, {
      ...filter,
      limit: most,
      ...(after !== undefined && { from: after }),
      ...(before !== undefined && { to: before }),
    });
    if (format === 'json') return rows.map(view);
    setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    setHeader('Content-Disposition', `attachment; filename="audit-${iso(Date.now()).slice(0, 10)}.csv"`);
    return csvOf(COLUMNS, rows.map(line));
  },
});

export const audit: readonly Route[] = [list];
