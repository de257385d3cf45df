import type { Static, TObject, TSchema } from 'typebox';
import type { Origin } from '../audit.ts';
import type { CapabilityId } from '../capabilities.ts';
import type { Grant, Principal } from '../principal.ts';
import type { Scope } from '../store/scope.ts';
import type { Services } from './services.ts';

/**
 * Who may call a route. There is no default: a route without one does not compile, does not boot and fails the census.
 * `anonymous` admits those without a credential beside the capability's holders, for a written reason.
 */
export type Access = { readonly capability: CapabilityId; readonly anonymous?: string } | { readonly public: string };

export interface RouteSchema {
  params?: TObject;
  query?: TObject;
  body?: TSchema;
  /** The body of the only success there is: 200, or nothing behind 204. */
  response: TSchema;
}

type Part<S extends RouteSchema, K extends keyof RouteSchema> = S[K] extends TSchema ? Static<S[K]> : undefined;

/** What every handler gets. */
export interface Call<S extends RouteSchema> {
  services: Services;
  caller: Principal;
  origin: Origin;
  params: Part<S, 'params'>;
  query: Part<S, 'query'>;
  body: Part<S, 'body'>;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string | number): void;
}

/** What the handler of a guarded route gets besides: proof of the right, and the store bound to it. */
export interface Granted {
  grant: Grant;
  scope: Scope;
}

type CallFor<S extends RouteSchema, A extends Access> = A extends { anonymous: string }
  ? Call<S> & Partial<Granted>
  : A extends { capability: CapabilityId }
    ? Call<S> & Granted
    : Call<S>;

/** The content of an answer without an end: its handler gives a Readable, which is sent as it comes. */
export const EVENT_STREAM = 'text/event-stream';

/** What is not JSON is sent as it is. */
export type Content = 'text/html' | 'text/javascript' | typeof EVENT_STREAM;

/** A page for people is no operation of the API document. */
export const isPage = ({ content }: { readonly content?: Content }): boolean =>
  content !== undefined && content !== EVENT_STREAM;

export interface RouteRecord<S extends RouteSchema = RouteSchema, A extends Access = Access> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Fastify's form: `/stream/:id`. */
  path: string;
  /** The operation id: names the route in the API document and in the audit log. */
  name: string;
  summary: string;
  tag: string;
  access: A;
  /** Capabilities that no caller needs here and that decide over fields of the answer. */
  shows?: readonly CapabilityId[];
  /** Absent for JSON, which is everything but the pages and the events. */
  content?: Content;
  /** [doc] Success is 204 without a body. Absent everywhere but where the documents say so. */
  empty?: true;
  schema: S;
  handler(call: CallFor<S, A>): Promise<Static<S['response']>> | Static<S['response']>;
}

/** A route whose types have been checked and may now stand in a list with the others. */
export interface Route {
  readonly method: RouteRecord['method'];
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly shows?: readonly CapabilityId[];
  readonly content?: Content;
  readonly empty?: true;
  readonly schema: RouteSchema;
  readonly handler: (call: Call<RouteSchema> & Partial<Granted>) => unknown;
}

/** Declares a route. This is the type net: `access` is required and its capability must be in the matrix. */
export function route<const S extends RouteSchema, const A extends Access>(record: RouteRecord<S, A>): Route {
  return record as unknown as Route;
}
