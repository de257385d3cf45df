import type { Principal } from '../principal.ts';
import { type Use, writeLastSeen, writeLastUse } from '../store/usage.ts';
import type { Batch, Notes } from './notes.ts';

class Seen {
  tokens = new Map<string, Use>();
  keys = new Map<string, Use>();
  users = new Map<string, number>();
  get size(): number {
    return this.tokens.size + this.keys.size + this.users.size;
  }
}

/** When each token and key was last used, and each user last seen. */
export class LastUses implements Notes {
  #seen = new Seen();
  /** What is being written: not yet in the database for whoever reads it now. */
  #leaving = new Seen();

  used({ kind, id, credential }: Principal, at: number, ip: string | null): void {
    if (kind === 'user') {
      this.#seen.tokens.set(credential.id, { at, ip });
      this.#seen.users.set(id, at);
    } else {
      this.#seen.keys.set(id, { at, ip });
    }
  }

  /** The later of what the row says and what is not written yet. */
  ofToken<R extends { id: string; last_used_at: number | null; last_used_ip: string | null }>(row: R): R {
    const use = this.#seen.tokens.get(row.id) ?? this.#leaving.tokens.get(row.id);
    if (!use || use.at <= (row.last_used_at ?? 0)) return row;
    return { ...row, last_used_at: use.at, last_used_ip: use.ip };
  }

  ofUser<R extends { id: string; last_seen_at: number | null }>(row: R): R {
    const at = this.#seen.users.get(row.id) ?? this.#leaving.users.get(row.id) ?? 0;
    return at > (row.last_seen_at ?? 0) ? { ...row, last_seen_at: at } : row;
  }

  take(): Batch | null {
    if (this.#seen.size === 0) return null;
    const taken = this.#seen;
    this.#leaving = taken;
    this.#seen = new Seen();
    return {
      async write(tx) {
        await writeLastUse(tx, 'token', taken.tokens);
        await writeLastUse(tx, 'key', taken.keys);
        await writeLastSeen(tx, taken.users);
      },
      putBack: () => {
        // What was seen meanwhile is newer.
        this.#seen.tokens = new Map([...taken.tokens, ...this.#seen.tokens]);
        this.#seen.keys = new Map([...taken.keys, ...this.#seen.keys]);
        this.#seen.users = new Map([...taken.users, ...this.#seen.users]);
      },
    };
  }
}
