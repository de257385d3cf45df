import { type Static, Type } from 'typebox';
import { capability, has } from '../../capabilities.ts';
import { ApiError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';
import { type OrganisationRole, rolesWith } from '../../roles.ts';
import type { UserTable } from '../../store/schema.ts';
import type { UserRef } from '../../store/user.ts';
import { countOpenTokens } from '../../store/user-list.ts';
import type { Call, Granted, RouteSchema } from '../route.ts';
import { iso, isoOrNull, Nullable, OneOf, Text, Time } from '../schemas.ts';

export const User = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Nullable(Type.String()),
  permission: Type.String({ description: 'The role' }),
  createdAt: Time,
  lastSeenAt: Nullable(Time),
  status: OneOf(['active', 'invited']),
  tokenKey: Type.Optional(Type.String({ description: '7 characters; only for who may reset tokens' })),
  openTokens: Type.Optional(
    Type.Integer({
      description: 'How many tokens of theirs can be used now; for the same callers, where users are read',
    }),
  ),
});

export const UserName = Nullable(Text(100));

const MAY_SEE_TOKEN_KEY = capability('user:reset-tokens');

/** A user as this caller may see it, with the number of open tokens where it was counted. */
export function viewUser(row: UserTable, caller: Principal, openTokens?: number): Static<typeof User> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    permission: row.role,
    createdAt: iso(row.created_at),
    lastSeenAt: isoOrNull(row.last_seen_at),
    status: row.password_hash === null ? 'invited' : 'active',
    ...(has(caller.rights, MAY_SEE_TOKEN_KEY) && { tokenKey: row.token_key }),
    ...(openTokens !== undefined && { openTokens }),
  };
}

/** Users as a list shows them; `whole` when they are all there are. */
export async function viewUsers(
  { scope, caller, services }: Pick<Call<RouteSchema> & Granted, 'scope' | 'caller' | 'services'>,
  rows: readonly UserTable[],
  whole: boolean,
): Promise<Static<typeof User>[]> {
  const { lastUses } = services.usage;
  const counted = has(caller.rights, MAY_SEE_TOKEN_KEY);
  const open = counted ? await countOpenTokens(scope, whole ? null : rows.map(({ id }) => id)) : null;
  return rows.map((row) => viewUser(lastUses.ofUser(row), caller, open ? (open.get(row.id) ?? 0) : undefined));
}

/** A body names a user by `id` or by `email`. @throws ApiError required, invalid when it names none or two */
export function userRef({ id, email }: { id?: string; email?: string }): UserRef {
  if (id !== undefined && email !== undefined) throw new ApiError('invalid', { reason: 'Send id or email, not both' });
  if (id !== undefined) return { id };
  if (email !== undefined) return { email };
  throw new ApiError('required', { required_parameter: 'id' });
}

/** Nobody grants what they do not hold. @throws ApiError denied */
export function mayGrant(
  caller: Principal,
  { name, capabilities }: Pick<OrganisationRole, 'name' | 'capabilities'>,
): void {
  const missing = capabilities.filter((id) => !has(caller.rights, capability(id)));
  if (missing.length === 0) return;
  throw new ApiError('denied', {
    capability: missing[0]!,
    role: caller.role,
    grantedTo: rolesWith(missing[0]!),
    reason: `You may not give ${name}: you do not hold ${missing.join(', ')} yourself`,
  });
}
