import type { Tx } from './store.ts';

export interface Use {
  at: number;
  ip: string | null;
}

/** When each credential was last used. Never goes backwards: an older note does not overwrite a newer one. */
export async function writeLastUse(tx: Tx, table: 'token' | 'key', uses: ReadonlyMap<string, Use>): Promise<void> {
  for (const [id, { at, ip }] of uses) {
    await tx.db
      .updateTable(table)
      .set({ last_used_at: at, last_used_ip: ip })
      .where('id', '=', id)
      .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
      .execute();
  }
}

export async function writeLastSeen(tx: Tx, seen: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, at] of seen) {
    await tx.db
      .updateTable('user')
      .set({ last_seen_at: at })
      .where('id', '=', id)
      .where((eb) => eb.or([eb('last_seen_at', 'is', null), eb('last_seen_at', '<', at)]))
      .execute();
  }
}
