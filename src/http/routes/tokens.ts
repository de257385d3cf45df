import { type Static, Type } from 'typebox';
import { isNetwork } from '../../addresses.ts';
import { capability, has, within } from '../../capabilities.ts';
import { ApiError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';
import { holdRole } from '../../store/role.ts';
import { change } from '../../store/scope.ts';
import { type ListedToken, listTokens, revokeToken } from '../../store/token.ts';
import { holdUser } from '../../store/user.ts';
import { LONGEST_TOKEN_MS } from '../../tokens.ts';
import { type Route, route } from '../route.ts';
import { Email, Id, iso, isoOrNull, Nullable, RoleName, Seconds, Text, Time } from '../schemas.ts';
import { PAGING, pageAsked, pageHeaders } from './paging.ts';
import { mayGrant, userRef } from './user-view.ts';

const tag = 'Tokens';
const DAY_S = 86_400;
const LONGEST_S = LONGEST_TOKEN_MS / 1_000;
const FOR_OTHERS = capability('token:create');

const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  userId: Type.String(),
  email: Type.String(),
  permission: Nullable(Type.String({ description: 'The role that narrows it, or null' })),
  allowedIps: Type.Unsafe<string[] | null>({ type: ['array', 'null'], items: { type: 'string' } }),
  createdAt: Time,
  createdBy: Type.String(),
  expiresAt: Time,
  lastUsedAt: Nullable(Time),
  lastUsedIp: Nullable(Type.String()),
});

const view = (row: ListedToken): Static<typeof Token> => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  userId: row.user_id,
  email: row.email,
  permission: row.narrowed_to,
  allowedIps: row.allowed_ips === null ? null : (JSON.parse(row.allowed_ips) as string[]),
  createdAt: iso(row.created_at),
  createdBy: row.created_by,
  expiresAt: iso(row.expires_at),
  lastUsedAt: isoOrNull(row.last_used_at),
  lastUsedIp: row.last_used_ip,
});

/** Unix milliseconds at which a token made at `now` ends. */
function expiryOf({ expiresIn, exp }: { expiresIn?: number; exp?: number }, now: number): number {
  if (expiresIn !== undefined && exp !== undefined)
    throw new ApiError('invalid', { reason: 'Send expiresIn or exp, not both' });
  const at = exp !== undefined ? exp * 1_000 : now + (expiresIn ?? DAY_S) * 1_000;
  if (at <= now || at > now + LONGEST_S * 1_000) {
    throw new ApiError('invalid', {
      parameter: 'exp',
      reason: 'A token ends in the future, at most 365 days from now',
    });
  }
  return at;
}

function checkIps(ips: readonly string[] | undefined): void {
  if (ips !== undefined && !ips.every(isNetwork))
    throw new ApiError('invalid', {
      parameter: 'allowedIps',
      reason: 'Use addresses or CIDRs, for example 10.0.0.0/8',
    });
}

const create = route({
  method: 'POST',
  path: '/bintu/token',
  name: 'createToken',
  tag,
  summary: 'Make a token for a user, with at most the rights of the user’s role; it is shown only here',
  access: { capability: 'token:create' },
  schema: {
    body: Type.Object({
      userId: Type.Optional(Id),
      email: Type.Optional(Email),
      name: Text(100),
      expiresIn: Type.Optional(Seconds(LONGEST_S)),
      exp: Type.Optional(Type.Integer({ minimum: 0, maximum: 99_999_999_999, description: 'Unix seconds' })),
      permission: Type.Optional(RoleName),
      allowedIps: Type.Optional(Type.Array(Text(64), { minItems: 1, maxItems: 50 })),
    }),
    response: Type.Object({
      success: Type.Literal(true),
      data: Type.Object({ token: Type.String(), id: Type.String(), expiresAt: Time }),
    }),
  },
  async handler({ scope, body, caller, services }) {
    const { userId, email, name, permission, allowedIps } = body;
    checkIps(allowedIps);
    if (userId === undefined && email === undefined) throw new ApiError('required', { required_parameter: 'userId' });
    const data = await change(scope, async (tx) => {
      const user = await holdUser(tx, userRef({ ...(userId && { id: userId }), ...(email && { email }) }));
      const role = await holdRole(tx, tx.organisation, user.role);
      const narrowing = permission === undefined ? role : await holdRole(tx, tx.organisation, permission);
      if (!within(narrowing.rights, role.rights)) {
        throw new ApiError('invalid', {
          parameter: 'permission',
          reason: `A token may only narrow the user’s role, ${user.role}`,
        });
      }
      mayGrant(tx.principal, narrowing);
      const expiresAt = expiryOf(body, tx.at);
      const createdBy = caller.kind === 'user' ? caller.id : caller.kind;
      const narrowedTo = permission === user.role ? null : (permission ?? null);
      const minted = await services.accounts.mint(
        tx,
        { user, kind: 'api', name, narrowedTo, allowedIps: allowedIps ?? null, createdBy, expiresAt },
        tx.at,
      );
      return {
        result: { ...minted, expiresAt: iso(expiresAt) },
        target: { type: 'token', id: minted.id },
        detail: {
          user: user.id,
          email: user.email,
          name,
          permission: narrowedTo ?? user.role,
          expiresAt: iso(expiresAt),
          ...(allowedIps && { allowedIps }),
        },
      };
    });
    return { success: true as const, data };
  },
});

/** Whose tokens a caller sees and revokes: null is the whole organisation's. */
const reach = (caller: Principal): string | null => (has(caller.rights, FOR_OTHERS) ? null : caller.id);

const list = route({
  method: 'GET',
  path: '/bintu/token',
  name: 'listTokens',
  tag,
  summary: 'The tokens that can be used now: your own, or the organisation’s for who may make them',
  access: { capability: 'token:own' },
  schema: {
    query: Type.Object({ ...PAGING, user: Type.Optional(Id) }),
    response: Type.Array(Token),
  },
  async handler({ scope, query, caller, services, setHeader }) {
    const { lastUses } = services.usage;
    const { user } = query;
    const asked = pageAsked(query);
    const page = await listTokens(scope, { reach: reach(caller), ...(user && { user }), ...asked });
    if (asked.quantity !== undefined) pageHeaders(setHeader, page);
    return page.rows.map((row) => view(lastUses.ofToken(row)));
  },
});

const revoke = route({
  method: 'DELETE',
  path: '/bintu/token/:id',
  name: 'revokeToken',
  tag,
  summary: 'Revoke one token',
  access: { capability: 'token:own' },
  schema: {
    params: Type.Object({ id: Id }),
    response: Type.Object({ id: Type.String(), revoked: Type.Literal(true) }),
  },
  handler: ({ scope, params, caller }) =>
    change(scope, async (tx) => {
      await revokeToken(tx, params.id, reach(caller));
      return { result: { id: params.id, revoked: true as const }, target: { type: 'token', id: params.id } };
    }),
});

export const tokens: readonly Route[] = [create, list, revoke];
