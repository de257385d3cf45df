import { Readable } from 'node:stream';
import type { Grant, Principal } from '../principal.ts';

/** Bytes that may wait for a client, beside what its connection holds, when there is more to tell it. */
const MOST_UNREAD = 128 * 1024;
/** How long a client has to read what it was told last. */
const LINGER_MS = 1_000;

export interface ListenerOptions {
  /** The right to listen, as it was when the client came. */
  grant: Grant;
  ip: string | null;
  /** From where on the client missed what was told, or null. */
  resume: string | null;
  left(listener: Listener): void;
}

/** One open connection. */
export class Listener {
  readonly stream = new Readable({ read() {} });
  readonly grant: Grant;
  readonly ip: string | null;
  readonly resume: string | null;
  /** As last told to the client; null before that. */
  known: Principal | null = null;
  #over = false;

  constructor({ grant, ip, resume, left }: ListenerOptions) {
    this.grant = grant;
    this.ip = ip;
    this.resume = resume;
    this.stream.once('close', () => {
      this.#over = true;
      left(this);
    });
  }

  /** Passes these on together, or hangs up on a client that has not read what it was told before. */
  tell(...frames: readonly Buffer[]): void {
    if (this.#over || frames.length === 0) return;
    if (this.stream.readableLength > MOST_UNREAD) this.stream.destroy();
    else for (const one of frames) this.stream.push(one);
  }

  /** Lets go of the client: it may come again. */
  close(...last: readonly Buffer[]): void {
    if (this.#over) return;
    this.#over = true;
    for (const one of last) this.stream.push(one);
    this.stream.push(null);
    const impatient = setTimeout(() => this.stream.destroy(), LINGER_MS);
    this.stream.once('close', () => clearTimeout(impatient));
  }
}
