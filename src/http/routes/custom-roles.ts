import { type Static, Type } from 'typebox';
import { type CapabilityId, capabilitiesIn, rightsOf, within } from '../../capabilities.ts';
import { ApiError } from '../../errors.ts';
import { type Finding, findingsOf } from '../../role-findings.ts';
import { AUDIENCES, isAssignable, isPredefined, type OrganisationRole, ROLES } from '../../roles.ts';
import {
  deleteRole,
  endTokensOf,
  findRoleOf,
  holdOwnRole,
  insertRole,
  listRoles,
  refuseDuplicate,
  updateRole,
} from '../../store/role.ts';
import { change } from '../../store/scope.ts';
import { type Route, route } from '../route.ts';
import { OneOf, Text } from '../schemas.ts';
import { PROFILE, viewRole } from './permission-view.ts';
import { mayGrant } from './user-view.ts';

const tag = 'Permissions';

/** ASCII, so that no letter of another script makes a name that looks like a predefined one. */
const NAME = /^[A-Za-z][A-Za-z0-9._-]*$/;
const params = Type.Object({ name: Text(64, { description: 'A letter, then letters, digits, `.`, `_` and `-`' }) });
const query = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'Only say what there is to say, and save nothing' })),
});
const Body = Type.Object({
  description: Text(500, { min: 0 }),
  audiences: Type.Optional(Type.Array(OneOf(AUDIENCES), { maxItems: 20 })),
  capabilities: Type.Array(Text(64), { maxItems: 100, description: 'Ids, such as `stream:read`' }),
});
const Saved = Type.Object({
  ...PROFILE,
  saved: Type.Boolean(),
  findings: Type.Array(Type.Object({ level: OneOf(['warning', 'note']), words: Type.String() }), {
    description: 'What somebody should know before giving this role to anybody',
  }),
});

/** @throws ApiError invalid when a capability is none, or none for a role of one's own */
function drafted(name: string, { description, audiences, capabilities: ids }: Static<typeof Body>): OrganisationRole {
  const wrong = ids.find((id) => !isAssignable(id));
  if (wrong !== undefined) {
    const reason =
      wrong === 'apikey:read'
        ? 'apikey:read is nanoAdmin’s alone: the API key stands for every right there is'
        : `There is no capability "${wrong}" that a role can hold`;
    throw new ApiError('invalid', { parameter: 'capabilities', reason });
  }
  const rights = rightsOf(ids as CapabilityId[]);
  const smallest = ROLES.findLast((role) => within(rights, role.rights))!;
  return {
    name,
    description,
    accessLevel: 'Custom',
    audiences: [...new Set(audiences ?? smallest.audiences)],
    capabilities: capabilitiesIn(rights),
    rights,
  };
}

const answer = (role: OrganisationRole, findings: Finding[], saved: boolean) => ({
  ...viewRole(role),
  saved,
  findings,
});
const target = (name: string) => ({ type: 'role', id: name }) as const;
const detailOf = ({ description, audiences, capabilities }: OrganisationRole) => ({
  description,
  audiences,
  capabilities,
});

function refusePredefined(name: string): void {
  if (isPredefined(name)) throw new ApiError('conflict', { reason: 'predefined-role' });
}

const create = route({
  method: 'POST',
  path: '/permission/:name',
  name: 'createPermission',
  tag,
  summary: 'Define a role of your own, out of capabilities that you hold',
  access: { capability: 'role:manage' },
  schema: { params, query, body: Body, response: Saved },
  async handler({ scope, params: { name }, query: { dryRun = false }, body, caller }) {
    if (!NAME.test(name))
      throw new ApiError('invalid', {
        parameter: 'name',
        reason: 'Use a letter, then letters, digits, ".", "_" and "-"',
      });
    const role = drafted(name, body);
    mayGrant(caller, role);
    const existing = await listRoles(scope);
    refuseDuplicate(existing, name);
    const findings = findingsOf(role, existing);
    if (dryRun) return answer(role, findings, false);
    return change(scope, async (tx) => {
      mayGrant(tx.principal, role);
      await insertRole(tx, role);
      return { result: answer(role, findings, true), target: target(name), detail: detailOf(role) };
    });
  },
});

const edit = route({
  method: 'PUT',
  path: '/permission/:name',
  name: 'editPermission',
  tag,
  summary: 'Change a role of your own; all tokens of its users die at once, as with a change of role',
  access: { capability: 'role:manage' },
  schema: { params, query, body: Body, response: Saved },
  async handler({ scope, params: { name }, query: { dryRun = false }, body, caller }) {
    refusePredefined(name);
    const role = drafted(name, body);
    mayGrant(caller, role);
    const findings = findingsOf(role, await listRoles(scope));
    if (dryRun) {
      const before = await findRoleOf(scope, name);
      if (!before) throw new ApiError('notFound', { reason: 'There is no such role of your own' });
      mayGrant(caller, before);
      return answer(role, findings, false);
    }
    return change(scope, async (tx) => {
      const users = await endTokensOf(tx, name);
      const before = await holdOwnRole(tx, name);
      mayGrant(tx.principal, role);
      mayGrant(tx.principal, before);
      await updateRole(tx, role);
      const detail = { ...detailOf(role), before: before.capabilities, users };
      return { result: answer(role, findings, true), target: target(name), detail };
    });
  },
});

const remove = route({
  method: 'DELETE',
  path: '/permission/:name',
  name: 'deletePermission',
  tag,
  summary: 'Delete a role of your own that no user, token or open invitation has',
  access: { capability: 'role:manage' },
  schema: { params, response: Type.Object({ name: Type.String(), deleted: Type.Literal(true) }) },
  handler({ scope, params: { name } }) {
    refusePredefined(name);
    return change(scope, async (tx) => {
      const role = await holdOwnRole(tx, name);
      await deleteRole(tx, name);
      return { result: { name, deleted: true as const }, target: target(name), detail: detailOf(role) };
    });
  },
});

export const customRoles: readonly Route[] = [create, edit, remove];
