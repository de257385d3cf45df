/** What is said of the organisation's keys and of who uses them. */
export const keys = {
  title: { en: 'Keys', de: 'Schlüssel' },
  lead: {
    en: 'The API key has every right and no end. Tokens of users are safer: they have a role, an end and a name.',
    de: 'Der API-Schlüssel hat alle Rechte und kein Ende. Tokens von Benutzern sind sicherer: Sie haben eine Rolle, ein Ende und einen Namen.',
  },
  api: { en: 'API key', de: 'API-Schlüssel' },
  player: { en: 'Player key', de: 'Player-Schlüssel' },
  disabled: {
    en: 'Disabled: only tokens count, until it is rotated.',
    de: 'Abgeschaltet: Nur Tokens gelten, bis er gewechselt wird.',
  },
  rotateApi: { en: 'Rotate API key', de: 'API-Schlüssel wechseln' },
  rotatePlayer: { en: 'Rotate player key', de: 'Player-Schlüssel wechseln' },
  rotateLead: {
    en: 'A new key is made and counts at once. Every program with the old one has to be given the new one.',
    de: 'Ein neuer Schlüssel entsteht und gilt sofort. Jedes Programm mit dem alten braucht den neuen.',
  },
  grace: { en: 'The old key still counts for', de: 'Der alte Schlüssel gilt noch' },
  noGrace: { en: 'not at all: it ends at once', de: 'gar nicht: er endet sofort' },
  rotated: {
    en: 'The new key is in force and shown here.',
    de: 'Der neue Schlüssel gilt und steht hier.',
  },
  disable: { en: 'Disable API key', de: 'API-Schlüssel abschalten' },
  disableLead: {
    en: 'Every program that uses the API key, one in its grace too, is refused from now on. Users, their tokens and running streams are not touched. Who still uses it is shown at the end of this page.',
    de: 'Jedes Programm, das den API-Schlüssel nutzt, auch einen in seiner Frist, wird ab sofort abgewiesen. Benutzer, ihre Tokens und laufende Streams bleiben unberührt. Wer ihn noch nutzt, steht am Ende dieser Seite.',
  },
  disableAgain: {
    en: 'This key never counts again. Rotating makes a new one, which every program has to be given.',
    de: 'Dieser Schlüssel gilt nie wieder. Ein Wechsel macht einen neuen, den jedes Programm bekommen muss.',
  },
  disabledNow: { en: 'The API key is disabled.', de: 'Der API-Schlüssel ist abgeschaltet.' },
} as const;

export const keyUsage = {
  title: { en: 'Who still uses the API key', de: 'Wer den API-Schlüssel noch nutzt' },
  lead: {
    en: 'By program, with the smallest role that would do and the command that makes the token to replace the key with.',
    de: 'Nach Programm, mit der kleinsten Rolle, die genügt, und dem Befehl für das Token, das den Schlüssel ersetzt.',
  },
  noKey: { en: 'There is no API key', de: 'Es gibt keinen API-Schlüssel' },
  noKeyHint: {
    en: 'It is disabled: nobody can use it. Rotating makes a new one.',
    de: 'Er ist abgeschaltet: Niemand kann ihn nutzen. Ein Wechsel macht einen neuen.',
  },
  unused: { en: 'Nobody uses it', de: 'Niemand nutzt ihn' },
  unusedHint: {
    en: 'No program has come with this key. You can disable it.',
    de: 'Kein Programm kam mit diesem Schlüssel. Sie können ihn abschalten.',
  },
  live: { en: 'The live key', de: 'Der geltende Schlüssel' },
  old: { en: 'An old key in its grace', de: 'Ein alter Schlüssel in seiner Frist' },
  created: { en: 'Created', de: 'Angelegt' },
  ends: { en: 'Ends', de: 'Endet' },
  lastUsed: { en: 'Last used', de: 'Zuletzt genutzt' },
  from: { en: (ip: string) => `from ${ip}`, de: (ip: string) => `von ${ip}` },
  nameless: { en: 'A program that does not say its name', de: 'Ein Programm, das seinen Namen nicht nennt' },
  others: { en: 'Others that come seldom', de: 'Andere, die selten kommen' },
  requests: {
    en: (count: number) => (count === 1 ? '1 request' : `${count} requests`),
    de: (count: number) => (count === 1 ? '1 Aufruf' : `${count} Aufrufe`),
  },
  enough: { en: 'Role that would do', de: 'Rolle, die genügt' },
  sameAnswers: {
    en: (role: string) => `With ${role} its answers would lack no field either.`,
    de: (role: string) => `Mit ${role} fehlte seinen Antworten auch kein Feld.`,
  },
  addresses: { en: 'Addresses', de: 'Adressen' },
  andMore: { en: 'and more', de: 'und weitere' },
  command: { en: 'Command for the replacing token', de: 'Befehl für das ersetzende Token' },
  commandHint: {
    en: 'Run it where Lockkeeper runs: it makes a user for this program and prints its token.',
    de: 'Führen Sie ihn dort aus, wo Lockkeeper läuft: Er legt einen Benutzer für dieses Programm an und gibt sein Token aus.',
  },
  routes: { en: 'What it called', de: 'Was es aufrief' },
  route: { en: 'Endpoint', de: 'Endpunkt' },
  count: { en: 'Requests', de: 'Aufrufe' },
  capability: { en: 'Needs', de: 'Braucht' },
  gone: { en: 'no longer there', de: 'nicht mehr da' },
} as const;
