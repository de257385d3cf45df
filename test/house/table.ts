/**
 * The matrix once more, written by hand from the documents and not from the code: A nanoAdmin, U nanoUser, R
 * nanoReadOnly. A change of the matrix has to be made twice, here and in src/capabilities.ts.
 */

export type Letters = 'AUR' | 'AU' | 'A' | '';

interface Group {
  title: string;
  /** Id, documented title, who holds it. */
  rows: readonly (readonly [id: string, title: string, holders: Letters])[];
}

/** The 22 capabilities of the documented permission overview: groups, titles and order. */
export const DOCUMENTED: readonly Group[] = [
  {
    title: 'API Access',
    rows: [
      ['apikey:read', 'Get API Key', 'A'],
      ['playerkey:read', 'Get Player Key', 'AUR'],
      ['token:own', 'Get User API Token', 'AUR'],
    ],
  },
  { title: 'Webhook Management', rows: [['webhook:set', 'Set Custom Webhook', 'A']] },
  {
    title: 'User Management',
    rows: [
      ['user:read', 'Get Users', 'AU'],
      ['user:create', 'Create User', 'A'],
      ['user:invite', 'Invite User', 'A'],
      ['user:edit', 'Edit User', 'A'],
      ['user:reset-tokens', 'Reset User API Tokens', 'A'],
      ['user:delete', 'Delete User', 'A'],
    ],
  },
  {
    title: 'Stream Management',
    rows: [
      ['stream:read', 'Get Streams', 'AUR'],
      ['stream:create', 'Create Stream', 'AU'],
      ['stream:stop', 'Stop Stream', 'A'],
      ['stream:lock', 'Lock Stream', 'A'],
      ['stream:unlock', 'Unlock Stream', 'A'],
      ['stream:delete', 'Delete Stream', 'A'],
    ],
  },
  {
    title: 'Tag Management',
    rows: [
      ['tag:read', 'Get Tags', 'AUR'],
      ['tag:create', 'Create Tag', 'AU'],
      ['tag:edit', 'Edit Tag', 'AU'],
      ['tag:delete', 'Delete Tag', 'A'],
    ],
  },
  {
    title: 'Playback & Monitoring',
    rows: [
      ['playback-token:create', 'Create Playback Token', 'AU'],
      ['metrics:read', 'Get Metrics and Alerts', 'AUR'],
    ],
  },
];

/** What the documents leave out. */
export const OURS: Readonly<Record<string, Letters>> = {
  'organisation:read': 'AUR',
  'organisation:edit': 'A',
  'apikey:rotate': 'A',
  'ingest:read': 'AU',
  'stream:read-public': 'AUR',
  'stream:edit': 'AU',
  'playback-token:revoke': 'AU',
  'alerts:configure': 'AU',
  'viewer:block': 'AU',
  'audit:read': 'A',
  'token:create': 'A',
  'role:read': 'AU',
  'role:inspect': 'A',
  'role:manage': 'A',
};

/** On the wire: an encoder's and a viewer's, never a role's. */
export const WIRE: Readonly<Record<string, Letters>> = { 'media:publish': '', 'media:play': '' };

/** Every capability with who holds it. */
export const HOLDERS: Readonly<Record<string, Letters>> = {
  ...Object.fromEntries(DOCUMENTED.flatMap(({ rows }) => rows.map(([id, , letters]) => [id, letters]))),
  ...OURS,
  ...WIRE,
};

export const ROLE_OF = { A: 'nanoAdmin', U: 'nanoUser', R: 'nanoReadOnly' } as const;

/** The roles that hold a capability, the most powerful first. */
export const rolesHolding = (id: string): string[] =>
  [...(HOLDERS[id] ?? '')].map((letter) => ROLE_OF[letter as keyof typeof ROLE_OF]);
