import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { listenPatiently } from '../listen.ts';
import type { Logger } from '../log.ts';
import type { Gate } from '../media/gate.ts';
import type { Store } from '../store/store.ts';
import { Measures, type Readings } from './measures.ts';
import { observeHttp } from './observe-http.ts';
import { operatorServer } from './server.ts';
import type { Traces } from './traces.ts';

/** What the operator sees of the process: figures on a port of their own, and traces where they are asked for. */
export interface Operator extends AsyncDisposable {
  measures: Measures;
  /** The same store, traced if traces are on. */
  watched(store: Store): Store;
  observe(app: FastifyInstance): void;
  /** The same gate, counted and traced. */
  counted(gate: Gate): Gate;
  /** Begins to listen, if it is to, and gives `host:port` as taken. @throws ConfigError when the port stays taken */
  listen(readings: Readings, store: Store): Promise<string | null>;
}

interface OperatorOptions {
  config: Config;
  version: string;
  log: Logger;
}

export async function openOperator({ config, version, log }: OperatorOptions): Promise<Operator> {
  const measures = new Measures(version);
  // What nobody asked for is not even loaded.
  const tracing = config.otlpUrl === null ? null : await import('./traces.ts');
  const traces: Traces | null = tracing && new tracing.Traces(config.otlpUrl!, version);
  let close = async () => {};
  return {
    measures,
    watched: (store) => (traces && tracing ? tracing.tracedStore(store, traces) : store),
    observe: (app) => observeHttp(app, measures, traces),
    counted: (gate) => ({
      async decide(request) {
        const decide = () => gate.decide(request);
        const verdict = await (traces ? traces.part(request.action, decide) : decide());
        measures.decided(request, verdict);
        return verdict;
      },
    }),
    async listen(readings, store) {
      if (config.operator === null) return null;
      measures.read(readings);
      const healthy = () => store.db.selectFrom('organisation').select('id').limit(1).execute().then(yes, no);
      const server = operatorServer({ measures, healthy, engineUp: readings.engineUp, log });
      const listen = () =>
        new Promise<void>((resolve, reject) => {
          server.once('error', reject);
          server.listen(config.operator!.port, config.operator!.host, () => {
            server.off('error', reject);
            resolve();
          });
        });
      await listenPatiently(listen, config.operator, 'LOCKKEEPER_OPERATOR');
      close = () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
      const { address, port, family } = server.address() as AddressInfo;
      return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    },
    async [Symbol.asyncDispose]() {
      await close();
      await traces?.[Symbol.asyncDispose]();
    },
  };
}

const yes = () => true;
const no = () => false;
