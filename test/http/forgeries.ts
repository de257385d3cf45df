import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import type { Running } from '../harness.ts';

/** A token of ours and what the attacker of RFC 8725 has: in the worst case the private key that signed it. */
export interface Target {
  genuine: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const parts = (token: string) => token.split('.') as [string, string, string];

/** The key that signs playback tokens, as somebody has it who broke into the machine. */
export async function playbackKey({ app }: Running): Promise<KeyObject> {
  const row = await app.store.db
    .selectFrom('signing_key')
    .select('private_cipher')
    .where('retired_at', 'is', null)
    .executeTakeFirstOrThrow();
  return createPrivateKey(app.secrets.decrypt(row.private_cipher));
}

async function confused({ genuine, publicKey }: Target): Promise<Record<string, string>> {
  const [, payload] = parts(genuine);
  const { kid } = decodeProtectedHeader(genuine);
  const unsigned = (alg: string) => `${base64({ alg, typ: 'JWT', kid })}.${payload}.`;
  const claims = decodeJwt(genuine);
  const hmac = (secret: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: kid! }).sign(Buffer.from(secret));
  const jwk = publicKey.export({ format: 'jwk' });
  return {
    'alg none': unsigned('none'),
    'alg none in other letters': unsigned('nOnE'),
    'alg none with the old signature': `${unsigned('none')}${parts(genuine)[2]}`,
    'HS256 with our public key as PEM': await hmac(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    'HS256 with our public key’s bytes': await hmac(String(jwk.x)),
    'HS256 with our public key as JWK': await hmac(JSON.stringify(jwk)),
  };
}

async function foreign({ genuine }: Target): Promise<Record<string, string>> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { kid } = decodeProtectedHeader(genuine);
  const jwk = publicKey.export({ format: 'jwk' });
  const claims = { ...decodeJwt(genuine), orgawide: true, role: 'nanoAdmin' };
  const signed = (header: object) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', ...header }).sign(privateKey);
  const named: Record<string, object> = {
    'another Ed25519 key under our kid': { kid },
    'an unknown kid': { kid: 'ffffffffffffffff' },
    'no kid': {},
    'an empty kid': { kid: '' },
    'a kid that is a path': { kid: '../../secrets.json' },
    'a kid that is a device': { kid: '/dev/null' },
    'a kid that is SQL': { kid: "' or '1'='1" },
    'a kid with a NUL': { kid: 'ffff\u0000ffff' },
    'a kid of every object': { kid: 'constructor' },
    'a very long kid': { kid: 'f'.repeat(1_000) },
    'a key of its own in the header': { kid, jwk },
    'an address of keys in the header': { kid, jku: 'https://evil.example/jwks.json' },
  };
  const made: Record<string, string> = {};
  for (const [name, header] of Object.entries(named)) made[name] = await signed(header);
  return made;
}

/** Signed with our own key, as if it had leaked: what was never issued is not on record. */
async function leaked({ genuine, privateKey }: Target): Promise<Record<string, string>> {
  const { kid } = decodeProtectedHeader(genuine);
  const claims = decodeJwt(genuine);
  const { exp: _, ...endless } = claims;
  const signed = (change: JWTPayload) =>
    new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: kid! }).sign(privateKey);
  return {
    'another audience': await signed({ aud: 'guardian' }),
    'another issuer': await signed({ iss: 'https://evil.example' }),
    'another subject': await signed({ sub: '00000000-0000-4000-8000-000000000000' }),
    'a far-future iat': await signed({ iat: 9_999_999_999 }),
    'a longer life': await signed({ exp: 9_999_999_999 }),
    'no expiry': await new SignJWT(endless).setProtectedHeader({ alg: 'EdDSA', kid: kid! }).sign(privateKey),
    'another id': await signed({ jti: 'another' }),
  };
}

function altered({ genuine }: Target): Record<string, string> {
  const [header, payload, signature] = parts(genuine);
  const claims = decodeJwt(genuine);
  const flipped = signature[0] === 'A' ? 'B' : 'A';
  // The last of 86 characters carries two bits and four of padding, which a lenient decoder ignores.
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const twin = last[last.indexOf(signature.at(-1)!) ^ 1]!;
  return {
    'claims changed behind the signature': `${header}.${base64({ ...claims, exp: 9_999_999_999 })}.${signature}`,
    'one character of the signature changed': `${header}.${payload}.${flipped}${signature.slice(1)}`,
    'the same signature spelt otherwise': `${header}.${payload}.${signature.slice(0, -1)}${twin}`,
    'no signature': `${header}.${payload}.`,
    'a header that must be understood': `${base64({ ...decodeProtectedHeader(genuine), crit: ['exp'] })}.${payload}.${signature}`,
  };
}

/** Well-formed texts that are no tokens of ours, by what is wrong with them. */
export const forgeries = async (target: Target): Promise<Record<string, string>> => ({
  ...(await confused(target)),
  ...(await foreign(target)),
  ...(await leaked(target)),
  ...altered(target),
});

/** Texts that do not even have the form. */
export const malformed = (genuine: string): Record<string, string> => {
  const [header, payload, signature] = parts(genuine);
  return {
    'two parts': `${header}.${payload}`,
    'four parts': `${genuine}.${signature}`,
    'a header that is no JSON': `${Buffer.from('{').toString('base64url')}.${payload}.${signature}`,
    'a header that is a list': `${base64(['EdDSA'])}.${payload}.${signature}`,
    'claims that are no JSON': `${header}.${Buffer.from('x').toString('base64url')}.${signature}`,
    'claims that are a number': `${header}.${base64(7)}.${signature}`,
    words: 'let me in',
    dots: '..',
  };
};
