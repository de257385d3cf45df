/** What the page of one user says, and the questions before something is done to them. */
export const oneWords = {
  back: { en: 'All users', de: 'Alle Benutzer' },
  gone: { en: 'There is no such user (any more)', de: 'Diesen Benutzer gibt es nicht (mehr)' },
  goneHint: {
    en: 'The user was deleted, or the address is wrong.',
    de: 'Der Benutzer wurde gelöscht, oder die Adresse stimmt nicht.',
  },
  details: { en: 'Details', de: 'Angaben' },
  name: { en: 'Name', de: 'Name' },
  noName: { en: 'no name', de: 'ohne Name' },
  id: { en: 'User id', de: 'Benutzer-ID' },
  mayDo: { en: (role: string) => `What ${role} may do`, de: (role: string) => `Was ${role} darf` },

  edit: { en: 'Edit name and e-mail', de: 'Name und E-Mail ändern' },
  email: { en: 'E-mail address', de: 'E-Mail-Adresse' },
  edited: { en: (email: string) => `${email} was changed`, de: (email: string) => `${email} wurde geändert` },
  editHint: {
    en: 'Whoever reads this mailbox can set a new password. An address that is known elsewhere waits until its owner confirms it.',
    de: 'Wer dieses Postfach liest, kann ein neues Passwort setzen. Eine Adresse, die es anderswo schon gibt, wartet, bis ihr Besitzer sie bestätigt.',
  },

  renew: { en: 'Renew token', de: 'Token erneuern' },
  renewTitle: {
    en: (email: string) => `Renew the token of ${email}`,
    de: (email: string) => `Token von ${email} erneuern`,
  },
  renewWhat: {
    en: 'The user gets a new tokenKey. Every API token and every session of theirs ends at once, on every device; a program that uses one stops working until it has a new one. The role and the password stay.',
    de: 'Der Benutzer bekommt einen neuen tokenKey. Alle API-Tokens und alle Sitzungen enden sofort, auf jedem Gerät; ein Programm, das eines davon benutzt, arbeitet erst mit einem neuen wieder. Rolle und Passwort bleiben.',
  },
  renewAgain: {
    en: (email: string, n: number | undefined) =>
      `${n === undefined ? 'All tokens' : n === 1 ? 'The one open token' : `All ${n} open tokens`} of ${email} will be dead in a moment, and cannot be brought back. Playback tokens live on.`,
    de: (email: string, n: number | undefined) =>
      `${n === undefined ? 'Alle Tokens' : n === 1 ? 'Das eine offene Token' : `Alle ${n} offenen Tokens`} von ${email} ${n === 1 ? 'ist' : 'sind'} gleich ungültig und ${n === 1 ? 'lässt' : 'lassen'} sich nicht zurückholen. Playback-Tokens gelten weiter.`,
  },
  renewed: {
    en: (email: string) => `All tokens of ${email} have ended`,
    de: (email: string) => `Alle Tokens von ${email} sind beendet`,
  },
  livesOn: {
    en: 'Playback tokens that this user made live on until they expire or are revoked: viewers notice nothing.',
    de: 'Playback-Tokens, die dieser Benutzer erstellt hat, gelten weiter, bis sie ablaufen oder widerrufen werden: Zuschauer merken nichts.',
  },
  self: {
    en: 'This is you: your own session ends as well, and you have to sign in again.',
    de: 'Das sind Sie selbst: Auch Ihre eigene Sitzung endet, und Sie müssen sich neu anmelden.',
  },

  remove: { en: 'Delete', de: 'Löschen' },
  removeTitle: { en: (email: string) => `Delete ${email}`, de: (email: string) => `${email} löschen` },
  removeWhat: {
    en: 'The user leaves the organisation for good. Every API token and every session of theirs ends at once. What they did stays in the audit log.',
    de: 'Der Benutzer verlässt die Organisation endgültig. Alle API-Tokens und alle Sitzungen enden sofort. Was er getan hat, bleibt im Protokoll.',
  },
  removeAgain: {
    en: (email: string) => `${email} will be gone in a moment, and this cannot be undone. Playback tokens live on.`,
    de: (email: string) =>
      `${email} ist gleich gelöscht, und das lässt sich nicht rückgängig machen. Playback-Tokens gelten weiter.`,
  },
  removed: { en: (email: string) => `${email} was deleted`, de: (email: string) => `${email} wurde gelöscht` },

  tokens: { en: 'Open tokens', de: 'Offene Tokens' },

  activity: { en: 'Recent activity', de: 'Was zuletzt geschah' },
  whichActivity: { en: 'Which activity', de: 'Welche Vorgänge' },
  by: { en: 'By this user', de: 'Von diesem Benutzer' },
  about: { en: 'About this user', de: 'Über diesen Benutzer' },
  noActivity: { en: 'Nothing yet', de: 'Noch nichts' },
  noActivityHint: {
    en: 'Changes and refusals will be listed here as they happen.',
    de: 'Änderungen und Ablehnungen stehen hier, sobald es welche gibt.',
  },
  when: { en: 'When', de: 'Wann' },
  what: { en: 'What', de: 'Was' },
  onWhat: { en: 'On', de: 'Woran' },
  whoDid: { en: 'Who', de: 'Wer' },
  outcome: { en: 'Outcome', de: 'Ergebnis' },
  allowed: { en: 'done', de: 'erledigt' },
  refused: { en: 'refused', de: 'abgelehnt' },
  times: { en: (n: number) => `${n} times`, de: (n: number) => `${n}-mal` },
  wholeLog: { en: 'All of it in the audit log', de: 'Alles im Protokoll' },
} as const;
