import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { Logger } from '../log.ts';
import type { Letter } from './letters.ts';

/** Waits before the second, third … attempt: about a quarter of an hour in all. */
const PAUSES_MS = [1_000, 15_000, 120_000, 600_000];
/** Letters under way. A server that takes none for long must not fill our memory. */
const MOST = 1_000;
const LAST_MS = 500;
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 30_000 };

/**
 * One mailbox and nothing else: no list, no name, no quotes, nothing that a mail server could read in two ways. What does
 * not look like this gets no mail.
 */
const MAILBOX = /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

/** What became of one attempt. `refused` is for good; `later` may pass. */
export type Posted = 'delivered' | 'refused' | 'later';

export interface Mailer extends AsyncDisposable {
  /** False without a mail server: then nothing is sent. */
  readonly on: boolean;
  /** One attempt, for whoever keeps what is to be sent. Never rejects. */
  post(to: string, letter: Letter): Promise<Posted>;
  /** Returns at once. Delivery goes on behind, is tried again, and whatever becomes of it nobody is told but the log. */
  send(to: string, letter: Letter): void;
}

const NO_MAILER: Mailer = {
  on: false,
  post: async () => 'refused',
  send: () => {},
  [Symbol.asyncDispose]: async () => {},
};

/** What went wrong, without a word of the server's answer: that repeats addresses. */
const reason = (error: unknown) => {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof responseCode === 'number' && { responseCode }),
  };
};

/** A server's 5xx is for good; everything else may pass. */
const isFinal = (error: unknown) => Number((error as { responseCode?: unknown }).responseCode) >= 500;

export interface MailerOptions {
  smtpUrl: string | null;
  from: string;
  log: Logger;
}

export function createMailer({ smtpUrl, from, log }: MailerOptions): Mailer {
  if (smtpUrl === null) return NO_MAILER;
  const options = { url: smtpUrl, pool: true, maxConnections: 2, ...TIMEOUTS };
  const transport = createTransport(
    // Nothing in a letter is a file's path or an address to fetch.
    { ...options, disableFileAccess: true, disableUrlAccess: true } as Parameters<typeof createTransport>[0],
    { from },
  );
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();

  // As an object the address is taken as it is and never read as a list.
  const hand = (to: string, letter: Letter) => transport.sendMail({ ...letter, to: { name: '', address: to } });

  async function deliver(to: string, letter: Letter): Promise<void> {
    for (let attempt = 0; !closing.signal.aborted; attempt++) {
      try {
        await hand(to, letter);
        return;
      } catch (error) {
        const pause = PAUSES_MS[attempt];
        const last = pause === undefined || isFinal(error);
        log.warn({ ...reason(error), attempt: attempt + 1, last }, 'a mail was not taken by the mail server');
        if (last) return;
        await sleep(pause, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  function isPlain(to: string): boolean {
    const plain = MAILBOX.test(to);
    if (!plain) log.warn('a mail was not sent: its address is not a plain one');
    return plain;
  }

  return {
    on: true,
    async post(to, letter) {
      if (!isPlain(to)) return 'refused';
      try {
        await hand(to, letter);
        return 'delivered';
      } catch (error) {
        log.warn(reason(error), 'a mail was not taken by the mail server');
        return isFinal(error) ? 'refused' : 'later';
      }
    },
    send(to, letter) {
      if (!isPlain(to)) return;
      if (underWay.size >= MOST) return log.warn('a mail was not sent: too many wait for the mail server');
      const delivery = deliver(to, letter).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      // Whoever is in the middle of a delivery has a moment to finish it.
      const late = new AbortController();
      const patience = sleep(LAST_MS, undefined, { signal: late.signal }).catch(() => {});
      await Promise.race([Promise.allSettled(underWay), patience]);
      late.abort();
      transport.close();
    },
  };
}
