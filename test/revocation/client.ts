import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

const BODY_LATER_MS = 5;

export interface Credentials {
  token?: string;
  apiKey?: string;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
  body: any;
}

/** One client on one connection that stays open: what is asked next cannot be delayed by a handshake. */
export class Client implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(method: string, path: string, { token, apiKey }: Credentials, body?: unknown): Promise<Answer> {
    const headers = {
      ...(token !== undefined && { 'x-bintu-token': token }),
      ...(apiKey !== undefined && { 'x-bintu-apikey': apiKey }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(this.#url + path, { method, headers, agent: this.#agent });
      sent.once('response', resolve).once('error', reject);
      if (body === undefined) return void sent.end();
      // The caller is let in by the headers; the change begins with the body. What happens between them counts.
      sent.flushHeaders();
      setTimeout(() => sent.end(JSON.stringify(body)), BODY_LATER_MS * Math.random());
    });
    return { status: response.statusCode ?? 0, body: JSON.parse(await text(response)) };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
