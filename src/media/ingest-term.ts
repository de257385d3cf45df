import { noteDeadToken } from '../alerts/dead-tokens.ts';
import type { Observations } from '../alerts/observations.ts';
import type { IngestTokenLookup } from '../store/ingest-token.ts';
import { settingsOf } from '../store/organisation.ts';
import { tokenHash } from '../tokens.ts';
import type { Deny } from './engine.ts';
import type { Term } from './gate.ts';

const REFUSED: Deny = {
  allow: false,
  code: 'unauthorised',
  message: 'Publishing to this stream needs a valid ingest token',
};

/**
 * Where the organisation's settings say `ingestTokens`, the ingest name alone publishes nothing: the query must carry
 * one token of this very stream that is valid now. The same refusal for every cause.
 */
export const ingestTerm =
  (lookup: Pick<IngestTokenLookup, 'byHash'>, observations: Observations): Term =>
  async ({ query }, stream) => {
    if (!settingsOf({ settings: stream.organisation_settings }).ingestTokens) return {};
    const [presented, ...others] = new URLSearchParams(query).getAll('token');
    if (!presented || others.length > 0) return REFUSED;
    const [found] = await lookup.byHash({ hash: tokenHash(presented) });
    const now = Date.now();
    if (found?.stream_id !== stream.id || found.expires_at <= now) return REFUSED;
    const { id, revoked_at: endedAt } = found;
    if (endedAt === null) return { token: id };
    noteDeadToken(observations, { id, organisation: stream.organisation_id, endedAt, usedAt: now });
    return REFUSED;
  };
