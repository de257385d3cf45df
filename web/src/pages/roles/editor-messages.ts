export const editor = {
  name: { en: 'Name', de: 'Name' },
  nameHint: {
    en: 'A letter, then letters, digits, “.”, “_” and “-”',
    de: 'Ein Buchstabe, dann Buchstaben, Ziffern, „.“, „_“ und „-“',
  },
  nameWrong: {
    en: 'Begin with a letter; then use letters, digits, “.”, “_” and “-” alone.',
    de: 'Beginnen Sie mit einem Buchstaben; danach nur Buchstaben, Ziffern, „.“, „_“ und „-“.',
  },
  nameTaken: { en: 'There is a role of this name already.', de: 'Es gibt schon eine Rolle mit diesem Namen.' },
  description: { en: 'What it is for', de: 'Wofür sie da ist' },
  audiences: { en: 'Services', de: 'Dienste' },
  audiencesHint: {
    en: 'Services beside the API that the role is meant for',
    de: 'Dienste neben der API, für die die Rolle gedacht ist',
  },
  start: { en: 'Start from', de: 'Vorlage' },
  nothing: { en: 'Nothing', de: 'Leer' },
  permissions: { en: 'What it may do', de: 'Was sie darf' },
  chosen: {
    en: (some: number, all: number) => `${some} of ${all} chosen`,
    de: (some: number, all: number) => `${some} von ${all} gewählt`,
  },
  thisRole: { en: 'This role', de: 'Diese Rolle' },
  keyIsAdmins: {
    en: 'nanoAdmin alone may: the API key stands for every right there is.',
    de: 'Das darf nanoAdmin allein: Der API-Schlüssel steht für alle Rechte, die es gibt.',
  },
  notYours: {
    en: 'You do not hold this yourself, so you cannot give it.',
    de: 'Sie haben dieses Recht selbst nicht und können es darum nicht vergeben.',
  },
  whole: {
    en: (group: string) => `Everything under ${group}`,
    de: (group: string) => `Alles unter ${group}`,
  },
  findings: { en: 'Before you save', de: 'Vor dem Speichern' },
  noFindings: { en: 'There is nothing to say against this role.', de: 'Gegen diese Rolle spricht nichts.' },
  checking: { en: 'Checking…', de: 'Wird geprüft …' },
  warning: { en: 'Warning', de: 'Warnung' },
  note: { en: 'Note', de: 'Hinweis' },
  changes: { en: 'What changes', de: 'Was sich ändert' },
  gains: { en: 'It gains', de: 'Sie gewinnt' },
  loses: { en: 'It loses', de: 'Sie verliert' },
  noChange: { en: 'Its permissions stay as they are.', de: 'Ihre Berechtigungen bleiben, wie sie sind.' },
  affected: { en: 'Who is affected', de: 'Wen es betrifft' },
  nobody: { en: 'No user has this role.', de: 'Kein Benutzer hat diese Rolle.' },
  tokensEnd: {
    en: (count: number) =>
      `${count} ${count === 1 ? 'user has' : 'users have'} this role. When you save, all of their tokens end at once, and so do tokens narrowed to it. They have to sign in again.`,
    de: (count: number) =>
      `${count} Benutzer ${count === 1 ? 'hat' : 'haben'} diese Rolle. Beim Speichern enden sofort alle Tokens dieser Benutzer und alle Tokens, die auf die Rolle beschränkt sind. Die Benutzer müssen sich neu anmelden.`,
  },
  tokensEndAnyway: {
    en: 'When you save, tokens narrowed to this role end at once.',
    de: 'Beim Speichern enden sofort alle Tokens, die auf diese Rolle beschränkt sind.',
  },
  tokensEndUnseen: {
    en: 'When you save, all tokens of this role’s users end at once. You may not see who they are.',
    de: 'Beim Speichern enden sofort alle Tokens der Benutzer in dieser Rolle. Wer sie sind, dürfen Sie nicht sehen.',
  },
  you: {
    en: 'You are one of them: you will be signed out.',
    de: 'Sie gehören dazu: Sie werden abgemeldet.',
  },
  others: {
    en: (count: number) => `and ${count} more`,
    de: (count: number) => `und ${count} weitere`,
  },
  create: { en: 'Create role', de: 'Rolle anlegen' },
  save: { en: 'Save role', de: 'Rolle speichern' },
  saveAsk: { en: (name: string) => `Save ${name}?`, de: (name: string) => `${name} speichern?` },
  created: {
    en: (name: string) => `Role ${name} is there to be given`,
    de: (name: string) => `Rolle ${name} ist angelegt`,
  },
  saved: {
    en: (name: string) => `Role ${name} is changed; older tokens of its users have ended`,
    de: (name: string) => `Rolle ${name} ist geändert; ältere Tokens ihrer Benutzer sind beendet`,
  },
} as const;
