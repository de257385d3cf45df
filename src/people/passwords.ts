import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { ApiError } from '../errors.ts';
import { Turnstile } from '../turnstile.ts';
import { isCommonPassword } from './common-passwords.ts';

export const PASSWORD_LENGTH = { min: 12, max: 256 } as const;

/** @throws ApiError invalid, without the password */
export function checkNewPassword(password: string): void {
  const { min, max } = PASSWORD_LENGTH;
  const reason =
    password.length < min || password.length > max
      ? `A password has ${min} to ${max} characters`
      : isCommonPassword(password) && 'This password is on the list of the most common ones';
  if (reason) throw new ApiError('invalid', { parameter: 'password', reason });
}

/**
 * Of the four threads that Node keeps for such work one is always left: tokens are signed on them too, inside a
 * transaction, and a crowd of guesses must not hold up a lock. Whoever finds the room full is told to come back.
 */
const turnstile = new Turnstile({ atOnce: Math.min(3, Math.max(1, availableParallelism() - 1)), waiting: 100 });

/** Argon2id in PHC form, off the event loop. @throws ApiError unavailable when too many wait */
export const hashPassword = (password: string): Promise<string> => turnstile.pass(() => hash(password));

let decoy: Promise<string> | undefined;

/** True when it matches. A user without a password, or no user at all, costs the same time and never matches. */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hash('no password is ever this one');
  const against = stored ?? (await decoy);
  const matches = await turnstile.pass(() => verify(against, password));
  return matches && stored != null;
}
