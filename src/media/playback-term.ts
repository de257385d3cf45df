import { ipAllowed } from '../addresses.ts';
import { noteDeadToken } from '../alerts/dead-tokens.ts';
import type { Observations } from '../alerts/observations.ts';
import type { MediaStream } from '../store/media.ts';
import { settingsOf } from '../store/organisation.ts';
import type { HeldToken, PlaybackClaims, PlaybackLookup } from '../store/playback-token.ts';
import { tokenHash } from '../tokens.ts';
import type { AuthoriseRequest, Deny } from './engine.ts';
import { isOn, pagesOf } from './flv/guarding.ts';
import { deny, type Term } from './gate.ts';

/** Whether whoever plays this stream must show a token. */
export const asksForTokens = (stream: Pick<MediaStream, 'organisation_settings'>): boolean =>
  settingsOf({ settings: stream.organisation_settings }).securePlayback;

const refuse = (message: string): Deny => ({ ...deny('unauthorised'), message });

const EXPIRED = refuse('The playback token has expired');
/** One sentence for every other cause: whoever stole a token does not learn what is missing to use it. */
const NOT_HERE = refuse('The playback token is not valid for this playback');

/**
 * Where the organisation's settings say `securePlayback`, whoever plays shows a token that opens this stream, now, from
 * this address and this page. Elsewhere a token is not looked at. Its row is read at every play; it is there only for
 * the very text that was issued, so no signature has to be checked.
 */
export const playbackTerm =
  (lookup: Pick<PlaybackLookup, 'byHash'>, observations: Observations): Term =>
  async (request, stream) => {
    if (!asksForTokens(stream)) return {};
    const [text, ...others] = presentedTokens(request);
    if (others.length > 0) return deny('invalid');
    if (text === undefined) return deny('unauthorised');
    const [token] = await lookup.byHash({ hash: tokenHash(text) });
    if (token === undefined || token.organisation_id !== stream.organisation_id) return NOT_HERE;
    const now = Date.now();
    if (token.expires_at <= now) return EXPIRED;
    const { id, organisation_id: organisation, revoked_at: endedAt } = token;
    if (endedAt !== null) noteDeadToken(observations, { id, organisation, endedAt, usedAt: now });
    const claims = JSON.parse(token.claims) as PlaybackClaims;
    if (!isAlive(token, now) || !opens(claims, stream) || !mayCome(claims, request)) return NOT_HERE;
    const { ip, forceDisconnect } = claims;
    return { token: token.id, ...(ip && { from: ip }), ...(forceDisconnect && { endsAt: token.expires_at }) };
  };

/** Every different token that was shown: `?token=`, `?jwt=`, `Authorization: Bearer`. */
function presentedTokens({ query, authorization }: AuthoriseRequest): Set<string> {
  const parameters = new URLSearchParams(query);
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  const shown = new Set([...parameters.getAll('token'), ...parameters.getAll('jwt'), bearer]);
  shown.delete('');
  return shown;
}

const isAlive = ({ revoked_at, not_before }: HeldToken, now: number): boolean =>
  revoked_at === null && (not_before === null || not_before <= now);

function opens({ orgawide, groupid, streams }: PlaybackClaims, stream: MediaStream): boolean {
  if (groupid !== undefined) return groupid === stream.streamgroup;
  return orgawide === true || (streams ?? []).includes(stream.playout_name);
}

function mayCome({ ip, domain }: PlaybackClaims, { ip: from, origin, referrer }: AuthoriseRequest): boolean {
  if (ip !== undefined && !ipAllowed(from, [ip])) return false;
  if (domain === undefined) return true;
  const pages = pagesOf({ origin, referrer });
  return pages.length > 0 && pages.every((page) => isOn(domain, page));
}
