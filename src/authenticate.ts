import { NO_RIGHTS, rightsOf } from './capabilities.ts';
import { keyPrincipal, tokenPrincipal } from './credentials.ts';
import { deadCredential } from './errors.ts';
import type { Principal } from './principal.ts';
import type { Secrets } from './secrets.ts';
import type { CredentialLookup } from './store/credential.ts';
import type { MediaLookup, MediaStream } from './store/media.ts';
import { tokenHash } from './tokens.ts';

/** What was presented, whatever the wire. */
export type Credential =
  | { type: 'token' | 'api-key' | 'player-key'; text: string }
  | { type: 'ingest-name' | 'playout-name'; text: string };

export interface Authenticator {
  /**
   * Who holds this token or key at this moment, read from the primary store. At once on SQLite, a promise on PostgreSQL.
   * @throws ApiError badToken, the same for every cause
   */
  caller(credential: Credential, ip: string | null): Principal | Promise<Principal>;
  /**
   * The holder of a principal's token or key as of now, for who stays on the line. At once on SQLite, as above.
   * @throws ApiError badToken when that opens nothing any more
   */
  again(principal: Principal, ip: string | null): Principal | Promise<Principal>;
  /** Who publishes or plays under this name, and the stream as it stands; null when the name means nothing. */
  media(credential: Credential, session: string): Promise<{ principal: Principal; stream: MediaStream } | null>;
}

/** Longer texts are no credential of ours, and are not worth hashing. */
const LONGEST = 4_096;

const refuse = (): never => {
  throw deadCredential();
};

/** The sole right of an encoder: its own stream. */
const ENCODER = rightsOf(['media:publish']);
const VIEWER = rightsOf(['media:play']);

function mediaPrincipal(type: 'ingest-name' | 'playout-name', stream: MediaStream, session: string): Principal {
  const encoder = type === 'ingest-name';
  return {
    kind: encoder ? 'encoder' : 'viewer',
    id: encoder ? stream.id : session,
    email: null,
    organisation: stream.organisation_id,
    role: null,
    rights: encoder ? ENCODER : VIEWER,
    credential: { type: encoder ? 'ingest-name' : 'none', id: stream.id },
  };
}

/** `onUnknown` is told the hash of a token that is not there, or not any more, and keeps nobody waiting. */
export function createAuthenticator(
  lookup: CredentialLookup & { media: MediaLookup },
  secrets: Secrets,
  onUnknown: (hash: string) => void = () => {},
): Authenticator {
  const fromToken = (row: Parameters<typeof tokenPrincipal>[0] | undefined, ip: string | null) =>
    (row && tokenPrincipal(row, Date.now(), ip)) ?? refuse();
  const fromKey = (row: Parameters<typeof keyPrincipal>[0] | undefined, kind: string) =>
    (row && row.kind === kind ? keyPrincipal(row, Date.now()) : null) ?? refuse();
  return {
    caller(credential, ip) {
      const { type, text } = credential;
      if (text.length === 0 || text.length > LONGEST) return refuse();
      if (type === 'token') {
        const hash = tokenHash(text);
        const presented = (found: Parameters<typeof fromToken>[0]) => {
          if (found === undefined) onUnknown(hash);
          return fromToken(found, ip);
        };
        const rows = lookup.token({ hash });
        return Array.isArray(rows) ? presented(rows[0]) : rows.then((found) => presented(found[0]));
      }
      const kind = type === 'api-key' ? 'api' : 'player';
      const rows = lookup.key({ hash: secrets.fingerprint(text) });
      return Array.isArray(rows) ? fromKey(rows[0], kind) : rows.then((found) => fromKey(found[0], kind));
    },
    again({ credential: { type, id } }, ip) {
      if (type === 'token' || type === 'session') {
        const rows = lookup.tokenById({ id });
        return Array.isArray(rows) ? fromToken(rows[0], ip) : rows.then((found) => fromToken(found[0], ip));
      }
      if (type !== 'api-key' && type !== 'player-key') return refuse();
      const kind = type === 'api-key' ? 'api' : 'player';
      const rows = lookup.keyById({ id });
      return Array.isArray(rows) ? fromKey(rows[0], kind) : rows.then((found) => fromKey(found[0], kind));
    },
    async media({ type, text }, session) {
      // Publishing takes the ingest name only; playback takes either.
      const [byIngest] = await lookup.media.byIngest({ hash: secrets.fingerprint(text) });
      if (type === 'ingest-name')
        return byIngest ? { principal: mediaPrincipal(type, byIngest, session), stream: byIngest } : null;
      const stream = byIngest ?? (await lookup.media.byPlayout({ name: text }))[0];
      return stream ? { principal: mediaPrincipal('playout-name', stream, session), stream } : null;
    },
  };
}

/** Someone who has shown nothing: may do only what a route admits anybody to. */
export const NOBODY: Principal = Object.freeze<Principal>({
  kind: 'viewer',
  id: 'anonymous',
  email: null,
  organisation: '',
  role: null,
  rights: NO_RIGHTS,
  credential: { type: 'none', id: '' },
});
