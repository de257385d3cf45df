/** Words of every chart. */
export const chartWords = {
  picture: {
    en: (title: string, from: string, to: string) =>
      `Chart: ${title}, from ${from} to ${to} UTC. The table says the same.`,
    de: (title: string, from: string, to: string) =>
      `Diagramm: ${title}, von ${from} bis ${to} UTC. Die Tabelle sagt dasselbe.`,
  },
  asTable: { en: 'As a table', de: 'Als Tabelle' },
  of: { en: (title: string) => `of ${title}`, de: (title: string) => `zu ${title}` },
  back: { en: 'Back', de: 'Zurück' },
  backFrom: {
    en: (title: string) => `Back to the longer range: ${title}`,
    de: (title: string) => `Zurück zum längeren Zeitraum: ${title}`,
  },
  lines: { en: (title: string) => `Lines of ${title}`, de: (title: string) => `Linien von ${title}` },
  time: { en: 'Time (UTC)', de: 'Zeit (UTC)' },
  latest: { en: 'Latest', de: 'Zuletzt' },
  local: { en: (time: string) => `${time} local`, de: (time: string) => `${time} Ortszeit` },
  nothing: { en: 'Nothing was measured in this time.', de: 'In dieser Zeit wurde nichts gemessen.' },
  notDrawn: { en: 'Your browser cannot draw this chart.', de: 'Ihr Browser kann dieses Diagramm nicht zeichnen.' },
  unknown: { en: 'not measured', de: 'nicht gemessen' },
  rows: {
    en: (minutes: string) => `Each row stands for ${minutes}.`,
    de: (minutes: string) => `Jede Zeile steht für ${minutes}.`,
  },
  from: { en: (what: string) => `${what}, from`, de: (what: string) => `${what}, ab` },
} as const;
