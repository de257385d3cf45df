/** Words of the page of one stream: its picture, its curves, where it plays, and what can be done to it. */
export const oneWords = {
  back: { en: 'All streams', de: 'Alle Streams' },
  id: { en: 'Id', de: 'ID' },
  gone: { en: 'This stream is not there (any more).', de: 'Diesen Stream gibt es nicht (mehr).' },
  picture: { en: 'Picture', de: 'Bild' },
  video: { en: 'Live picture of the stream', de: 'Livebild des Streams' },
  connecting: { en: 'The picture is on its way …', de: 'Das Bild kommt …' },
  created: {
    en: 'Nothing has been published yet. As soon as an encoder sends, the picture is here.',
    de: 'Es wurde noch nichts veröffentlicht. Sobald ein Encoder sendet, ist das Bild hier.',
  },
  ended: {
    en: 'The stream has ended. When it is live again, the picture comes back by itself.',
    de: 'Der Stream ist beendet. Ist er wieder live, kommt das Bild von selbst zurück.',
  },
  locked: {
    en: 'The stream is locked: its encoder and its viewers are refused until it is unlocked.',
    de: 'Der Stream ist gesperrt: Encoder und Zuschauer werden abgewiesen, bis er entsperrt wird.',
  },
  over: {
    en: 'The picture has ended. Trying whether there is more …',
    de: 'Das Bild ist zu Ende. Es wird geprüft, ob es weitergeht …',
  },
  lost: {
    en: 'There is no picture to be had from the playout server at the moment.',
    de: 'Vom Playout-Server ist zurzeit kein Bild zu bekommen.',
  },
  unsupported: {
    en: 'Your browser cannot play this stream’s codecs. The addresses below play elsewhere, for example in ffplay.',
    de: 'Ihr Browser kann die Codecs dieses Streams nicht abspielen. Mit den Adressen unten geht es anderswo, zum Beispiel in ffplay.',
  },
  blocked: {
    en: 'Your browser waits for you to start the picture.',
    de: 'Ihr Browser wartet darauf, dass Sie das Bild starten.',
  },
  secure: {
    en: 'Your organisation asks viewers for a playback token.',
    de: 'Ihre Organisation verlangt von Zuschauern einen Playback-Token.',
  },
  play: { en: 'Play', de: 'Abspielen' },
  unmute: { en: 'Sound on', de: 'Ton einschalten' },
  mute: { en: 'Sound off', de: 'Ton ausschalten' },
  now: { en: 'Now', de: 'Jetzt' },
  since: { en: 'Since', de: 'Seit' },
  viewers: { en: 'Viewers', de: 'Zuschauer' },
  bitrate: { en: 'Bitrate', de: 'Bitrate' },
  resolution: { en: 'Resolution', de: 'Auflösung' },
  fps: { en: 'Frames per second', de: 'Bilder pro Sekunde' },
  videoCodec: { en: 'Video codec', de: 'Video-Codec' },
  audioCodec: { en: 'Audio codec', de: 'Audio-Codec' },
  received: { en: 'Received', de: 'Empfangen' },
  sent: { en: 'Sent to viewers', de: 'An Zuschauer gesendet' },
  unknown: { en: 'unknown', de: 'unbekannt' },
  notLive: {
    en: 'The stream is not on air. While it is, its figures are here.',
    de: 'Der Stream ist nicht auf Sendung. Solange er es ist, stehen hier seine Werte.',
  },
  curves: { en: 'The last five minutes', de: 'Die letzten fünf Minuten' },
  curve: {
    en: (what: string) => `Curve of the last five minutes: ${what}. Its figures are in the table.`,
    de: (what: string) => `Kurve der letzten fünf Minuten: ${what}. Ihre Werte stehen in der Tabelle.`,
  },
  noCurves: { en: 'Your browser cannot draw the curves.', de: 'Ihr Browser kann die Kurven nicht zeichnen.' },
  figure: { en: 'Figure', de: 'Wert' },
  current: { en: 'Now', de: 'Jetzt' },
  lowest: { en: 'Lowest', de: 'Niedrigster' },
  average: { en: 'Average', de: 'Mittel' },
  highest: { en: 'Highest', de: 'Höchster' },
  minutes: { en: 'minutes ago', de: 'vor Minuten' },
  saveTags: { en: 'Save the tags', de: 'Tags speichern' },
  tagsSaved: { en: 'The tags are saved.', de: 'Die Tags sind gespeichert.' },
  playout: { en: 'Playback', de: 'Wiedergabe' },
  addresses: { en: 'Addresses', de: 'Adressen' },
  flvSocket: { en: 'FLV over WebSocket', de: 'FLV über WebSocket' },
  flvHttp: { en: 'FLV over HTTP', de: 'FLV über HTTP' },
  hls: { en: 'HLS', de: 'HLS' },
  rtmp: { en: 'RTMP', de: 'RTMP' },
  noHls: {
    en: 'It does not play over HLS with the codecs that it has now.',
    de: 'Mit den jetzigen Codecs lässt er sich nicht über HLS abspielen.',
  },
  tokenPlace: {
    en: 'Put a playback token of yours in the place of PLAYBACK_TOKEN.',
    de: 'Setzen Sie einen Ihrer Playback-Tokens an die Stelle von PLAYBACK_TOKEN.',
  },
  snippets: { en: 'Code', de: 'Code' },
  htmlFlv: { en: 'Web page with mpegts.js (low delay)', de: 'Webseite mit mpegts.js (geringe Verzögerung)' },
  htmlHls: { en: 'Web page with hls.js (HLS)', de: 'Webseite mit hls.js (HLS)' },
  ffplay: { en: 'Play with ffplay', de: 'Mit ffplay abspielen' },
  curl: { en: 'Record with curl', de: 'Mit curl aufzeichnen' },
} as const;

