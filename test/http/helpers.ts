import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before } from 'node:test';
import { type Answer, type Running, type StartOptions, start } from '../harness.ts';

/** One server for the tests of a file; every test makes a tenant of its own. */
export function serverForFile(options: StartOptions = {}): () => Running {
  let running: Running;
  before(async () => {
    running = await start(options);
  });
  after(() => running[Symbol.asyncDispose]());
  return () => running;
}

/** The body of a success. */
export function ok(answer: Answer) {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  return answer.body;
}

/** Checks a refusal by status, code and, in part, its `userinfo`; gives the whole of that. */
export function refused(answer: Answer, status: number, code: number, userinfo: object = {}) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.deepEqual([answer.body.status, answer.body.error.code], [status, code]);
  const found = answer.body.error.userinfo ?? {};
  assert.partialDeepStrictEqual(found, userinfo);
  return found;
}

/** What a `Set-Cookie` says, and what a browser would send back. */
export function cookieOf(answer: Answer) {
  const [header = ''] = answer.headers.getSetCookie();
  const [pair = '', ...attributes] = header.split('; ');
  return { header, pair, attributes, token: pair.slice(pair.indexOf('=') + 1) };
}

/** Sends bytes as they are, which no HTTP client would, and reads until the server hangs up. */
export function raw(running: Running, bytes: string | Buffer): Promise<Answer> {
  const { hostname, port } = new URL(running.url);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
  const chunks: Buffer[] = [];
  socket.setTimeout(5_000, () => socket.destroy(new Error('the server did not answer')));
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', reject);
  socket.on('end', () => {
    socket.destroy();
    const text = Buffer.concat(chunks).toString();
    const [head = '', ...body] = text.split('\r\n\r\n');
    const [line = '', ...fields] = head.split('\r\n');
    const headers = new Headers(fields.map((field) => field.split(/: (.*)/s).slice(0, 2) as [string, string]));
    const content = body.join('\r\n\r\n');
    resolve({ status: Number(line.split(' ')[1]), headers, body: content === '' ? '' : JSON.parse(content) });
  });
  return promise;
}

/** A request line and headers of which the caller spells the target himself. */
export const rawGet = (running: Running, target: string, headers: Record<string, string>): Promise<Answer> => {
  const fields = Object.entries({ Host: new URL(running.url).host, Connection: 'close', ...headers });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return raw(running, Buffer.from(`GET ${target} HTTP/1.1\r\n${lines}\r\n`, 'utf8'));
};

export const NO_SUCH_ID = '00000000-0000-4000-8000-000000000000';
