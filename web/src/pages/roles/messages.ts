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
