import { addressKey } from '../addresses.ts';
import { ApiError } from '../errors.ts';
import { passwordMatches } from './passwords.ts';
import { Throttle } from './throttle.ts';

/** Runs what shares a name one after the other: guesses sent together count like guesses sent in a row. */
function turns() {
  const last = new Map<string, Promise<void>>();
  return async (name: string, work: () => Promise<void>): Promise<void> => {
    const before = last.get(name);
    const mine = before ? before.then(work, work) : work();
    last.set(name, mine);
    try {
      await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}

export interface PasswordCheck {
  /** What failures are counted by. No two users share one, or one's success would forgive guesses at the other. */
  account: string;
  /** The hash on record; nothing for an address that nobody has, which takes as long. */
  stored: string | null | undefined;
  ip: string | null;
}

/** @throws ApiError badCredentials, tooMany */
export type PasswordGuard = (check: PasswordCheck, password: string) => Promise<void>;

/** Checks passwords and slows down whoever fails, per account and per address. */
export function passwordGuard(): PasswordGuard {
  const perAccount = new Throttle();
  // Many people may share an address.
  const perAddress = new Throttle(50);
  const inTurn = turns();

  return async ({ account, stored, ip }, password) => {
    const address = addressKey(ip);
    const check = async () => {
      perAccount.check(account);
      perAddress.check(address);
      const matches = await passwordMatches(stored, password);
      const note = matches ? 'succeeded' : 'failed';
      perAccount[note](account);
      perAddress[note](address);
      if (!matches) throw new ApiError('badCredentials');
    };
    // The address before the account, always: two that want both cannot wait for each other.
    await inTurn(`address ${address}`, () => inTurn(`account ${account}`, check));
  };
}
