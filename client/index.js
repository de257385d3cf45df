import createFetchClient from 'openapi-fetch';

const TIMEOUT_MS = 15_000;

/** What the API answered instead of a result. `code` and `userinfo` are in the table of the API document. */
export class LockkeeperError extends Error {
  name = 'LockkeeperError';

  constructor(message, { status, code = 0, userinfo = {}, requestId = null, retryAfter = null, body = null }) {
    super(message);
    Object.assign(this, { status, code, userinfo, requestId, retryAfter, body });
  }
}

function failure(response, body) {
  const { error, requestId } = typeof body === 'object' && body !== null ? body : {};
  const facts = { status: response.status, retryAfter: number(response.headers.get('Retry-After')) };
  if (typeof error?.message !== 'string') {
    return new LockkeeperError('The address answers, but not as Lockkeeper does', facts);
  }
  return new LockkeeperError(error.message, { ...facts, code: error.code, userinfo: error.userinfo, requestId, body });
}

const number = (text) => (text === null || text === '' || Number.isNaN(Number(text)) ? null : Number(text));

/** The library reads an error's body itself, when it is JSON. */
function parsed(text) {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Gives up on an answer that does not come. A signal of the caller's own counts as well. */
const patiently =
  (fetch, timeoutMs) =>
  (request, ...rest) => {
    const signals = [request.signal, AbortSignal.timeout(timeoutMs)];
    return fetch(new Request(request, { signal: AbortSignal.any(signals) }), ...rest);
  };

function credentialHeaders({ token, apiKey, playerKey }) {
  const given = { 'X-BINTU-TOKEN': token, 'X-BINTU-APIKEY': apiKey, 'X-BINTU-PLAYERKEY': playerKey };
  const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  if (Object.keys(headers).length > 1) throw new TypeError('Give one credential: a token, an API key or a player key');
  return headers;
}

/** See index.d.ts for what it takes and gives. */
export function createClient({ url, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS, ...credentials }) {
  const http = createFetchClient({
    baseUrl: url.replace(/\/+$/, ''),
    headers: credentialHeaders(credentials),
    fetch: patiently(fetch, timeoutMs),
  });
  const call = async (method, path, init) => {
    const { data, error, response } = await http[method](path, { ...init, parseAs: 'text' });
    const body = parsed(data ?? error);
    // A success is 200, or 204 where there is nothing to say; whatever a proxy makes of it is none.
    if (response.status === 200 && body !== undefined) return { body, headers: response.headers };
    if (response.status === 204) return { body: undefined, headers: response.headers };
    throw failure(response, body);
  };
  const verb =
    (method) =>
    async (path, init = {}) =>
      (await call(method, path, init)).body;
  return {
    get: verb('GET'),
    post: verb('POST'),
    put: verb('PUT'),
    delete: verb('DELETE'),
    async getPage(path, init = {}) {
      const { body, headers } = await call('GET', path, init);
      return { rows: body, total: number(headers.get('X-Total-Count')), next: headers.get('X-Next-Cursor') };
    },
  };
}
