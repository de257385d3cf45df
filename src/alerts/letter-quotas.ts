import { Quota } from '../people/quota.ts';
import { emailKey, findUserByEmail } from '../store/address.ts';
import type { Reader } from '../store/store.ts';

const HOUR_MS = 3_600_000;
/** Letters to one address within an hour. What is over it comes later, and tells how things stand then. */
const PER_ADDRESS = 60;
/** To all receivers of an organisation together: it may name others every minute. */
const PER_ORGANISATION = 600;
const TESTS_PER_ADDRESS = 5;
const TESTS_PER_ORGANISATION = 100;

/** Bounds what an organisation has us send: nobody is asked whether an address is to get its alerts. */
export class LetterQuotas {
  readonly #perAddress = new Quota(PER_ADDRESS, HOUR_MS);
  readonly #perOrganisation = new Quota(PER_ORGANISATION, HOUR_MS);
  readonly #tests = new Quota(TESTS_PER_ADDRESS, HOUR_MS);
  readonly #testsOfOrganisation = new Quota(TESTS_PER_ORGANISATION, HOUR_MS);

  /** Milliseconds to wait, or 0 when this letter may go and is counted. */
  async take(db: Reader, organisation: string, to: string, now: number): Promise<number> {
    const owner = await findUserByEmail(db, to);
    const key = emailKey(to);
    // What others send to an address does not keep its owner's organisation from telling them of its own alerts.
    const name = owner?.organisation_id === organisation ? `${organisation} ${key}` : key;
    return this.#perAddress.take(name, now) || this.#perOrganisation.take(organisation, now);
  }

  /** Whether a test may go, which is counted then. */
  test(organisation: string, to: string): boolean {
    return this.#tests.take(emailKey(to)) === 0 && this.#testsOfOrganisation.take(organisation) === 0;
  }
}
