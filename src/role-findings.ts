import { CAPABILITIES, type CapabilityId, capability, has, type Rights, within } from './capabilities.ts';
import { isAssignable, type OrganisationRole, ROLES } from './roles.ts';

/** What somebody should know who is about to save a role. `warning`: its holders can do more than its list says. */
export interface Finding {
  level: 'warning' | 'note';
  words: string;
}

const WARNINGS: readonly { holds: CapabilityId; without?: CapabilityId; words: string }[] = [
  {
    holds: 'role:manage',
    words:
      'can change roles, this one included, and define further ones. It never reaches beyond its own capabilities, but what you take away here later it may have kept in a role of its own making',
  },
  {
    holds: 'user:edit',
    words:
      'can give this role, and every smaller one, to anybody, and take any role from anybody, administrators included',
  },
  { holds: 'user:create', words: 'can pass all of its rights on to new users, who stay when its holder goes' },
  { holds: 'user:invite', words: 'can pass all of its rights on to whoever accepts an invitation' },
  {
    holds: 'token:create',
    words: 'can make tokens with all of its rights in the name of any user who holds them, valid for up to a year',
  },
  { holds: 'user:reset-tokens', words: 'can end the tokens of everybody, administrators included' },
  { holds: 'user:delete', words: 'can delete everybody but the last nanoAdmin' },
  { holds: 'apikey:rotate', words: 'can end the keys on which other systems of yours may live' },
  {
    holds: 'webhook:set',
    without: 'ingest:read',
    words:
      'can raise itself: the webhook is told the name of every encoder that connects, and whoever knows it can publish',
  },
  {
    holds: 'audit:read',
    without: 'user:read',
    words: 'can raise itself: the audit log and the access report name every user, which user:read is there for',
  },
];

/** What cannot be used without seeing what it is about. */
const NEEDS: Readonly<Partial<Record<CapabilityId, readonly CapabilityId[]>>> = {
  'stream:read': ['stream:stop', 'stream:lock', 'stream:unlock', 'stream:delete', 'stream:edit', 'ingest:read'],
  'tag:read': ['tag:edit', 'tag:delete'],
  'user:read': ['user:edit', 'user:delete', 'user:reset-tokens', 'token:create'],
  'role:read': ['role:manage', 'role:inspect', 'user:create', 'user:invite'],
};

const holds = (rights: Rights, id: CapabilityId) => has(rights, capability(id));

function comparison({ name, rights }: OrganisationRole, others: readonly OrganisationRole[]): Finding[] {
  const equal = [...ROLES, ...others].find(
    (other) => other.name !== name && within(other.rights, rights) && within(rights, other.rights),
  );
  if (equal) return [{ level: 'note', words: `It equals ${equal.name}: give that role instead` }];
  const assignable = CAPABILITIES.filter(({ id }) => isAssignable(id));
  if (assignable.every((entry) => has(rights, entry)))
    return [{ level: 'warning', words: 'It holds everything that nanoAdmin holds but reading the API key' }];
  // From the most powerful down: what a contained role contains in its turn goes without saying.
  const contained = ROLES.find((role) => within(role.rights, rights));
  if (!contained) return [];
  const more = assignable.filter((entry) => has(rights, entry) && !has(contained.rights, entry)).map(({ id }) => id);
  return [{ level: 'note', words: `It contains all of ${contained.name} and adds ${more.join(', ')}` }];
}

/** What there is to say about a role before it is saved. `others` are the organisation's own roles. */
export function findingsOf(role: OrganisationRole, others: readonly OrganisationRole[]): Finding[] {
  const { rights } = role;
  const found: Finding[] = WARNINGS.filter(
    ({ holds: id, without }) => holds(rights, id) && !(without && holds(rights, without)),
  ).map(({ holds: id, words }) => ({ level: 'warning', words: `With ${id} it ${words}` }));
  found.push(...comparison(role, others));
  if (!holds(rights, 'token:own'))
    found.push({
      level: 'note',
      words: 'Without token:own nobody in this role can sign in; tokens made for them work',
    });
  if (!holds(rights, 'organisation:read'))
    found.push({
      level: 'note',
      words: 'Without organisation:read nobody in this role sees who they are and what they may do',
    });
  for (const [needed, ids] of Object.entries(NEEDS) as [CapabilityId, readonly CapabilityId[]][]) {
    const useless = holds(rights, needed) ? [] : ids.filter((id) => holds(rights, id));
    if (useless.length > 0)
      found.push({ level: 'note', words: `Without ${needed} there is little use in ${useless.join(', ')}` });
  }
  return found;
}
