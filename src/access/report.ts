import {
  type CapabilityId,
  capabilitiesIn,
  capability,
  has,
  intersect,
  isCapability,
  NO_RIGHTS,
  type Rights,
  rightsOf,
  within,
} from '../capabilities.ts';
import { keyPrincipal } from '../credentials.ts';
import { findRole, ROLES } from '../roles.ts';
import type { AccessFacts, KnownToken } from '../store/access.ts';
import { UNUSED_AFTER_MS } from '../store/capability-use.ts';
import { timeOfId } from '../store/ids.ts';
import { existed, reviewsThen, rolesThen, usersThen } from './people.ts';
import { tokensThen } from './tokens.ts';

/** Times are unix milliseconds. */
export interface AccessToken {
  id: string;
  kind: string;
  name: string;
  /** The role that narrows it, or null. */
  permission: string | null;
  capabilities: CapabilityId[];
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
}

export interface AccessUser {
  id: string;
  email: string;
  permission: string;
  capabilities: CapabilityId[];
  createdAt: number;
  lastUsedAt: number | null;
  tokens: AccessToken[];
  /** Of `capabilities`, those not used in the 90 days before. */
  unused: CapabilityId[];
  /** The role with the fewest capabilities that still covers what was used in the 90 days before. */
  smallestRole: string;
  reviewedBy: string | null;
  reviewedAt: number | null;
}

export interface AccessKey {
  id: string;
  kind: 'api' | 'player';
  capabilities: CapabilityId[];
  createdAt: number;
  lastUsedAt: number | null;
}

export interface AccessReport {
  at: number;
  /** Since when uses of capabilities are on record: before that, `unused` knows nothing. */
  usesKnownSince: number | null;
  users: AccessUser[];
  keys: AccessKey[];
}

/** The latest of what is known, of times up to `at`. */
function latest(at: number, times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time): time is number => typeof time === 'number' && time <= at);
  return known.length === 0 ? null : Math.max(...known);
}

/** Who had access to what at a moment. */
export function accessReport(facts: AccessFacts): AccessReport {
  const { at } = facts;
  const own = rolesThen(facts.roles);
  const rightsThen = (name: string): Rights => findRole(name)?.rights ?? own.get(name)?.rights ?? NO_RIGHTS;
  const bySize = [...ROLES, ...own.values()].toSorted((a, b) => a.capabilities.length - b.capabilities.length);
  const users = usersThen(facts);
  const tokens = tokensThen(facts, users);
  const reviewOf = reviewsThen(facts.reviews, at);
  const uses = Map.groupBy(facts.uses, ({ actor_id }) => actor_id);
  const idsOf = memo(capabilitiesIn);

  return {
    at,
    usesKnownSince: facts.firstUse,
    keys: keysThen(facts),
    users: users
      .map((user): AccessUser => {
        const rights = rightsThen(user.role);
        const known = uses.get(user.id) ?? [];
        const recent = known.filter(({ last_at }) => at - last_at <= UNUSED_AFTER_MS).map((use) => use.capability);
        const used = rightsOf(recent.filter(isCapability));
        const review = reviewOf(user.id);
        return {
          id: user.id,
          email: user.email,
          permission: user.role,
          capabilities: idsOf(rights),
          createdAt: user.createdAt,
          // Within a span of uses the last one is known only once the span has ended.
          lastUsedAt: latest(at, [
            user.lastSeenAt,
            user.lastAct === null ? null : timeOfId(user.lastAct),
            ...known.map(({ last_at }) => (last_at < at ? last_at : null)),
          ]),
          tokens: (tokens.get(user.id) ?? []).map((token) =>
            viewToken(token, { at, role: user.role, rights, rightsThen, idsOf }),
          ),
          unused: idsOf(rights).filter((id) => !has(used, capability(id))),
          // A suggestion gives nobody what they do not hold.
          smallestRole:
            bySize.find((role) => within(used, role.rights) && within(role.rights, rights))?.name ?? user.role,
          reviewedBy: review?.by ?? null,
          reviewedAt: review?.at ?? null,
        };
      })
      .toSorted((a, b) => (a.email < b.email ? -1 : a.email > b.email ? 1 : 0)),
  };
}

interface TokenContext {
  at: number;
  role: string;
  rights: Rights;
  rightsThen: (name: string) => Rights;
  idsOf: (rights: Rights) => CapabilityId[];
}

const viewToken = (token: KnownToken, { at, role, rights, rightsThen, idsOf }: TokenContext): AccessToken => ({
  id: token.id,
  kind: token.kind,
  name: token.name,
  permission: token.narrowed_to === role ? null : token.narrowed_to,
  capabilities: idsOf(token.narrowed_to === null ? rights : intersect(rights, rightsThen(token.narrowed_to))),
  createdAt: token.created_at,
  expiresAt: token.expires_at,
  lastUsedAt: latest(at, [token.last_used_at]),
});

/** Many people hold the same few sets. */
function memo(list: (rights: Rights) => CapabilityId[]) {
  const known = new Map<string, CapabilityId[]>();
  return (rights: Rights): CapabilityId[] => {
    const name = `${rights.lo} ${rights.hi}`;
    const ids = known.get(name) ?? list(rights);
    known.set(name, ids);
    return ids;
  };
}

function keysThen({ at, keys }: AccessFacts): AccessKey[] {
  const made = keys.filter((row) => existed(row, at));
  return made.flatMap((row): AccessKey[] => {
    if (row.disabled_at !== null && row.disabled_at <= at) return [];
    // In its grace since a newer one was made; what is known of its end may have been decided later.
    const outgoing = made.some(({ kind, id }) => kind === row.kind && id > row.id);
    const principal = keyPrincipal({ ...row, disabled_at: outgoing ? at + 1 : null }, at)!;
    return [
      {
        id: row.id,
        kind: row.kind,
        capabilities: capabilitiesIn(principal.rights),
        createdAt: row.created_at,
        lastUsedAt: latest(at, [row.last_used_at]),
      },
    ];
  });
}
