import { parentPort, workerData } from 'node:worker_threads';
import { loadSecrets } from '../secrets.ts';

/** Names to be hashed and encrypted, and URLs to be encrypted, in the order of their rows. */
export interface ToSeal {
  names: string[];
  urls: (string | null)[];
}

/** The same rows. */
export interface Sealed {
  hashes: string[];
  ciphers: string[];
  urlCiphers: (string | null)[];
}

const secrets = await loadSecrets((workerData as { data: string }).data);

parentPort!.on('message', ({ names, urls }: ToSeal) => {
  const sealed: Sealed = {
    hashes: names.map(secrets.fingerprint),
    ciphers: names.map(secrets.encrypt),
    urlCiphers: urls.map((url) => (url === null ? null : secrets.encrypt(url))),
  };
  parentPort!.postMessage(sealed);
});
