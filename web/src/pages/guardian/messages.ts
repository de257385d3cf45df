export const guardianWords = {
  lead: {
    en: 'Who may not watch your streams, by address or by the page that shows them. Whoever is watching is taken off at once.',
    de: 'Wer Ihre Streams nicht sehen darf, nach Adresse oder nach der Seite, die sie zeigt. Wer gerade zusieht, wird sofort getrennt.',
  },
  addresses: { en: 'Blocked addresses', de: 'Gesperrte Adressen' },
  addressesLead: {
    en: 'Viewers from these addresses and networks see none of your streams.',
    de: 'Zuschauer von diesen Adressen und Netzen sehen keinen Ihrer Streams.',
  },
  pages: { en: 'Pages', de: 'Seiten' },
  pagesLead: {
    en: 'Which sites may show your streams: a denied one may not; once one is allowed, only allowed ones may.',
    de: 'Welche Websites Ihre Streams zeigen dürfen: eine verbotene nicht; sobald eine erlaubt ist, nur noch erlaubte.',
  },
  onlyAllowed: {
    en: 'Only allowed sites show your streams. Everybody else is shut out: players without a page, and the picture in this dashboard unless its own host is allowed.',
    de: 'Nur erlaubte Websites zeigen Ihre Streams. Alle anderen sind ausgesperrt: Player ohne Seite, und das Bild in diesem Dashboard, wenn dessen eigener Host nicht erlaubt ist.',
  },
  ip: { en: 'Address or network', de: 'Adresse oder Netz' },
  ipHint: { en: 'For example 192.0.2.7 or 192.0.2.0/24', de: 'Zum Beispiel 192.0.2.7 oder 192.0.2.0/24' },
  domain: { en: 'Site', de: 'Website' },
  domainHint: {
    en: 'For example example.org, or *.example.org for those below it',
    de: 'Zum Beispiel example.org, oder *.example.org für die darunter',
  },
  type: { en: 'Rule', de: 'Regel' },
  deny: { en: 'Denied', de: 'Verboten' },
  allow: { en: 'Allowed', de: 'Erlaubt' },
  denyText: { en: 'This site may not show your streams.', de: 'Diese Website darf Ihre Streams nicht zeigen.' },
  allowText: {
    en: 'This site may show your streams, and sites that are not allowed may not.',
    de: 'Diese Website darf Ihre Streams zeigen, und nicht erlaubte dürfen es nicht.',
  },
  firstAllowed: { en: 'This shuts everybody else out', de: 'Das sperrt alle anderen aus' },
  firstAllowedText: {
    en: 'It is the first site that is allowed. From then on your streams are shown nowhere else, not in this dashboard either, and whoever watches them elsewhere is taken off at once.',
    de: 'Es ist die erste erlaubte Website. Ab dann werden Ihre Streams nirgends sonst gezeigt, auch nicht in diesem Dashboard, und wer sie anderswo sieht, wird sofort getrennt.',
  },
  note: { en: 'Note', de: 'Notiz' },
  noteHint: { en: 'Why, for your colleagues', de: 'Warum, für Ihre Kollegen' },
  life: { en: 'For how long', de: 'Wie lange' },
  own: { en: 'Another time', de: 'Andere Dauer' },
  hours: { en: 'Hours', de: 'Stunden' },
  forGood: { en: 'For good', de: 'Auf Dauer' },
  block: { en: 'Block an address', de: 'Adresse sperren' },
  blockDo: { en: 'Block', de: 'Sperren' },
  rule: { en: 'Add a rule for a site', de: 'Regel für eine Website anlegen' },
  ruleDo: { en: 'Add rule', de: 'Regel anlegen' },
  search: { en: 'Search in address, site and note', de: 'Suche in Adresse, Website und Notiz' },
  made: { en: 'Made', de: 'Angelegt' },
  left: { en: 'Ends in', de: 'Endet in' },
  ending: { en: 'ends now', de: 'endet jetzt' },
  actions: { en: 'Actions', de: 'Aktionen' },
  aKey: { en: 'a key', de: 'ein Schlüssel' },
  remove: { en: 'Remove', de: 'Entfernen' },
  removeOne: { en: (what: string) => `Remove ${what}`, de: (what: string) => `${what} entfernen` },
  removeAddress: {
    en: 'Viewers from there can watch again at once.',
    de: 'Zuschauer von dort können sofort wieder zusehen.',
  },
  removeDeny: {
    en: 'This site can show your streams again at once, as far as the other rules let it.',
    de: 'Diese Website kann Ihre Streams sofort wieder zeigen, soweit die anderen Regeln es zulassen.',
  },
  removeAllow: {
    en: 'This site is not allowed any more: whoever watches there is taken off, as long as another site is allowed.',
    de: 'Diese Website ist nicht mehr erlaubt: Wer dort zusieht, wird getrennt, solange eine andere erlaubt ist.',
  },
  removeLastAllow: {
    en: 'No site is allowed by name any more: from then on every site that is not denied can show your streams.',
    de: 'Keine Website ist mehr eigens erlaubt: Ab dann kann jede, die nicht verboten ist, Ihre Streams zeigen.',
  },
  removed: { en: (what: string) => `${what} is removed.`, de: (what: string) => `${what} ist entfernt.` },
  noAddresses: { en: 'No address is blocked', de: 'Keine Adresse ist gesperrt' },
  noAddressesHint: {
    en: 'Block one, and its viewers are taken off within a second. After a day it ends by itself, unless you choose another time.',
    de: 'Sperren Sie eine, und ihre Zuschauer sind innerhalb einer Sekunde getrennt. Nach einem Tag endet die Sperre von selbst, wenn Sie keine andere Dauer wählen.',
  },
  noPages: { en: 'Every page may show your streams', de: 'Jede Seite darf Ihre Streams zeigen' },
  noPagesHint: {
    en: 'Deny a site, or allow those that alone may show your streams.',
    de: 'Verbieten Sie eine Website, oder erlauben Sie die, die Ihre Streams allein zeigen dürfen.',
  },
  wrongIp: { en: 'This is no address and no network', de: 'Das ist weder eine Adresse noch ein Netz' },
  wrongDomain: {
    en: 'This is no site: write its name alone, without https://',
    de: 'Das ist keine Website: Schreiben Sie nur ihren Namen, ohne https://',
  },
  wrongHours: { en: 'From 1 hour to 8,760 (a year)', de: 'Von 1 Stunde bis 8.760 (ein Jahr)' },
  done: {
    en: (what: string, type: 'deny' | 'allow') => `${what} is ${type === 'deny' ? 'blocked' : 'allowed'}.`,
    de: (what: string, type: 'deny' | 'allow') => `${what} ist ${type === 'deny' ? 'gesperrt' : 'erlaubt'}.`,
  },
  takenOff: {
    en: (viewers: number, ms: string) =>
      `${viewers === 1 ? '1 viewer was' : `${viewers} viewers were`} taken off, in ${ms} ms.`,
    de: (viewers: number, ms: string) =>
      `${viewers === 1 ? '1 Zuschauer wurde' : `${viewers} Zuschauer wurden`} getrennt, in ${ms} ms.`,
  },
  nobody: { en: 'Nobody was watching from there.', de: 'Von dort sah niemand zu.' },
  notEnforced: {
    en: 'The media engine could not be reached: nobody new gets in, and whoever is watching is taken off within a second of its return.',
    de: 'Die Medien-Engine war nicht erreichbar: Niemand Neues kommt herein, und wer gerade zusieht, wird innerhalb einer Sekunde nach ihrer Rückkehr getrennt.',
  },
} as const;
