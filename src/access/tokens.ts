import { type AccessFacts, expiryOf, type KnownToken, type Step } from '../store/access.ts';
import { idAfter } from '../store/ids.ts';
import { detailOf, text, type UserThen } from './people.ts';

/** A token of which there is only its line in the audit log, as its row once was. */
function fromStep(step: Step): KnownToken {
  const detail = detailOf(step);
  const signIn = step.action === 'signIn';
  const kind = signIn ? ((text(detail['kind']) ?? 'login') as KnownToken['kind']) : 'api';
  return {
    id: step.target_id!,
    user_id: signIn ? step.actor_id : String(detail['user']),
    kind,
    name: text(detail['name']) ?? (kind === 'session' ? 'Dashboard session' : 'Sign-in'),
    narrowed_to: text(detail['permission']),
    created_at: step.at,
    expires_at: expiryOf(step),
    revoked_at: null,
    last_used_at: null,
  };
}

/** When each user's tokens last died together, as an id: tokens with a smaller one are dead. */
function renewalsThen({ renewals, passwords, roles }: AccessFacts, users: readonly UserThen[], to: string) {
  const last = new Map<string, string>();
  const renewed = (user: string, id: string) => {
    if (id < to && id > (last.get(user) ?? '')) last.set(user, id);
  };
  for (const { target_id, id } of renewals) renewed(target_id, id);
  for (const step of passwords) if (detailOf(step)['by'] !== 'user') renewed(step.target_id!, step.id);
  // A role is made before anybody has it and deleted when nobody does, so its last step ends what is older, whatever it was.
  const changes = new Map(roles.map((step) => [step.target_id, step.id]));
  for (const { id, role } of users) if (changes.has(role)) renewed(id, changes.get(role)!);
  return { last, changes };
}

/** The tokens that counted, by user. */
export function tokensThen(facts: AccessFacts, users: readonly UserThen[]): Map<string, KnownToken[]> {
  const { at, passwords, revocations } = facts;
  const to = idAfter(at);
  const { last, changes } = renewalsThen(facts, users, to);
  const revoked = new Set(revocations.map(({ target_id }) => target_id));
  const changed = Map.groupBy(
    passwords.filter((step) => detailOf(step)['by'] === 'user'),
    ({ target_id }) => target_id ?? '',
  );
  const alive = (token: KnownToken): boolean => {
    if (token.id >= to || token.expires_at <= at) return false;
    if (token.revoked_at !== null && token.revoked_at <= at) return false;
    if (token.id < (last.get(token.user_id) ?? '') || revoked.has(token.id)) return false;
    if (token.narrowed_to !== null && token.id < (changes.get(token.narrowed_to) ?? '')) return false;
    // A new password ends every sign-in but the one it was set from.
    const ends = (step: Step) => step.id > token.id && step.credential_id !== token.id;
    return token.kind === 'api' || !(changed.get(token.user_id) ?? []).some(ends);
  };
  const known = [...facts.tokens, ...facts.goneTokens.map(fromStep)].filter(alive);
  return Map.groupBy(known, ({ user_id }) => user_id);
}
