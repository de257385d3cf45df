import type { CapabilityId } from '../capabilities.ts';
import { readerOf, type Scope } from './scope.ts';
import type { Tx } from './store.ts';

/** After so long without a use, a capability counts as unused: 90 days, in milliseconds. */
export const UNUSED_AFTER_MS = 90 * 86_400_000;

/** That somebody (a user's or a key's id) used a capability from `first` to `last`, in unix milliseconds. */
export interface CapabilityUse {
  organisation: string;
  actor: string;
  capability: CapabilityId;
  first: number;
  last: number;
}

/**
 * Lengthens the span of uses that each belongs to, or begins another one when nothing was used for longer than
 * UNUSED_AFTER_MS. A span never shrinks, whatever order notes arrive in.
 */
export async function writeCapabilityUse(tx: Tx, uses: readonly CapabilityUse[]): Promise<void> {
  for (const { organisation, actor, capability, first, last } of uses) {
    const { numUpdatedRows } = await tx.db
      .updateTable('capability_use')
      .set((eb) => ({
        last_at: eb.case().when('last_at', '<', last).then(last).else(eb.ref('last_at')).end(),
      }))
      .where('organisation_id', '=', organisation)
      .where('actor_id', '=', actor)
      .where('capability', '=', capability)
      .where('first_at', '<=', last)
      .where('last_at', '>=', first - UNUSED_AFTER_MS)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) continue;
    await tx.db
      .insertInto('capability_use')
      .values({ organisation_id: organisation, actor_id: actor, capability, first_at: first, last_at: last })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export interface KnownUse {
  /** A user's or a key's id. */
  actor_id: string;
  capability: string;
  /** The last use that is known not to be later than the moment asked for, in unix milliseconds. */
  last_at: number;
}

/**
 * What everybody in the organisation had used by the moment `at` (unix milliseconds), one row per actor and capability
 * ever used before it. Within a span the exact uses are not kept: for a moment inside one, `last_at` is that moment,
 * and a use was at most UNUSED_AFTER_MS before it. What is noted reaches the table within two hours, a first use within
 * seconds. So a capability was unused for 90 days at `at` if its row is missing or `at - last_at > UNUSED_AFTER_MS`.
 */
export async function capabilityUseAt(scope: Scope, at: number): Promise<KnownUse[]> {
  const rows = await readerOf(scope)
    .selectFrom('capability_use')
    .select((eb) => ['actor_id', 'capability', eb.fn.max('last_at').as('last_at')])
    .where('organisation_id', '=', scope.organisation)
    .where('first_at', '<=', at)
    .groupBy(['actor_id', 'capability'])
    .execute();
  return rows.map((row) => ({ ...row, last_at: Math.min(row.last_at, at) }));
}
