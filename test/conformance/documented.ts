import assert from 'node:assert/strict';
import type { Tenant } from '../harness.ts';
import { PASSWORD } from '../harness.ts';
import type { DocumentedClient } from './client.ts';

/** What a documented call is tried on: one organisation, and the client of somebody with every right in it. */
export interface World {
  api: DocumentedClient;
  home: Tenant;
  unique(): string;
}

/** A call of the public documents, and what a client written for them relies on. */
export interface DocumentedCall {
  /** `METHOD /path/{id}`, as the documents write it. */
  call: string;
  /** What the check below holds us to, in words. */
  promise: string;
  check(world: World): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: a client of the documents has no types of ours
type Json = any;

const aStream = async ({ api }: World, tags: string[] = []): Promise<Json> => api.call('POST', '/stream', { tags });

const USERS: DocumentedCall[] = [
  {
    call: 'POST /user/validate',
    promise: 'signs in; answers a token and the user with role and organisation, and the API key to a nanoAdmin',
    async check({ api, home }) {
      const answer: Json = await api.call('POST', '/user/validate', { email: home.admin.email, password: PASSWORD });
      assert.match(answer.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      assert.equal(answer.apiKey, home.apiKey);
      assert.equal(answer.user.email, home.admin.email);
      assert.equal(answer.user.permission, 'nanoAdmin');
      const lesser: Json = await api.call('POST', '/user/validate', { email: home.user.email, password: PASSWORD });
      assert.equal('apiKey' in lesser, false);
      const { answered, error } = await api.fails('POST', '/user/validate', { email: home.user.email, password: 'no' });
      assert.deepEqual([answered, error.code, error.message], [401, 4002, 'User Credentials are not valid']);
    },
  },
  {
    call: 'POST /user/password',
    promise: 'asks for a reset by mail; answers 200 whether the address is known or not',
    async check({ api, home }) {
      const known = await api.call('POST', '/user/password', { email: home.user.email });
      assert.deepEqual(await api.call('POST', '/user/password', { email: 'nobody@example.test' }), known);
    },
  },
  {
    call: 'GET /user',
    promise: 'lists the users with id, e-mail address and permission, to a nanoAdmin with tokenKey',
    async check({ api, home }) {
      const users: Json[] = await api.call('GET', '/user');
      const admin = users.find(({ id }) => id === home.admin.id);
      assert.equal(admin.email, home.admin.email);
      assert.equal(admin.permission, 'nanoAdmin');
      assert.match(admin.tokenKey, /^\w{7}$/);
    },
  },
  {
    call: 'PUT /user/permission',
    promise: 'changes a role, by id or by e-mail address, and ends the tokens of the user',
    async check({ api, home }) {
      const { id, email } = await home.join('nanoUser');
      const byId: Json = await api.call('PUT', '/user/permission', { id, permission: 'nanoReadOnly' });
      assert.deepEqual([byId.id, byId.permission], [id, 'nanoReadOnly']);
      const byEmail: Json = await api.call('PUT', '/user/permission', { email, permission: 'nanoAdmin' });
      assert.deepEqual([byEmail.id, byEmail.permission], [id, 'nanoAdmin']);
      const missing = await api.fails('PUT', '/user/permission', { id });
      assert.deepEqual([missing.error.code, missing.error.userinfo], [1002, { required_parameter: 'permission' }]);
    },
  },
  {
    call: 'PUT /user/tokenkey',
    promise: 'renews the tokenKey, of 7 characters, and ends the tokens made before',
    async check({ api, home }) {
      const { id } = await home.join('nanoUser');
      const once: Json = await api.call('PUT', '/user/tokenkey', { id });
      const twice: Json = await api.call('PUT', '/user/tokenkey', { id });
      assert.match(twice.tokenKey, /^\w{7}$/);
      assert.notEqual(twice.tokenKey, once.tokenKey);
    },
  },
];

const ROLES: DocumentedCall[] = [
  {
    call: 'GET /permission',
    promise: 'answers a role’s profile with the endpoints it may call',
    async check({ api }) {
      const role: Json = await api.call('GET', '/permission?name=nanoUser');
      assert.equal(role.name, 'nanoUser');
      assert.deepEqual([...role.audiences].sort(), ['bintu', 'guardian', 'metrics', 'secure-conference', 'splay']);
      assert.ok(role.permissions.Stream.includes('createStream'));
      assert.ok(role.endpoints.some(({ method, path }: Json) => method === 'GET' && path === '/user'));
      assert.ok(!role.endpoints.some(({ path }: Json) => path === '/user/permission'));
    },
  },
  {
    call: 'GET /permission/list',
    promise: 'lists the roles and what each may do',
    async check({ api }) {
      const roles: Json[] = await api.call('GET', '/permission/list');
      assert.deepEqual(
        roles.map(({ name }) => name),
        ['nanoAdmin', 'nanoUser', 'nanoReadOnly'],
      );
      assert.ok(roles.every(({ description, audiences, permissions }) => description && audiences && permissions));
    },
  },
];

const ORGANISATION: DocumentedCall[] = [
  {
    call: 'GET /organisation',
    promise: 'answers the organisation with its hash of 5 characters and its keys',
    async check({ api, home }) {
      const organisation: Json = await api.call('GET', '/organisation');
      assert.equal(organisation.id, home.id);
      assert.match(organisation.hash, /^\w{5}$/);
      assert.deepEqual([organisation.apiKey, organisation.playerKey], [home.apiKey, home.playerKey]);
    },
  },
  {
    call: 'PUT /organisation/webhook',
    promise: 'sets the URL that admits publishers, and takes it away with null',
    async check({ api }) {
      await api.call('PUT', '/organisation/webhook', { webhook: 'https://hook.example.com/publish?key=1' });
      assert.equal(
        ((await api.call('GET', '/organisation')) as Json).webhook,
        'https://hook.example.com/publish?key=1',
      );
      await api.call('PUT', '/organisation/webhook', { webhook: null });
      assert.equal(((await api.call('GET', '/organisation')) as Json).webhook, null);
    },
  },
];

const TOKENS: DocumentedCall[] = [
  {
    call: 'POST /bintu/token',
    promise: 'makes a token for a user that expires',
    async check({ api, home }) {
      const { success, data }: Json = await api.call('POST', '/bintu/token', {
        email: home.user.email,
        name: 'A backend',
        exp: Math.floor(Date.now() / 1_000) + 3_600,
      });
      assert.equal(success, true);
      assert.match(data.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    },
  },
  {
    call: 'POST /api/v1/splay',
    promise: 'makes a playback token for streams, a group or the organisation, and takes exactly one of them',
    async check(world) {
      const { id } = await aStream(world);
      const { success, data }: Json = await world.api.call('POST', '/api/v1/splay', { streams: [id] });
      assert.equal(success, true);
      const [head, claims] = data.token.split('.').map((part: string) => Buffer.from(part, 'base64url').toString());
      assert.equal(JSON.parse(head).alg, 'EdDSA');
      assert.equal(JSON.parse(claims).aud, 'splay');
      const both = await world.api.fails('POST', '/api/v1/splay', { streams: [id], orgawide: true });
      assert.equal(both.answered, 400);
    },
  },
  {
    call: 'POST /api/v1/splay/verify',
    promise: 'says whether a playback token is good, with a flat error where it is not',
    async check({ api }) {
      const { data }: Json = await api.call('POST', '/api/v1/splay', { orgawide: true });
      await api.call('POST', '/api/v1/splay/verify', { token: data.token });
      const changed: Json = await api.fails('POST', '/api/v1/splay/verify', {
        token: `${data.token.slice(0, -4)}AAAA`,
      });
      assert.deepEqual([changed.answered, changed.success, changed.errorCode], [403, false, 1001]);
    },
  },
  {
    call: 'POST /api/v1/splay/revoke',
    promise: 'revokes a playback token that was made revocable, with 204, the one exception to 200',
    async check({ api }) {
      const { data }: Json = await api.call('POST', '/api/v1/splay', { orgawide: true, revocable: true });
      assert.equal((await api.fails('POST', '/api/v1/splay/revoke', { token: data.token })).answered, 204);
      const { data: fixed }: Json = await api.call('POST', '/api/v1/splay', { orgawide: true });
      const refused: Json = await api.fails('POST', '/api/v1/splay/revoke', { token: fixed.token });
      assert.deepEqual([refused.answered, refused.errorCode], [400, 2011]);
    },
  },
];

const STREAMS: DocumentedCall[] = [
  {
    call: 'POST /stream',
    promise: 'makes a stream, with or without a body; unknown tags are made',
    async check({ api, unique }) {
      const bare: Json = await api.call('POST', '/stream');
      assert.equal(bare.state, 'created');
      assert.ok(bare.ingest.rtmp.url && bare.ingest.rtmp.streamname && bare.playout.h5live[0].rtmp.streamname);
      const tag = unique();
      const tagged: Json = await api.call('POST', '/stream', { tags: [tag] });
      assert.deepEqual(tagged.tags, [tag]);
      const cannot = await api.fails('POST', '/stream', { type: 'hologram' });
      assert.deepEqual([cannot.error.code, cannot.message], [3002, 'Stream Type is not available']);
    },
  },
  {
    call: 'GET /stream',
    promise: 'lists streams as a bare array, newest first, by state and by tags that all match',
    async check(world) {
      const { api, unique } = world;
      const [a, b] = [unique(), unique()];
      const both = await aStream(world, [a, b]);
      await aStream(world, [a]);
      const found: Json[] = await api.call('GET', `/stream?quantity=50&tags[]=${a}&tags[]=${b}&state=all`);
      assert.deepEqual(
        found.map(({ id }) => id),
        [both.id],
      );
      const unfiltered: Json[] = await api.call('GET', '/stream?quantity=2&tags[]=&profile=1&asset_limit=5');
      assert.equal(unfiltered.length, 2);
      assert.ok(unfiltered[0].created_at >= unfiltered[1].created_at);
    },
  },
  {
    call: 'GET /stream/{id}',
    promise: 'answers one stream',
    async check(world) {
      const { id } = await aStream(world);
      assert.equal(((await world.api.call('GET', `/stream/${id}`)) as Json).id, id);
    },
  },
  {
    call: 'GET /stream/{id}/group',
    promise: 'answers the streams of its group',
    async check(world) {
      const { id } = await aStream(world);
      const group: Json = await world.api.call('GET', `/stream/${id}/group`);
      assert.ok(JSON.stringify(group).includes(id));
    },
  },
  {
    call: 'POST /stream/validate',
    promise: 'says whether a stream has this name',
    async check(world) {
      const { ingest } = await aStream(world);
      const known: Json = await world.api.call('POST', '/stream/validate', { streamname: ingest.rtmp.streamname });
      const unknown: Json = await world.api.call('POST', '/stream/validate', { streamname: 'nobody' });
      assert.notDeepEqual(known, unknown);
    },
  },
  {
    call: 'PUT /stream/{id}/tag',
    promise: 'replaces the tags; an empty body clears them',
    async check(world) {
      const { id } = await aStream(world, [world.unique()]);
      const tag = world.unique();
      const tagged: Json = await world.api.call('PUT', `/stream/${id}/tag`, { tags: [tag] });
      assert.deepEqual(tagged.tags, [tag]);
      assert.deepEqual(((await world.api.call('PUT', `/stream/${id}/tag`)) as Json).tags, []);
    },
  },
  {
    call: 'PUT /stream/{id}/push_url',
    promise: 'sets where the live stream is forwarded to; rtmp and rtmps only',
    async check(world) {
      const { id } = await aStream(world);
      const url = 'rtmp://live.example.com/app/key';
      assert.equal(((await world.api.call('PUT', `/stream/${id}/push_url`, { url })) as Json).push_url, url);
      const wrong = await world.api.fails('PUT', `/stream/${id}/push_url`, { url: 'https://live.example.com/app' });
      assert.equal(wrong.answered, 400);
    },
  },
  {
    call: 'PUT /stream/{id}/stop',
    promise: 'ends the running ingest',
    async check(world) {
      const { id } = await aStream(world);
      assert.equal(((await world.api.call('PUT', `/stream/${id}/stop`)) as Json).id, id);
    },
  },
];

/** Every call that the public documents show and this server answers. */
export const DOCUMENTED: readonly DocumentedCall[] = [...USERS, ...ROLES, ...ORGANISATION, ...TOKENS, ...STREAMS];

/** The one documented call of the player key. */
export const FOR_PLAYERS = {
  call: 'GET /stream/public',
  promise: 'lists streams to the player key, without anything to publish with',
} as const;
