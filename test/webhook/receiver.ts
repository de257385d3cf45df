import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { until } from '../process/lockkeeper.ts';

/** One call as it arrived. */
export interface Received {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
  form: URLSearchParams;
  at: number;
}

/** What the receiver answers: a status, or whatever it does to the response. */
export type Answer = number | ((response: http.ServerResponse) => void);

/** A real server somewhere, as an organisation would run it. */
export interface Receiver extends AsyncDisposable {
  port: number;
  url: string;
  received: Received[];
  /** By `call`; 200 for what is not named. */
  answers: Record<string, Answer>;
  /** The calls of a kind, once there are so many. */
  calls(call: string, count?: number): Promise<Received[]>;
}

export async function receiver(
  options: { host?: string; tls?: { key: string; cert: string } } = {},
): Promise<Receiver> {
  const { host = '127.0.0.1', tls } = options;
  const received: Received[] = [];
  const answers: Record<string, Answer> = {};
  const listener: http.RequestListener = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const { method = '', url: path = '', headers } = request;
    received.push({ method, path, headers, body, form, at: Date.now() });
    const answer = answers[form.get('call') ?? ''] ?? 200;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else answer(response);
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  server.listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const of = (call: string) => received.filter(({ form }) => form.get('call') === call);
  return {
    port,
    url: `${tls ? 'https' : 'http'}://${host}:${port}/hook?key=of-the-receiver`,
    received,
    answers,
    async calls(call, count = 1) {
      await until(() => of(call).length >= count, 10_000, `${count} × ${call}`);
      return of(call);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the header must be, computed from the documentation alone. */
export function expectedSignature(secret: string, { headers, body }: Received): string {
  const [, time] = /^t=(\d+),v1=[0-9a-f]{64}$/.exec(String(headers['x-lockkeeper-signature'])) ?? [];
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
