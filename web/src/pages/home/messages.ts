/** Words of the page that everybody begins at. */
export const homeWords = {
  lead: { en: 'What is going on in your organisation now.', de: 'Was in Ihrer Organisation gerade geschieht.' },
  states: { en: 'Streams by state', de: 'Streams nach Zustand' },
  live: { en: 'Live', de: 'Live' },
  created: { en: 'Created', de: 'Angelegt' },
  ended: { en: 'Ended', de: 'Beendet' },
  locked: { en: 'Locked', de: 'Gesperrt' },
  viewers: { en: 'Viewers now', de: 'Zuschauer jetzt' },
  traffic: { en: 'Traffic this month', de: 'Datenverkehr in diesem Monat' },
  received: { en: 'Received from encoders', de: 'Von Encodern empfangen' },
  sent: { en: 'Sent to viewers', de: 'An Zuschauer gesendet' },
  both: { en: 'Together', de: 'Zusammen' },
  day: { en: 'Day (UTC)', de: 'Tag (UTC)' },
  more: {
    en: (share: string, days: string) => `${share} more than ${days}`,
    de: (share: string, days: string) => `${share} mehr als ${days}`,
  },
  less: {
    en: (share: string, days: string) => `${share} less than ${days}`,
    de: (share: string, days: string) => `${share} weniger als ${days}`,
  },
  same: { en: (days: string) => `As much as ${days}`, de: (days: string) => `So viel wie ${days}` },
  noneBefore: { en: (days: string) => `Nothing in ${days}`, de: (days: string) => `Nichts ${days}` },
  days: {
    // The dash is not to be the end of a line.
    en: (from: string, to: string, month: string) => `${from === to ? from : `${from}–\u2060${to}`} ${month}`,
    de: (from: string, to: string, month: string) =>
      from === to ? `am ${from}. ${month}` : `vom ${from}. bis ${to}. ${month}`,
  },
  trafficChart: {
    en: (received: string, sent: string) =>
      `Traffic by day: ${received} received and ${sent} sent so far. The table has every day.`,
    de: (received: string, sent: string) =>
      `Datenverkehr nach Tagen: bisher ${received} empfangen und ${sent} gesendet. Die Tabelle nennt jeden Tag.`,
  },
  latest: { en: 'Latest streams', de: 'Neueste Streams' },
  allStreams: { en: 'All streams', de: 'Alle Streams' },
  noStreams: { en: 'There are no streams yet.', de: 'Es gibt noch keine Streams.' },
  alerts: { en: 'Open alerts', de: 'Offene Warnungen' },
  allAlerts: { en: 'All alerts', de: 'Alle Warnungen' },
  allWell: { en: 'All is well', de: 'Alles in Ordnung' },
  allWellHint: { en: 'No alert is open.', de: 'Keine Warnung ist offen.' },
  furtherAlerts: {
    en: (count: number) => (count === 1 ? '1 more alert' : `${count} more alerts`),
    de: (count: number) => (count === 1 ? '1 weitere Warnung' : `${count} weitere Warnungen`),
  },
  since: { en: 'since', de: 'seit' },
} as const;
