import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Measures } from './measures.ts';
import type { Traces } from './traces.ts';

declare module 'fastify' {
  interface FastifyRequest {
    span?: Span;
  }
}

const operationOf = ({ routeOptions: { schema } }: FastifyRequest): string | null =>
  (schema as { operationId?: string } | undefined)?.operationId ?? null;

/** Whether a proxy that is trusted brought it: what others say of their traces is not believed. */
const isForwarded = ({ ips }: FastifyRequest): boolean => (ips?.length ?? 0) > 1;

function traceRequests(app: FastifyInstance, traces: Traces): void {
  app.decorateRequest('span', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions, headers } = request;
    const route = routeOptions.url ?? 'none';
    const said = headers['traceparent'];
    const parent = isForwarded(request) && typeof said === 'string' ? said : null;
    request.span = traces.request({ name: `${method} ${route}`, method, route, parent });
    done();
  });
  // Behind the body: reading it leaves what was under way before.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.span) traces.within(request.span, done);
    else done();
  });
  app.addHook('onResponse', ({ span }, reply, done) => {
    if (span) traces.answered(span, reply.statusCode);
    done();
  });
}

/** Has every request counted, and traced where somebody asked for traces. */
export function observeHttp(app: FastifyInstance, measures: Measures, traces: Traces | null): void {
  app.addHook('onResponse', (request, reply, done) => {
    measures.answered(operationOf(request), reply.statusCode, reply.elapsedTime);
    done();
  });
  if (traces !== null) traceRequests(app, traces);
}
