import assert from 'node:assert/strict';

/** A credential as a client of the documented API sends it. */
export type Credential = readonly [header: string, value: string];

export interface DocumentedClient {
  /** The body of a success. Everything but 200 is a failure to it, as it is to the official client. */
  call(method: string, path: string, body?: unknown): Promise<never>;
  /** The error body of what must fail. */
  fails(method: string, path: string, body?: unknown): Promise<DocumentedError>;
}

export interface DocumentedError {
  /** The HTTP status. */
  answered: number;
  /** The newer shape. */
  error: { message: string; code: number; userinfo?: Record<string, unknown> };
  /** The older one. */
  status: number;
  message: string;
}

/**
 * A client that knows the documents and nothing of us: it sends a JSON content type with every request, a body or not,
 * and takes only 200 for success.
 */
export function documentedClient(url: string, ...credentials: Credential[]): DocumentedClient {
  async function send(method: string, path: string, body: unknown) {
    const response = await fetch(url + path, {
      method,
      headers: [
        ['Content-Type', 'application/json'],
        ...credentials.map(([name, value]): [string, string] => [name, value]),
      ],
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), text };
  }
  return {
    async call(method, path, body) {
      const answer = await send(method, path, body);
      assert.equal(answer.status, 200, `${method} ${path} answered ${answer.status} ${answer.text}`);
      return answer.body as never;
    },
    async fails(method, path, body) {
      const answer = await send(method, path, body);
      assert.notEqual(answer.status, 200, `${method} ${path} was to fail`);
      return { answered: answer.status, ...answer.body };
    },
  };
}
