/**
 * THE MATRIX. One row per capability: who holds it, and one plain sentence that the documentation, the refusal message
 * and the dashboard's disabled reason all use. Granting one thing to one role is a one-line change here.
 * This file imports nothing.
 */

/** A nanoAdmin, U nanoUser, R nanoReadOnly, in that order; `-` is nobody with a role. */
type Grants = 'AUR' | 'AU' | 'A' | '-';

interface Row {
  group: string;
  title: string;
  grants: Grants;
  /** Completes "You may not …" and "Lets you …". */
  sentence: string;
  /** Action names as the documented API's role profiles show them, by resource. */
  actions: Readonly<Record<string, readonly string[]>>;
}

// biome-ignore lint/complexity/useMaxParams: a row of the matrix is read across, like a row of a table
const row = (group: string, title: string, grants: Grants, sentence: string, actions: Row['actions']): Row => ({
  group,
  title,
  grants,
  sentence,
  actions,
});

const API = 'API Access';
const WEBHOOK = 'Webhook Management';
const USERS = 'User Management';
const STREAMS = 'Stream Management';
const TAGS = 'Tag Management';
const PLAYBACK = 'Playback & Monitoring';
const ORGANISATION = 'Organisation';
const ROLES = 'Roles & Audit';
const WIRE = 'On the wire';

/** The 22 capabilities of the documented permission overview, in its order. */
const DOCUMENTED = {
  'apikey:read': row(API, 'Get API Key', 'A', "read the organisation's API key", { ApiKey: ['get'] }),
  'playerkey:read': row(API, 'Get Player Key', 'AUR', "read the organisation's player key", { PlayerKey: ['get'] }),
  'token:own': row(API, 'Get User API Token', 'AUR', 'hold, list and revoke tokens of your own', {
    Token: ['getOwn', 'listOwn', 'revokeOwn'],
  }),
  'webhook:set': row(WEBHOOK, 'Set Custom Webhook', 'A', 'set the webhook that admits publishers', {
    Organisation: ['setWebhook'],
  }),
  'user:read': row(USERS, 'Get Users', 'AU', 'see who belongs to the organisation and in which role', {
    User: ['getUsers', 'getUser'],
  }),
  'user:create': row(USERS, 'Create User', 'A', 'create users', { User: ['createUser'] }),
  'user:invite': row(USERS, 'Invite User', 'A', 'invite users', { InviteToken: ['create', 'list'] }),
  'user:edit': row(USERS, 'Edit User', 'A', "change a user's role, name or e-mail address", {
    User: ['editUser', 'setPermission'],
  }),
  'user:reset-tokens': row(
    USERS,
    'Reset User API Tokens',
    'A',
    "renew a user's tokenKey, which ends all of that user's tokens",
    { User: ['renewTokenKey'] },
  ),
  'user:delete': row(USERS, 'Delete User', 'A', 'delete users', { User: ['deleteUser'] }),
  'stream:read': row(STREAMS, 'Get Streams', 'AUR', 'see streams, their states and where they play', {
    Stream: [
      'getStreamListCount',
      'getAllStreamStatesCount',
      'validateStream',
      'getStreams',
      'getStreamgroups',
      'getStreamgroupsCount',
    ],
    StreamWithId: ['getStream', 'getStreamGroup'],
  }),
  'stream:create': row(STREAMS, 'Create Stream', 'AU', 'create streams', { Stream: ['createStream'] }),
  'stream:stop': row(STREAMS, 'Stop Stream', 'A', 'stop a running stream', { StreamWithId: ['stopStream'] }),
  'stream:lock': row(STREAMS, 'Lock Stream', 'A', 'lock a stream, which ends it and refuses its encoder', {
    StreamWithId: ['lockStream'],
  }),
  'stream:unlock': row(STREAMS, 'Unlock Stream', 'A', 'unlock a stream', { StreamWithId: ['unlockStream'] }),
  'stream:delete': row(STREAMS, 'Delete Stream', 'A', 'delete streams for good', { StreamWithId: ['deleteStream'] }),
  'tag:read': row(TAGS, 'Get Tags', 'AUR', 'see tags', { Tag: ['getTags', 'getRecentlyUsedTags'] }),
  'tag:create': row(TAGS, 'Create Tag', 'AU', 'create tags', { Tag: ['createTag'] }),
  'tag:edit': row(TAGS, 'Edit Tag', 'AU', "rename tags and change a stream's tags", {
    Tag: ['editTag'],
    StreamWithId: ['setTags'],
  }),
  'tag:delete': row(TAGS, 'Delete Tag', 'A', 'delete tags', { Tag: ['deleteTag'] }),
  'playback-token:create': row(PLAYBACK, 'Create Playback Token', 'AU', 'create playback tokens', {
    PlaybackToken: ['create'],
  }),
  'metrics:read': row(PLAYBACK, 'Get Metrics and Alerts', 'AUR', 'see metrics and alerts', { MetricKey: ['get'] }),
} as const satisfies Record<string, Row>;

