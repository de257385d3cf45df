import { addressKey } from '../addresses.ts';
import type { Observations } from '../alerts/observations.ts';
import { addressesOf, MANY } from '../store/key-use.ts';
import type { KeyUseTable } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';

/** Keys whose addresses are remembered; those of others are read again. */
const MOST_KEYS = 1_000;

const keyOf = (ip: string): string => (ip === MANY ? MANY : addressKey(ip));

/**
 * Finds out that an API key comes from an address from which it never came, while it did from others. Of a key that comes
 * from more addresses than are kept nothing is said: what was forgotten is not new.
 */
export class KeyAddresses {
  readonly #observations: Observations;
  readonly #known = new Map<string, Set<string>>();

  constructor(observations: Observations) {
    this.#observations = observations;
  }

  /** What is new in uses that are about to be written in this transaction. Call what it gives after the commit. */
  async look(tx: Tx, uses: readonly KeyUseTable[]): Promise<() => void> {
    const read = new Map<string, Set<string>>();
    const arrivals: KeyUseTable[] = [];
    for (const use of uses.toSorted((one, other) => one.first_at - other.first_at)) {
      const { key_id: key, ip } = use;
      if (ip === '' || this.#known.get(key)?.has(keyOf(ip))) continue;
      const known = read.get(key) ?? new Set((await addressesOf(tx, key)).map(keyOf));
      read.set(key, known);
      const isNew = ip !== MANY && !known.has(keyOf(ip));
      if (isNew && known.size > 0 && !known.has(MANY)) arrivals.push(use);
      known.add(keyOf(ip));
    }
    return () => {
      for (const [key, known] of read) this.#remember(key, known);
      for (const { key_id: subject, organisation_id: organisation, first_at: at } of arrivals)
        this.#observations.note({ code: 91003, organisation, subject, at, detail: {} });
    };
  }

  #remember(key: string, known: Set<string>): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size > MOST_KEYS) this.#known.delete(this.#known.keys().next().value!);
  }
}
