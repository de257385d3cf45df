import { readdirSync } from 'node:fs';
import path from 'node:path';
import { PASSWORD } from '../harness.ts';
import type { Make } from './make.ts';
import { MONITORING_SAMPLES } from './monitoring-samples.ts';
import { at, ofStream, type Sample } from './sample.ts';

/** Names change with every build. */
const dashboardFile = () => readdirSync(path.resolve(import.meta.dirname, '../../web/dist/assets'))[0]!;

/** Brings back the keys with which the census goes on. */
async function restoreKeys({ world: { running, home, foreign } }: Make): Promise<void> {
  const { store, secrets } = running.app;
  await store.transaction(async ({ db }) => {
    for (const { id, apiKey, playerKey } of [home, foreign]) {
      const own = [apiKey, playerKey].map((text) => secrets.fingerprint(text));
      await db.deleteFrom('key').where('organisation_id', '=', id).where('key_hash', 'not in', own).execute();
      await db.updateTable('key').set({ disabled_at: null }).where('key_hash', 'in', own).execute();
    }
  });
}

const rotation = (kind: string): Sample => ({
  needs: 'apikey:rotate',
  ownOrganisation: true,
  after: restoreKeys,
  call: () => ({ path: `/organisation/${kind}/rotate`, body: { graceSeconds: 60 } }),
});

const control = (verb: string): Sample => ({
  needs: `stream:${verb}`,
  call: async ({ stream }) => ({ path: `/stream/${await stream()}/${verb}` }),
});

const signIn = (path: string): Sample => ({
  needs: 'public',
  call: ({ world }) => ({ path, body: { email: world.home.observer.email, password: PASSWORD } }),
});

const pageRules = (noun: string, names: { list: string; set: string; remove: string }): Record<string, Sample> => ({
  [names.list]: at(`/guardian/${noun}`, 'viewer:block'),
  [names.set]: {
    needs: 'viewer:block',
    ownOrganisation: true,
    call: () => ({ path: `/guardian/${noun}`, body: { domain: '*.census.test', type: 'deny', info: 'Census' } }),
  },
  [names.remove]: {
    needs: 'viewer:block',
    call: async ({ rule }) => ({
      path: `/guardian/${noun}/${await rule(noun, { domain: 'census.test', type: 'deny' })}`,
    }),
  },
});

/** What is documented of another organisation's token: it is named as such, and not a 404. */
const ofPlaybackToken = (verb: string, needs: string): Sample => ({
  needs,
  flat: true,
  mistake: [2012, 'jwt of another organisation'],
  admitted: ({ isHome }) => (isHome ? (verb === 'revoke' ? 204 : 200) : 400),
  call: async ({ playbackToken }) => ({ path: `/api/v1/splay/${verb}`, body: { token: await playbackToken() } }),
});

