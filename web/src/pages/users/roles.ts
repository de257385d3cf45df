import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { type Role, useRoles as useRoleQuery } from '../roles/roles.ts';
import { roleWords } from './role-messages.ts';

export type { Role } from '../roles/roles.ts';

const NOBODY: readonly Role[] = [];

/** Every role that the organisation can give; none for who may not see them. */
export function useRoles(): readonly Role[] {
  return useRoleQuery(useCan()('role:read')).data ?? NOBODY;
}

/** Whether the signed-in person holds all that a role holds: the API lets nobody give more. */
export function useMayGive(): (role: Role) => boolean {
  const can = useCan();
  return ({ capabilities }) => capabilities.every(can);
}

/** What a role is for, and how high it stands, in the reader's language. */
export function useRoleText(): (role: Role) => { description: string; level: string } {
  const words = useMessages(roleWords);
  const described: Record<string, string> = {
    nanoAdmin: words.describeAdmin,
    nanoUser: words.describeUser,
    nanoReadOnly: words.describeReadOnly,
  };
  const levels: Record<string, string> = {
    Highest: words.levelHighest,
    High: words.levelHigh,
    Low: words.levelLow,
  };
  return ({ name, description, accessLevel }) => ({
    description: described[name] ?? description,
    level: levels[accessLevel] ?? words.levelCustom,
  });
}
