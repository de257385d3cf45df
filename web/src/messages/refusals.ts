import type { Language, Message } from '../language.tsx';

/** What the API's reasons mean, by the name or the sentence that it gives them; one that is not here stays as it is. */
export const REASONS: Readonly<Record<string, Message<string>>> = {
  'last-admin': {
    en: 'This is the last nanoAdmin of the organisation: give somebody else the role first. Nothing was changed.',
    de: 'Das ist der letzte nanoAdmin der Organisation: Geben Sie die Rolle zuerst jemand anderem. Es wurde nichts geändert.',
  },
  'self-delete': {
    en: 'Nobody deletes themself: another administrator has to do it. Nothing was changed.',
    de: 'Niemand löscht sich selbst: Das muss ein anderer Administrator tun. Es wurde nichts geändert.',
  },
  'role-in-use': {
    en: 'Users, tokens or open invitations still have this role. Nothing was changed.',
    de: 'Benutzer, Tokens oder offene Einladungen haben diese Rolle noch. Es wurde nichts geändert.',
  },
  'predefined-role': {
    en: 'The three predefined roles cannot be changed or deleted.',
    de: 'Die drei vordefinierten Rollen lassen sich weder ändern noch löschen.',
  },
  'no-webhook': { en: 'There is no webhook to call.', de: 'Es gibt keinen Webhook, der sich aufrufen ließe.' },
  'This network is too wide: an IPv4 one is /8 or narrower': {
    en: 'This network is too wide: an IPv4 one is /8 or narrower',
    de: 'Dieses Netz ist zu groß: bei IPv4 ist es /8 oder kleiner',
  },
  'This network is too wide: an IPv6 one is /16 or narrower': {
    en: 'This network is too wide: an IPv6 one is /16 or narrower',
    de: 'Dieses Netz ist zu groß: bei IPv6 ist es /16 oder kleiner',
  },
  'Use an address or a CIDR, for example 192.0.2.0/24': {
    en: 'Use an address or a CIDR, for example 192.0.2.0/24',
    de: 'Das ist weder eine Adresse noch ein Netz wie 192.0.2.0/24',
  },
  'Use a host, for example example.org or *.example.org': {
    en: 'Use a host, for example example.org or *.example.org',
    de: 'Das ist kein Host wie example.org oder *.example.org',
  },
  'Two windows overlap: make one of them': {
    en: 'Two windows overlap: make one of them',
    de: 'Zwei Zeiträume überschneiden sich: Machen Sie einen daraus',
  },
  'Use a URL that starts with https://': {
    en: 'Use a URL that starts with https://',
    de: 'Verwenden Sie eine Adresse, die mit https:// beginnt',
  },
  'Use https; plain http is only for hosts that the operator allows': {
    en: 'Use https; plain http is only for hosts that the operator allows',
    de: 'Verwenden Sie https; http ohne Verschlüsselung gibt es nur für Hosts, die der Betreiber erlaubt',
  },
  'A URL with a user name or a password in it is not called': {
    en: 'A URL with a user name or a password in it is not called',
    de: 'Eine Adresse mit Benutzername oder Passwort wird nicht aufgerufen',
  },
  'A URL with a fragment is not called': {
    en: 'A URL with a fragment is not called',
    de: 'Eine Adresse mit # wird nicht aufgerufen',
  },
  'This host has an address that may not be called from here': {
    en: 'This host has an address that may not be called from here',
    de: 'Dieser Host hat eine Adresse, die von hier nicht aufgerufen werden darf',
  },
  'This host name has no address': {
    en: 'This host name has no address',
    de: 'Dieser Hostname hat keine Adresse',
  },
  'There was no answer within 2 s': {
    en: 'There was no answer within 2 s',
    de: 'Innerhalb von 2 s kam keine Antwort',
  },
  'Nothing listens at this address and port': {
    en: 'Nothing listens at this address and port',
    de: 'An dieser Adresse und diesem Port hört niemand',
  },
  'The connection was closed before there was an answer': {
    en: 'The connection was closed before there was an answer',
    de: 'Die Verbindung wurde getrennt, bevor eine Antwort kam',
  },
  'No way leads to this address': {
    en: 'No way leads to this address',
    de: 'Zu dieser Adresse führt kein Weg',
  },
  'The server has no certificate that can be trusted for this name': {
    en: 'The server has no certificate that can be trusted for this name',
    de: 'Der Server hat kein Zertifikat, dem für diesen Namen vertraut werden kann',
  },
  'It could not be called': {
    en: 'It could not be called',
    de: 'Der Aufruf ist nicht gelungen',
  },
  'This stream is locked': { en: 'This stream is locked', de: 'Dieser Stream ist gesperrt' },
  'This is not allowed here': { en: 'This is not allowed here', de: 'Das ist hier nicht erlaubt' },
  'Publishing to this stream needs a valid ingest token': {
    en: 'Publishing to this stream needs a valid ingest token',
    de: 'Zum Senden in diesen Stream braucht es einen gültigen Ingest-Token',
  },
  'A parameter repeats a field that the webhook is sent': {
    en: 'A parameter repeats a field that the webhook is sent',
    de: 'Ein Parameter wiederholt ein Feld, das der Webhook erhält',
  },
  'The webhook refused': { en: 'The webhook refused', de: 'Der Webhook hat abgelehnt' },
  'The webhook could not be asked': {
    en: 'The webhook could not be asked',
    de: 'Der Webhook ließ sich nicht fragen',
  },
};

/** A reason in the reader's language, as far as it is known there. */
export const sayReason = (reason: string, language: Language): string =>
  Object.hasOwn(REASONS, reason) ? REASONS[reason]![language] : reason;

/** The API's errors by their number, where its English words are not the reader's. */
export const ERRORS: Readonly<Record<number, Message<string>>> = {
  1000: { en: 'Request is not valid', de: 'Die Angaben sind nicht gültig' },
  1002: { en: 'Something required is missing', de: 'Eine Angabe fehlt' },
  1003: { en: 'This is taken already', de: 'Das ist schon vergeben' },
  1004: { en: 'A value has the wrong form', de: 'Eine Angabe hat die falsche Form' },
  2001: { en: 'Access denied', de: 'Zugriff verweigert' },
  2002: { en: 'Feature is not enabled', de: 'Diese Funktion ist nicht eingeschaltet' },
  4002: { en: 'User credentials are not valid', de: 'E-Mail-Adresse oder Passwort stimmt nicht' },
  4003: { en: 'You are not signed in any more', de: 'Sie sind nicht mehr angemeldet' },
  4040: { en: 'It is not there (any more)', de: 'Das gibt es nicht (mehr)' },
  4090: { en: 'Conflict', de: 'Das geht im jetzigen Zustand nicht' },
  4130: { en: 'Request is too large', de: 'Das ist zu groß' },
  4290: { en: 'Too many attempts', de: 'Zu viele Versuche' },
  5000: { en: 'Internal error', de: 'Interner Fehler des Servers' },
  5030: { en: 'Not available at the moment', de: 'Im Augenblick nicht erreichbar' },
};
