/** What the choice of a role says, and the invitation into one. */
export const roleWords = {
  editRole: { en: 'Edit role', de: 'Rolle ändern' },
  editRoleOf: {
    en: (email: string) => `Edit the role of ${email}`,
    de: (email: string) => `Rolle von ${email} ändern`,
  },
  choose: { en: 'Choose the new role', de: 'Wählen Sie die neue Rolle' },
  current: { en: 'current role', de: 'jetzige Rolle' },
  permissionsOf: {
    en: (role: string, n: number) => `Permissions of ${role} (${n})`,
    de: (role: string, n: number) => `Berechtigungen von ${role} (${n})`,
  },
  mayNotGive: {
    en: 'You may not give this role: it can do what you cannot.',
    de: 'Sie dürfen diese Rolle nicht vergeben: Sie darf mehr als Sie.',
  },
  noRoles: {
    en: 'Your role may not see which roles there are.',
    de: 'Ihre Rolle darf nicht sehen, welche Rollen es gibt.',
  },
  chooseAnother: {
    en: 'Choose another role than the current one.',
    de: 'Wählen Sie eine andere Rolle als die jetzige.',
  },
  levelHighest: { en: 'access level highest', de: 'Zugriffsstufe höchste' },
  levelHigh: { en: 'access level high', de: 'Zugriffsstufe hoch' },
  levelLow: { en: 'access level low', de: 'Zugriffsstufe niedrig' },
  levelCustom: { en: 'a role of your own', de: 'eine eigene Rolle' },
  describeAdmin: {
    en: 'Controls everything in the organisation: users and their roles, tokens, keys and every stream.',
    de: 'Bestimmt über alles in der Organisation: Benutzer und ihre Rollen, Tokens, Schlüssel und jeden Stream.',
  },
  describeUser: {
    en: 'Runs the daily streaming work, without what could interrupt a live stream or change a critical setting.',
    de: 'Macht die tägliche Streaming-Arbeit, ohne das, was einen laufenden Stream unterbrechen oder Wichtiges verstellen könnte.',
  },
  describeReadOnly: {
    en: 'Looks at streams, their states, metrics and alerts, and changes nothing.',
    de: 'Sieht Streams, ihre Zustände, Messwerte und Warnungen, und ändert nichts.',
  },

  review: { en: 'What will change', de: 'Was sich ändert' },
  fromTo: {
    en: (from: string, to: string) => `From ${from} to ${to}`,
    de: (from: string, to: string) => `Von ${from} zu ${to}`,
  },
  loses: { en: (n: number) => `Loses ${n}`, de: (n: number) => `Verliert ${n}` },
  losesNothing: { en: 'Loses nothing', de: 'Verliert nichts' },
  gains: { en: (n: number) => `Gains ${n}`, de: (n: number) => `Gewinnt ${n}` },
  gainsNothing: { en: 'Gains nothing', de: 'Gewinnt nichts' },
  used: {
    en: (role: string) => `Done in the last 30 days, and not allowed as ${role}`,
    de: (role: string) => `In den letzten 30 Tagen getan, und als ${role} nicht mehr erlaubt`,
  },
  usedNothing: {
    en: (role: string) => `Nothing this person did in the last 30 days would have been refused as ${role}.`,
    de: (role: string) =>
      `Nichts, was diese Person in den letzten 30 Tagen getan hat, wäre als ${role} abgelehnt worden.`,
  },
  usedTimes: {
    en: (action: string, n: number) => `${action}, ${n === 1 ? 'once' : `${n} times`}, last`,
    de: (action: string, n: number) => `${action}, ${n === 1 ? 'einmal' : `${n}-mal`}, zuletzt`,
  },
  usedReading: { en: 'used for reading', de: 'zum Lesen benutzt' },
  tokensEnd: {
    en: 'All tokens and sessions of this user end at once.',
    de: 'Alle Tokens und Sitzungen dieses Benutzers enden sofort.',
  },
  confirmRole: { en: (role: string) => `Change to ${role}`, de: (role: string) => `Zu ${role} ändern` },
  back: { en: 'Back', de: 'Zurück' },
  changed: {
    en: (email: string, role: string) => `${email} is ${role} now; all tokens have ended`,
    de: (email: string, role: string) => `${email} ist jetzt ${role}; alle Tokens sind beendet`,
  },

  invite: { en: 'Invite user', de: 'Benutzer einladen' },
  inviteRole: { en: 'Role that the invitation gives', de: 'Rolle, die die Einladung gibt' },
  inviteEmail: { en: 'E-mail address (optional)', de: 'E-Mail-Adresse (freiwillig)' },
  inviteEmailHint: {
    en: 'Only this address can accept then, and the link is mailed to it. Without one, whoever has the link can join.',
    de: 'Nur diese Adresse kann dann annehmen, und der Link wird ihr geschickt. Ohne Adresse kann jeder beitreten, der den Link hat.',
  },
  inviteLife: { en: 'Life of the link', de: 'Gültigkeit des Links' },
  inviteGo: { en: 'Create invitation', de: 'Einladung erstellen' },
  link: { en: 'Invitation link', de: 'Einladungslink' },
  linkMade: { en: 'The invitation is made', de: 'Die Einladung ist erstellt' },
  linkOnce: {
    en: 'Copy the link now: it is shown this once. It works once, for one person.',
    de: 'Kopieren Sie den Link jetzt: Er wird nur dieses eine Mal gezeigt. Er gilt einmal, für eine Person.',
  },
  linkUntil: { en: 'Valid until', de: 'Gültig bis' },
  done: { en: 'Done', de: 'Fertig' },
  invitations: { en: 'Open invitations', de: 'Offene Einladungen' },
  noInvitations: { en: 'No open invitations', de: 'Keine offenen Einladungen' },
  noInvitationsHint: {
    en: 'Invite somebody by a link; until it is used, it stands here and can be revoked.',
    de: 'Laden Sie jemanden mit einem Link ein; bis er benutzt ist, steht er hier und lässt sich widerrufen.',
  },
  forWhom: { en: 'For', de: 'Für' },
  anybody: { en: 'anybody with the link', de: 'jeden, der den Link hat' },
  by: { en: 'Invited by', de: 'Eingeladen von' },
  byKey: { en: 'the API key', de: 'dem API-Schlüssel' },
  byGone: { en: 'a user who is gone', de: 'einem gelöschten Benutzer' },
  expires: { en: 'Expires', de: 'Läuft ab' },
  invalid: {
    en: 'Nobody can accept it: whoever made it no longer holds what it gives.',
    de: 'Niemand kann sie annehmen: Wer sie erstellt hat, hat selbst nicht mehr, was sie gibt.',
  },
  revoke: { en: 'Revoke', de: 'Widerrufen' },
  revokeInvitation: {
    en: (whom: string) => `Revoke the invitation for ${whom}`,
    de: (whom: string) => `Einladung für ${whom} widerrufen`,
  },
  revokeWhat: { en: 'The link stops working at once.', de: 'Der Link gilt sofort nicht mehr.' },
  revoked: { en: 'The invitation was revoked', de: 'Die Einladung wurde widerrufen' },
} as const;
