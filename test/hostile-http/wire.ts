import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered } from './shape.ts';

const QUIET_MS = 400;
const LIMIT_MS = 10_000;

export interface Exchange {
  answers: Answered[];
  /** The server has ended the connection. */
  ended: boolean;
  text: string;
}

/** A connection on which anything can be sent. */
export class Wire implements Disposable {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #last = Date.now();
  ended = false;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#last = Date.now();
    });
    for (const event of ['end', 'close', 'error']) this.socket.on(event, () => (this.ended = true));
  }

  /** Everything so far, one character per byte. */
  get text(): string {
    return this.#received.toString('latin1');
  }

  send(bytes: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** What has come when so many answers are whole, the server has hung up, or nothing more comes. */
  async settled(answers = 1): Promise<Exchange> {
    this.#last = Date.now();
    const limit = Date.now() + LIMIT_MS;
    while (!this.ended && parse(this.#received).length < answers && Date.now() < limit) {
      if (this.#received.length > 0 && Date.now() - this.#last > QUIET_MS) break;
      await sleep(5);
    }
    return { answers: parse(this.#received), ended: this.ended, text: this.text };
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** The whole answers in these bytes. Ours have a length, always: a chunked one is not ours, and fails here. */
function parse(bytes: Buffer): Answered[] {
  const answers: Answered[] = [];
  let rest = bytes;
  for (;;) {
    const head = rest.indexOf('\r\n\r\n');
    if (head === -1) return answers;
    const lines = rest.subarray(0, head).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(lines[0] ?? '')?.[1]);
    const header = (name: string) =>
      lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2);
    const interim = status < 200;
    const length = Number(header('content-length') ?? (interim || status === 204 ? 0 : Number.NaN));
    assert.ok(Number.isInteger(length), `an answer without a length: ${lines.join(' | ')}`);
    if (rest.length < head + 4 + length) return answers;
    const text = rest.subarray(head + 4, head + 4 + length).toString('utf8');
    if (!interim) answers.push({ status, contentType: header('content-type') ?? '', text });
    rest = rest.subarray(head + 4 + length);
  }
}

/** Sends bytes on a connection of their own and gives what came back. */
export async function exchange(url: string, bytes: string | Buffer, answers = 1): Promise<Exchange> {
  using wire = new Wire(url);
  wire.send(bytes);
  return await wire.settled(answers);
}

/** The text of a request. Headers come as they are written; a body brings its length along. */
export function http(line: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`];
  return `${line} HTTP/1.1\r\n${['Host: lockkeeper', ...headers, ...length].join('\r\n')}\r\n\r\n${body}`;
}
