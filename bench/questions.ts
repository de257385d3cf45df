import type { Target } from '../src/authorize.ts';
import { CAPABILITIES, type Capability, type CapabilityId, type Rights, rightsOf } from '../src/capabilities.ts';
import type { Principal } from '../src/principal.ts';
import { ROLES } from '../src/roles.ts';

/** How many different questions are asked in turn. A power of two, so that the loops can mask instead of divide. */
export const QUESTIONS = 1_024;

export interface BenchRole {
  name: string;
  capabilities: readonly CapabilityId[];
  rights: Rights;
}

export interface Question {
  principal: Principal;
  capability: Capability;
  /** Only where organisations are part of the question. */
  target: Target | undefined;
  /** The same role and capability in the numbers that a bare bitset works with. */
  role: number;
  bit: number;
}

export interface Scenario {
  name: string;
  roles: readonly BenchRole[];
  /** Whether a question names the organisation of what it aims at. */
  tenants: boolean;
  questions: readonly Question[];
}

/** The same numbers in every run: Marsaglia's xorshift with 32 bits, as fractions of one. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A string of its own, as a row read from the database is: equal texts are not the same object. */
const copy = (text: string) => Buffer.from(text).toString();

const organisationId = (number: number) => `6f1c2a90-5b7e-4d43-9c11-${String(number).padStart(12, '0')}`;

function principalOf(role: BenchRole, organisation: number): Principal {
  return {
    kind: 'user',
    id: `user-of-${role.name}-${organisation}`,
    email: 'someone@example.org',
    organisation: copy(organisationId(organisation)),
    role: role.name,
    rights: { lo: role.rights.lo, hi: role.rights.hi },
    credential: { type: 'token', id: 'token' },
  };
}

interface Size {
  name: string;
  roles: readonly BenchRole[];
  organisations: number;
  tenants: boolean;
}

/** Draws roles, organisations and capabilities by chance; every fourth question aims at a foreign organisation. */
function scenario({ name, roles, organisations, tenants }: Size): Scenario {
  const chance = seeded(20_240_229);
  const below = (limit: number) => Math.floor(chance() * limit);
  const principals = new Map<string, Principal>();
  const questions = Array.from({ length: QUESTIONS }, (): Question => {
    const [role, own, bit] = [below(roles.length), below(organisations), below(CAPABILITIES.length)];
    const wanted = tenants && below(4) === 0 ? below(organisations) : own;
    const [itsRole, capability] = [roles[role], CAPABILITIES[bit]];
    if (!itsRole || !capability) throw new Error('drawn out of range');
    const principal = principals.get(`${own} ${role}`) ?? principalOf(itsRole, own);
    principals.set(`${own} ${role}`, principal);
    const target = tenants ? { organisation: copy(organisationId(wanted)), locked: false } : undefined;
    return { principal, capability, target, role, bit };
  });
  return { name, roles, tenants, questions };
}

function customRoles(count: number): BenchRole[] {
  const chance = seeded(7);
  const grantable = CAPABILITIES.filter((entry) => entry.grants !== '-').map((entry) => entry.id);
  return Array.from({ length: count }, (_, index) => {
    const capabilities = grantable.filter(() => chance() < 0.5);
    return { name: `role-${index}`, capabilities, rights: rightsOf(capabilities) };
  });
}

export const THREE_ROLES = '3 roles';
export const THREE_ORGANISATIONS = '3 organisations';
export const MANY_ORGANISATIONS = '1,000 organisations';
export const MANY_ROLES = '1,000 roles';

export const scenarios = (): Scenario[] => [
  scenario({ name: THREE_ROLES, roles: ROLES, organisations: 1, tenants: false }),
  scenario({ name: THREE_ORGANISATIONS, roles: ROLES, organisations: 3, tenants: true }),
  scenario({ name: MANY_ORGANISATIONS, roles: ROLES, organisations: 1_000, tenants: true }),
  scenario({ name: MANY_ROLES, roles: customRoles(1_000), organisations: 1, tenants: false }),
];
