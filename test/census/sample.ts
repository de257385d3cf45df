import type { Caller } from './callers.ts';
import type { Make } from './make.ts';

/** One call that is valid in everything but, perhaps, its caller. */
export interface SampleCall {
  path: string;
  body?: unknown;
}

export interface Sample {
  /** What the contract says the route needs, written by hand: a capability, or `public`. */
  needs: string;
  /** Also without a credential, where the organisation allows it. */
  anonymous?: true;
  /** Names no object, so that a foreign caller gets an answer about its own organisation and not a 404. */
  ownOrganisation?: true;
  /** Where an admitted caller gets something else than 200: what the contract says. */
  admitted?: (caller: Caller) => number;
  /** Success has no body: 204. */
  empty?: true;
  /** Errors carry the flat fields of `/api/v1` too. */
  flat?: true;
  /** What a 400 of `admitted` says. */
  mistake?: readonly [code: number, message: string];
  /** Undoes, after every call, what the calls after it could not do without. */
  after?: (make: Make) => Promise<void>;
  call(make: Make): SampleCall | Promise<SampleCall>;
}

/** A route that is asked by its path alone, about the caller's own organisation. */
export const at = (path: string, needs: string): Sample => ({ needs, ownOrganisation: true, call: () => ({ path }) });

/** One that is asked about a stream. */
export const ofStream = (part: string): Sample => ({
  needs: 'stream:read',
  call: async ({ stream }) => ({ path: `/stream/${await stream()}${part}` }),
});
