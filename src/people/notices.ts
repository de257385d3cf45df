import { addressKey } from '../addresses.ts';
import type { Origin } from '../audit.ts';
import { NOBODY } from '../authenticate.ts';
import type { Logger } from '../log.ts';
import { invitationLetter, type Letter, resetLetter, takenLetter, welcomeLetter } from '../mail/letters.ts';
import type { Mailer } from '../mail/mailer.ts';
import { emailKey, findUserByEmail, findWaiting, isWaiting } from '../store/address.ts';
import { recordAudit } from '../store/audit.ts';
import { organisationName } from '../store/organisation.ts';
import type { UserTable } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { insertPasswordTicket } from '../store/token.ts';
import type { Background } from './background.ts';
import { Quota } from './quota.ts';
import { newTicket, ticketHash } from './tickets.ts';

const HOUR_MS = 3_600_000;
const RESET_MS = HOUR_MS;
const CONFIRM_MS = 7 * 24 * HOUR_MS;

export interface Link {
  url: string;
  /** Unix milliseconds. */
  expiresAt: number;
}

/**
 * What people are told by mail. Every call returns at once and throws nothing: no answer waits for a mail, and none shows
 * by its time whether one was sent.
 */
export interface Notices {
  /** Whether there is a mail server. */
  readonly mail: boolean;
  /** Mails somebody, at most five letters of a kind within an hour. */
  letter(to: string, letter: Letter, kind: 'invitation' | 'account' | 'sign-up'): void;
  invited(invitation: Link & { email: string; organisation: string; permission: string }): void;
  /** After a user was made or got another address. `link` sets the password of one who has none. */
  addressed(user: UserTable, link: Link | null): void;
  /** Mails a link for a new password to whoever has this address. */
  resetAsked(email: string, origin: Origin): void;
}

export interface NoticesOptions {
  store: Store;
  mailer: Mailer;
  background: Background;
  log: Logger;
  /** Where our pages are. */
  base: () => string;
}

/** After `#`: a fragment never reaches a server's log. */
export const passwordUrl = (base: string, ticket: string): string => `${base}/set-password#${ticket}`;

export function createNotices({ store, mailer, background, log, base }: NoticesOptions): Notices {
  const { run } = background;
  const perRecipient = new Quota(5, HOUR_MS);
  const perAsker = new Quota(30, HOUR_MS);
  const perAccount = new Quota(3, HOUR_MS);
  let hinted = false;

  const letter: Notices['letter'] = (to, content, kind) => {
    if (!mailer.on) return;
    // By kind: whoever signs others up must not use up the mails with which they get back in.
    if (perRecipient.take(`${kind} ${emailKey(to)}`) === 0) mailer.send(to, content);
    else log.warn('a mail was not sent: its recipient got enough this hour');
  };

  /** A link that sets the user's password, with an audit row when somebody asked for it. */
  async function passwordLink(user: UserTable, forMs: number, askedFrom?: Origin): Promise<Link> {
    const ticket = newTicket();
    const at = Date.now();
    const expiresAt = at + forMs;
    await store.transaction(async (tx) => {
      await insertPasswordTicket(tx, { userId: user.id, ticketHash: ticketHash(ticket), expiresAt }, at);
      if (!askedFrom) return;
      const row = {
        principal: { ...NOBODY, organisation: user.organisation_id },
        origin: askedFrom,
        action: 'requestPassword',
      };
      const target = { type: 'user', id: user.id } as const;
      await recordAudit(tx, { ...row, target, outcome: 'allowed', detail: {} }, at);
    });
    return { url: passwordUrl(base(), ticket), expiresAt };
  }

  async function address(user: UserTable, link: Link | null): Promise<void> {
    const waiting = isWaiting(user);
    if (!mailer.on && waiting)
      log.info({ user: user.id }, 'the address of this user belongs to another organisation: it cannot sign in');
    if (!mailer.on || (!waiting && link === null)) return;
    const organisation = await organisationName(store.db, user.organisation_id);
    const facts = { organisation, permission: user.role, ...(link ?? (await passwordLink(user, CONFIRM_MS))) };
    letter(user.email, waiting ? takenLetter(facts) : welcomeLetter(facts), 'account');
  }

  async function reset(email: string, origin: Origin): Promise<void> {
    const user = (await findUserByEmail(store.db, email)) ?? (await findWaiting(store.db, email));
    if (user) mailer.send(user.email, resetLetter(await passwordLink(user, RESET_MS, origin)));
  }

  function hint(): void {
    if (hinted) return;
    hinted = true;
    log.info('a new password was asked for, and LOCKKEEPER_SMTP_URL is not set: lockkeeper user password --local');
  }

  return {
    mail: mailer.on,
    letter,
    invited: ({ email, organisation, ...rest }) =>
      run(async () => {
        if (!mailer.on) return;
        letter(
          email,
          invitationLetter({ ...rest, organisation: await organisationName(store.db, organisation) }),
          'invitation',
        );
      }),
    addressed: (user, link) => run(() => address(user, link)),
    resetAsked(email, origin) {
      if (!mailer.on) return hint();
      // Counted for every address alike, known or not.
      if (perAsker.take(addressKey(origin.ip)) > 0 || perAccount.take(emailKey(email)) > 0) return;
      run(() => reset(email, origin));
    },
  };
}
