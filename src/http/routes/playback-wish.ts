import { type Static, Type } from 'typebox';
import { isNetwork } from '../../addresses.ts';
import { ApiError } from '../../errors.ts';
import { hostPattern } from '../../hosts.ts';
import type { PlaybackWish } from '../../playback-tokens.ts';
import type { Secrets } from '../../secrets.ts';
import { hasGroup, type PlaybackClaims } from '../../store/playback-token.ts';
import type { Scope } from '../../store/scope.ts';
import { findNamedStreams } from '../../store/stream-name.ts';
import { Text } from '../schemas.ts';

const DAY_S = 86_400;
const LONGEST_S = 365 * DAY_S;
const LONGEST_REVOCABLE_S = DAY_S;

const UnixSeconds = Type.Integer({ minimum: 0, maximum: 99_999_999_999, description: 'Unix seconds' });

/** [doc] What a playback token is asked for with: exactly one of the first three, and conditions. */
export const WishBody = Type.Object({
  groupid: Type.Optional(Text(64, { description: 'Every stream of this group' })),
  streams: Type.Optional(
    Type.Array(Text(256), { minItems: 1, maxItems: 50, description: 'Names or ids; the token has playout names' }),
  ),
  orgawide: Type.Optional(Type.Boolean({ description: 'Every stream of the organisation' })),
  nbf: Type.Optional(UnixSeconds),
  exp: Type.Optional(UnixSeconds),
  domain: Type.Optional(Text(253, { description: 'The page’s host, or `*.host` for those below it' })),
  ip: Type.Optional(Text(64, { description: 'The viewer’s address, or a CIDR' })),
  tag: Type.Optional(Text(100)),
  user: Type.Optional(Text(100)),
  cust: Type.Optional(Text(100)),
  revocable: Type.Optional(Type.Boolean()),
  forceDisconnect: Type.Optional(Type.Boolean({ description: 'Ends what it opened when it expires' })),
});

type Body = Static<typeof WishBody>;

/** @throws ApiError required, invalid, notFound */
export async function wishOf(scope: Scope, secrets: Secrets, body: Body): Promise<PlaybackWish> {
  const { tag, user, cust } = body;
  return {
    claims: {
      ...(await opened(scope, secrets, body)),
      ...(body.domain !== undefined && { domain: domainOf(body.domain) }),
      ...(body.ip !== undefined && { ip: networkOf(body.ip) }),
      ...(tag !== undefined && { tag }),
      ...(user !== undefined && { user }),
      ...(cust !== undefined && { cust }),
      ...(body.revocable && { revocable: true }),
      ...(body.forceDisconnect && { forceDisconnect: true }),
    },
    ...lifeOf(body, Math.floor(Date.now() / 1_000)),
  };
}

async function opened(scope: Scope, secrets: Secrets, { groupid, streams, orgawide }: Body): Promise<PlaybackClaims> {
  const given = [groupid !== undefined, streams !== undefined, orgawide === true].filter(Boolean).length;
  if (given === 0) throw new ApiError('required', { required_parameter: 'streams' });
  if (given > 1) throw new ApiError('invalid', { reason: 'Send one of groupid, streams and orgawide' });
  if (streams !== undefined) return { streams: await playoutNames(scope, secrets, streams) };
  if (groupid === undefined) return { orgawide: true };
  if (!(await hasGroup(scope, groupid))) throw new ApiError('notFound', { reason: 'You have no such group' });
  return { groupid };
}

/** A viewer's token must not tell an ingest name, whatever name it was asked for with. */
async function playoutNames(scope: Scope, secrets: Secrets, names: readonly string[]): Promise<string[]> {
  const hashes = names.map((name) => secrets.fingerprint(name));
  const found = await findNamedStreams(scope, names, hashes);
  const resolved = names.map((name, at) =>
    found.find(
      ({ id, playout_name, ingest_hash }) => id === name || playout_name === name || ingest_hash === hashes[at],
    ),
  );
  const known = resolved.filter((stream) => stream !== undefined);
  if (known.length < names.length) throw new ApiError('notFound', { reason: 'One of these streams is not yours' });
  return [...new Set(known.map(({ playout_name }) => playout_name))];
}

/** All in unix seconds, but for the result. */
function lifeOf(body: Body, now: number): Pick<PlaybackWish, 'notBefore' | 'expiresAt'> {
  const longest = body.revocable ? LONGEST_REVOCABLE_S : LONGEST_S;
  const exp = body.exp ?? Math.min(Math.max(now, body.nbf ?? now) + DAY_S, now + longest);
  if (exp <= now || exp > now + longest) {
    const most = body.revocable ? 'a revocable one at most 24 hours' : 'at most 365 days';
    throw new ApiError('invalid', { parameter: 'exp', reason: `A token ends in the future, ${most} from now` });
  }
  if (body.nbf !== undefined && body.nbf >= exp)
    throw new ApiError('invalid', { parameter: 'nbf', reason: 'A token begins before it ends' });
  return { notBefore: body.nbf === undefined ? null : body.nbf * 1_000, expiresAt: exp * 1_000 };
}

function networkOf(text: string): string {
  if (isNetwork(text)) return text;
  throw new ApiError('invalid', { parameter: 'ip', reason: 'Use an address or a CIDR, for example 192.0.2.0/24' });
}

function domainOf(text: string): string {
  const domain = hostPattern(text);
  if (domain !== null) return domain;
  throw new ApiError('invalid', {
    parameter: 'domain',
    reason: 'Use a host, for example example.org or *.example.org',
  });
}
