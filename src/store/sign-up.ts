import { newId } from './ids.ts';
import type { SignUpTable } from './schema.ts';
import type { Tx } from './store.ts';

export type NewSignUp = Pick<SignUpTable, 'organisation' | 'email' | 'password_hash' | 'ticket_hash' | 'expires_at'>;

export async function insertSignUp(tx: Tx, signUp: NewSignUp, at: number): Promise<void> {
  const row = { ...signUp, email: signUp.email.trim(), id: newId(), created_at: at };
  await tx.db.insertInto('sign_up').values(row).execute();
}

/** Uses a sign-up up, or gives null. One deletion: of two that try, one gets it, and no second password hash stays. */
export async function takeSignUp(tx: Tx, ticketHash: string, at: number): Promise<SignUpTable | null> {
  const taken = await tx.db
    .deleteFrom('sign_up')
    .where('ticket_hash', '=', ticketHash)
    .where('expires_at', '>', at)
    .returningAll()
    .executeTakeFirst();
  return taken ?? null;
}
