import { sql } from 'kysely';
import type { Schema } from './schema.ts';
import type { Tx } from './store.ts';

type TableWithId = { [T in keyof Schema]: 'id' extends keyof Schema[T] ? T : never }[keyof Schema];

/** A statement after it sees what was committed before the lock was granted. */
async function lock(tx: Tx, table: TableWithId, id: string, mode: 'no key update' | 'share'): Promise<void> {
  if (tx.engine === 'sqlite') return; // The transaction is alone from its first statement to its commit.
  const row = tx.db
    .selectFrom(table as 'user')
    .select('id')
    .where('id', '=', id);
  await (mode === 'share' ? row.forShare() : row.forNoKeyUpdate()).execute();
}

/**
 * Waits until no other transaction holds the row by `lockRow` or `shareRow` or has changed it, and keeps it until this
 * one ends. Rows that merely refer to it may still be inserted meanwhile.
 */
export const lockRow = (tx: Tx, table: TableWithId, id: string): Promise<void> => lock(tx, table, id, 'no key update');

/**
 * Keeps the row as it is until this transaction ends; any number may share it. A transaction that will change the row
 * itself takes `lockRow` at once: two that share a row and then change it wait for each other until one is broken off.
 */
export const shareRow = (tx: Tx, table: TableWithId, id: string): Promise<void> => lock(tx, table, id, 'share');

/** Waits until no other transaction holds this text, and holds it until this one ends: for what has no row yet. */
export async function lockText(tx: Tx, text: string): Promise<void> {
  if (tx.engine === 'sqlite') return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${text}, 0))`.execute(tx.db);
}
