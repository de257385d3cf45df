import { createMongoAbility, type MongoAbility } from '@casl/ability';
import { type Context, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { AccessControl } from 'accesscontrol';
import { newEnforcer, newModelFromString } from 'casbin';
import { authorize } from '../src/authorize.ts';
import type { CapabilityId } from '../src/capabilities.ts';
import { QUESTIONS, type Question, type Scenario } from './questions.ts';
import type { Contestant } from './rounds.ts';

export const BITSET = 'bare bitset';
export const OURS = 'authorize()';
export const OURS_KEPT = 'authorize(), answer kept';
export const CASL_CACHED = 'CASL, cached ability';
export const CASL_BUILT = 'CASL, built per request';
export const CASBIN = 'casbin, enforceSync';

const MASK = QUESTIONS - 1;

/** A contestant that can also be asked one question, so that answers are compared before anything is timed. */
export interface Peer extends Contestant {
  ask(question: Question): boolean;
}

/*
 * Each peer has a loop of its own, written out: a shared one would call through a variable that has seen every peer,
 * and would charge all of them, the bare bitset above all, for a call that the compiler could not look through.
 */

export function ours({ questions }: Scenario): Peer {
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1) {
      const { principal, capability, target } = questions[i & MASK] as Question;
      yes += authorize(principal, capability, target).allowed ? 1 : 0;
    }
    return yes;
  };
  const ask = ({ principal, capability, target }: Question) => authorize(principal, capability, target).allowed;
  return { name: OURS, ask, run };
}

/** The same, but every answer outlives the question for a while, so that none of them can be left out. */
export function oursKept({ questions }: Scenario): Peer {
  const kept: unknown[] = new Array(64).fill(null);
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1) {
      const { principal, capability, target } = questions[i & MASK] as Question;
      const answer = authorize(principal, capability, target);
      kept[i & 63] = answer;
      yes += answer.allowed ? 1 : 0;
    }
    return yes;
  };
  const ask = ({ principal, capability, target }: Question) => authorize(principal, capability, target).allowed;
  return { name: OURS_KEPT, ask, run };
}

/**
 * Two words per role, one look-up, one shift, one mask. Where the question names an organisation, the two ids are
 * compared, as everybody has to.
 */
export function bitset({ roles, questions, tenants }: Scenario): Peer {
  const words = new Int32Array(roles.flatMap(({ rights }) => [rights.lo, rights.hi]));
  const look = ({ role, bit }: Question) => (((words[(role << 1) | (bit >>> 5)] as number) >>> bit) & 1) === 1;
  const lookWithTenant = (question: Question) =>
    look(question) && question.target?.organisation === question.principal.organisation;
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1) yes += look(questions[i & MASK] as Question) ? 1 : 0;
    return yes;
  };
  const runWithTenants = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1) yes += lookWithTenant(questions[i & MASK] as Question) ? 1 : 0;
    return yes;
  };
  return { name: BITSET, ask: tenants ? lookWithTenant : look, run: tenants ? runWithTenants : run };
}

const split = (id: CapabilityId): [noun: string, verb: string] => id.split(':') as [string, string];

interface CaslSubject {
  noun: string;
  organisation: string;
}

/** What CASL needs, made before the clock runs: raw rules, and the subject in the form it asks for. */
function forCasl({ roles, questions }: Scenario) {
  // "manage" means every action to CASL unless told otherwise; here it is an action like the others.
  const options = { detectSubjectType: (subject: unknown) => (subject as CaslSubject).noun, anyAction: '(any)' };
  const build = ({ role, principal, target }: Question): MongoAbility => {
    const conditions = target ? { conditions: { organisation: principal.organisation } } : {};
    const rules = (roles[role]?.capabilities ?? []).map((id) => {
      const [noun, verb] = split(id);
      return { action: verb, subject: noun, ...conditions };
    });
    return createMongoAbility(rules, options);
  };
  const subjects = new Map<Question, { verb: string; subject: string | CaslSubject }>();
  for (const question of questions) {
    const [noun, verb] = split(question.capability.id);
    const { target } = question;
    subjects.set(question, { verb, subject: target ? { noun, organisation: target.organisation } : noun });
  }
  return { build, subjects };
}

