import type { Message } from '../message.ts';

/** The matrix's groups, in its order. */
export const GROUPS = {
  api: { en: 'API Access', de: 'API-Zugang' },
  webhook: { en: 'Webhook Management', de: 'Webhook-Verwaltung' },
  users: { en: 'User Management', de: 'Benutzerverwaltung' },
  streams: { en: 'Stream Management', de: 'Stream-Verwaltung' },
  tags: { en: 'Tag Management', de: 'Tag-Verwaltung' },
  playback: { en: 'Playback & Monitoring', de: 'Wiedergabe & Überwachung' },
  organisation: { en: 'Organisation', de: 'Organisation' },
  roles: { en: 'Roles & Audit', de: 'Rollen & Protokoll' },
  wire: { en: 'On the wire', de: 'Auf der Leitung' },
  other: { en: 'Other', de: 'Weitere' },
} as const satisfies Record<string, Message<string>>;

export type Group = keyof typeof GROUPS;

interface Words {
  group: Group;
  title: Message<string>;
  /** Completes “You may not …”, “Lets you …” and, in German, “… dürfen Sie nicht”. */
  sentence: Message<string>;
}

type Pair = readonly [en: string, de: string];
const words = (group: Group, [enTitle, deTitle]: Pair, [en, de]: Pair): Words => ({
  group,
  title: { en: enTitle, de: deTitle },
  sentence: { en, de },
});

