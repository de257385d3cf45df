/** Words of the bell, and of what it calls out. */
export const bellWords = {
  open: {
    en: (count: number, worst: string) => `${count} open ${count === 1 ? 'alert' : 'alerts'}, worst: ${worst}`,
    de: (count: number, worst: string) =>
      `${count} ${count === 1 ? 'offene Warnung' : 'offene Warnungen'}, schwerste: ${worst}`,
  },
  noneOpen: { en: 'No open alerts', de: 'Keine offenen Warnungen' },
  title: { en: 'Open alerts', de: 'Offene Warnungen' },
  none: { en: 'Nothing is wrong at the moment.', de: 'Zurzeit ist alles in Ordnung.' },
  all: { en: 'To all alerts', de: 'Zu allen Warnungen' },
  fresh: { en: 'New critical alert', de: 'Neue kritische Warnung' },
  freshMany: {
    en: (count: number) => `${count} new critical alerts`,
    de: (count: number) => `${count} neue kritische Warnungen`,
  },
  look: { en: 'Look at the alerts', de: 'Warnungen ansehen' },
} as const;
