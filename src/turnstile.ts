import { ApiError } from './errors.ts';

interface Room {
  atOnce: number;
  waiting: number;
}

/** Lets a few work at a time and a bounded number wait, in order of arrival. */
export class Turnstile {
  readonly #room: Room;
  readonly #queue: (() => void)[] = [];
  #inside = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** @throws ApiError unavailable, at once, when as many wait as may */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#room.atOnce) this.#inside++;
    else await this.#wait();
    try {
      return await work();
    } finally {
      // Whoever is next takes the place over: nobody can slip in between.
      const next = this.#queue.shift();
      if (next) next();
      else this.#inside--;
    }
  }

  #wait(): Promise<void> {
    if (this.#queue.length >= this.#room.waiting)
      throw new ApiError('unavailable', { reason: 'Too many passwords wait to be checked' }, { 'Retry-After': '2' });
    return new Promise((resolve) => this.#queue.push(resolve));
  }
}
