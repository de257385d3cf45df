import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '../log.ts';
import type { Measures } from './measures.ts';

export interface OperatorOptions {
  measures: Measures;
  /** Whether the database answers. */
  healthy(): Promise<boolean>;
  engineUp(): boolean;
  log: Logger;
}

const LIMIT_MS = 5_000;

/**
 * The operator's own port. It asks for no credential, so it listens where only the operator gets to, and it says nothing
 * about tenants. It listens nowhere yet.
 */
export function operatorServer({ measures, healthy, engineUp, log }: OperatorOptions): Server {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    if (path === '/metrics') {
      const { type, body } = await measures.text();
      send(response, 200, type, body);
    } else if (path === '/healthz') {
      const [database, engine] = [await healthy(), engineUp()];
      const health = { status: database && engine ? 'ok' : 'failing', database: word(database), engine: word(engine) };
      send(response, database && engine ? 200 : 503, JSON_TYPE, JSON.stringify(health));
    } else send(response, 404, JSON_TYPE, JSON.stringify({ error: 'Ask for /metrics or /healthz' }));
  };
  const limits = { headersTimeout: LIMIT_MS, requestTimeout: LIMIT_MS, connectionsCheckingInterval: 1_000 };
  return createServer(limits, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, JSON_TYPE, JSON.stringify({ error: 'Only GET' }));
    answer((request.url ?? '').replace(/\?.*$/, ''), response).catch((error) => {
      log.error({ err: error }, 'the operator could not be answered');
      send(response, 500, JSON_TYPE, JSON.stringify({ error: 'Internal error, see the log' }));
    });
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';

const word = (works: boolean) => (works ? 'up' : 'down');

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}
