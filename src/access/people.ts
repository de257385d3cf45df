import { rightsOf } from '../capabilities.ts';
import { isAssignable, type OrganisationRole } from '../roles.ts';
import type { AccessFacts, KnownUser, Step } from '../store/access.ts';
import { idAfter, timeOfId } from '../store/ids.ts';

export const detailOf = (step: Step) => JSON.parse(step.detail) as Record<string, unknown>;
export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export type RoleThen = Pick<OrganisationRole, 'name' | 'capabilities' | 'rights'>;

/** The organisation's own roles as they stood. */
export function rolesThen(roles: readonly Step[]): Map<string, RoleThen> {
  const own = new Map<string, RoleThen>();
  for (const step of roles) {
    if (step.action === 'deletePermission' || step.target_id === null) continue;
    const capabilities = ((detailOf(step)['capabilities'] ?? []) as string[]).filter(isAssignable);
    own.set(step.target_id, { name: step.target_id, capabilities, rights: rightsOf(capabilities) });
  }
  return own;
}

export interface UserThen {
  id: string;
  email: string;
  role: string;
  createdAt: number;
  lastSeenAt: number | null;
  lastAct: string | null;
}

/** Ids of version 7 carry the time they were made, in the transaction that made what they name. Others came with an import. */
export const existed = ({ id, created_at }: Pick<KnownUser, 'id' | 'created_at'>, at: number): boolean =>
  id[14] === '7' ? id < idAfter(at) : created_at <= at;

/** Who there was, in which role and under which address: what there is now, with every later step undone. */
export function usersThen({ at, users, undone, lastActs }: AccessFacts): UserThen[] {
  const acts = new Map(lastActs.map(({ actor_id, id }) => [actor_id, id]));
  const found = new Map<string, UserThen>();
  for (const row of users) {
    if (!existed(row, at)) continue;
    const { id, email, role, created_at: createdAt, last_seen_at: lastSeenAt, last_act: lastAct } = row;
    found.set(id, { id, email, role, createdAt, lastSeenAt, lastAct });
  }
  for (const step of undone.filter(({ action }) => action === 'deleteUser')) {
    const { email, permission } = detailOf(step);
    const id = step.target_id!;
    const createdAt = timeOfId(id);
    if (!existed({ id, created_at: createdAt }, at)) continue;
    const lastAct = acts.get(id) ?? null;
    found.set(id, { id, email: String(email), role: String(permission), createdAt, lastSeenAt: null, lastAct });
  }
  for (const step of undone) {
    const user = found.get(step.target_id ?? '');
    const from = text(detailOf(step)['from']);
    if (!user || from === null) continue;
    if (step.action === 'setUserPermission') user.role = from;
    if (step.action === 'editUser') user.email = from;
  }
  return [...found.values()];
}

/** Of each user, or of everybody, the last review of a moment up to the one asked for. */
export function reviewsThen(reviews: readonly Step[], at: number) {
  const reviewed = new Map<string | null, { by: string; at: number }>();
  for (const step of reviews) {
    const moment = Date.parse(String(detailOf(step)['at']));
    if (!(moment <= at)) continue;
    const of = detailOf(step)['all'] === true ? null : step.target_id;
    if ((reviewed.get(of)?.at ?? 0) <= step.at)
      reviewed.set(of, { by: step.actor_email ?? step.actor_type, at: step.at });
  }
  return (user: string) => {
    const [own, all] = [reviewed.get(user), reviewed.get(null)];
    return own && all ? (own.at > all.at ? own : all) : (own ?? all ?? null);
  };
}
