import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from './backup/archive-file.ts';
import { base62 } from './random.ts';

/** What only this installation knows: made at the first start, kept in `secrets.json` (mode 0600) in the data folder. */
export interface Secrets {
  /** Keyed hash, base64url: what keys and ingest names are found by. */
  fingerprint(text: string): string;
  /**
   * The random part of a stream's ingest name: 24 base-62 characters derived from its id, so that the database holds
   * nothing a name could be read from, and showing one costs a hash.
   */
  ingestName(streamId: string): string;
  /** AES-256-GCM, base64url of nonce, tag and text: what keys are shown from. */
  encrypt(text: string): string;
  decrypt(cipher: string): string;
  /** Ed25519, for the signature on tokens. */
  signing: { privateKey: KeyObject; publicKey: KeyObject; kid: string };
}

interface SecretsFile {
  master: string;
  signing: { kid: string; privateKey: string };
}

const NONCE = 12;
const TAG = 16;

/** Random bytes for so many nonces are asked for at once: asking costs more than the bytes. */
const NONCES = 1_024;

function nonces(): () => Buffer {
  let [pool, at] = [Buffer.alloc(0) as Buffer, 0];
  return () => {
    if (at === pool.length) [pool, at] = [randomBytes(NONCE * NONCES), 0];
    at += NONCE;
    return pool.subarray(at - NONCE, at);
  };
}

function create(): SecretsFile {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    master: randomBytes(32).toString('base64url'),
    signing: { kid: randomBytes(6).toString('hex'), privateKey: pem },
  };
}

const fileIn = (folder: string) => path.join(folder, 'secrets.json');

/** The text of this installation's file, or null when it has none yet. */
export const readSecretsFile = (folder: string): Promise<string | null> =>
  readFile(fileIn(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

/** Puts another installation's file in its place, keeping this one's as `secrets.json.before-restore`. */
export async function replaceSecretsFile(folder: string, text: string): Promise<void> {
  const before = await readSecretsFile(folder);
  if (before !== null) await writeSecret(`${fileIn(folder)}.before-restore`, before);
  await writeSecret(fileIn(folder), text);
}

const writeSecret = (file: string, text: string) =>
  writeWhole(file, async (draft) => {
    await draft.writeFile(text);
  });

/** @throws when the text is not that of a `secrets.json` */
export const secretsFrom = (text: string): Secrets => build(JSON.parse(text) as SecretsFile);

function build({ master, signing }: SecretsFile): Secrets {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(master, 'base64url'), '', purpose, 32));
  // SHA-3 with the key in front is a sound MAC (no length extension), and in one shot twenty times as fast as HMAC here.
  const keyed = (purpose: string) => {
    const key = derive(purpose).toString('base64url');
    return (text: string) => hash('sha3-256', key + text, 'buffer');
  };
  const [fingerprint, ingest] = [keyed('lockkeeper fingerprint'), keyed('lockkeeper ingest name')];
  // As an object it is prepared once; as bytes, at every use, which costs three times as much.
  const cipherKey = createSecretKey(derive('lockkeeper cipher'));
  const nextNonce = nonces();
  const privateKey = createPrivateKey(signing.privateKey);
  return {
    fingerprint: (text) => fingerprint(text).toString('base64url'),
    ingestName: (streamId) => base62(ingest(streamId).subarray(0, 24)),
    encrypt(text) {
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', cipherKey, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    decrypt(text) {
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', cipherKey, bytes.subarray(0, NONCE));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return decipher.update(bytes.subarray(NONCE + TAG), undefined, 'utf8') + decipher.final('utf8');
    },
    signing: { privateKey, publicKey: createPublicKey(privateKey), kid: signing.kid },
  };
}

/**
 * The file appears whole or not at all, whenever we are killed; of two processes that start at once one makes it, and
 * the other finds it.
 */
async function createFile(file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${JSON.stringify(create(), null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Reads the installation's secrets, making them at the first start.
 * @throws when the file is there and cannot be read: starting with fresh secrets would orphan every key
 */
export async function loadSecrets(folder: string): Promise<Secrets> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = fileIn(folder);
  if (!existsSync(file)) await createFile(file);
  try {
    return secretsFrom(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} is damaged. Restore it from a backup: without it no key and no ingest name can be read.`, {
      cause,
    });
  }
}
