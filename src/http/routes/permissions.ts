import { Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import type { OrganisationRole } from '../../roles.ts';
import { findRoleOf, listRoles } from '../../store/role.ts';
import { type Route, route } from '../route.ts';
import { Text } from '../schemas.ts';
import { PROFILE, viewRole } from './permission-view.ts';

const tag = 'Permissions';

const list = route({
  method: 'GET',
  path: '/permission/list',
  name: 'listPermissions',
  tag,
  summary: 'Every role that the organisation can give, and what it may do',
  access: { capability: 'role:read' },
  schema: { response: Type.Array(Type.Object(PROFILE)) },
  handler: async ({ scope }) => (await listRoles(scope)).map(viewRole),
});

/** The permission routes. `all` is every route of the API, this one included: what a role's profile lists. */
export function permissions(all: () => readonly Route[]): readonly Route[] {
  const endpointsOf = (role: OrganisationRole) =>
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
    async handler({ scope, query }) {
      const role = await findRoleOf(scope, query.name);
      if (!role) throw new ApiError('notFound', { reason: 'There is no such role' });
      return { ...viewRole(role), endpoints: endpointsOf(role) };
    },
  });
  return [inspect, list];
}
