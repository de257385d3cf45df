import { type Static, Type } from 'typebox';
import { capability, has } from '../../capabilities.ts';
import { ApiError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';
import {
  type ListedPlaybackToken,
  listPlaybackTokens,
  type PlaybackClaims,
  revokePlaybackToken,
} from '../../store/playback-token.ts';
import { change, type Scope } from '../../store/scope.ts';
import { type Route, route } from '../route.ts';
import { Id, iso, isoOrNull, Nullable, OneOf, Text, Time } from '../schemas.ts';
import type { Services } from '../services.ts';
import { WishBody, wishOf } from './playback-wish.ts';

const tag = 'Playback tokens';
const FOR_OTHERS = capability('token:create');
/** Longer texts are no tokens of ours. */
const TokenText = Text(8_192);

/** Whose tokens a caller sees, and revokes by id: null is the whole organisation's. */
const reach = (caller: Principal): string | null => (has(caller.rights, FOR_OTHERS) ? null : caller.id);

const create = route({
  method: 'POST',
  path: '/api/v1/splay',
  name: 'createPlaybackToken',
  tag,
  summary: 'Make a token with which viewers play; it is shown only here',
  access: { capability: 'playback-token:create' },
  schema: {
    body: WishBody,
    response: Type.Object({
      success: Type.Literal(true),
      data: Type.Object({ token: Type.String(), id: Type.String(), expiresAt: Time }),
    }),
  },
  async handler({ scope, body, services }) {
    const wish = await wishOf(scope, services.secrets, body);
    const expiresAt = iso(wish.expiresAt);
    const data = await change(scope, async (tx) => {
      const { id, token } = await services.playback.mint(tx, wish);
      const detail = { ...wish.claims, notBefore: isoOrNull(wish.notBefore), expiresAt };
      return { result: { token, id, expiresAt }, target: { type: 'playback-token', id }, detail };
    });
    return { success: true as const, data };
  },
});

const verify = route({
  method: 'POST',
  path: '/api/v1/splay/verify',
  name: 'verifyPlaybackToken',
  tag,
  summary: 'Whether a playback token of yours holds now, and what it says',
  access: { capability: 'stream:read' },
  schema: {
    body: Type.Object({ token: TokenText }),
    response: Type.Object({
      success: Type.Literal(true),
      data: Type.Record(Type.String(), Type.Unknown(), { description: 'The claims of the token' }),
    }),
  },
  async handler({ scope, body, services }) {
    return { success: true as const, data: await services.playback.verify(body.token, scope.organisation) };
  },
});

const revoke = route({
  method: 'POST',
  path: '/api/v1/splay/revoke',
  name: 'revokePlaybackToken',
  tag,
  summary: 'Revoke a playback token that was made revocable; whoever plays by it is cut off',
  access: { capability: 'playback-token:revoke' },
  empty: true,
  schema: {
    body: Type.Object({ token: Type.Optional(TokenText), id: Type.Optional(Id) }),
    response: Type.Unsafe<void>({ type: 'null', description: 'It opens nothing any more' }),
  },
  async handler({ scope, body, caller, services }) {
    const { token, id } = body;
    if ((token === undefined) === (id === undefined)) {
      throw token === undefined
        ? new ApiError('required', { required_parameter: 'token' })
        : new ApiError('invalid', { reason: 'Send token or id, not both' });
    }
    // Whoever holds the token itself may end it; by its id, whoever sees it in the list.
    const [target, maker] = token === undefined ? [id!, reach(caller)] : [await ownToken(scope, services, token), null];
    await change(scope, async (tx) => {
      await revokePlaybackToken(tx, target, maker);
      return { result: undefined, target: { type: 'playback-token', id: target } };
    });
    await services.live.endToken(target);
  },
});

async function ownToken(scope: Scope, { playback }: Services, text: string): Promise<string> {
  const { id, organisation_id } = await playback.read(text);
  if (organisation_id === scope.organisation) return id;
  throw new ApiError('jwtElsewhere');
}

const Listed = Type.Object({
  id: Type.String(),
  state: OneOf(['active', 'pending', 'expired', 'revoked']),
  maker: Type.Object({ type: Type.String(), id: Type.String(), email: Nullable(Type.String()) }),
  createdAt: Time,
  notBefore: Nullable(Time),
  expiresAt: Time,
  revokedAt: Nullable(Time),
  revocable: Type.Boolean(),
  forceDisconnect: Type.Boolean(),
  groupid: Type.Optional(Type.String()),
  streams: Type.Optional(Type.Array(Type.String())),
  orgawide: Type.Optional(Type.Boolean()),
  domain: Type.Optional(Type.String()),
  ip: Type.Optional(Type.String()),
  tag: Type.Optional(Type.String()),
  user: Type.Optional(Type.String()),
  cust: Type.Optional(Type.String()),
});

function stateOf({ revoked_at, expires_at, not_before }: ListedPlaybackToken, now: number) {
  if (revoked_at !== null) return 'revoked';
  if (expires_at <= now) return 'expired';
  return not_before !== null && not_before > now ? 'pending' : 'active';
}

const view = (row: ListedPlaybackToken): Static<typeof Listed> => ({
  ...(JSON.parse(row.claims) as PlaybackClaims),
  id: row.id,
  state: stateOf(row, Date.now()),
  maker: { type: row.created_by_type, id: row.created_by, email: row.created_by_email },
  createdAt: iso(row.created_at),
  notBefore: isoOrNull(row.not_before),
  expiresAt: iso(row.expires_at),
  revokedAt: isoOrNull(row.revoked_at),
  revocable: row.revocable === 1,
  forceDisconnect: (JSON.parse(row.claims) as PlaybackClaims).forceDisconnect === true,
});

const list = route({
  method: 'GET',
  path: '/api/v1/splay',
  name: 'listPlaybackTokens',
  tag,
  summary: 'Playback tokens, newest first: your own, or the organisation’s for who may make tokens for others',
  access: { capability: 'playback-token:create' },
  schema: {
    query: Type.Object({
      maker: Type.Optional(Text(254, { description: 'The id or e-mail address of who made them' })),
      limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
      cursor: Type.Optional(Id),
    }),
    response: Type.Object({ success: Type.Literal(true), data: Type.Array(Listed) }),
  },
  async handler({ scope, query, caller, setHeader }) {
    const { limit, ...filter } = query;
    const own = reach(caller);
    const mine = own === null ? {} : { createdBy: own };
    const rows = await listPlaybackTokens(scope, { ...filter, ...mine, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    if (rows.length > limit) setHeader('X-Next-Cursor', shown.at(-1)!.id);
    return { success: true as const, data: shown.map(view) };
  },
});

const keys = route({
  method: 'GET',
  path: '/.well-known/jwks.json',
  name: 'getSigningKeys',
  tag,
  summary: 'The public keys by which others can verify our tokens (RFC 7517)',
  access: { public: 'public keys are there to be had by whoever verifies a token' },
  schema: { response: Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }) },
  async handler({ services, setHeader }) {
    const found = await services.playback.publicKeys();
    setHeader('Cache-Control', 'public, max-age=300');
    return { keys: found };
  },
});

export const playbackTokens: readonly Route[] = [create, verify, revoke, list, keys];
