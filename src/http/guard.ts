import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditDetail, Origin } from '../audit.ts';
import { type Authenticator, NOBODY } from '../authenticate.ts';
import { authorize, explain } from '../authorize.ts';
import { type Capability, capability, has } from '../capabilities.ts';
import { ApiError } from '../errors.ts';
import type { Grant, Principal } from '../principal.ts';
import { bindScope } from '../store/scope.ts';
import type { Store } from '../store/store.ts';
import { hasHeaderCredential, presentedCredential } from './credential.ts';
import type { Route } from './route.ts';
import type { Services } from './services.ts';

interface Admitted {
  caller: Principal;
  grant: Grant | undefined;
  origin: Origin;
}

const IS_ID = /^[0-9a-f-]{36}$/;
const ADMITTED = Symbol('admitted');
type Marked = FastifyRequest & { [ADMITTED]?: Admitted; entry?: Route };

export interface Guard {
  onRequest(entry: Route): (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;
  handler(entry: Route): (request: FastifyRequest, reply: FastifyReply) => unknown;
  recordRefusal(request: FastifyRequest, error: ApiError): Promise<void>;
}

const noCredential = () =>
  new ApiError('badToken', { reason: 'Send a token or a key' }, { 'WWW-Authenticate': 'Bearer' });

/**
 * Whether this caller may use this route. Who has shown nothing is admitted only where the route says so; everybody
 * else needs the capability.
 */
function admit(entry: Route, needed: Capability | null, caller: Principal | null, origin: Origin): Admitted {
  const { access } = entry;
  if (needed === null) return { caller: caller ?? NOBODY, grant: undefined, origin };
  const guarded = access as Extract<Route['access'], { capability: unknown }>;
  if (caller === null) {
    if (guarded.anonymous === undefined) throw noCredential();
    return { caller: NOBODY, grant: undefined, origin };
  }
  const decision = authorize(caller, needed);
  if (decision.allowed) return { caller, grant: decision, origin };
  throw explain(decision);
}

/**
 * A cookie that stands for nobody: dead, or sent by a page of another origin. Where anyone may come in it turns nobody
 * away, or whoever holds a dead one, which no page can remove, could never sign in again.
 */
const isIdleCookie = ({ headers }: FastifyRequest, error: Error): boolean =>
  !hasHeaderCredential(headers) && error instanceof ApiError && (error.kind === 'badToken' || error.kind === 'denied');

interface GuardOptions {
  authenticator: Authenticator;
  services: Services;
  store: Store;
}

/** Notes which rights a call used: that which admitted it, and those to read what it is shown besides. */
function noting({ shows = [] }: Route, { usage }: Services): (grant: Grant) => void {
  // Who merely sees what a right to do something shows has not done it.
  const shown = shows.filter((id) => id.endsWith(':read')).map(capability);
  return ({ principal, capability: admitting }) => {
    const at = Date.now();
    usage.exercised(principal, admitting.id, at);
    for (const one of shown) if (has(principal.rights, one)) usage.exercised(principal, one.id, at);
  };
}

/** authenticate → authorize before a byte of the body is read, and the call that a handler gets. */
export function guard({ authenticator, services, store }: GuardOptions): Guard {
  const identify = (request: FastifyRequest, ip: string): Principal | null | Promise<Principal> => {
    const credential = presentedCredential(request.method, request.headers, services.cookies());
    return credential === null ? null : authenticator.caller(credential, ip);
  };
  return {
    onRequest: (entry) => {
      const needed = 'capability' in entry.access ? capability(entry.access.capability) : null;
      const note = noting(entry, services);
      return (request, _reply, done) => {
        const origin = { ip: request.ip, requestId: request.id };
        const mark = request as Marked;
        mark.entry = entry;
        const enter = (caller: Principal | null) => {
          if (caller !== null) {
            // Known from here on, so that a refusal below is on record with its name.
            mark[ADMITTED] = { caller, grant: undefined, origin };
            const client = request.headers['user-agent'];
            services.usage.used(caller, { at: Date.now(), ip: origin.ip, route: entry.name, client });
          }
          const admitted = admit(entry, needed, caller, origin);
          mark[ADMITTED] = admitted;
          if (admitted.grant !== undefined) note(admitted.grant);
        };
        const refuse = (error: Error) => {
          if (needed !== null || !isIdleCookie(request, error)) return done(error);
          enter(null);
          done();
        };
        const ask = () => {
          try {
            const caller = identify(request, origin.ip);
            if (!(caller instanceof Promise)) {
              enter(caller);
              done();
              return;
            }
            caller.then(enter).then(() => done(), refuse);
          } catch (error) {
            refuse(error as Error);
          }
        };
        // Together with what else arrived in this turn of the loop, while the store's code and pages are at hand: measured,
        // the first look-up after the network's work costs as much as four more.
        setImmediate(ask);
      };
    },
    handler: (entry) => (request, reply) => {
      const { caller, grant, origin } = (request as Marked)[ADMITTED]!;
      const answer = entry.handler({
        services,
        caller,
        origin,
        params: request.params as never,
        query: request.query as never,
        body: request.body as never,
        headers: request.headers,
        setHeader: (name, value) => void reply.header(name, value),
        ...(grant && { grant, scope: bindScope(store, grant, entry.name, origin) }),
      });
      if (entry.empty) reply.code(204);
      if (answer instanceof Promise) return answer;
      // What is known at once goes out with what else this turn of the loop answers: the peer is woken once for all.
      setImmediate(() => void reply.send(answer));
      return reply;
    },
    async recordRefusal(request, { userinfo }) {
      const { entry, [ADMITTED]: admitted } = request as Marked;
      if (!entry || !admitted || admitted.caller === NOBODY) return;
      const { caller: principal, origin } = admitted;
      const { id: given = '' } = (request.params ?? {}) as { id?: string };
      // The path has not been validated: what cannot be an id may not even be storable, and must not hide the refusal.
      const id = IS_ID.test(given) ? given : null;
      const target = { type: id === null ? 'route' : targetType(entry.path), id } as const;
      const detail = { method: entry.method, path: entry.path, ...(userinfo as AuditDetail) };
      await services.usage.refused({ principal, origin, action: entry.name, target, outcome: 'refused', detail });
    },
  };
}

const targetType = (path: string): 'stream' | 'user' | 'token' =>
  path.startsWith('/stream') ? 'stream' : path.startsWith('/user') ? 'user' : 'token';
