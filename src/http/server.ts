import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import { type FastifyInstance, fastify } from 'fastify';
import type { Authenticator } from '../authenticate.ts';
import { ApiError, ERRORS, errorBody, flatErrorBody } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
import { rawResponse, toApiError } from './errors.ts';
import { type Guard, guard } from './guard.ts';
import { access as describeAccess, openApi } from './openapi.ts';
import { acceptBodies, parseQuery, validators } from './parse.ts';
import { EVENT_STREAM, isPage, type Route } from './route.ts';
import type { Services } from './services.ts';
import { answerUnencoded } from './unencoded.ts';

/** Bytes of a body: everything we accept fits many times over. */
const BODY_LIMIT = 256 * 1024;
/** How long a client whose request was refused by the parser has to read why. */
const LINGER_MS = 500;

export interface ServerOptions {
  routes: readonly Route[];
  services: Services;
  authenticator: Authenticator;
  trustProxy: readonly string[];
  store: Store;
  /** Called before there is any route, for hooks that see every request. */
  observe(app: FastifyInstance): void;
  log: Logger;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by `register` for our routes and by `plugin` for a library's: the boot net looks for it. */
    access?: Route['access'];
  }
}

/** Routes that come with a library, each with why it needs no access. */
export const PLUGIN_ROUTES: ReadonlyMap<string, string> = new Map([
  ['OPTIONS *', 'CORS preflight: a browser sends it without a credential'],
]);

/** Request ids: unique for as long as this process lives, and beyond by the random part. */
function requestIds(): () => string {
  const boot = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${boot}-${(++count).toString(36)}`;
}

/** Builds the API. It listens nowhere yet; the boot net throws here when a route declares no access. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { routes, services, log } = options;
  const app = fastify({
    // Node would answer a missing Host with an empty page, and keep the first of two credentials without a word.
    http: { requireHostHeader: false, joinDuplicateHeaders: true },
    bodyLimit: BODY_LIMIT,
    genReqId: requestIds(),
    logger: false,
    trustProxy: options.trustProxy.length > 0 ? [...options.trustProxy] : false,
    routerOptions: { querystringParser: parseQuery, maxParamLength: 512, ignoreTrailingSlash: true },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply as unknown as Answer),
    clientErrorHandler,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    forceCloseConnections: 'idle',
    // What still arrives while we close is answered like the rest: Fastify's own answer would not be in our words.
    return503OnClosing: false,
  });
  // An expectation that we do not know is ignored, as proxies do; Node would answer it with an empty page.
  app.server.on('checkExpectation', (request, response) => void app.routing(request, response));
  app.setValidatorCompiler(validators);
  // Views name every field they show, so nothing needs filtering here; measured, this is the fastest way to a flat text.
  app.setSerializerCompiler(() => JSON.stringify);
  acceptBodies(app);
  app.addHook('onRoute', ({ method, url, config }) => {
    const name = `${String(method)} ${url}`;
    if (!config?.access && !PLUGIN_ROUTES.has(name)) throw new Error(`This route declares no access: ${name}`);
  });
  options.observe(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(everyAnswer(request.id));
    done();
  });
  await app.register(swagger, openApi(services.version));
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['X-BINTU-APIKEY', 'X-BINTU-PLAYERKEY', 'X-BINTU-TOKEN', 'Authorization', 'Content-Type'],
    exposedHeaders: ['X-Total-Count', 'X-Next-Cursor', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    maxAge: 600,
    hideOptionsRoute: true,
    strictPreflight: false,
  });
  const protect = guard(options);
  for (const entry of routes) register(app, entry, protect);
  app.setNotFoundHandler((request, reply) =>
    answerError(new ApiError('notFound', { reason: 'There is no such path' }), request, reply),
  );
  app.setErrorHandler(async (error, request, reply) => {
    const known = toApiError(error);
    if (known.kind === 'internal')
      log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'a request failed');
    if (known.kind === 'denied') await protect.recordRefusal(request, known);
    answerError(known, request, reply);
  });
  return app;
}

function register(app: FastifyInstance, entry: Route, protect: Guard): void {
  const { method, path, schema, access, content, empty } = entry;
  const { params, query, body, response } = schema;
  const isEndless = content === EVENT_STREAM;
  const handle = protect.handler(entry);
  app.route({
    method,
    url: path,
    config: { access },
    schema: {
      operationId: entry.name,
      summary: entry.summary,
      tags: [entry.tag],
      ...describeAccess(entry.access),
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      response: empty ? { 204: response } : { 200: isEndless ? contentOf(response) : response },
      ...(isPage(entry) && { hide: true }),
    },
    onRequest: protect.onRequest(entry),
    handler: content
      ? (request, reply) => {
          reply.type(`${content}; charset=utf-8`);
          // Whoever asks for the head would otherwise have the rest poured away for as long as it goes on.
          return isEndless && request.method === 'HEAD' ? reply.send() : handle(request, reply);
        }
      : handle,
  });
}

const contentOf = (schema: Route['schema']['response']) => ({
  description: 'Default Response',
  content: { [EVENT_STREAM]: { schema } },
});

/**
 * A cache that knows our headers by no name would give one caller's answer, keys and ingest names included, to the
 * next. And no browser may take an answer, which repeats what callers named, for something else than it says it is.
 */
const everyAnswer = (requestId: string) => ({
  'X-Request-Id': requestId,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

interface Answer {
  code(status: number): Answer;
  headers(values: Record<string, string>): Answer;
  send(body: unknown): unknown;
}

/** [doc] Under this path errors are read flat. */
const FLAT_PATH = '/api/v1/';

function answerError(error: unknown, { id, url }: { id: string; url: string }, reply: Answer): unknown {
  const { kind, userinfo, headers } = toApiError(error);
  const body = (url.startsWith(FLAT_PATH) ? flatErrorBody : errorBody)(kind, id, userinfo);
  // The framework's own failures come without the hooks of a request.
  reply.headers({ ...everyAnswer(id), 'Content-Type': 'application/json; charset=utf-8', ...headers });
  return reply.code(ERRORS[kind].status).send(JSON.stringify(body));
}

/** What Node's parser refused never becomes a request: answer in our shape, then hang up. */
function clientErrorHandler(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  if (answerUnencoded(this, error, socket)) return;
  socket.end(rawResponse(error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400, randomBytes(6).toString('hex')));
  // The parser is gone and with it every time limit. Closing at once could take the answer back on its way.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
