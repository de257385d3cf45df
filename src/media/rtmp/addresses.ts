/** A connection's place in its address's allowance. Both calls may be repeated. */
export interface Ticket {
  /** The connection has a verdict: it no longer counts as pending. */
  authorised(): void;
  release(): void;
}

interface Count {
  all: number;
  pending: number;
}

/** Counts connections per address, those without a verdict apart. */
export class Addresses {
  readonly #counts = new Map<string, Count>();

  /** Null when the address has too many. */
  admit(ip: string, most: { all: number; pending: number }): Ticket | null {
    const count = this.#counts.get(ip) ?? { all: 0, pending: 0 };
    if (count.all >= most.all || count.pending >= most.pending) return null;
    this.#counts.set(ip, count);
    count.all++;
    count.pending++;
    let pending = true;
    let released = false;
    const authorised = (): void => {
      if (pending) count.pending--;
      pending = false;
    };
    const release = (): void => {
      if (released) return;
      released = true;
      authorised();
      if (--count.all === 0) this.#counts.delete(ip);
    };
    return { authorised, release };
  }
}

/** IPv4 seen through an IPv6 socket is written as IPv4, so that rules on addresses match. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
