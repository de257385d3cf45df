import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { changes, type Told } from './ledger.ts';

const CLIENTS = 8;
/** Between two tries while the server is away. */
const PAUSE_MS = 100;

interface Target {
  url: string;
  token: string;
}

/** Clients that change things as fast as they are answered, from the start of the server to its end. */
export class Storm implements AsyncDisposable {
  /** Every answer of 200 so far, in the order in which they came. */
  readonly told: Told[] = [];
  /** Requests that a kill met while they were open. */
  cutOff = 0;
  /** Answers that were neither 200 nor the server saying that it is ending. */
  readonly wrong: string[] = [];
  readonly #target: Target;
  readonly #clients: Promise<void>[];
  #over = false;

  constructor(name: string, target: Target) {
    this.#target = target;
    this.#clients = Array.from({ length: CLIENTS }, (_, n) => this.#run(`${name}-${n}`));
  }

  async #run(name: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const change of changes((method, path, body) => this.#send(agent, method, path, body), name)) {
      if (this.#over) break;
      try {
        this.told.push(await change());
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') this.cutOff++;
        await sleep(PAUSE_MS);
      }
    }
    agent.destroy();
  }

  async #send(agent: Agent, method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, token } = this.#target;
    const headers = { 'x-bintu-token': token, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(url + path, { method, headers, agent, timeout: 10_000 });
      sent.once('response', resolve).once('error', reject);
      sent.once('timeout', () => sent.destroy(new Error('no answer')));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const answered = await text(response);
    if (response.statusCode === 200) return JSON.parse(answered);
    this.wrong.push(`${method} ${path}: ${response.statusCode} ${answered}`);
    throw new Error('not 200');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await Promise.all(this.#clients);
  }
}