/** By operation id. A route that is not here fails the census. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  ...MONITORING_SAMPLES,
  listUsers: at('/user?quantity=5&sort=-lastSeenAt', 'user:read'),
  getUser: { needs: 'user:read', call: ({ world }) => ({ path: `/user/${world.home.admin.id}` }) },
  createUser: {
    needs: 'user:create',
    ownOrganisation: true,
    call: ({ name }) => ({ path: '/user', body: { email: `${name()}@example.test`, permission: 'nanoReadOnly' } }),
  },
  editUser: {
    needs: 'user:edit',
    call: async ({ user }) => ({ path: '/user', body: { id: (await user()).id, name: 'Renamed' } }),
  },
  deleteUser: { needs: 'user:delete', call: async ({ user }) => ({ path: `/user/${(await user()).id}` }) },
  setUserPermission: {
    needs: 'user:edit',
    call: async ({ user }) => ({
      path: '/user/permission',
      body: { email: (await user()).email, permission: 'nanoReadOnly' },
    }),
  },
  renewTokenKey: {
    needs: 'user:reset-tokens',
    call: async ({ user }) => ({ path: '/user/tokenkey', body: { id: (await user()).id } }),
  },
  previewRoleChange: {
    needs: 'user:edit',
    call: ({ world }) => ({ path: `/user/${world.home.user.id}/role-change?permission=nanoReadOnly` }),
  },
  getOwnUser: at('/user/me', 'organisation:read'),
  validateUser: signIn('/user/validate'),
  setPassword: {
    needs: 'public',
    // A ticket stands for its user; without one the route is about oneself, and a key is nobody.
    admitted: ({ kind }) => (kind === 'none' ? 401 : kind === 'user' ? 200 : 403),
    call: () => ({ path: '/user/password', body: { oldPassword: PASSWORD, password: PASSWORD } }),
  },
  requestPassword: {
    needs: 'public',
    call: ({ world }) => ({ path: '/user/password', body: { email: world.home.user.email } }),
  },
  inviteUser: {
    needs: 'user:invite',
    ownOrganisation: true,
    call: () => ({ path: '/user/invite', body: { permission: 'nanoReadOnly' } }),
  },
  listInvitations: at('/user/invite', 'user:invite'),
  revokeInvitation: {
    needs: 'user:invite',
    call: async ({ invitation }) => ({ path: `/user/invite/${(await invitation()).id}` }),
  },
  acceptInvitation: {
    needs: 'public',
    async call({ invitation, name }) {
      const { token } = await invitation();
      return { path: '/user/invite/accept', body: { token, email: `${name()}@joined.test`, password: PASSWORD } };
    },
  },
  signUp: {
    needs: 'public',
    call({ name }) {
      const body = { organisation: name(), email: `${name()}@signed-up.test`, password: PASSWORD };
      return { path: '/signup', body };
    },
  },
  confirmSignUp: {
    needs: 'public',
    call: async ({ signUp }) => ({ path: '/signup/confirm', body: { token: await signUp() } }),
  },
  startSession: signIn('/session'),
  endSession: {
    needs: 'token:own',
    admitted: ({ session }) => (session ? 200 : 400),
    call: () => ({ path: '/session' }),
  },
  getPermission: at('/permission?name=nanoUser', 'role:inspect'),
  listPermissions: at('/permission/list', 'role:read'),
  createPermission: {
    needs: 'role:manage',
    ownOrganisation: true,
    call: ({ name }) => ({ path: `/permission/${name()}`, body: { description: '', capabilities: ['stream:read'] } }),
  },
  editPermission: {
    needs: 'role:manage',
    call: async ({ role }) => ({
      path: `/permission/${await role()}`,
      body: { description: 'Changed', capabilities: ['tag:read'] },
    }),
  },
  deletePermission: { needs: 'role:manage', call: async ({ role }) => ({ path: `/permission/${await role()}` }) },
  getOrganisation: at('/organisation', 'organisation:read'),
  editOrganisation: {
    needs: 'organisation:edit',
    ownOrganisation: true,
    call: ({ name }) => ({ path: '/organisation', body: { name: name(), settings: { publicStreamInfo: true } } }),
  },
  getApiKeyUsage: at('/organisation/apikey/usage', 'audit:read'),
  rotateApiKey: rotation('apikey'),
  rotatePlayerKey: rotation('playerkey'),
  disableApiKey: {
    needs: 'apikey:rotate',
    ownOrganisation: true,
    after: restoreKeys,
    call: () => ({ path: '/organisation/apikey' }),
  },
  setWebhook: {
    needs: 'webhook:set',
    ownOrganisation: true,
    call: () => ({ path: '/organisation/webhook', body: { webhook: null } }),
  },
  testWebhook: {
    needs: 'webhook:set',
    // No organisation here has one.
    admitted: () => 409,
    call: () => ({ path: '/organisation/webhook/test' }),
  },
  listWebhookDeliveries: at('/organisation/webhook/deliveries?limit=5', 'webhook:set'),
  createToken: {
    needs: 'token:create',
    call: async ({ user }) => ({ path: '/bintu/token', body: { userId: (await user()).id, name: 'Census' } }),
  },
  listTokens: at('/bintu/token', 'token:own'),
  revokeToken: {
    needs: 'token:own',
    // Somebody else's token: an administrator's to revoke, and for everybody else not there.
    admitted: ({ isHome, holds }) => (isHome && holds('token:create') ? 200 : 404),
    call: async ({ user }) => ({ path: `/bintu/token/${(await user()).tokenId}` }),
  },
  createStream: {
    needs: 'stream:create',
    ownOrganisation: true,
    call: ({ name }) => ({ path: '/stream', body: { tags: [name()] } }),
  },
  listStreams: at('/stream?state=all&tags[]=census&quantity=5', 'stream:read'),
  countStreams: at('/stream/count?tags[]=census', 'stream:read'),
  listPublicStreams: at('/stream/public?quantity=5', 'stream:read-public'),
  getStream: { ...ofStream(''), anonymous: true },
  getStreamGroup: { ...ofStream('/group'), anonymous: true },
  getStreamLive: ofStream('/live'),
  validateStream: {
    needs: 'stream:read',
    ownOrganisation: true,
    call: () => ({ path: '/stream/validate', body: { streamname: 'nobody-has-this-name' } }),
  },
  setStreamTags: {
    needs: 'tag:edit',
    call: async ({ stream, name }) => ({ path: `/stream/${await stream()}/tag`, body: { tags: [name()] } }),
  },
  createIngestToken: {
    needs: 'ingest:read',
    call: async ({ stream }) => ({ path: `/stream/${await stream()}/ingest-token`, body: { expiresIn: 60 } }),
  },
  listIngestTokens: {
    needs: 'ingest:read',
    call: async ({ ingestToken }) => ({ path: `/stream/${(await ingestToken()).stream}/ingest-token` }),
  },
  revokeIngestToken: {
    needs: 'stream:stop',
    async call({ ingestToken }) {
      const { stream, id } = await ingestToken();
      return { path: `/stream/${stream}/ingest-token/${id}` };
    },
  },
  listBlockedAddresses: at('/guardian/ip', 'viewer:block'),
  blockAddress: {
    needs: 'viewer:block',
    ownOrganisation: true,
    call: () => ({ path: '/guardian/ip', body: { ip: '192.0.2.0/24', tag: 'Census', expiresIn: 60 } }),
  },
  unblockAddress: {
    needs: 'viewer:block',
    call: async ({ rule }) => ({ path: `/guardian/ip/${await rule('ip', { ip: '192.0.2.9' })}` }),
  },
  ...pageRules('referrer', { list: 'listReferrerRules', set: 'setReferrerRule', remove: 'deleteReferrerRule' }),
  ...pageRules('referer', { list: 'listRefererRules', set: 'setRefererRule', remove: 'deleteRefererRule' }),
  setPushUrl: {
    needs: 'stream:edit',
    async call({ stream, secret }) {
      // A public address: nothing is called before the stream is live.
      return { path: `/stream/${await stream()}/push_url`, body: { url: `rtmp://93.184.215.14/live/${secret()}` } };
    },
  },
  stopStream: control('stop'),
  lockStream: control('lock'),
  unlockStream: control('unlock'),
  deleteStream: { needs: 'stream:delete', call: async ({ stream }) => ({ path: `/stream/${await stream()}` }) },
  listTags: at('/tag', 'tag:read'),
  createTag: {
    needs: 'tag:create',
    ownOrganisation: true,
    call: ({ name }) => ({ path: '/tag', body: { name: name() } }),
  },
  renameTag: {
    needs: 'tag:edit',
    call: async ({ tag, name }) => ({ path: `/tag/${await tag()}`, body: { name: name() } }),
  },
  deleteTag: { needs: 'tag:delete', call: async ({ tag }) => ({ path: `/tag/${await tag()}` }) },
  createPlaybackToken: {
    needs: 'playback-token:create',
    flat: true,
    call: async ({ stream }) => ({ path: '/api/v1/splay', body: { streams: [await stream()] } }),
  },
  verifyPlaybackToken: ofPlaybackToken('verify', 'stream:read'),
  revokePlaybackToken: { ...ofPlaybackToken('revoke', 'playback-token:revoke'), empty: true },
  listPlaybackTokens: { ...at('/api/v1/splay?limit=5', 'playback-token:create'), flat: true },
  getSigningKeys: at('/.well-known/jwks.json', 'public'),
  listAudit: at('/audit?limit=20', 'audit:read'),
  getAccess: at('/audit/access', 'audit:read'),
  reviewAccess: {
    needs: 'audit:read',
    ownOrganisation: true,
    call: () => ({ path: '/audit/access/review', body: { all: true } }),
  },
  listenToEvents: at('/events', 'organisation:read'),
  getHealth: at('/healthz', 'public'),
  getOpenApi: at('/openapi.json', 'public'),
  homePage: at('/', 'public'),
  docsPage: at('/docs', 'public'),
  docsScript: at('/docs/scalar.js', 'public'),
  dashboard: at('/dashboard', 'public'),
  dashboardPage: at('/dashboard/users', 'public'),
  dashboardAsset: { needs: 'public', call: () => ({ path: `/dashboard/assets/${dashboardFile()}` }) },
  setPasswordPage: at('/set-password', 'public'),
  forgotPasswordPage: at('/forgot-password', 'public'),
  invitationPage: at('/invitation', 'public'),
  confirmSignUpPage: at('/confirm-signup', 'public'),
};
