/** Words of how a stream gets in: encoders, ingest tokens, and where it is forwarded to. */
export const ingestWords = {
  title: { en: 'Ingest', de: 'Ingest' },
  encoder: { en: 'Encoder', de: 'Encoder' },
  server: { en: 'Server', de: 'Server' },
  key: { en: 'Stream key', de: 'Stream-Schlüssel' },
  secret: {
    en: 'Whoever knows the stream key can publish here. It is not what viewers see.',
    de: 'Wer den Stream-Schlüssel kennt, kann hier veröffentlichen. Zuschauer sehen ihn nicht.',
  },
  obs: {
    en: 'In OBS Studio: Settings > Stream > Service “Custom…”, then:',
    de: 'In OBS Studio: Einstellungen > Stream > Plattform „Benutzerdefiniert…“, dann:',
  },
  obsAdvice: {
    en: 'Under Output choose a keyframe interval of 2 s, H.264 and AAC.',
    de: 'Wählen Sie unter Ausgabe ein Keyframe-Intervall von 2 s, H.264 und AAC.',
  },
  ffmpegFile: { en: 'Send a file in real time', de: 'Eine Datei in Echtzeit senden' },
  ffmpegTest: { en: 'Send a test picture', de: 'Ein Testbild senden' },
  tokenNeeded: {
    en: 'Your organisation asks encoders for a token behind the stream key. Make one here: the stream key then has it.',
    de: 'Ihre Organisation verlangt von Encodern einen Token hinter dem Stream-Schlüssel. Erstellen Sie hier einen: Der Stream-Schlüssel enthält ihn dann.',
  },
  tokenMade: {
    en: (until: string) =>
      `The stream key below has the token, valid until ${until}. It is shown only now: take it with you.`,
    de: (until: string) =>
      `Der Stream-Schlüssel unten enthält den Token, gültig bis ${until}. Er wird nur jetzt gezeigt: Übernehmen Sie ihn gleich.`,
  },
  life: { en: 'Valid for', de: 'Gültig für' },
  hour: { en: '1 hour', de: '1 Stunde' },
  day: { en: '1 day', de: '1 Tag' },
  week: { en: '7 days', de: '7 Tage' },
  month: { en: '30 days', de: '30 Tage' },
  year: { en: '365 days', de: '365 Tage' },
  makeToken: { en: 'Make an ingest token', de: 'Ingest-Token erstellen' },
  tokens: { en: 'Ingest tokens that are valid now', de: 'Ingest-Tokens, die jetzt gültig sind' },
  noTokens: { en: 'No ingest token is valid now.', de: 'Zurzeit ist kein Ingest-Token gültig.' },
  madeBy: { en: 'Made by', de: 'Erstellt von' },
  madeAt: { en: 'Made at', de: 'Erstellt am' },
  until: { en: 'Valid until', de: 'Gültig bis' },
  actions: { en: 'Actions', de: 'Aktionen' },
  revoke: { en: 'Revoke', de: 'Widerrufen' },
  revokeTitle: { en: 'Revoke this ingest token?', de: 'Diesen Ingest-Token widerrufen?' },
  revokeText: {
    en: 'It opens nothing any more, and the encoder that came in with it is cut off at once.',
    de: 'Er öffnet nichts mehr, und der Encoder, der mit ihm hereinkam, wird sofort getrennt.',
  },
  revoked: { en: 'The ingest token is revoked.', de: 'Der Ingest-Token ist widerrufen.' },
  forward: { en: 'Forwarding', de: 'Weiterleitung' },
  forwardLead: {
    en: 'While it is live, the stream is also sent to another RTMP server.',
    de: 'Solange er live ist, wird der Stream auch an einen anderen RTMP-Server gesendet.',
  },
  pushUrl: { en: 'Push URL', de: 'Push-URL' },
  forwardedTo: { en: 'Now forwarded to', de: 'Wird jetzt weitergeleitet an' },
  pushHint: {
    en: 'rtmp:// or rtmps://, with the key at its end',
    de: 'rtmp:// oder rtmps://, mit dem Schlüssel am Ende',
  },
  setPush: { en: 'Forward from now on', de: 'Ab jetzt weiterleiten' },
  pushSet: { en: 'The stream is forwarded from now on.', de: 'Der Stream wird ab jetzt weitergeleitet.' },
  clearPush: { en: 'End forwarding', de: 'Weiterleitung beenden' },
  clearTitle: { en: 'End forwarding?', de: 'Weiterleitung beenden?' },
  clearText: {
    en: 'The other server gets nothing from this stream any more, from now on. Viewers here see no difference.',
    de: 'Der andere Server bekommt von diesem Stream ab jetzt nichts mehr. Zuschauer hier merken davon nichts.',
  },
  pushCleared: {
    en: 'The stream is forwarded nowhere any more.',
    de: 'Der Stream wird nirgendwohin mehr weitergeleitet.',
  },
  pushState: { en: 'State', de: 'Zustand' },
  connecting: { en: 'connecting', de: 'Verbindung wird aufgebaut' },
  live: { en: 'arriving', de: 'kommt an' },
  waiting: { en: 'waiting for the next try', de: 'wartet auf den nächsten Versuch' },
  notForwarded: { en: 'This stream is forwarded nowhere.', de: 'Dieser Stream wird nirgendwohin weitergeleitet.' },
} as const;
