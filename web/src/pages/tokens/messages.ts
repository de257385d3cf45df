/** What stands on the page of API tokens. */
export const apiTokens = {
  lead: {
    en: 'A token acts for a user, with at most the rights of that user’s role, until it ends.',
    de: 'Ein Token handelt für einen Benutzer, höchstens mit den Rechten seiner Rolle, bis es endet.',
  },
  session: { en: 'This session', de: 'Diese Sitzung' },
  sessionLead: {
    en: 'You are signed in with a Bintu token that never reaches a page.',
    de: 'Sie sind mit einem Bintu-Token angemeldet, das nie auf eine Seite gelangt.',
  },
  sessionEnds: { en: 'Your Bintu token ends', de: 'Ihr Bintu-Token endet' },
  own: { en: 'Your tokens', de: 'Ihre Tokens' },
  ownLead: {
    en: 'All that can act for you now: sessions, sign-ins of programs, and tokens made for you.',
    de: 'Alles, was jetzt für Sie handeln kann: Sitzungen, Anmeldungen von Programmen und Tokens, die für Sie erstellt wurden.',
  },
  all: { en: 'Tokens of the organisation', de: 'Tokens der Organisation' },
  allLead: {
    en: 'Everybody’s. Renewing a user’s tokenKey on their page ends all of theirs at once.',
    de: 'Die Tokens aller. Wer den tokenKey eines Benutzers auf dessen Seite erneuert, beendet alle auf einmal.',
  },
  filter: { en: 'Of the user', de: 'Vom Benutzer' },
  everybody: { en: 'Everybody', de: 'Alle' },
  name: { en: 'Token', de: 'Token' },
  user: { en: 'User', de: 'Benutzer' },
  rights: { en: 'Rights', de: 'Rechte' },
  wholeRole: { en: 'as the user’s role', de: 'wie die Rolle des Benutzers' },
  onlyFrom: { en: (networks: string) => `only from ${networks}`, de: (networks: string) => `nur von ${networks}` },
  expires: { en: 'Ends', de: 'Endet' },
  lastUsed: { en: 'Last used', de: 'Zuletzt genutzt' },
  from: { en: (ip: string) => `from ${ip}`, de: (ip: string) => `von ${ip}` },
  actions: { en: 'Actions', de: 'Aktionen' },
  api: { en: 'API token', de: 'API-Token' },
  login: { en: 'sign-in of a program', de: 'Anmeldung eines Programms' },
  dashboard: { en: 'dashboard session', de: 'Dashboard-Sitzung' },
  current: { en: 'this session', de: 'diese Sitzung' },
  revoke: { en: 'Revoke', de: 'Widerrufen' },
  revokeOne: { en: (name: string) => `Revoke the token ${name}`, de: (name: string) => `Token ${name} widerrufen` },
  revokeLead: {
    en: (name: string, email: string) =>
      `The token ${name} of ${email} is refused from now on. Other tokens stay, and so do playback tokens made with it.`,
    de: (name: string, email: string) =>
      `Das Token ${name} von ${email} wird ab sofort abgewiesen. Andere Tokens bleiben, auch damit erstellte Playback-Tokens.`,
  },
  revokeCurrent: {
    en: 'This is the session you are in: you will be signed out.',
    de: 'Das ist die Sitzung, in der Sie sind: Sie werden abgemeldet.',
  },
  revoked: { en: (name: string) => `${name} is revoked.`, de: (name: string) => `${name} ist widerrufen.` },
  empty: { en: 'No tokens', de: 'Keine Tokens' },
  emptyHint: {
    en: 'Nobody here can act by a token now. Create one with the button above.',
    de: 'Hier kann jetzt niemand mit einem Token handeln. Erstellen Sie oben eines.',
  },
} as const;

export const createToken = {
  open: { en: 'Create token', de: 'Token erstellen' },
  title: { en: 'Create a token for a user', de: 'Token für einen Benutzer erstellen' },
  titleFor: {
    en: (email: string) => `Create a token for ${email}`,
    de: (email: string) => `Token für ${email} erstellen`,
  },
  user: { en: 'User', de: 'Benutzer' },
  userHint: { en: 'Part of the address or name', de: 'Teil der Adresse oder des Namens' },
  name: { en: 'Name of the token', de: 'Name des Tokens' },
  nameHint: { en: 'What will use it, for example “Graphics”', de: 'Wer es nutzen wird, zum Beispiel „Grafik“' },
  life: { en: 'Ends after', de: 'Endet nach' },
  role: { en: 'Rights', de: 'Rechte' },
  roleHint: {
    en: 'At most those of the user’s role, now and later.',
    de: 'Höchstens die der Rolle des Benutzers, jetzt und später.',
  },
  whole: {
    en: (role: string) => `Everything that ${role} may do`,
    de: (role: string) => `Alles, was ${role} darf`,
  },
  wholeUnknown: { en: 'Everything that the user’s role may do', de: 'Alles, was die Rolle des Benutzers darf' },
  narrowed: { en: (role: string) => `Only what ${role} may do`, de: (role: string) => `Nur, was ${role} darf` },
  addresses: { en: 'Allowed addresses', de: 'Erlaubte Adressen' },
  addressesHint: {
    en: 'Addresses or networks such as 10.0.0.0/8; from everywhere if there are none.',
    de: 'Adressen oder Netze wie 10.0.0.0/8; ohne Angabe von überall.',
  },
  create: { en: 'Create', de: 'Erstellen' },
  made: { en: 'The token is made', de: 'Das Token ist erstellt' },
  once: {
    en: 'It is shown only now. Copy it to where it is used; nobody can read it here again.',
    de: 'Es wird nur jetzt gezeigt. Kopieren Sie es dorthin, wo es gebraucht wird; hier kann es niemand mehr lesen.',
  },
  token: { en: 'Token', de: 'Token' },
  header: { en: 'As a header', de: 'Als Header' },
  ends: { en: 'Ends', de: 'Endet' },
  done: { en: 'I have copied it', de: 'Ich habe es kopiert' },
} as const;

export const password = {
  title: { en: 'Your password', de: 'Ihr Passwort' },
  lead: {
    en: 'A new password ends your other sessions. Tokens made for you stay.',
    de: 'Ein neues Passwort beendet Ihre anderen Sitzungen. Tokens, die für Sie erstellt wurden, bleiben.',
  },
  old: { en: 'Old password', de: 'Altes Passwort' },
  fresh: { en: 'New password', de: 'Neues Passwort' },
  freshHint: { en: '12 to 256 characters', de: '12 bis 256 Zeichen' },
  wrong: { en: 'This is not your password.', de: 'Das ist nicht Ihr Passwort.' },
  change: { en: 'Change password', de: 'Passwort ändern' },
  changed: {
    en: 'Your password is changed, and your other sessions have ended.',
    de: 'Ihr Passwort ist geändert, Ihre anderen Sitzungen sind beendet.',
  },
} as const;
