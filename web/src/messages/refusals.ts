import type { Message } from '../language.tsx';

/** What the API's short reasons mean, by the name that it gives them. */
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
};

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