export function caslCached(scenario: Scenario): Peer {
  const { build, subjects } = forCasl(scenario);
  const abilities = new Map<unknown, MongoAbility>();
  const prepared = new Map<Question, { ability: MongoAbility; verb: string; subject: string | CaslSubject }>();
  for (const question of scenario.questions) {
    const ability = abilities.get(question.principal) ?? build(question);
    abilities.set(question.principal, ability);
    prepared.set(question, { ability, ...(subjects.get(question) ?? { verb: '', subject: '' }) });
  }
  const list = [...prepared.values()];
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1) {
      const { ability, verb, subject } = list[i & MASK] as (typeof list)[number];
      yes += ability.can(verb, subject) ? 1 : 0;
    }
    return yes;
  };
  const ask = (question: Question) => {
    const entry = prepared.get(question);
    return entry?.ability.can(entry.verb, entry.subject) ?? false;
  };
  return { name: CASL_CACHED, ask, run };
}

export function caslPerRequest({ roles, questions, tenants, name }: Scenario): Peer {
  const { build, subjects } = forCasl({ roles, questions, tenants, name });
  const ask = (question: Question) => {
    const asked = subjects.get(question);
    return asked !== undefined && build(question).can(asked.verb, asked.subject);
  };
  let next = 0;
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1, next += 1) yes += ask(questions[next & MASK] as Question) ? 1 : 0;
    return yes;
  };
  return { name: CASL_BUILT, ask, run };
}

const CASBIN_MODEL = (match: string) => `
[request_definition]
r = sub, act, own, wanted
[policy_definition]
p = sub, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = ${match}`;

export async function casbin({ roles, questions, tenants }: Scenario): Promise<Peer> {
  const match = 'r.sub == p.sub && r.act == p.act';
  const model = newModelFromString(CASBIN_MODEL(tenants ? `r.own == r.wanted && ${match}` : match));
  const enforcer = await newEnforcer(model);
  enforcer.enableLog(false);
  await enforcer.addPolicies(roles.flatMap((role) => role.capabilities.map((id) => [role.name, id])));
  const ask = ({ principal, capability, target }: Question) =>
    enforcer.enforceSync(principal.role, capability.id, principal.organisation, target?.organisation ?? '');
  let next = 0;
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1, next += 1) yes += ask(questions[next & MASK] as Question) ? 1 : 0;
    return yes;
  };
  return { name: CASBIN, ask, run };
}

/** It has no notion of an organisation: the comparison is made beside it, in its favour. */
export function accessControl({ roles, questions }: Scenario): Peer {
  const grants = roles.flatMap((role) =>
    role.capabilities.map((id) => {
      const [resource, action] = split(id);
      return { role: role.name, resource, action: `${action}:any`, attributes: '*' };
    }),
  );
  const control = new AccessControl(grants).lock();
  const ask = ({ principal, capability, target }: Question) => {
    if (target && target.organisation !== principal.organisation) return false;
    const [resource, action] = split(capability.id);
    return control.can(principal.role ?? '').do(`${action}:any`, resource).granted;
  };
  let next = 0;
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1, next += 1) yes += ask(questions[next & MASK] as Question) ? 1 : 0;
    return yes;
  };
  return { name: 'accesscontrol', ask, run };
}

export function cedar({ name, roles, questions, tenants }: Scenario): Peer {
  const when = tenants ? ' when { context.own == context.wanted }' : '';
  const policies = roles.map(({ name: role, capabilities }) => {
    const actions = capabilities.map((id) => `Action::"${id}"`).join(', ');
    return `permit(principal == Role::"${role}", action in [${actions}], resource)${when};`;
  });
  const parsed = preparsePolicySet(name, { staticPolicies: policies.join('\n') });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
  const ask = ({ principal, capability, target }: Question) => {
    const context: Context = target ? { own: principal.organisation, wanted: target.organisation } : {};
    const answer = statefulIsAuthorized({
      principal: { type: 'Role', id: principal.role ?? '' },
      action: { type: 'Action', id: capability.id },
      resource: { type: 'Thing', id: 'any' },
      context,
      preparsedPolicySetId: name,
      entities: [],
    });
    return answer.type === 'success' && answer.response.decision === 'allow';
  };
  let next = 0;
  const run = (count: number) => {
    let yes = 0;
    for (let i = 0; i < count; i += 1, next += 1) yes += ask(questions[next & MASK] as Question) ? 1 : 0;
    return yes;
  };
  return { name: 'cedar-wasm', ask, run };
}
