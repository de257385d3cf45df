import { Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import { actionsOf, findRole, ROLES, type Role } from '../../roles.ts';
import { type Route, route } from '../route.ts';
import { Text } from '../schemas.ts';

const tag = 'Permissions';

const PROFILE = {
  name: Type.String(),
  description: Type.String(),
  accessLevel: Type.String(),
  audiences: Type.Array(Type.String()),
  permissions: Type.Record(Type.String(), Type.Array(Type.String())),
  capabilities: Type.Array(Type.String()),
};

const profile = ({ name, description, accessLevel, audiences, capabilities }: Role) => ({
  name,
  description,
  accessLevel,
  audiences: [...audiences],
  permissions: actionsOf(capabilities),
  capabilities: [...capabilities],
});

const list = route({
  method: 'GET',
  path: '/permission/list',
  name: 'listPermissions',
  tag,
  summary: 'Every role that the organisation can give, and what it may do',
  access: { capability: 'role:read' },
  schema: { response: Type.Array(Type.Object(PROFILE)) },
  handler: () => ROLES.map(profile),
});

/** The permission routes. `all` is every route of the API, this one included: what a role's profile lists. */
export function permissions(all: () => readonly Route[]): readonly Route[] {
  const endpointsOf = (role: Role) =>
    all().flatMap(({ method, path, access }) => {
      const needed = 'capability' in access ? access.capability : null;
      return needed !== null && role.capabilities.includes(needed)
        ? [{ method, path: path.replaceAll(/:(\w+)/g, '{$1}'), capability: needed }]
        : [];
    });
  const inspect = route({
    method: 'GET',
    path: '/permission',
    name: 'getPermission',
    tag,
    summary: 'One role with the endpoints that are valid for it',
    access: { capability: 'role:inspect' },
    schema: {
      query: Type.Object({ name: Text(64) }),
      response: Type.Object({
        ...PROFILE,
        endpoints: Type.Array(Type.Object({ method: Type.String(), path: Type.String(), capability: Type.String() })),
      }),
    },
    handler({ query }) {
      const role = findRole(query.name);
      if (!role) throw new ApiError('notFound', { reason: 'There is no such role' });
      return { ...profile(role), endpoints: endpointsOf(role) };
    },
  });
  return [inspect, list];
}
