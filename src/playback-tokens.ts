import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { ApiError } from './errors.ts';
import type { Secrets } from './secrets.ts';
import {
  type HeldToken,
  insertPlaybackToken,
  newPlaybackTokenId,
  type PlaybackClaims,
  type PlaybackLookup,
  playbackLookup,
} from './store/playback-token.ts';
import type { ScopedTx } from './store/scope.ts';
import { currentKey, type NewSigningKey, signingKeyLookup, verifyingKeys } from './store/signing-key.ts';
import type { Store } from './store/store.ts';
import { tokenHash } from './tokens.ts';

/** Bytes of a token: with its name it fits the 2,048 bytes that a player may send as its query. */
const LONGEST = 1_900;

/** Times in unix milliseconds, whole seconds. */
export interface PlaybackWish {
  claims: PlaybackClaims;
  notBefore: number | null;
  expiresAt: number;
}

export type Jwk = Readonly<Record<string, unknown>>;

/** Makes tokens for viewers, and says of a text whether it is one. */
export interface PlaybackTokens {
  /** For the gate and for whoever takes revoked ones off the air. */
  lookup: PlaybackLookup;
  mint(tx: ScopedTx, wish: PlaybackWish): Promise<{ id: string; token: string }>;
  /**
   * The token as it is on record, whatever its state. @throws ApiError jwtMalformed; jwtForged when it is not ours;
   * jwtExpired when it ended so long ago that it is not on record any more
   */
  read(text: string): Promise<HeldToken>;
  /** Throws unless an organisation's viewers could be let in by it now, and gives its claims. @throws ApiError jwt… */
  verify(text: string, organisation: string): Promise<Record<string, unknown>>;
  /** The public keys by which tokens of ours can be verified (RFC 7517). */
  publicKeys(): Promise<Jwk[]>;
}

const jwkOf = (key: KeyObject, kid: string): Jwk => ({
  ...key.export({ format: 'jwk' }),
  kid,
  alg: 'EdDSA',
  use: 'sig',
});

/** A key that signs playback tokens, as it is stored. */
export function newSigningKey(secrets: Secrets): NewSigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const kid = randomBytes(8).toString('hex');
  return {
    kid,
    private_cipher: secrets.encrypt(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    public_jwk: JSON.stringify(jwkOf(publicKey, kid)),
  };
}

/** Keys do not change under their kid: what was read once need not be read again. */
function once(make: (text: string) => KeyObject) {
  const known = new Map<string, KeyObject>();
  return (kid: string, text: string): KeyObject => {
    const key = known.get(kid) ?? make(text);
    known.set(kid, key);
    return key;
  };
}

const KID = /^[0-9a-f]{16}$/;

/** The kid that a text names, if it has the form of a token of ours at all. */
function kidOf(text: string): string {
  try {
    const { alg, kid } = decodeProtectedHeader(text);
    decodeJwt(text);
    return alg === 'EdDSA' && typeof kid === 'string' && KID.test(kid) ? kid : '';
  } catch {
    throw new ApiError('jwtMalformed');
  }
}

interface Options {
  store: Store;
  secrets: Secrets;
  issuer: () => string;
}

export function createPlaybackTokens({ store, secrets, issuer }: Options): PlaybackTokens {
  const keys = signingKeyLookup(store);
  const lookup = playbackLookup(store);
  const privateKey = once((cipher) => createPrivateKey(secrets.decrypt(cipher)));
  const publicKey = once((jwk) => createPublicKey({ key: JSON.parse(jwk), format: 'jwk' }));

  async function read(text: string): Promise<HeldToken> {
    const [key] = await keys.byKid({ kid: kidOf(text) });
    if (key === undefined) throw new ApiError('jwtForged');
    await compactVerify(text, publicKey(key.kid, key.public_jwk), { algorithms: ['EdDSA'] }).catch(() => {
      throw new ApiError('jwtForged');
    });
    // On record is only what was issued: its audience, issuer and organisation need not be believed.
    const [held] = await lookup.byHash({ hash: tokenHash(text) });
    if (held !== undefined) return held;
    const { exp } = decodeJwt(text);
    throw new ApiError(typeof exp === 'number' && exp * 1_000 <= Date.now() ? 'jwtExpired' : 'jwtForged');
  }

  return {
    lookup,
    read,
    async mint(tx, { claims, notBefore, expiresAt }) {
      const key = await currentKey(tx, () => newSigningKey(secrets), tx.at);
      const id = newPlaybackTokenId();
      const issuedAt = Math.floor(tx.at / 1_000);
      const token = await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: key.kid })
        .setIssuer(issuer())
        .setAudience('splay')
        .setSubject(tx.organisation)
        .setJti(id)
        .setIssuedAt(issuedAt)
        .setNotBefore(notBefore === null ? issuedAt : notBefore / 1_000)
        .setExpirationTime(expiresAt / 1_000)
        .sign(privateKey(key.kid, key.private_cipher));
      if (token.length > LONGEST) {
        const reason = 'This token would be longer than an address can carry: name fewer streams, or a group';
        throw new ApiError('invalid', { parameter: 'streams', reason });
      }
      await insertPlaybackToken(tx, id, { claims, notBefore, expiresAt, kid: key.kid, tokenHash: tokenHash(token) });
      return { id, token };
    },
    async verify(text, organisation) {
      const held = await read(text);
      if (held.organisation_id !== organisation) throw new ApiError('jwtElsewhere');
      const now = Date.now();
      if (held.expires_at <= now) throw new ApiError('jwtExpired');
      if (held.revoked_at !== null) throw new ApiError('jwtRevoked');
      if (held.not_before !== null && held.not_before > now) throw new ApiError('jwtNotActive');
      return decodeJwt(text);
    },
    async publicKeys() {
      const stored = await verifyingKeys(store.db, Date.now());
      const { publicKey: own, kid } = secrets.signing;
      return [...stored.map(({ public_jwk }) => JSON.parse(public_jwk) as Jwk), jwkOf(own, kid)];
    },
  };
}
