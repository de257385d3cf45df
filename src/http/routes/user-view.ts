import { type Static, Type } from 'typebox';
import { capability, has } from '../../capabilities.ts';
import { ApiError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';
import { type OrganisationRole, rolesWith } from '../../roles.ts';
import type { UserTable } from '../../store/schema.ts';
import type { UserRef } from '../../store/user.ts';
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
});

export const UserName = Nullable(Text(100));

const MAY_SEE_TOKEN_KEY = capability('user:reset-tokens');

/** A user as this caller may see it. */
export function viewUser(row: UserTable, caller: Principal): Static<typeof User> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    permission: row.role,
    createdAt: iso(row.created_at),
    lastSeenAt: isoOrNull(row.last_seen_at),
    status: row.password_hash === null ? 'invited' : 'active',
    ...(has(caller.rights, MAY_SEE_TOKEN_KEY) && { tokenKey: row.token_key }),
  };
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
