export const receiverWords = {
  emails: { en: 'E-mail', de: 'E-Mail' },
  emailsLead: {
    en: 'These addresses are told when an alert is new, every 12 hours while it lasts, and when it is over.',
    de: 'Diese Adressen erfahren, wenn eine Warnung neu ist, alle 12 Stunden, solange sie anhält, und wenn sie vorbei ist.',
  },
  noMail: { en: 'This server cannot send mail', de: 'Dieser Server kann keine E-Mails senden' },
  noMailHint: {
    en: 'Addresses are kept, but nobody is told by mail until its operator sets up a mail server. The webhook works all the same.',
    de: 'Adressen werden behalten, aber niemand erfährt etwas per E-Mail, bis der Betreiber einen Mailserver einrichtet. Der Webhook funktioniert trotzdem.',
  },
  address: { en: 'E-mail address', de: 'E-Mail-Adresse' },
  addressWrong: { en: 'This is not an e-mail address', de: 'Das ist keine E-Mail-Adresse' },
  addressTwice: { en: 'This address is in the list already', de: 'Diese Adresse steht schon in der Liste' },
  most: {
    en: (count: number) => `There can be ${count} addresses. Remove one first.`,
    de: (count: number) => `Es können ${count} Adressen sein. Entfernen Sie zuerst eine.`,
  },
  add: { en: 'Add address', de: 'Adresse hinzufügen' },
  added: {
    en: (email: string) => `${email} is told of alerts from now on.`,
    de: (email: string) => `${email} erfährt ab jetzt von Warnungen.`,
  },
  list: { en: 'Addresses that are told', de: 'Adressen, die es erfahren' },
  nobody: { en: 'Nobody is told by mail.', de: 'Niemand erfährt es per E-Mail.' },
  actions: { en: 'Actions', de: 'Aktionen' },
  remove: { en: 'Remove', de: 'Entfernen' },
  removeOne: { en: (email: string) => `Remove ${email}`, de: (email: string) => `${email} entfernen` },
  removed: {
    en: (email: string) => `${email} is not told any more.`,
    de: (email: string) => `${email} erfährt nichts mehr.`,
  },

  webhook: { en: 'Webhook', de: 'Webhook' },
  webhookLead: {
    en: 'The same as JSON, to a server of yours: signed, and tried again until it is taken.',
    de: 'Dasselbe als JSON an einen Server von Ihnen: signiert, und wiederholt, bis es angenommen wird.',
  },
  url: { en: 'Address of the webhook', de: 'Adresse des Webhooks' },
  save: { en: 'Save webhook', de: 'Webhook speichern' },
  saved: { en: 'The webhook is told of alerts from now on.', de: 'Der Webhook erfährt ab jetzt von Warnungen.' },
  clear: { en: 'Remove webhook', de: 'Webhook entfernen' },
  clearLead: {
    en: 'It is not told of any alert any more, nor that those are over of which it knows.',
    de: 'Er erfährt von keiner Warnung mehr, auch nicht, dass ihm bekannte vorbei sind.',
  },
  cleared: { en: 'The webhook is removed.', de: 'Der Webhook ist entfernt.' },
  secret: { en: 'Signing secret', de: 'Signatur-Geheimnis' },
  secretHint: {
    en: 'Every call carries X-Lockkeeper-Signature, made with it: so your server knows that it is us who calls.',
    de: 'Jeder Aufruf trägt X-Lockkeeper-Signature, damit erzeugt: So weiß Ihr Server, dass wir es sind.',
  },
  rotate: { en: 'New secret', de: 'Neues Geheimnis' },
  rotateLead: {
    en: 'Calls are signed with the new secret at once. A server that checks signatures refuses them until it knows it.',
    de: 'Aufrufe werden sofort mit dem neuen Geheimnis signiert. Ein Server, der Signaturen prüft, weist sie ab, bis er es kennt.',
  },
  rotated: { en: 'The new secret is in force.', de: 'Das neue Geheimnis gilt.' },

  level: { en: 'What is told', de: 'Was gemeldet wird' },
  levelLead: {
    en: 'What is less urgent is on the page of alerts only.',
    de: 'Was weniger dringend ist, steht nur auf der Seite der Warnungen.',
  },
  least: { en: 'Least severity that is told', de: 'Geringste Schwere, die gemeldet wird' },
  orWorse: { en: (severity: string) => `${severity} and worse`, de: (severity: string) => `${severity} und schwerer` },
  everything: { en: 'Everything', de: 'Alles' },
  levelSaved: { en: 'Saved.', de: 'Gespeichert.' },

  test: { en: 'Send a test', de: 'Test senden' },
  noReceiver: { en: 'There is nobody to send it to yet.', de: 'Es gibt noch niemanden, an den es gehen könnte.' },
  tested: { en: 'What came of the test', de: 'Was aus dem Test wurde' },
  mailed: {
    en: (count: number) =>
      count === 1
        ? '1 letter was sent off. Look into the mailbox.'
        : `${count} letters were sent off. Look into the mailboxes.`,
    de: (count: number) =>
      count === 1
        ? '1 E-Mail wurde abgeschickt. Sehen Sie im Postfach nach.'
        : `${count} E-Mails wurden abgeschickt. Sehen Sie in den Postfächern nach.`,
  },
  leftOut: {
    en: (count: number) =>
      count === 1
        ? '1 address was left out: it got a test a short while ago.'
        : `${count} addresses were left out: they got a test a short while ago.`,
    de: (count: number) =>
      count === 1
        ? '1 Adresse wurde ausgelassen: Sie hat vor Kurzem einen Test erhalten.'
        : `${count} Adressen wurden ausgelassen: Sie haben vor Kurzem einen Test erhalten.`,
  },
  took: {
    en: (status: number, ms: number) => `The webhook took it: it answered ${status} after ${ms} ms.`,
    de: (status: number, ms: number) => `Der Webhook hat es angenommen: Antwort ${status} nach ${ms} ms.`,
  },
  notTaken: {
    en: (status: number, ms: number) => `The webhook did not take it: it answered ${status} after ${ms} ms.`,
    de: (status: number, ms: number) => `Der Webhook hat es nicht angenommen: Antwort ${status} nach ${ms} ms.`,
  },
  silent: {
    en: (ms: number) => `The webhook did not answer (${ms} ms):`,
    de: (ms: number) => `Der Webhook hat nicht geantwortet (${ms} ms):`,
  },
} as const;
