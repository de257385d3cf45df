import { AsyncLocalStorage } from 'node:async_hooks';
import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Store } from '../store/store.ts';

const LAST_MS = 1_000;

/** `00-<trace>-<span>-<flags>` of the W3C. */
const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface TracedRequest {
  /** `GET /stream/:id`: the route and never the path, in which there are names that open something. */
  name: string;
  method: string;
  route: string;
  /** From a proxy that is trusted, or null. */
  parent: string | null;
}

/** What happened when, for a collector. Spans name routes, outcomes and durations: no tenant, no person, no secret. */
export class Traces implements AsyncDisposable {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #current = new AsyncLocalStorage<Span>();

  constructor(url: string, version: string) {
    const resource = resourceFromAttributes({ 'service.name': 'lockkeeper', 'service.version': version });
    const spanProcessors = [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })];
    this.#provider = new TracerProvider({ resource, spanProcessors });
    this.#tracer = this.#provider.getTracer('lockkeeper', version);
  }

  request({ name, method, route, parent }: TracedRequest): Span {
    const attributes = { 'http.request.method': method, 'http.route': route };
    return this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parentOf(parent));
  }

  /** What `work` does is part of this span. */
  within<T>(span: Span, work: () => T): T {
    return this.#current.run(span, work);
  }

  answered(span: Span, status: number): void {
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  /** Runs `work` as a part of what is under way. */
  async part<T>(name: string, work: (span: Span) => Promise<T>): Promise<T> {
    const above = this.#current.getStore();
    const span = this.#tracer.startSpan(name, {}, above ? trace.setSpan(context.active(), above) : undefined);
    try {
      return await this.#current.run(span, () => work(span));
    } catch (error) {
      // Its words may be a tenant's.
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A collector that does not answer must not hold up the end.
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_MS);
    await Promise.race([this.#provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

function parentOf(header: string | null) {
  const [, traceId, spanId, flags] = TRACE_PARENT.exec(header ?? '') ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.setSpanContext(context.active(), parent);
}

/** The same store, whose transactions are parts of what they are made for. */
export const tracedStore = (store: Store, traces: Traces): Store => ({
  ...store,
  get db() {
    return store.db;
  },
  transaction: (work) => traces.part('transaction', () => store.transaction(work)),
  [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
});
