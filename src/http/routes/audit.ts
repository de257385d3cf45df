import { Type } from 'typebox';
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

const list = route({
  method: 'GET',
  path: '/audit',
  name: 'listAudit',
  tag: 'Audit',
  summary: 'Every change and every refusal, newest first',
  access: { capability: 'audit:read' },
  schema: {
    query: Type.Object({
      actor: Type.Optional(Text(254, { description: 'An id or an e-mail address' })),
      action: Type.Optional(Text(64, { description: 'An operation id, or `publish`, `unpublish`, `signIn`' })),
      target: Type.Optional(Text(64)),
      outcome: Type.Optional(OneOf(['allowed', 'refused'])),
      from: Type.Optional(Text(40)),
      to: Type.Optional(Text(40)),
      cursor: Type.Optional(Id),
      limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
    }),
    response: Type.Array(Row),
  },
  async handler({ scope, query, services }) {
    await services.usage.settle();
    const { from, to, ...filter } = query;
    const [after, before] = [momentOf(from, 'from'), momentOf(to, 'to')];
    const rows = await listAudit(scope, {
      ...filter,
      ...(after !== undefined && { from: after }),
      ...(before !== undefined && { to: before }),
    });
    return rows.map(view);
  },
});

export const audit: readonly Route[] = [list];
