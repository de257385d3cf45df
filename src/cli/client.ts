import { type Client as Api, createClient as createApi, LockkeeperError } from '@lockkeeper/client';
import { type ApiFailure, CliFailure, explainFailure } from './failure.ts';

const TIMEOUT_MS = 15_000;

export interface Credentials {
  token: string | null;
  apiKey: string | null;
}

/** The API as the command line uses it. Rejects with a CliFailure whose message says what to do. */
export interface Client extends Api {
  url: string;
  /** Without a credential, which is what signing in needs. */
  anonymous: Api;
}

export function createClient(url: string, credentials: Credentials): Client {
  const base = url.replace(/\/+$/, '');
  if (!URL.canParse(base)) throw new CliFailure(`"${url}" is not a URL; it looks like http://127.0.0.1:8080`, 2);
  const anonymous = explained(base, createApi({ url: base, timeoutMs: TIMEOUT_MS }));
  return {
    url: base,
    anonymous,
    // Without a credential at hand it is the first call that fails, and not the command's beginning.
    ...(credentials.token || credentials.apiKey
      ? explained(base, createApi({ url: base, timeoutMs: TIMEOUT_MS, ...one(credentials) }))
      : { get: noCredential, getPage: noCredential, post: noCredential, put: noCredential, delete: noCredential }),
  };
}

/** Two credentials at once are refused by the API, so the user's token goes before the organisation's key. */
const one = ({ token, apiKey }: Credentials) => (token ? { token } : { apiKey });

async function noCredential(): Promise<never> {
  throw new CliFailure('No token: set LOCKKEEPER_TOKEN or pass --token. Get one with: lockkeeper login EMAIL');
}

/** The same calls, whose failures say what to do. */
function explained(base: string, api: Api): Api {
  const wrap = <V extends Api[keyof Api]>(verb: V): V =>
    ((...call: unknown[]) =>
      (verb as (...call: unknown[]) => Promise<unknown>)(...call).catch((error) => {
        throw asFailure(base, error);
      })) as V;
  const { get, getPage, post, put, delete: remove } = api;
  return { get: wrap(get), getPage: wrap(getPage), post: wrap(post), put: wrap(put), delete: wrap(remove) };
}

function asFailure(base: string, error: Error): Error {
  if (error instanceof LockkeeperError) {
    if (error.body === null)
      return new CliFailure(`${base} answers, but not as Lockkeeper does. Is the address right?`);
    const body = error.body as ApiFailure;
    return new CliFailure(explainFailure(body, error.retryAfter === null ? null : String(error.retryAfter)), 1, body);
  }
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNREFUSED')
    return new CliFailure(`Nothing answers at ${base}. Start it with "npm start", or say where it is with --url.`);
  if (error.name === 'TimeoutError') return new CliFailure(`${base} did not answer within 15 s.`);
  // fetch says so of whatever kept it from an answer; anything else is a mistake of ours.
  if (!(error instanceof TypeError) || error.message !== 'fetch failed') return error;
  return new CliFailure(`${base} cannot be reached${code ? ` (${code})` : ''}. Check --url or LOCKKEEPER_URL.`);
}
