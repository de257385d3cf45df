import type { ClientPathsWithMethod, Client as FetchClient, FetchResponse, MaybeOptionalInit } from 'openapi-fetch';
import type { paths } from './schema.js';

export type { paths } from './schema.js';

export interface ClientOptions {
  /** Where the API is, for example `http://127.0.0.1:8080`. */
  url: string;
  /** One credential at most. None for what is public, or for a browser with a session cookie. */
  token?: string | null;
  apiKey?: string | null;
  playerKey?: string | null;
  /** Stands in for the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** Milliseconds after which a call is given up with a `TimeoutError`. 15,000 unless given. */
  timeoutMs?: number;
}

/** What the API answered instead of a result. */
export class LockkeeperError extends Error {
  readonly name: 'LockkeeperError';
  /** The HTTP status. */
  readonly status: number;
  /** The error's number in the API document; 0 when the answer was not Lockkeeper's. */
  readonly code: number;
  /** What the error is about: the parameter, the missing capability, the reason. */
  readonly userinfo: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
  /** Seconds to wait, when the server says so. */
  readonly retryAfter: number | null;
  /** The whole answer, or null when it was not Lockkeeper's. */
  readonly body: unknown;
}

/** A method of HTTP over the paths of the API. Gives the body of the answer; rejects with a LockkeeperError. */
export type Verb<Method extends 'get' | 'post' | 'put' | 'delete'> = <
  Path extends ClientPathsWithMethod<FetchClient<paths>, Method>,
>(
  path: Path,
  ...init: Arguments<MaybeOptionalInit<paths[Path], Method>>
) => Promise<Answer<Path, Method>>;

type Arguments<Init> = undefined extends Init ? [init?: Init] : [init: Init];

/** What a path answers to a method. */
export type Answer<Path extends keyof paths, Method extends keyof paths[Path]> =
  paths[Path][Method] extends Record<string | number, unknown>
    ? NonNullable<FetchResponse<paths[Path][Method], undefined, 'application/json'>['data']>
    : never;

/** One page of a long list. */
export interface Page<Rows> {
  rows: Rows;
  /** How many there are on all pages together; null where the API does not count them. */
  total: number | null;
  /** The `cursor` of the next page; null behind the last one. */
  next: string | null;
}

export interface Client {
  get: Verb<'get'>;
  /** Like `get`, for lists that come in pages. */
  getPage: <Path extends ClientPathsWithMethod<FetchClient<paths>, 'get'>>(
    path: Path,
    ...init: Arguments<MaybeOptionalInit<paths[Path], 'get'>>
  ) => Promise<Page<Answer<Path, 'get'>>>;
  post: Verb<'post'>;
  put: Verb<'put'>;
  delete: Verb<'delete'>;
}

/** @throws TypeError when more than one credential is given */
export function createClient(options: ClientOptions): Client;
