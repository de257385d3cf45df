export const matrix = {
  lead: {
    en: 'What each role may do. Every request, publish and play is decided by this table and by nothing else.',
    de: 'Was jede Rolle darf. Über jede Anfrage, jedes Senden und jedes Abspielen entscheidet diese Tabelle und sonst nichts.',
  },
  search: { en: 'Search permissions', de: 'Berechtigungen durchsuchen' },
  searchHint: { en: 'Name, id, sentence or endpoint', de: 'Name, Kennung, Satz oder Endpunkt' },
  endpoints: { en: 'Show endpoints', de: 'Endpunkte anzeigen' },
  print: { en: 'Print', de: 'Drucken' },
  caption: { en: 'Permissions by role', de: 'Berechtigungen nach Rolle' },
  capability: { en: 'Permission', de: 'Berechtigung' },
  may: { en: 'allowed', de: 'erlaubt' },
  mayNot: { en: 'not allowed', de: 'nicht erlaubt' },
  yours: { en: 'your role', de: 'Ihre Rolle' },
  letsYou: {
    en: (sentence: string) => `Lets you ${sentence}.`,
    de: (sentence: string) => `Damit dürfen Sie: ${sentence}.`,
  },
  count: {
    en: (some: number, all: number) => `${some} of ${all}`,
    de: (some: number, all: number) => `${some} von ${all}`,
  },
  nothing: { en: 'No permission matches', de: 'Keine Berechtigung passt dazu' },
  nothingHint: {
    en: 'Search for another word, or clear the search to see the whole table.',
    de: 'Suchen Sie nach einem anderen Wort, oder leeren Sie die Suche, um die ganze Tabelle zu sehen.',
  },
  clear: { en: 'Clear the search', de: 'Suche leeren' },
  shown: {
    en: (count: number) => `${count} ${count === 1 ? 'permission' : 'permissions'} shown`,
    de: (count: number) => `${count} ${count === 1 ? 'Berechtigung' : 'Berechtigungen'} angezeigt`,
  },
} as const;

export const roleWords = {
  lead: {
    en: 'The three predefined roles, and roles of your own, made of exactly what somebody needs.',
    de: 'Die drei vordefinierten Rollen und Ihre eigenen, aus genau dem, was jemand braucht.',
  },
  create: { en: 'New role', de: 'Neue Rolle' },
  createTitle: { en: 'New role', de: 'Neue Rolle' },
  editTitle: { en: (name: string) => `Change ${name}`, de: (name: string) => `${name} ändern` },
  edit: { en: 'Change', de: 'Ändern' },
  editNamed: { en: (name: string) => `Change role ${name}`, de: (name: string) => `Rolle ${name} ändern` },
  copy: { en: 'Use as a start', de: 'Als Vorlage nutzen' },
  copyNamed: {
    en: (name: string) => `Use as a start: ${name}`,
    de: (name: string) => `Als Vorlage nutzen: ${name}`,
  },
  remove: { en: 'Delete', de: 'Löschen' },
  removeNamed: { en: (name: string) => `Delete role ${name}`, de: (name: string) => `Rolle ${name} löschen` },
  predefined: { en: 'Predefined', de: 'Vordefiniert' },
  own: { en: 'Your own', de: 'Eigene' },
  users: {
    en: (count: number) => `${count} ${count === 1 ? 'user' : 'users'}`,
    de: (count: number) => `${count} Benutzer`,
  },
  permissions: {
    en: (count: number) => `${count} ${count === 1 ? 'permission' : 'permissions'}`,
    de: (count: number) => `${count} ${count === 1 ? 'Berechtigung' : 'Berechtigungen'}`,
  },
  noDescription: { en: 'No description', de: 'Ohne Beschreibung' },
  inUse: {
    en: (count: number) =>
      `${count} ${count === 1 ? 'user has' : 'users have'} this role: give them another one first.`,
    de: (count: number) =>
      `${count} Benutzer ${count === 1 ? 'hat' : 'haben'} diese Rolle: Geben Sie ${count === 1 ? 'ihm' : 'ihnen'} zuerst eine andere.`,
  },
  beyondYou: {
    en: (ids: string) => `It holds more than you do, so you cannot change it: ${ids}.`,
    de: (ids: string) => `Sie enthält mehr, als Sie selbst dürfen; darum können Sie sie nicht ändern: ${ids}.`,
  },
  removeAsk: {
    en: (name: string) =>
      `The role ${name} is deleted for good. This works only while no user, no token and no open invitation has it.`,
    de: (name: string) =>
      `Die Rolle ${name} wird endgültig gelöscht. Das geht nur, solange kein Benutzer, kein Token und keine offene Einladung sie hat.`,
  },
  removed: { en: (name: string) => `Role ${name} is deleted`, de: (name: string) => `Rolle ${name} ist gelöscht` },
  back: { en: 'Back to the roles', de: 'Zurück zu den Rollen' },
  gone: { en: 'There is no such role any more', de: 'Diese Rolle gibt es nicht mehr' },
  goneHint: {
    en: 'Somebody may have deleted it. Go back to the list to see the roles there are.',
    de: 'Vielleicht hat sie jemand gelöscht. Kehren Sie zur Liste zurück, um die vorhandenen Rollen zu sehen.',
  },
} as const;

/** The predefined roles' descriptions; in English the API says them. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  nanoAdmin: 'Steuert alles in der Organisation: Benutzer und ihre Rollen, Tokens, Schlüssel und jeden Stream.',
  nanoUser:
    'Führt die tägliche Streaming-Arbeit aus, ohne das, was einen laufenden Stream unterbrechen oder eine kritische Einstellung ändern könnte.',
  nanoReadOnly: 'Sieht Streams, ihre Zustände, Metriken und Warnungen und ändert nichts.',
};