/** Words of what ends a stream, and of what became of it. */
export const controlWords = {
  stopLock: { en: 'Stop & Lock', de: 'Stoppen & Sperren' },
  stopOnly: { en: 'Stop', de: 'Stoppen' },
  what: { en: 'What shall happen', de: 'Was soll geschehen' },
  dialog: { en: 'Take the stream off the air', de: 'Stream von der Sendung nehmen' },
  stop: { en: 'Stop only', de: 'Nur stoppen' },
  stopText: {
    en: 'The encoder and all viewers are cut off at once. The encoder may come back, and many do so by themselves.',
    de: 'Encoder und alle Zuschauer werden sofort getrennt. Der Encoder darf wiederkommen, und viele tun das von selbst.',
  },
  lock: { en: 'Stop & lock', de: 'Stoppen & sperren' },
  lockText: {
    en: 'The encoder and all viewers are cut off at once and refused from now on, until the stream is unlocked.',
    de: 'Encoder und alle Zuschauer werden sofort getrennt und ab jetzt abgewiesen, bis der Stream entsperrt wird.',
  },
  notLive: {
    en: 'Nothing is on air that could be stopped.',
    de: 'Es ist nichts auf Sendung, das gestoppt werden könnte.',
  },
  unlock: { en: 'Unlock', de: 'Entsperren' },
  delete: { en: 'Delete', de: 'Löschen' },
  deleteTitle: { en: 'Delete this stream?', de: 'Diesen Stream löschen?' },
  deleteText: {
    en: 'Its encoder and its viewers are cut off at once. Its stream key and its addresses will never work again, and its figures are gone.',
    de: 'Encoder und Zuschauer werden sofort getrennt. Stream-Schlüssel und Adressen funktionieren nie wieder, und die Werte sind weg.',
  },
  deleteAgain: {
    en: (name: string) => `The stream ${name} will be deleted for good. This cannot be undone.`,
    de: (name: string) => `Der Stream ${name} wird endgültig gelöscht. Das lässt sich nicht rückgängig machen.`,
  },
  doneStop: { en: 'The stream is stopped.', de: 'Der Stream ist gestoppt.' },
  doneLock: { en: 'The stream is stopped and locked.', de: 'Der Stream ist gestoppt und gesperrt.' },
  doneUnlock: {
    en: 'The stream is unlocked: its encoder may publish again.',
    de: 'Der Stream ist entsperrt: Sein Encoder darf wieder veröffentlichen.',
  },
  doneDelete: { en: 'The stream is deleted.', de: 'Der Stream ist gelöscht.' },
  closed: {
    en: (publishers: number, viewers: number, ms: string) =>
      `${publishers === 1 ? '1 publisher' : `${publishers} publishers`} and ${viewers === 1 ? '1 viewer' : `${viewers} viewers`} were cut off within ${ms} ms.`,
    de: (publishers: number, viewers: number, ms: string) =>
      `Getrennt wurden ${publishers === 1 ? '1 Encoder' : `${publishers} Encoder`} und ${viewers === 1 ? '1 Zuschauer' : `${viewers} Zuschauer`}, innerhalb von ${ms} ms.`,
  },
  nobody: { en: 'Nobody was on air or watching.', de: 'Niemand war auf Sendung oder sah zu.' },
  notEnforced: {
    en: 'The media server cannot be reached. It is written down and comes into force as soon as the media server is back; until then the picture may go on.',
    de: 'Der Medienserver ist nicht erreichbar. Es ist festgehalten und gilt, sobald der Medienserver wieder da ist; bis dahin läuft das Bild vielleicht weiter.',
  },
} as const;
