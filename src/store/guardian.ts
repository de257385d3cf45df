import { ApiError } from '../errors.ts';
import { newId } from './ids.ts';
import type { GuardianRuleTable } from './schema-alerts.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Prepared, Reader, Store, Tx } from './store.ts';

export type RuleKind = 'ip' | 'referrer';
export type RuleType = 'deny' | 'allow';

/** Of one kind in one organisation: a tenant's rules are looked at for each of its viewers. */
export const MOST_RULES = 1_000;

export interface NewRule {
  kind: RuleKind;
  /** As it is compared. */
  value: string;
  type: RuleType;
  note: string | null;
  /** Unix milliseconds; null: for good. */
  expiresAt: number | null;
}

/**
 * An organisation goes from one epoch to the next with its rules, in the same transaction: what was read under an older
 * one can be told. Its row is held from here on, so that changes of rules go one after the other.
 */
export async function raiseEpochs(tx: Tx, organisations: readonly string[]): Promise<void> {
  await tx.db
    .updateTable('organisation')
    .set((eb) => ({ guardian_epoch: eb('guardian_epoch', '+', 1) }))
    .where('id', 'in', organisations)
    .execute();
}

/**
 * Makes a rule, or gives the one of this value another type, note and end; one that was over begins anew.
 * @throws ApiError conflict when there are too many
 */
export async function putRule(
  tx: ScopedTx,
  { kind, value, type, note, expiresAt }: NewRule,
): Promise<GuardianRuleTable> {
  const { organisation, principal, at } = tx;
  await raiseEpochs(tx, [organisation]);
  const of = tx.db.selectFrom('guardian_rule').where('organisation_id', '=', organisation).where('kind', '=', kind);
  const known = await of.selectAll().where('value', '=', value).executeTakeFirst();
  const begun = { created_at: at, created_by: principal.id, created_by_email: principal.email };
  const said = { type, note, expires_at: expiresAt };
  if (known) {
    const isOver = known.expires_at !== null && known.expires_at <= at;
    const renewed = { ...said, ...(isOver && begun) };
    await tx.db.updateTable('guardian_rule').set(renewed).where('id', '=', known.id).execute();
    return { ...known, ...renewed };
  }
  await makeRoom(tx, kind);
  const row = { id: newId(), organisation_id: organisation, kind, value, ...said, ...begun };
  await tx.db.insertInto('guardian_rule').values(row).execute();
  return row;
}

/** What is over gives way: rules that last a second must not fill the table either. */
async function makeRoom({ db, organisation, at }: ScopedTx, kind: RuleKind): Promise<void> {
  const count = async () => {
    const of = db.selectFrom('guardian_rule').where('organisation_id', '=', organisation).where('kind', '=', kind);
    return Number((await of.select((eb) => eb.fn.countAll().as('n')).executeTakeFirstOrThrow()).n);
  };
  if ((await count()) < MOST_RULES) return;
  const own = db.deleteFrom('guardian_rule').where('organisation_id', '=', organisation).where('kind', '=', kind);
  await own.where('expires_at', '<=', at).execute();
  if ((await count()) < MOST_RULES) return;
  throw new ApiError('conflict', { reason: `An organisation has at most ${MOST_RULES} rules of a kind` });
}

/** @throws ApiError notFound, also for another kind's and another organisation's */
export async function deleteRule(tx: ScopedTx, kind: RuleKind, id: string): Promise<GuardianRuleTable> {
  await raiseEpochs(tx, [tx.organisation]);
  const row = await tx.db
    .deleteFrom('guardian_rule')
    .where('id', '=', id)
    .where('kind', '=', kind)
    .where('organisation_id', '=', tx.organisation)
    .returningAll()
    .executeTakeFirst();
  if (row) return row;
  throw new ApiError('notFound', { reason: 'There is no such rule' });
}

const ofOrganisation = (db: Reader, organisation: string, now: number) =>
  db
    .selectFrom('guardian_rule')
    .where('organisation_id', '=', organisation)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]));

/** Those in force, newest first. */
export const listRules = (scope: Scope, kind: RuleKind): Promise<GuardianRuleTable[]> =>
  ofOrganisation(readerOf(scope), scope.organisation, Date.now())
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();

type At = { organisation: string; now: number };

/** What a viewer is looked up by: every network around its address, every pattern that its pages match. */
export type Candidates = Readonly<Record<`value${number}`, string>>;
type Found = Pick<GuardianRuleTable, 'value' | 'type'>;

export interface GuardianLookup {
  /** The rules among so many candidates. */
  among(kind: RuleKind, count: number): Prepared<At & Candidates, Found>;
  /** A row when any rule says which pages alone may show the streams. */
  anyAllowed: Prepared<At, { id: string }>;
  all: Prepared<At, Pick<GuardianRuleTable, 'kind' | 'value' | 'type'>>;
  epoch: Prepared<{ organisation: string }, { guardian_epoch: number }>;
  /** Rules that let viewers in, and ended between the two. */
  allowedUntil: Prepared<
    { after: number; now: number },
    Pick<GuardianRuleTable, 'id' | 'organisation_id' | 'expires_at'>
  >;
}

export const guardianLookup = (store: Store): GuardianLookup => ({
  among: (kind, count) =>
    store.prepare((db, p) => {
      const values = Array.from({ length: count }, (_, index) => p(`value${index}`));
      const rules = ofOrganisation(db, p('organisation'), p('now')).where('kind', '=', kind);
      return rules.select(['value', 'type']).where('value', 'in', values);
    }),
  anyAllowed: store.prepare((db, p) =>
    ofOrganisation(db, p('organisation'), p('now')).select('id').where('type', '=', 'allow').limit(1),
  ),
  all: store.prepare((db, p) => ofOrganisation(db, p('organisation'), p('now')).select(['kind', 'value', 'type'])),
  epoch: store.prepare((db, p) =>
    db.selectFrom('organisation').select('guardian_epoch').where('id', '=', p('organisation')),
  ),
  allowedUntil: store.prepare((db, p) =>
    db
      .selectFrom('guardian_rule')
      .select(['id', 'organisation_id', 'expires_at'])
      .where('type', '=', 'allow')
      .where('expires_at', '>', p('after'))
      .where('expires_at', '<=', p('now')),
  ),
});
