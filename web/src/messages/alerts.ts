import type { Message } from '../message.ts';

/** Parts of an alert's message. */
export type AlertValues = Readonly<Record<string, string | number>>;

interface Words {
  name: Message<string>;
  message: Message<(values: AlertValues) => string>;
  advice: Message<string>;
}

/** Most urgent first. */
export const SEVERITIES = {
  Critical: { en: 'Critical', de: 'Kritisch' },
  Moderate: { en: 'Moderate', de: 'Mittel' },
  Minor: { en: 'Minor', de: 'Gering' },
  Advice: { en: 'Advice', de: 'Hinweis' },
} as const satisfies Record<string, Message<string>>;

export type Severity = keyof typeof SEVERITIES;

const megabits = (bits: unknown, language: string) =>
  `${(Number(bits) / 1e6).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} Mbit/s`;

/** Every alert in words, by its code. */
export const ALERTS: Readonly<Record<number, Words>> = {
  21001: {
    name: { en: 'Stream offline', de: 'Stream offline' },
    message: {
      en: () => 'The stream is not on air though it is expected to be',
      de: () => 'Der Stream ist nicht auf Sendung, obwohl er erwartet wird',
    },
    advice: {
      en: 'Start the encoder, or see why it was refused in the audit log',
      de: 'Starten Sie den Encoder, oder sehen Sie im Protokoll nach, warum er abgewiesen wurde',
    },
  },
  22000: {
    name: { en: 'Continuous restarts', de: 'Ständige Neustarts' },
    message: {
      en: ({ restarts }) => `The encoder has restarted ${restarts} times within 5 minutes`,
      de: ({ restarts }) => `Der Encoder hat innerhalb von 5 Minuten ${restarts}-mal neu begonnen`,
    },
    advice: {
      en: 'Check the connection of the encoder, and its log for errors',
      de: 'Prüfen Sie die Verbindung des Encoders und sein Protokoll auf Fehler',
    },
  },
  22010: {
    name: { en: 'Inactive ingest', de: 'Untätiger Ingest' },
    message: {
      en: () => 'The encoder is connected and sends no media',
      de: () => 'Der Encoder ist verbunden und sendet weder Bild noch Ton',
    },
    advice: {
      en: 'Check that the encoder still gets its picture and sound',
      de: 'Prüfen Sie, ob der Encoder noch Bild und Ton erhält',
    },
  },
  24100: {
    name: { en: 'Duplicated ingest', de: 'Doppelter Ingest' },
    message: {
      en: () => 'A second encoder tries to publish this stream and is refused',
      de: () => 'Ein zweiter Encoder versucht, in diesen Stream zu senden, und wird abgewiesen',
    },
    advice: {
      en: 'Stop one of the two encoders; if you know only one, give the stream a new ingest name',
      de: 'Halten Sie einen der beiden Encoder an; kennen Sie nur einen, geben Sie dem Stream einen neuen Ingest-Namen',
    },
  },
  29001: {
    name: { en: 'High bitrate', de: 'Hohe Bitrate' },
    message: {
      en: ({ bitrate }) => `The encoder sends ${megabits(bitrate, 'en')}, more than the 4 Mbit/s that are advised`,
      de: ({ bitrate }) => `Der Encoder sendet ${megabits(bitrate, 'de')}, mehr als die empfohlenen 4 Mbit/s`,
    },
    advice: {
      en: 'Lower the bitrate of the encoder, or many viewers will not be able to follow',
      de: 'Senken Sie die Bitrate des Encoders, sonst kommen viele Zuschauer nicht mit',
    },
  },
  92001: {
    name: { en: 'Low frame rate', de: 'Niedrige Bildrate' },
    message: {
      en: ({ fps, expected }) => `The encoder sends ${fps} pictures a second instead of ${expected}`,
      de: ({ fps, expected }) => `Der Encoder sendet ${fps} Bilder je Sekunde statt ${expected}`,
    },
    advice: {
      en: 'The encoder may be overloaded: lower its resolution or choose a faster preset',
      de: 'Der Encoder ist womöglich überlastet: Senken Sie die Auflösung oder wählen Sie eine schnellere Voreinstellung',
    },
  },
  91001: {
    name: { en: 'Publishing refused', de: 'Senden abgewiesen' },
    message: {
      en: ({ times }) => `An encoder was refused ${times} times in a row`,
      de: ({ times }) => `Ein Encoder wurde ${times}-mal hintereinander abgewiesen`,
    },
    advice: {
      en: 'Unlock the stream, or give the encoder a valid token: the audit log has the reason of each refusal',
      de: 'Entsperren Sie den Stream, oder geben Sie dem Encoder einen gültigen Token: Im Protokoll steht der Grund jeder Abweisung',
    },
  },
  91002: {
    name: { en: 'Dead token used', de: 'Widerrufener Token benutzt' },
    message: {
      en: ({ times }) => `A token that was revoked was used ${times} times since`,
      de: ({ times }) => `Ein widerrufener Token wurde seither ${times}-mal benutzt`,
    },
    advice: {
      en: 'Find out who still has it; it opens nothing any more',
      de: 'Finden Sie heraus, wer ihn noch hat; er öffnet nichts mehr',
    },
  },
  91003: {
    name: { en: 'API key used from a new address', de: 'API-Schlüssel von neuer Adresse benutzt' },
    message: {
      en: () => 'The API key was used from an address from which it was never used before',
      de: () => 'Der API-Schlüssel wurde von einer Adresse benutzt, von der er noch nie benutzt wurde',
    },
    advice: {
      en: 'See under API key usage who it was, and rotate the key when you do not know them',
      de: 'Sehen Sie unter der Nutzung des API-Schlüssels nach, wer es war, und wechseln Sie den Schlüssel, wenn Sie ihn nicht kennen',
    },
  },
  91004: {
    name: { en: 'Many refused sign-ins', de: 'Viele abgewiesene Anmeldungen' },
    message: {
      en: ({ times }) => `Somebody was refused ${times} times to sign in as this user`,
      de: ({ times }) => `Jemand wurde ${times}-mal bei der Anmeldung als dieser Benutzer abgewiesen`,
    },
    advice: {
      en: 'Ask the user; if it was somebody else, nothing is lost as long as the password is a good one',
      de: 'Fragen Sie den Benutzer; war es jemand anders, ist nichts verloren, solange das Passwort gut ist',
    },
  },
  91005: {
    name: { en: 'New administrator', de: 'Neuer Administrator' },
    message: {
      en: () => 'A user was given the role nanoAdmin',
      de: () => 'Ein Benutzer hat die Rolle nanoAdmin erhalten',
    },
    advice: {
      en: 'If nobody of you did that, take the role away again and renew the token keys of all administrators',
      de: 'War das niemand von Ihnen, nehmen Sie die Rolle wieder weg und erneuern Sie die tokenKeys aller Administratoren',
    },
  },
};
