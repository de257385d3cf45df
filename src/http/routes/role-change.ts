import { type Static, Type } from 'typebox';
import {
  CAPABILITIES,
  type CapabilityId,
  capability,
  has,
  NO_RIGHTS,
  type Rights,
  without,
} from '../../capabilities.ts';
import { ApiError } from '../../errors.ts';
import { type Activity, activityOf, usesOf } from '../../store/activity.ts';
import { findRoleOf } from '../../store/role.ts';
import { findUser } from '../../store/user.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, RoleName, Time } from '../schemas.ts';
import { CapabilityWords, viewCapability } from './capability-view.ts';

const LOOKED_BACK_MS = 30 * 86_400_000;
const READ_AUDIT = capability('audit:read');

const Used = Type.Object({
  capability: Type.String(),
  title: Type.String(),
  lastAt: Time,
  actions: Type.Array(
    Type.Object({ action: Type.String({ description: 'Operation id' }), count: Type.Integer(), lastAt: Time }),
    { description: 'Empty where only the use itself is on record: who reads leaves no row in the audit log' },
  ),
});

const RoleChange = Type.Object({
  from: Type.String(),
  to: Type.String(),
  gains: Type.Array(CapabilityWords),
  loses: Type.Array(CapabilityWords),
  used: Type.Array(Used, {
    description: 'What they did in the last 30 days that the new role would have refused; latest first',
  }),
  usedKnown: Type.Boolean({ description: 'False for who may not read the audit log: `used` is empty then' }),
});

const words = (rights: Rights) =>
  CAPABILITIES.filter((entry) => has(rights, entry)).map(({ id }) => viewCapability(id));

/** What was done and used, by the capability that it took. `needs` says which one an operation takes, if any. */
function usedBeyond(
  rights: Rights,
  { activity, uses }: { activity: readonly Activity[]; uses: ReadonlyMap<string, number> },
  needs: ReadonlyMap<string, CapabilityId>,
): Static<typeof Used>[] {
  const done = Map.groupBy(activity, ({ action }) => needs.get(action));
  const used = CAPABILITIES.filter((entry) => !has(rights, entry)).flatMap((entry) => {
    const actions = done.get(entry.id) ?? [];
    const lastAt = Math.max(uses.get(entry.id) ?? 0, ...actions.map(({ last_at }) => last_at));
    return lastAt === 0 ? [] : [{ id: entry.id, title: entry.title, lastAt, actions }];
  });
  return used
    .sort((a, b) => b.lastAt - a.lastAt)
    .map(({ id, title, lastAt, actions }) => ({
      capability: id,
      title,
      lastAt: iso(lastAt),
      actions: actions.map(({ action, count, last_at }) => ({ action, count, lastAt: iso(last_at) })),
    }));
}

/** `all` is every route of the API: what somebody did says by its access which capability it took. */
export function roleChange(all: () => readonly Route[]): readonly Route[] {
  const needs = () =>
    new Map(all().flatMap(({ name, access }) => ('capability' in access ? [[name, access.capability] as const] : [])));
  const preview = route({
    method: 'GET',
    path: '/user/:id/role-change',
    name: 'previewRoleChange',
    tag: 'Users',
    summary: 'What a user would gain and lose with another role, and what they lately did that it would refuse',
    access: { capability: 'user:edit' },
    shows: ['audit:read'],
    schema: { params: Type.Object({ id: Id }), query: Type.Object({ permission: RoleName }), response: RoleChange },
    async handler({ scope, params, query, caller, services }) {
      const user = await findUser(scope, params);
      const to = await findRoleOf(scope, query.permission);
      if (!to) throw new ApiError('invalid', { parameter: 'permission', reason: 'There is no such role' });
      const had = (await findRoleOf(scope, user.role))?.rights ?? NO_RIGHTS;
      const usedKnown = has(caller.rights, READ_AUDIT);
      const change = {
        from: user.role,
        to: to.name,
        gains: words(without(to.rights, had)),
        loses: words(without(had, to.rights)),
      };
      if (!usedKnown) return { ...change, used: [], usedKnown };
      await services.usage.flush();
      const since = Date.now() - LOOKED_BACK_MS;
      const [activity, uses] = [await activityOf(scope, user.id, since), await usesOf(scope, user.id, since)];
      return { ...change, used: usedBeyond(to.rights, { activity, uses }, needs()), usedKnown };
    },
  });
  return [preview];
}
