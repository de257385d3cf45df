import { createClient, LockkeeperError } from '@lockkeeper/client';
import { QueryClient } from '@tanstack/react-query';
import { SERVER } from './place.ts';

export { type Answer, LockkeeperError } from '@lockkeeper/client';

/** The API that everybody uses; the browser adds the session's cookie by itself. */
export const api = createClient({ url: SERVER });

/** The same without the cookie: for whom a ticket stands, whoever is signed in here. */
export const visitor = createClient({
  url: SERVER,
  fetch: (request) => fetch(new Request(request, { credentials: 'omit' })),
});

/** The session is over, or never was one. */
export const isSignedOut = (error: unknown): boolean => error instanceof LockkeeperError && error.status === 401;

/** Not ours to try again: the answer would be the same. */
const isFinal = (error: unknown): boolean =>
  error instanceof LockkeeperError && error.status >= 400 && error.status < 500;

/**
 * What was read is shown again at once and read anew behind it. Keys begin with the noun that the API's events name
 * (`user`, `stream`, `tag` …): a change of one makes all that was read of its kind old.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (count, error) => count < 2 && !isFinal(error), refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
