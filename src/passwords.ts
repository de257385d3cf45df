import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { ApiError } from './errors.ts';
import { Turnstile } from './turnstile.ts';

export const PASSWORD_LENGTH = { min: 12, max: 256 } as const;

/** Long enough to pass the length rule and known to every guessing tool. Compared without case. */
const COMMON = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789012345',
  '1234567890123456',
  '111111111111',
  '000000000000',
  '121212121212',
  '123123123123',
  '123412341234',
  '987654321098',
  'abcdefghijkl',
  'abcd12345678',
  'abc123abc123',
  'aaaaaaaaaaaa',
  'password1234',
  'password12345',
  'password123456',
  'password1234!',
  'passwordpassword',
  'passw0rd1234',
  'p@ssw0rd1234',
  'mypassword123',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiopasdf',
  'qwerty123456',
  'qwertyqwerty',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'q1w2e3r4t5y6',
  'asdfghjkl123',
  'iloveyou1234',
  'iloveyouforever',
  'letmein12345',
  'welcome12345',
  'welcome123456',
  'administrator',
  'administrator1',
  'changeme1234',
  'changemechangeme',
  'football1234',
  'baseball1234',
  'superman1234',
  'unknown12345',
  'trustno1trustno1',
  'testtesttest',
]);

/** @throws ApiError invalid, without the password */
export function checkNewPassword(password: string): void {
  const { min, max } = PASSWORD_LENGTH;
  const reason =
    password.length < min || password.length > max
      ? `A password has ${min} to ${max} characters`
      : COMMON.has(password.toLowerCase()) && 'This password is on the list of the most common ones';
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