/** What the documents leave out and the product needs. */
const OURS = {
  'organisation:read': row(ORGANISATION, 'Get Organisation', 'AUR', 'see your own organisation', {
    Organisation: ['get'],
  }),
  'organisation:edit': row(ORGANISATION, 'Edit Organisation', 'A', "change the organisation's settings", {
    Organisation: ['edit', 'setVod'],
  }),
  'apikey:rotate': row(API, 'Rotate API Key', 'A', "rotate or disable the organisation's keys", {
    ApiKey: ['rotate', 'disable'],
  }),
  'ingest:read': row(
    STREAMS,
    'See Ingest Credentials',
    'AU',
    "see a stream's ingest name and push URL, and make ingest tokens",
    { StreamWithId: ['getIngest', 'createIngestToken', 'listIngestTokens'] },
  ),
  'stream:read-public': row(STREAMS, 'Get Public Streams', 'AUR', 'see what players need of every stream', {
    Stream: ['getPublicStreams'],
  }),
  'stream:edit': row(STREAMS, 'Edit Stream', 'AU', "change a stream's options", { StreamWithId: ['editStream'] }),
  'playback-token:revoke': row(PLAYBACK, 'Revoke Playback Token', 'AU', 'revoke playback tokens', {
    PlaybackToken: ['revoke'],
  }),
  'alerts:configure': row(
    PLAYBACK,
    'Configure Alerts',
    'AU',
    'choose who receives alerts and when a stream is expected',
    { Alert: ['configure'] },
  ),
  'viewer:block': row(PLAYBACK, 'Block Viewers', 'AU', 'block viewers by address or referrer', { Guardian: ['block'] }),
  'audit:read': row(ROLES, 'Read Audit Log', 'A', 'read the audit log and access reports', { Audit: ['get'] }),
  'token:create': row(API, 'Create Tokens for Others', 'A', 'create tokens for users of the organisation', {
    Token: ['create'],
  }),
  'role:read': row(ROLES, 'List Roles', 'AU', 'see the roles and what each may do', { Permission: ['list'] }),
  'role:inspect': row(ROLES, 'Inspect a Role', 'A', 'see which endpoints a role may call', { Permission: ['get'] }),
  'role:manage': row(ROLES, 'Manage Custom Roles', 'A', 'define roles of your own', {
    Permission: ['create', 'edit', 'delete'],
  }),
} as const satisfies Record<string, Row>;

/** Held by an encoder for its one stream and by a viewer, never by a role: no user's token moves media. */
const MEDIA = {
  'media:publish': row(WIRE, 'Publish Media', '-', 'publish to this stream', {}),
  'media:play': row(WIRE, 'Play Media', '-', 'play this stream', {}),
} as const satisfies Record<string, Row>;

export type CapabilityId = keyof typeof DOCUMENTED | keyof typeof OURS | keyof typeof MEDIA;

/** A set of capabilities as two 32-bit words. Which bit is whose may change between releases: it is stored nowhere. */
export interface Rights {
  readonly lo: number;
  readonly hi: number;
}

/** A row of the matrix with its id, and at the same time the set whose only member it is. */
export interface Capability extends Row, Rights {
  id: CapabilityId;
  documented: boolean;
}

/** Shift counts wrap at 32, so `1 << index` is the right bit of either word. */
export const CAPABILITIES: readonly Capability[] = Object.freeze(
  Object.entries({ ...DOCUMENTED, ...OURS, ...MEDIA }).map(([id, entry], index) => {
    const [lo, hi] = index < 32 ? [1 << index, 0] : [0, 1 << index];
    return Object.freeze({ id: id as CapabilityId, lo, hi, documented: id in DOCUMENTED, ...entry });
  }),
);

const byId = new Map<string, Capability>(CAPABILITIES.map((capability) => [capability.id, capability]));

export const isCapability = (id: string): id is CapabilityId => byId.has(id);

/** Throws on an id that is not in the matrix: a misspelt one stops the boot. */
export function capability(id: CapabilityId): Capability {
  const found = byId.get(id);
  if (!found) throw new Error(`There is no capability "${id}"`);
  return found;
}

export const NO_RIGHTS: Rights = Object.freeze({ lo: 0, hi: 0 });

export function rightsOf(ids: readonly CapabilityId[]): Rights {
  let [lo, hi] = [0, 0];
  for (const id of ids) {
    const bit = capability(id);
    lo |= bit.lo;
    hi |= bit.hi;
  }
  return Object.freeze({ lo, hi });
}

/** Every question of the house ends here, so it asks both words at once rather than branch to the right one. */
export const has = (rights: Rights, { lo, hi }: Capability): boolean => ((rights.lo & lo) | (rights.hi & hi)) !== 0;

export const intersect = (a: Rights, b: Rights): Rights => ({ lo: a.lo & b.lo, hi: a.hi & b.hi });

/** What is in `rights` and not in `less`. */
export const without = (rights: Rights, less: Rights): Rights =>
  Object.freeze({ lo: rights.lo & ~less.lo, hi: rights.hi & ~less.hi });

/** True when nothing in `inner` is missing from `outer`. */
export const within = (inner: Rights, outer: Rights): boolean =>
  (inner.lo & ~outer.lo) === 0 && (inner.hi & ~outer.hi) === 0;

export const capabilitiesIn = (rights: Rights): CapabilityId[] =>
  CAPABILITIES.filter((entry) => has(rights, entry)).map((entry) => entry.id);
