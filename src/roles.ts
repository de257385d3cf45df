import {
  CAPABILITIES,
  type CapabilityId,
  capability,
  isCapability,
  NO_RIGHTS,
  type Rights,
  rightsOf,
  within,
} from './capabilities.ts';

export type RoleName = 'nanoAdmin' | 'nanoUser' | 'nanoReadOnly';

/** A role: its rights, and the words with which the documented API presents it. */
export interface Role {
  name: RoleName;
  title: string;
  accessLevel: 'Highest' | 'High' | 'Low';
  description: string;
  audiences: readonly string[];
  capabilities: readonly CapabilityId[];
  rights: Rights;
}

/** A role as one organisation has it: a predefined one or its own. */
export interface OrganisationRole extends Omit<Role, 'name' | 'title' | 'accessLevel'> {
  name: string;
  accessLevel: Role['accessLevel'] | 'Custom';
}

function role(letter: 'A' | 'U' | 'R', facts: Omit<Role, 'capabilities' | 'rights'>): Role {
  const capabilities = CAPABILITIES.filter((entry) => entry.grants.includes(letter)).map((entry) => entry.id);
  return Object.freeze({ ...facts, capabilities, rights: rightsOf(capabilities) });
}

const WATCHING = ['bintu', 'metrics'];
const OPERATING = [...WATCHING, 'guardian', 'splay', 'secure-conference'];

/** The three predefined roles. They cannot be changed or deleted. */
export const ROLES: readonly Role[] = Object.freeze([
  role('A', {
    name: 'nanoAdmin',
    title: 'Administrator',
    accessLevel: 'Highest',
    description: 'Controls everything in the organisation: users and their roles, tokens, keys and every stream.',
    audiences: OPERATING,
  }),
  role('U', {
    name: 'nanoUser',
    title: 'Operator',
    accessLevel: 'High',
    description:
      'Runs the daily streaming work, without what could interrupt a live stream or change a critical setting.',
    audiences: OPERATING,
  }),
  role('R', {
    name: 'nanoReadOnly',
    title: 'Observer',
    accessLevel: 'Low',
    description: 'Looks at streams, their states, metrics and alerts, and changes nothing.',
    audiences: WATCHING,
  }),
]);

const byName = new Map<string, Role>(ROLES.map((entry) => [entry.name, entry]));

export const roleNames: readonly RoleName[] = ROLES.map((entry) => entry.name);

export const findRole = (name: string): Role | undefined => byName.get(name);

export const AUDIENCES: readonly string[] = OPERATING;

/** Whether this is a predefined role's name in any case: none of an organisation's own may look like one. */
export const isPredefined = (name: string): boolean =>
  ROLES.some((entry) => entry.name.toLowerCase() === name.toLowerCase());

/**
 * Whether an organisation's own role may hold it. What moves media is no role's, and the API key, which stands for every
 * right there is, is nanoAdmin's alone to read.
 */
export const isAssignable = (id: string): id is CapabilityId =>
  isCapability(id) && id !== 'apikey:read' && capability(id).grants !== '-';

/** What is stored of a custom role grants no more than what could be stored today. */
export const storedCapabilities = (json: string): CapabilityId[] => (JSON.parse(json) as string[]).filter(isAssignable);

/** Rights of a role by name, or of its stored capabilities where it is an organisation's own. */
export function rightsOfStored(name: string, capabilities: string | null): Rights {
  const predefined = byName.get(name);
  if (predefined) return predefined.rights;
  return capabilities === null ? NO_RIGHTS : rightsOf(storedCapabilities(capabilities));
}

/** Rights of a predefined role. A name that means nothing grants nothing. */
export const rightsOfRole = (name: string): Rights => byName.get(name)?.rights ?? NO_RIGHTS;

/** The roles that hold a capability, for a refusal that says whom to ask. */
export const rolesWith = (id: CapabilityId): RoleName[] =>
  ROLES.filter((entry) => entry.capabilities.includes(id)).map((entry) => entry.name);

/** The smallest predefined role that holds all of these, or undefined when none does. They rank: the last is the smallest. */
export const smallestRoleWith = (rights: Rights): Role | undefined =>
  ROLES.findLast((role) => within(rights, role.rights));

/** `{ Stream: ['getStreams', …], … }`, as the documented API shows a role's profile. */
export function actionsOf(ids: readonly CapabilityId[]): Record<string, string[]> {
  const actions: Record<string, string[]> = {};
  for (const id of ids) {
    for (const [resource, names] of Object.entries(capability(id).actions)) {
      actions[resource] = [...(actions[resource] ?? []), ...names];
    }
  }
  return actions;
}
