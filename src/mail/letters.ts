/** A mail before it has an address. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (mark) => ESCAPES[mark]!);

/** A name that other people chose, on one line, so that it can end neither a header nor a sentence of ours. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 100);

const day = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

interface Draft {
  subject: string;
  paragraphs: readonly string[];
  link?: { words: string; url: string };
  closing: string;
}

/** The same in plain text and in HTML, which loads nothing from anywhere. */
function letter({ subject, paragraphs, link, closing }: Draft): Letter {
  const before = paragraphs.map((text) => `<p>${escaped(text)}</p>`);
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>',
    '<body style="max-width:34rem;margin:1.5rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif">',
    ...before,
    ...(link
      ? [
          `<p><a href="${escaped(link.url)}">${escaped(link.words)}</a></p>`,
          `<p><small>${escaped(link.url)}</small></p>`,
        ]
      : []),
    `<p><small>${escaped(closing)}</small></p></body></html>`,
  ];
  const text = [...paragraphs, ...(link ? [`${link.words}:\n${link.url}`] : []), closing];
  return { subject, text: `${text.join('\n\n')}\n`, html: html.join('\n') };
}

const IGNORE = 'If you did not expect this mail, ignore it: nothing happens without you.';

export interface InvitationFacts {
  organisation: string;
  permission: string;
  url: string;
  expiresAt: number;
}

export const invitationLetter = ({ organisation, permission, url, expiresAt }: InvitationFacts): Letter =>
  letter({
    subject: `Invitation to ${oneLine(organisation)}`,
    paragraphs: [
      `You are invited to the organisation “${oneLine(organisation)}” on this Lockkeeper server, in the role ${permission}.`,
    ],
    link: { words: 'Accept the invitation', url },
    closing: `The link works once, until ${day(expiresAt)}. ${IGNORE}`,
  });

export const welcomeLetter = ({ organisation, permission, url, expiresAt }: InvitationFacts): Letter =>
  letter({
    subject: `Your account at ${oneLine(organisation)}`,
    paragraphs: [
      `The organisation “${oneLine(organisation)}” made an account for you on this Lockkeeper server, in the role ${permission}.`,
    ],
    link: { words: 'Set your password', url },
    closing: `The link works once, until ${day(expiresAt)}. ${IGNORE}`,
  });

/** To the owner of an address that another organisation would like to use too. */
export const takenLetter = ({ organisation, permission, url, expiresAt }: InvitationFacts): Letter =>
  letter({
    subject: `${oneLine(organisation)} used your address`,
    paragraphs: [
      `The organisation “${oneLine(organisation)}” made an account with your address, in the role ${permission}.`,
      'You already have an account on this Lockkeeper server, and an address belongs to one account. Nobody was told that.',
      'To join, ask them to use another address of yours. Or have your present account deleted or given another address, and then confirm this one:',
    ],
    link: { words: 'Confirm the new account and set its password', url },
    closing: `The link works once, until ${day(expiresAt)}. ${IGNORE}`,
  });

export const resetLetter = ({ url, expiresAt }: Pick<InvitationFacts, 'url' | 'expiresAt'>): Letter =>
  letter({
    subject: 'A new password for Lockkeeper',
    paragraphs: ['Somebody, perhaps you, asked for a new password for your account on this Lockkeeper server.'],
    link: { words: 'Set a new password', url },
    closing: `The link works once, until ${day(expiresAt)}. A new password ends every token and session. ${IGNORE}`,
  });

/** Nothing in the next two was written by whoever asked: they go to people whom that person may not know. */
export const signUpLetter = ({ url, expiresAt }: Pick<InvitationFacts, 'url' | 'expiresAt'>): Letter =>
  letter({
    subject: 'Confirm your new organisation',
    paragraphs: ['Somebody, perhaps you, asked for a new organisation on this Lockkeeper server.'],
    link: { words: 'Confirm, and make it', url },
    closing: `The link works once, until ${day(expiresAt)}. ${IGNORE}`,
  });

/** To somebody who signs up and has an account. */
export const knownLetter = (): Letter =>
  letter({
    subject: 'You already have an account',
    paragraphs: [
      'Somebody, perhaps you, asked for a new organisation on this Lockkeeper server with your address.',
      'You have an account there already, and an address belongs to one account. Nothing was made, and nobody was told.',
      'Sign in as before; if you do not know your password any more, ask for a new one.',
    ],
    closing: IGNORE,
  });

export interface AlertFacts {
  kind: 'new' | 'lasting' | 'resolved';
  organisation: string;
  severity: string;
  name: string;
  message: string;
  advice: string;
  /** The playout name of its stream, when it is about one. */
  stream: string | null;
  /** Unix milliseconds. */
  since: number;
  until: number | null;
  /** The page that shows it. */
  url: string;
}

const RECEIVER = 'You get this mail because somebody of this organisation made your address a receiver of its alerts.';

export function alertLetter(facts: AlertFacts): Letter {
  const { kind, organisation, severity, name, message, advice, stream, since, until, url } = facts;
  const prefix = { new: severity, lasting: `Still ${severity}`, resolved: 'Resolved' }[kind];
  const about = stream === null ? '' : ` (${oneLine(stream)})`;
  const over = until !== null && `It was noticed at ${day(since)} and is over since ${day(until)}.`;
  const first = { new: `${message}.`, lasting: `This still lasts: ${message}.`, resolved: `This is over: ${message}.` };
  return letter({
    subject: `${prefix}: ${name}${about}`,
    paragraphs: [
      first[kind],
      `Organisation: ${oneLine(organisation)}. ${stream === null ? '' : `Stream: ${oneLine(stream)}. `}Severity: ${severity}.`,
      over || `It was first noticed at ${day(since)}.`,
      ...(kind === 'resolved' ? [] : [`${advice}.`]),
    ],
    link: { words: 'See the alerts', url },
    closing: RECEIVER,
  });
}

export const alertTestLetter = ({ organisation, url }: Pick<AlertFacts, 'organisation' | 'url'>): Letter =>
  letter({
    subject: 'Test: alerts reach you',
    paragraphs: [
      `Alerts of the organisation “${oneLine(organisation)}” on this Lockkeeper server will reach you at this address.`,
      'Nothing is wrong: somebody asked for this test.',
    ],
    link: { words: 'See the alerts', url },
    closing: RECEIVER,
  });
