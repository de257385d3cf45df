import { type Static, Type } from 'typebox';
import { accessCsv } from '../../access/csv.ts';
import { type AccessReport, accessReport } from '../../access/report.ts';
import { ApiError } from '../../errors.ts';
import { accessFacts } from '../../store/access.ts';
import { change } from '../../store/scope.ts';
import { holdUser } from '../../store/user.ts';
import { type Route, route } from '../route.ts';
import { iso, isoOrNull, Nullable, OneOf, Text, Time } from '../schemas.ts';
import { momentOf } from './moment.ts';

const tag = 'Audit';
const Capabilities = Type.Array(Type.String());
const At = Type.Optional(Text(40, { description: 'ISO 8601; now, when it is left out' }));

const Report = Type.Object({
  at: Time,
  usesKnownSince: Nullable(
    Type.String({ description: 'Since when uses are on record: `unused` knows nothing before' }),
  ),
  users: Type.Array(
    Type.Object({
      id: Type.String(),
      email: Type.String(),
      permission: Type.String({ description: 'The role' }),
      capabilities: Capabilities,
      createdAt: Time,
      lastUsedAt: Nullable(Type.String({ description: 'The last time up to `at` that is on record' })),
      tokens: Type.Array(
        Type.Object({
          id: Type.String(),
          kind: Type.String(),
          name: Type.String(),
          permission: Nullable(Type.String({ description: 'The role that narrows it, or null' })),
          capabilities: Capabilities,
          createdAt: Time,
          expiresAt: Time,
          lastUsedAt: Nullable(Time),
        }),
      ),
      unused: Type.Array(Type.String(), { description: 'Held, and not used in the 90 days before' }),
      smallestRole: Type.String({ description: 'The smallest role that covers what was used in these 90 days' }),
      reviewedBy: Nullable(Type.String()),
      reviewedAt: Nullable(Time),
    }),
  ),
  keys: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: OneOf(['api', 'player']),
      capabilities: Capabilities,
      createdAt: Time,
      lastUsedAt: Nullable(Time),
    }),
  ),
});

const view = ({ at, usesKnownSince, users, keys }: AccessReport): Static<typeof Report> => ({
  at: iso(at),
  usesKnownSince: isoOrNull(usesKnownSince),
  users: users.map((user) => ({
    ...user,
    createdAt: iso(user.createdAt),
    lastUsedAt: isoOrNull(user.lastUsedAt),
    tokens: user.tokens.map((token) => ({
      ...token,
      createdAt: iso(token.createdAt),
      expiresAt: iso(token.expiresAt),
      lastUsedAt: isoOrNull(token.lastUsedAt),
    })),
    reviewedAt: isoOrNull(user.reviewedAt),
  })),
  keys: keys.map((key) => ({ ...key, createdAt: iso(key.createdAt), lastUsedAt: isoOrNull(key.lastUsedAt) })),
});

function moment(text: string | undefined, now: number): number {
  const at = momentOf(text, 'at') ?? now;
  if (at > now)
    throw new ApiError('invalid', { parameter: 'at', reason: 'Nobody knows yet who will have access then' });
  return at;
}

const report = route({
  method: 'GET',
  path: '/audit/access',
  name: 'getAccess',
  tag,
  summary: 'Who had access to what, at any moment; with `format=csv` as a table for a spreadsheet',
  access: { capability: 'audit:read' },
  schema: {
    query: Type.Object({ at: At, format: Type.Optional(OneOf(['json', 'csv'])) }),
    response: Type.Unsafe<Static<typeof Report> | string>(Report),
  },
  async handler({ scope, query, services, setHeader }) {
    const at = moment(query.at, Date.now());
    await services.usage.flush();
    const shown = view(accessReport(await accessFacts(scope, at)));
    if (query.format !== 'csv') return shown;
    setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
    setHeader('Content-Disposition', `attachment; filename="access-${iso(at).slice(0, 10)}.csv"`);
    return accessCsv(shown);
  },
});

const review = route({
  method: 'POST',
  path: '/audit/access/review',
  name: 'reviewAccess',
  tag,
  summary: 'Put on record that the access of one user, or of all, as it was at a moment, has been reviewed',
  access: { capability: 'audit:read' },
  schema: {
    body: Type.Object({
      user: Type.Optional(Text(254, { description: 'An id or an e-mail address' })),
      all: Type.Optional(Type.Literal(true)),
      at: At,
      note: Type.Optional(Text(500)),
    }),
    response: Type.Object({ id: Nullable(Type.String()), reviewedBy: Type.String(), at: Time }),
  },
  async handler({ scope, body, caller }) {
    const { user: who, all = false, note } = body;
    if (who === undefined && !all) throw new ApiError('required', { required_parameter: 'user' });
    if (who !== undefined && all) throw new ApiError('invalid', { reason: 'Send user or all, not both' });
    return change(scope, async (tx) => {
      const at = iso(moment(body.at, Date.now()));
      const user = who === undefined ? null : await holdUser(tx, who.includes('@') ? { email: who } : { id: who });
      const detail = { at, all, ...(user && { email: user.email }), ...(note !== undefined && { note }) };
      return {
        result: { id: user?.id ?? null, reviewedBy: caller.email ?? caller.kind, at },
        target: user ? { type: 'user', id: user.id } : { type: 'organisation', id: tx.organisation },
        detail,
      };
    });
  },
});

export const access: readonly Route[] = [report, review];
