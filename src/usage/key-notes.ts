import type { Observations } from '../alerts/observations.ts';
import type { Principal } from '../principal.ts';
import { addUse, MANY, writeKeyUse } from '../store/key-use.ts';
import type { KeyUseTable } from '../store/schema.ts';
import { KeyAddresses } from './key-addresses.ts';
import type { Batch, Notes } from './notes.ts';

/** Distinct clients, addresses and routes of one key between two writes; more are noted by their route alone. */
const MOST = 1_000;
const LONGEST_CLIENT = 200;

/** What is not printable could pretend to be something else where it is shown. */
export const cleanClient = (text: string): string =>
  text
    .slice(0, LONGEST_CLIENT)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
    .trim();

export interface Visit {
  /** Unix milliseconds. */
  at: number;
  ip: string | null;
  /** Operation id. */
  route: string;
  /** The User-Agent as it came. */
  client: string | undefined;
}

/** Who uses an API key: by which client, from where and for what. Kept in memory, added up, written late. */
export class KeyNotes implements Notes {
  readonly #addresses: KeyAddresses;
  #keys = new Map<string, Map<string, KeyUseTable>>();

  constructor(observations: Observations) {
    this.#addresses = new KeyAddresses(observations);
  }

  used({ id, organisation }: Principal, { at, ip, route, client = '' }: Visit): void {
    const uses = this.#keys.get(id) ?? new Map<string, KeyUseTable>();
    this.#keys.set(id, uses);
    const full = uses.size >= MOST;
    addUse(uses, {
      key_id: id,
      organisation_id: organisation,
      client: full ? MANY : cleanClient(client),
      ip: full ? MANY : (ip ?? ''),
      route,
      count: 1,
      first_at: at,
      last_at: at,
    });
  }

  take(): Batch | null {
    if (this.#keys.size === 0) return null;
    const taken = this.#keys;
    this.#keys = new Map();
    let written = () => {};
    return {
      write: async (tx) => {
        const uses = [...taken.values()].flatMap((ofKey) => [...ofKey.values()]);
        written = await this.#addresses.look(tx, uses);
        await writeKeyUse(tx, uses);
      },
      written: () => written(),
      putBack: () => {
        for (const [id, uses] of taken) {
          const since = this.#keys.get(id);
          this.#keys.set(id, uses);
          for (const use of since?.values() ?? []) addUse(uses, use);
        }
      },
    };
  }
}
