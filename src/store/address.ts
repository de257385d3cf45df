import { ApiError } from '../errors.ts';
import type { UserTable } from './schema.ts';
import type { Reader, Tx } from './store.ts';
import { lockText } from './tx.ts';

/** What an address is compared by: it belongs to one user of the installation. */
export const emailKey = (email: string): string => email.trim().toLowerCase();

const WAITS = ' waits in ';

/**
 * The key of a user whose address belongs to a user of another organisation. An address holds no space, so nobody signs
 * in by it; it begins with the address, so that whoever waits for one is found by the unique index.
 */
const waitingKey = (key: string, organisation: string): string => `${key}${WAITS}${organisation}`;

/** Both keys under which an organisation may have a user with this address. It never has both. */
export const keysOf = (email: string, organisation: string): [string, string] => {
  const key = emailKey(email);
  return [key, waitingKey(key, organisation)];
};

/** Whether the user's address belongs to somebody else: this user can hold tokens and cannot sign in. */
export const isWaiting = ({ email_key }: Pick<UserTable, 'email_key'>): boolean => email_key.includes(' ');

/** For a `like` that leaves out who is waiting. */
export const WAITING = '% %';

interface Wanted {
  organisation: string;
  email: string;
  /** The user who wants it, if there already is one. */
  userId?: string;
}

/**
 * The key under which a user may have this address from now on: the address itself when it is free, and otherwise one
 * that waits for it. Both take the same statements, so that no answer tells one from the other. Claims of one address
 * happen one after the other.
 * @throws ApiError notUnique when the organisation itself has another user with this address
 */
export async function claimKey(tx: Tx, { organisation, email, userId = '' }: Wanted): Promise<string> {
  const [key, waiting] = keysOf(email, organisation);
  await lockText(tx, `address ${key}`);
  const holders = await tx.db
    .selectFrom('user')
    .select('organisation_id')
    .where('email_key', 'in', [key, waiting])
    .where('id', '<>', userId)
    .execute();
  if (holders.some(({ organisation_id }) => organisation_id === organisation))
    throw new ApiError('notUnique', { duplicated_parameter: 'email' });
  return holders.length === 0 ? key : waiting;
}

/** Installation-wide, for signing in: an address belongs to one user. */
export const findUserByEmail = (db: Reader, email: string): Promise<UserTable | undefined> =>
  db.selectFrom('user').selectAll().where('email_key', '=', emailKey(email)).executeTakeFirst();

/** Who has waited longest for an address. */
export function findWaiting(db: Reader, email: string): Promise<UserTable | undefined> {
  const from = waitingKey(emailKey(email), '');
  const waiting = db.selectFrom('user').selectAll().where('email_key', '>=', from).where('email_key', '<', `${from}~`);
  return waiting.orderBy('created_at').orderBy('id').limit(1).executeTakeFirst();
}
