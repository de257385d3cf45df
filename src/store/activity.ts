import { idAfter } from './ids.ts';
import { readerOf, type Scope } from './scope.ts';

export interface Activity {
  action: string;
  /** How often it was done. */
  count: number;
  /** Unix milliseconds. */
  last_at: number;
}

/** What somebody did, by action, after the moment `since` (unix milliseconds); refusals are left out. */
export async function activityOf(scope: Scope, actor: string, since: number): Promise<Activity[]> {
  const rows = await readerOf(scope)
    .selectFrom('audit')
    .select((eb) => ['action', eb.fn.sum('count').as('count'), eb.fn.max('at').as('last_at')])
    .where('organisation_id', '=', scope.organisation)
    .where('actor_id', '=', actor)
    .where('id', '>=', idAfter(since))
    .where('outcome', '=', 'allowed')
    .groupBy('action')
    .orderBy('action')
    .execute();
  return rows.map(({ action, count, last_at }) => ({ action, count: Number(count), last_at }));
}

/** The capabilities that somebody used after that moment, with the last use (unix milliseconds). Reads count too. */
export async function usesOf(scope: Scope, actor: string, since: number): Promise<Map<string, number>> {
  const rows = await readerOf(scope)
    .selectFrom('capability_use')
    .select((eb) => ['capability', eb.fn.max('last_at').as('last_at')])
    .where('organisation_id', '=', scope.organisation)
    .where('actor_id', '=', actor)
    .where('last_at', '>', since)
    .groupBy('capability')
    .execute();
  return new Map(rows.map(({ capability, last_at }) => [capability, last_at]));
}
