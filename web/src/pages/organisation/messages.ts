/** What stands on the page of the organisation, but for its keys and its webhook. */
export const organisation = {
  lead: {
    en: 'Who you are to encoders, players and programs, and what holds for all of your streams.',
    de: 'Wer Sie für Encoder, Player und Programme sind, und was für alle Ihre Streams gilt.',
  },
  facts: { en: 'Overview', de: 'Überblick' },
  name: { en: 'Name', de: 'Name' },
  rename: { en: 'Save name', de: 'Namen speichern' },
  renamed: { en: 'The name is saved.', de: 'Der Name ist gespeichert.' },
  id: { en: 'Organisation ID', de: 'Organisations-ID' },
  hash: { en: 'Hash', de: 'Hash' },
  hashHint: {
    en: 'Every ingest name of yours begins with it.',
    de: 'Damit beginnt jeder Ihrer Ingest-Namen.',
  },
  created: { en: 'Created', de: 'Angelegt' },
  session: { en: 'Your Bintu token for this session ends', de: 'Ihr Bintu-Token für diese Sitzung endet' },
  settings: { en: 'Security', de: 'Sicherheit' },
  settingsLead: {
    en: 'For all of your streams; each switch says whom it touches before it moves.',
    de: 'Für alle Ihre Streams; jeder Schalter sagt, wen er betrifft, bevor er sich bewegt.',
  },
  securePlayback: { en: 'Secure playback', de: 'Sichere Wiedergabe' },
  securePlaybackHint: { en: 'Playing needs a playback token.', de: 'Wiedergabe braucht ein Playback-Token.' },
  securePlaybackOn: {
    en: 'Viewers who came without a playback token are cut off within seconds and refused from then on. Those who showed one watch on.',
    de: 'Wer ohne Playback-Token zusieht, wird binnen Sekunden getrennt und von da an abgewiesen. Wer eines vorgezeigt hat, sieht weiter zu.',
  },
  securePlaybackOff: {
    en: 'Everybody who knows the address of a stream can play it.',
    de: 'Jeder, der die Adresse eines Streams kennt, kann ihn wiedergeben.',
  },
  publicStreamInfo: { en: 'Public stream information', de: 'Öffentliche Stream-Angaben' },
  publicStreamInfoHint: {
    en: 'Whoever knows a stream’s ID may read what players need of it, without signing in.',
    de: 'Wer die ID eines Streams kennt, darf ohne Anmeldung lesen, was Player davon brauchen.',
  },
  publicStreamInfoOn: {
    en: 'Players can read where a stream plays without a credential.',
    de: 'Player können ohne Zugangsdaten lesen, wo ein Stream läuft.',
  },
  publicStreamInfoOff: {
    en: 'Players that read where a stream plays without a credential are refused at once.',
    de: 'Player, die ohne Zugangsdaten lesen, wo ein Stream läuft, werden sofort abgewiesen.',
  },
  ingestTokens: { en: 'Ingest tokens', de: 'Ingest-Tokens' },
  ingestTokensHint: {
    en: 'Publishing needs an ingest token besides the ingest name.',
    de: 'Senden braucht neben dem Ingest-Namen ein Ingest-Token.',
  },
  ingestTokensOn: {
    en: 'Encoders that are on air stay. Without an ingest token none gets in from now on, not after a lost connection either.',
    de: 'Encoder auf Sendung bleiben. Ohne Ingest-Token kommt ab jetzt keiner herein, auch nicht nach einem Verbindungsabbruch.',
  },
  ingestTokensOff: {
    en: 'Whoever knows a stream’s ingest name can publish to it.',
    de: 'Wer den Ingest-Namen eines Streams kennt, kann dorthin senden.',
  },
  turnOn: { en: (what: string) => `Turn on: ${what}`, de: (what: string) => `Einschalten: ${what}` },
  turnOff: { en: (what: string) => `Turn off: ${what}`, de: (what: string) => `Ausschalten: ${what}` },
  on: { en: 'Turn on', de: 'Einschalten' },
  off: { en: 'Turn off', de: 'Ausschalten' },
  turnedOn: { en: (what: string) => `${what} is on.`, de: (what: string) => `${what}: eingeschaltet.` },
  turnedOff: { en: (what: string) => `${what} is off.`, de: (what: string) => `${what}: ausgeschaltet.` },
} as const;

export const tags = {
  title: { en: 'Tags', de: 'Tags' },
  lead: {
    en: 'Words that group streams. Unknown ones are created when a stream is given them.',
    de: 'Wörter, die Streams ordnen. Neue entstehen auch, wenn ein Stream sie bekommt.',
  },
  name: { en: 'New tag', de: 'Neues Tag' },
  create: { en: 'Create tag', de: 'Tag anlegen' },
  created: { en: (name: string) => `The tag ${name} is there.`, de: (name: string) => `Das Tag ${name} ist angelegt.` },
  search: { en: 'Find a tag', de: 'Tag suchen' },
  tag: { en: 'Tag', de: 'Tag' },
  streams: { en: 'Streams', de: 'Streams' },
  toStreams: {
    en: (count: number, name: string) => `${count}, show those tagged ${name}`,
    de: (count: number, name: string) => `${count}, die mit dem Tag ${name} zeigen`,
  },
  actions: { en: 'Actions', de: 'Aktionen' },
  rename: { en: 'Rename', de: 'Umbenennen' },
  renameOne: { en: (name: string) => `Rename the tag ${name}`, de: (name: string) => `Tag ${name} umbenennen` },
  newName: { en: 'New name', de: 'Neuer Name' },
  renameLead: {
    en: (streams: number) => `It is renamed on ${streams === 1 ? 'its one stream' : `all of its ${streams} streams`}.`,
    de: (streams: number) =>
      streams === 1 ? 'Es wird an seinem einen Stream umbenannt.' : `Es wird an allen ${streams} Streams umbenannt.`,
  },
  renamed: {
    en: (from: string, to: string) => `${from} is now ${to}.`,
    de: (from: string, to: string) => `${from} heißt jetzt ${to}.`,
  },
  remove: { en: 'Delete', de: 'Löschen' },
  removeOne: { en: (name: string) => `Delete the tag ${name}`, de: (name: string) => `Tag ${name} löschen` },
  removeLead: {
    en: (streams: number) =>
      streams === 0
        ? 'No stream has it.'
        : `${streams === 1 ? 'One stream loses' : `${streams} streams lose`} it; the streams themselves stay.`,
    de: (streams: number) =>
      streams === 0
        ? 'Kein Stream trägt es.'
        : `${streams === 1 ? 'Ein Stream verliert' : `${streams} Streams verlieren`} es; die Streams selbst bleiben.`,
  },
  removed: { en: (name: string) => `${name} is deleted.`, de: (name: string) => `${name} ist gelöscht.` },
  empty: { en: 'No tags yet', de: 'Noch keine Tags' },
  emptyHint: {
    en: 'Create one here, or give a stream one: then streams can be found by it.',
    de: 'Legen Sie hier eines an oder geben Sie einem Stream eines: Danach lassen sich Streams finden.',
  },
  noMatch: { en: 'No tag has this in its name', de: 'Kein Tag enthält das im Namen' },
  noMatchHint: { en: 'Search for another part of it.', de: 'Suchen Sie nach einem anderen Teil.' },
} as const;