/** What each capability is called and lets its holder do, in the order of the matrix. */
export const CAPABILITIES = {
  'apikey:read': words(
    'api',
    ['Get API Key', 'API-Schlüssel lesen'],
    ["read the organisation's API key", 'den API-Schlüssel der Organisation lesen'],
  ),
  'playerkey:read': words(
    'api',
    ['Get Player Key', 'Player-Schlüssel lesen'],
    ["read the organisation's player key", 'den Player-Schlüssel der Organisation lesen'],
  ),
  'token:own': words(
    'api',
    ['Get User API Token', 'Eigene API-Tokens'],
    ['hold, list and revoke tokens of your own', 'eigene Tokens besitzen, auflisten und widerrufen'],
  ),
  'apikey:rotate': words(
    'api',
    ['Rotate API Key', 'API-Schlüssel wechseln'],
    ["rotate or disable the organisation's keys", 'die Schlüssel der Organisation wechseln oder abschalten'],
  ),
  'token:create': words(
    'api',
    ['Create Tokens for Others', 'Tokens für andere erstellen'],
    ['create tokens for users of the organisation', 'Tokens für Benutzer der Organisation erstellen'],
  ),
  'webhook:set': words(
    'webhook',
    ['Set Custom Webhook', 'Webhook setzen'],
    ['set the webhook that admits publishers', 'den Webhook setzen, der Encoder zulässt'],
  ),
  'user:read': words(
    'users',
    ['Get Users', 'Benutzer sehen'],
    [
      'see who belongs to the organisation and in which role',
      'sehen, wer zur Organisation gehört und in welcher Rolle',
    ],
  ),
  'user:create': words('users', ['Create User', 'Benutzer anlegen'], ['create users', 'Benutzer anlegen']),
  'user:invite': words('users', ['Invite User', 'Benutzer einladen'], ['invite users', 'Benutzer einladen']),
  'user:edit': words(
    'users',
    ['Edit User', 'Benutzer bearbeiten'],
    ["change a user's role, name or e-mail address", 'Rolle, Namen oder E-Mail-Adresse eines Benutzers ändern'],
  ),
  'user:reset-tokens': words(
    'users',
    ['Reset User API Tokens', 'API-Tokens eines Benutzers zurücksetzen'],
    [
      "renew a user's tokenKey, which ends all of that user's tokens",
      'den tokenKey eines Benutzers erneuern, womit alle seine Tokens enden',
    ],
  ),
  'user:delete': words('users', ['Delete User', 'Benutzer löschen'], ['delete users', 'Benutzer löschen']),
  'stream:read': words(
    'streams',
    ['Get Streams', 'Streams sehen'],
    ['see streams, their states and where they play', 'Streams, ihre Zustände und ihre Wiedergabeadressen sehen'],
  ),
  'stream:create': words('streams', ['Create Stream', 'Stream anlegen'], ['create streams', 'Streams anlegen']),
  'stream:stop': words(
    'streams',
    ['Stop Stream', 'Stream stoppen'],
    ['stop a running stream', 'einen laufenden Stream stoppen'],
  ),
  'stream:lock': words(
    'streams',
    ['Lock Stream', 'Stream sperren'],
    [
      'lock a stream, which ends it and refuses its encoder',
      'einen Stream sperren, womit er endet und sein Encoder abgewiesen wird',
    ],
  ),
  'stream:unlock': words(
    'streams',
    ['Unlock Stream', 'Stream entsperren'],
    ['unlock a stream', 'einen Stream entsperren'],
  ),
  'stream:delete': words(
    'streams',
    ['Delete Stream', 'Stream löschen'],
    ['delete streams for good', 'Streams endgültig löschen'],
  ),
  'ingest:read': words(
    'streams',
    ['See Ingest Credentials', 'Ingest-Zugangsdaten sehen'],
    [
      "see a stream's ingest name and push URL, and make ingest tokens",
      'Ingest-Namen und Push-URL eines Streams sehen und Ingest-Tokens erstellen',
    ],
  ),
  'stream:read-public': words(
    'streams',
    ['Get Public Streams', 'Öffentliche Streams sehen'],
    ['see what players need of every stream', 'sehen, was Player von jedem Stream brauchen'],
  ),
  'stream:edit': words(
    'streams',
    ['Edit Stream', 'Stream bearbeiten'],
    ["change a stream's options", 'die Optionen eines Streams ändern'],
  ),
  'tag:read': words('tags', ['Get Tags', 'Tags sehen'], ['see tags', 'Tags sehen']),
  'tag:create': words('tags', ['Create Tag', 'Tag anlegen'], ['create tags', 'Tags anlegen']),
  'tag:edit': words(
    'tags',
    ['Edit Tag', 'Tag bearbeiten'],
    ["rename tags and change a stream's tags", 'Tags umbenennen und die Tags eines Streams ändern'],
  ),
  'tag:delete': words('tags', ['Delete Tag', 'Tag löschen'], ['delete tags', 'Tags löschen']),
  'playback-token:create': words(
    'playback',
    ['Create Playback Token', 'Playback-Token erstellen'],
    ['create playback tokens', 'Playback-Tokens erstellen'],
  ),
  'playback-token:revoke': words(
    'playback',
    ['Revoke Playback Token', 'Playback-Token widerrufen'],
    ['revoke playback tokens', 'Playback-Tokens widerrufen'],
  ),
  'metrics:read': words(
    'playback',
    ['Get Metrics and Alerts', 'Metriken und Warnungen sehen'],
    ['see metrics and alerts', 'Metriken und Warnungen sehen'],
  ),
  'alerts:configure': words(
    'playback',
    ['Configure Alerts', 'Warnungen einrichten'],
    [
      'choose who receives alerts and when a stream is expected',
      'festlegen, wer Warnungen erhält und wann ein Stream erwartet wird',
    ],
  ),
  'viewer:block': words(
    'playback',
    ['Block Viewers', 'Zuschauer blockieren'],
    ['block viewers by address or referrer', 'Zuschauer nach Adresse oder Referrer blockieren'],
  ),
  'organisation:read': words(
    'organisation',
    ['Get Organisation', 'Organisation sehen'],
    ['see your own organisation', 'die eigene Organisation sehen'],
  ),
  'organisation:edit': words(
    'organisation',
    ['Edit Organisation', 'Organisation bearbeiten'],
    ["change the organisation's settings", 'die Einstellungen der Organisation ändern'],
  ),
  'audit:read': words(
    'roles',
    ['Read Audit Log', 'Protokoll lesen'],
    ['read the audit log and access reports', 'das Protokoll und die Zugriffsberichte lesen'],
  ),
  'role:read': words(
    'roles',
    ['List Roles', 'Rollen auflisten'],
    ['see the roles and what each may do', 'die Rollen sehen und was jede darf'],
  ),
  'role:inspect': words(
    'roles',
    ['Inspect a Role', 'Rolle untersuchen'],
    ['see which endpoints a role may call', 'sehen, welche Endpunkte eine Rolle aufrufen darf'],
  ),
  'role:manage': words(
    'roles',
    ['Manage Custom Roles', 'Eigene Rollen verwalten'],
    ['define roles of your own', 'eigene Rollen festlegen'],
  ),
  'media:publish': words('wire', ['Publish Media', 'Senden'], ['publish to this stream', 'in diesen Stream senden']),
  'media:play': words('wire', ['Play Media', 'Abspielen'], ['play this stream', 'diesen Stream abspielen']),
} as const satisfies Record<string, Words>;
