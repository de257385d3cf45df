import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AuthoriseRequest, Verdict } from '../media/engine.ts';
import type { SampleBatch } from '../media/samples.ts';

/** Seconds. */
const ANSWER_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
/** What has no route: a path that nobody knows, a request that could not be read. */
const NO_ROUTE = 'none';

/** What is read when somebody asks, rather than counted on the way. */
export interface Readings {
  engineUp(): boolean;
  /** Streams on air, viewers, and bits per second from encoders. */
  onAir(): { streams: number; viewers: number; bitrate: number };
  listeners(): number;
  /** By severity. */
  openAlerts(): ReadonlyMap<string, number>;
}

/**
 * The operator's figures. Their labels come from closed lists of ours, routes, outcomes and severities, so their number
 * does not grow with what tenants or strangers do, and none of them names a tenant.
 */
export class Measures {
  readonly #registry = new Registry();
  readonly #answers: Histogram;
  readonly #observe = new Map<string, ((seconds: number) => void)[]>();
  readonly #verdicts: Counter;
  readonly #bytes: Counter;
  readonly #dropped: Counter;

  constructor(version: string) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const gauge = (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name: `lockkeeper_${name}`, help, labelNames, registers });
    gauge('build_info', 'Always 1; the label says which version runs', ['version']).set({ version }, 1);
    this.#answers = new Histogram({
      name: 'lockkeeper_http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer, by operation of the API',
      labelNames: ['operation', 'status'],
      buckets: ANSWER_BUCKETS,
      registers,
    });
    const counter = (name: string, help: string, labelNames: string[]) =>
      new Counter({ name: `lockkeeper_${name}`, help, labelNames, registers });
    this.#verdicts = counter('media_verdicts_total', 'Answers to publishers and players at the gate', [
      'action',
      'outcome',
    ]);
    this.#bytes = counter('media_bytes_total', 'Media bytes from encoders and to viewers', ['direction']);
    this.#dropped = counter('media_dropped_frames_total', 'Pictures kept from viewers who were too slow', []);
  }

  /** Figures that are read at the moment at which somebody asks. */
  read(readings: Readings): void {
    const registers = [this.#registry];
    const now = (name: string, help: string, value: () => number) =>
      new Gauge({
        name: `lockkeeper_${name}`,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    now('engine_up', '1 when the media engine can be reached', () => Number(readings.engineUp()));
    now('streams_live', 'Streams on air', () => readings.onAir().streams);
    now('viewers', 'Viewers on air', () => readings.onAir().viewers);
    now('ingest_bits_per_second', 'From all encoders, over the last seconds', () => readings.onAir().bitrate);
    now('event_listeners', 'Open pages and programs that listen to GET /events', () => readings.listeners());
    new Gauge({
      name: 'lockkeeper_alerts_open',
      help: 'Alerts that are open, of all organisations',
      labelNames: ['severity'],
      registers,
      collect() {
        for (const [severity, count] of readings.openAlerts()) this.set({ severity }, count);
      },
    });
  }

  /** An answer went out. `operation` is null for what has no route. */
  answered(operation: string | null, status: number, milliseconds: number): void {
    const name = operation ?? NO_ROUTE;
    let observe = this.#observe.get(name);
    if (observe === undefined) {
      // Found once per operation: looking labels up by their text would cost more than the rest of it.
      observe = CLASSES.map((one) => {
        const child = this.#answers.labels({ operation: name, status: one });
        return (seconds) => child.observe(seconds);
      });
      this.#observe.set(name, observe);
    }
    observe[Math.floor(status / 100) - 1]?.(milliseconds / 1_000);
  }

  decided({ action }: AuthoriseRequest, verdict: Verdict): void {
    this.#verdicts.inc({ action, outcome: verdict.allow ? 'allowed' : verdict.code });
  }

  /** Samples that were written for the first time. */
  sampled({ streams }: SampleBatch): void {
    let [bytesIn, bytesOut, dropped] = [0, 0, 0];
    for (const sample of streams) {
      bytesIn += sample.bytesIn;
      bytesOut += sample.bytesOut;
      dropped += sample.dropped;
    }
    this.#bytes.inc({ direction: 'in' }, bytesIn);
    this.#bytes.inc({ direction: 'out' }, bytesOut);
    this.#dropped.inc(dropped);
  }

  /** The text that Prometheus reads, and its content type. */
  async text(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
