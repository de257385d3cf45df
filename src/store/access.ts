import { sql } from 'kysely';
import { LONGEST_TOKEN_MS, SIGN_IN_MS } from '../tokens.ts';
import { type CapabilityUse, capabilityUseAt, type KnownUse } from './capability-use.ts';
import { idAfter } from './ids.ts';
import type { AuditTable, KeyTable, TokenTable, UserTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';

/** A row of the audit log, as far as it tells how somebody's access changed. */
export type Step = Pick<AuditTable, 'id' | 'at' | 'action' | 'target_id' | 'detail'> &
  Pick<AuditTable, 'actor_id' | 'actor_type' | 'actor_email' | 'credential_id'>;

/** Unix milliseconds at which the token made by this step expires. */
export function expiryOf({ at, detail }: Pick<Step, 'at' | 'detail'>): number {
  const { expiresAt } = JSON.parse(detail) as { expiresAt?: string };
  // The first release did not write it down.
  return expiresAt === undefined ? at + SIGN_IN_MS : Date.parse(expiresAt);
}

const STEP = [
  'audit.id',
  'audit.at',
  'audit.action',
  'audit.target_id',
  'audit.detail',
  'audit.actor_id',
  'audit.actor_type',
  'audit.actor_email',
  'audit.credential_id',
] as const;

export type KnownUser = Pick<UserTable, 'id' | 'email' | 'role' | 'created_at' | 'last_seen_at'> & {
  /** The id of the last audit row up to the moment that this user caused. */
  last_act: string | null;
};

export type KnownToken = Pick<
  TokenTable,
  'id' | 'user_id' | 'kind' | 'name' | 'narrowed_to' | 'created_at' | 'expires_at' | 'revoked_at' | 'last_used_at'
>;

/**
 * What is known of who had access at a moment: what there is now, and the steps by which it came to be so. Times are unix
 * milliseconds, `from` and `to` below are ids.
 */
export interface AccessFacts {
  at: number;
  /** Every user there is now, also those made since. */
  users: KnownUser[];
  /** Per user the first change of role, change of address and deletion since. */
  undone: Step[];
  /** Per deleted user, the last audit row up to the moment. */
  lastActs: { actor_id: string; id: string }[];
  /** Per role of the organisation's own the last step up to the moment. */
  roles: Step[];
  /** Per user the last change of role or tokenKey up to the moment. */
  renewals: { target_id: string; id: string }[];
  passwords: Step[];
  /** Made by the moment, not expired at it, and still there. */
  tokens: KnownToken[];
  /** Made by the moment and there no longer: with their users, or long after they expired. */
  goneTokens: Step[];
  /** How those of `goneTokens` that were revoked by the moment were. */
  revocations: { target_id: string; id: string }[];
  /** Every key there has been, also those made since. */
  keys: Pick<KeyTable, 'id' | 'kind' | 'created_at' | 'disabled_at' | 'last_used_at' | 'organisation_id'>[];
  uses: KnownUse[];
  firstUse: number | null;
  reviews: Step[];
}

interface Range {
  from?: string;
  to?: string;
}

/** What was done in the organisation, by action. Refusals changed nothing. */
function steps(scope: Scope, actions: readonly string[], { from, to }: Range) {
  let query = readerOf(scope)
    .selectFrom('audit')
    .where('audit.organisation_id', '=', scope.organisation)
    .where('audit.action', 'in', actions)
    .where('audit.outcome', '=', 'allowed');
  if (from !== undefined) query = query.where('audit.id', '>=', from);
  if (to !== undefined) query = query.where('audit.id', '<', to);
  return query;
}

const every = (scope: Scope, actions: readonly string[], range: Range): Promise<Step[]> =>
  steps(scope, actions, range).select(STEP).execute();

/** SQLite would walk through the whole log by its targets to group by the bare column. */
const TARGET = sql<string>`coalesce(audit.target_id, '')`;

/** Of each target the last id only. */
const lastIds = (scope: Scope, actions: readonly string[], range: Range) =>
  steps(scope, actions, range)
    .select((eb) => [TARGET.as('target_id'), eb.fn.max('audit.id').as('id')])
    .groupBy(TARGET)
    .execute();

/** The steps with these ids. */
async function stepsOf(scope: Scope, ids: readonly string[]): Promise<Step[]> {
  const found: Step[] = [];
  for (let i = 0; i < ids.length; i += 500) {
    const query = readerOf(scope).selectFrom('audit').select(STEP).where('organisation_id', '=', scope.organisation);
    found.push(...(await query.where('id', 'in', ids.slice(i, i + 500)).execute()));
  }
  return found;
}

/** Of each target the first step of this action. */
async function firstOf(scope: Scope, action: string, range: Range): Promise<Step[]> {
  const first = await steps(scope, [action], range)
    .select((eb) => eb.fn.min('audit.id').as('id'))
    .groupBy(TARGET)
    .execute();
  return stepsOf(
    scope,
    first.map(({ id }) => id),
  );
}

/** What is there now is read before the steps: whatever happens in between is a step, and gets undone. */
export async function accessFacts(scope: Scope, at: number): Promise<AccessFacts> {
  const to = idAfter(at);
  const lately = { from: idAfter(at - LONGEST_TOKEN_MS), to };
  const users = await usersNow(scope, to);
  const keys = await keysNow(scope);
  const tokens = await tokensNow(scope, at);
  const undone: Step[] = [];
  for (const action of ['setUserPermission', 'editUser', 'deleteUser'])
    undone.push(...(await firstOf(scope, action, { from: to })));
  const goneTokens = await tokensGone(scope, at);
  const roleSteps = await lastIds(scope, ['createPermission', 'editPermission', 'deletePermission'], { to });
  const deleted = undone.filter(({ action }) => action === 'deleteUser').map(({ target_id }) => target_id!);
  return {
    at,
    users,
    undone,
    lastActs: await lastActs(scope, deleted, to),
    roles: await stepsOf(
      scope,
      roleSteps.map(({ id }) => id),
    ),
    renewals: await lastIds(scope, ['setUserPermission', 'renewTokenKey'], lately),
    passwords: await every(scope, ['setPassword'], lately),
    tokens,
    goneTokens,
    revocations: await revocationsOf(
      scope,
      goneTokens.map(({ target_id }) => target_id!),
      to,
    ),
    keys,
    uses: await capabilityUseAt(scope, at),
    firstUse: await firstUse(scope),
    reviews: await every(scope, ['reviewAccess'], {}),
  };
}

const usersNow = (scope: Scope, to: string): Promise<KnownUser[]> =>
  readerOf(scope)
    .selectFrom('user')
    .select(['id', 'email', 'role', 'created_at', 'last_seen_at'])
    .select((eb) =>
      eb
        .selectFrom('audit')
        .select('audit.id')
        .where('audit.organisation_id', '=', scope.organisation)
        .whereRef('audit.actor_id', '=', 'user.id')
        .where('audit.id', '<', to)
        .orderBy('audit.id', 'desc')
        .limit(1)
        .as('last_act'),
    )
    .where('organisation_id', '=', scope.organisation)
    .execute();

async function lastActs(scope: Scope, actors: readonly string[], to: string): Promise<AccessFacts['lastActs']> {
  const found: AccessFacts['lastActs'] = [];
  for (const actor of actors) {
    const own = readerOf(scope).selectFrom('audit').select(['actor_id', 'id']);
    const query = own.where('organisation_id', '=', scope.organisation).where('actor_id', '=', actor);
    const last = await query.where('id', '<', to).orderBy('id', 'desc').limit(1).executeTakeFirst();
    if (last) found.push(last);
  }
  return found;
}

const keysNow = (scope: Scope): Promise<AccessFacts['keys']> =>
  readerOf(scope)
    .selectFrom('key')
    .select(['id', 'kind', 'created_at', 'disabled_at', 'last_used_at', 'organisation_id'])
    .where('organisation_id', '=', scope.organisation)
    .orderBy('id')
    .execute();

const OLDEST: readonly [kind: TokenTable['kind'], ms: number][] = [
  ['api', LONGEST_TOKEN_MS],
  ['login', SIGN_IN_MS],
  ['session', SIGN_IN_MS],
];

async function tokensNow(scope: Scope, at: number): Promise<KnownToken[]> {
  const found: KnownToken[] = [];
  for (const [kind, oldest] of OLDEST) {
    const rows = await readerOf(scope)
      .selectFrom('token')
      .select([
        'id',
        'user_id',
        'kind',
        'name',
        'narrowed_to',
        'created_at',
        'expires_at',
        'revoked_at',
        'last_used_at',
      ])
      .where('organisation_id', '=', scope.organisation)
      .where('kind', '=', kind)
      .where('created_at', '>', at - oldest)
      .where('created_at', '<=', at)
      .where('expires_at', '>', at)
      .execute();
    found.push(...rows);
  }
  return found;
}

async function tokensGone(scope: Scope, at: number): Promise<Step[]> {
  const found: Step[] = [];
  for (const [action, oldest] of [
    ['createToken', LONGEST_TOKEN_MS],
    ['signIn', SIGN_IN_MS],
  ] as const) {
    const made = steps(scope, [action], { from: idAfter(at - oldest), to: idAfter(at) });
    const rows = await made
      .select(STEP)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('token')
              .select('token.id')
              .whereRef('token.id', '=', eb.ref('audit.target_id').$castTo<string>()),
          ),
        ),
      )
      .execute();
    found.push(...rows.filter((row) => expiryOf(row) > at));
  }
  return found;
}

async function revocationsOf(scope: Scope, tokens: readonly string[], to: string): Promise<AccessFacts['revocations']> {
  const found: AccessFacts['revocations'] = [];
  for (let i = 0; i < tokens.length; i += 500) {
    const rows = await steps(scope, ['revokeToken', 'endSession'], { to })
      .select(['audit.target_id', 'audit.id'])
      .where('audit.target_id', 'in', tokens.slice(i, i + 500))
      .$narrowType<{ target_id: string }>()
      .execute();
    found.push(...rows);
  }
  return found;
}

async function firstUse(scope: Scope): Promise<CapabilityUse['first'] | null> {
  const query = readerOf(scope).selectFrom('capability_use').where('organisation_id', '=', scope.organisation);
  const row = await query.select((eb) => eb.fn.min('first_at').as('first')).executeTakeFirst();
  return row?.first ?? null;
}
