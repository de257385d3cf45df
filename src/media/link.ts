import type { EngineDown } from '../supervisor/supervisor-messages.ts';
import type { ControlMessage, Engine, EngineMessage, KickResult, MediaSession, Push, StreamStats } from './engine.ts';
import type { SampleBatch } from './samples.ts';

/** The wire to the engine: in production the supervisor's IPC, which nobody else can reach. */
export interface Channel {
  send(message: ControlMessage): void;
  onMessage(listener: (message: EngineMessage | EngineDown) => void): void;
}

const ANSWER_MS = 2_000;
const ALIVE_MS = 500;

/** The engine could not be asked: it is down, or it did not answer in time. */
export class EngineUnreachable extends Error {
  override readonly name = 'EngineUnreachable';
}

type Answer = KickResult | MediaSession[] | StreamStats[];

interface Pending {
  resolve(result: Answer): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

type Ask =
  | { type: 'kick'; request: Parameters<Engine['kick']>[0] }
  | { type: 'guard'; request: Parameters<Engine['guard']>[0] }
  | { type: 'list' }
  | { type: 'stats' };

/** Questions to the engine with their answers, and the signs of life it lives by. */
export class EngineLink implements Engine, Disposable {
  readonly #channel: Channel;
  readonly #pending = new Map<number, Pending>();
  readonly #alive: NodeJS.Timeout;
  #last = 0;
  #up = false;

  constructor(channel: Channel, onMessage: (message: Exclude<EngineMessage, { type: 'reply' }> | EngineDown) => void) {
    this.#channel = channel;
    channel.onMessage((message) => {
      if (message.type === 'reply') return this.#settle(message.id, message.result);
      if (message.type === 'engine-down') this.#lost();
      if (message.type === 'hello') this.#up = true;
      onMessage(message);
    });
    this.#alive = setInterval(() => channel.send({ type: 'alive' }), ALIVE_MS);
    channel.send({ type: 'alive' });
    channel.send({ type: 'hello?' });
  }

  get up(): boolean {
    return this.#up;
  }

  kick = (request: Parameters<Engine['kick']>[0]) => this.#ask<KickResult>({ type: 'kick', request });
  guard = (request: Parameters<Engine['guard']>[0]) => this.#ask<KickResult>({ type: 'guard', request });
  list = () => this.#ask<MediaSession[]>({ type: 'list' });
  stats = () => this.#ask<StreamStats[]>({ type: 'stats' });

  verdict(id: number, verdict: Extract<ControlMessage, { type: 'verdict' }>['verdict']): void {
    this.#channel.send({ type: 'verdict', id, verdict });
  }

  /** Where a stream that is on air is forwarded to. */
  push(stream: string, push: Push | null): void {
    this.#channel.send({ type: 'push', stream, push });
  }

  /** A batch of samples is written, and need not be sent again. */
  sampled({ source, seq }: SampleBatch): void {
    this.#channel.send({ type: 'sampled', source, seq });
  }

  #ask<T extends Answer>(question: Ask): Promise<T> {
    if (!this.#up) return Promise.reject(new EngineUnreachable('The engine is not running'));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const id = ++this.#last;
    const timer = setTimeout(() => {
      this.#pending.delete(id);
      reject(new EngineUnreachable('The engine did not answer in time'));
    }, ANSWER_MS);
    this.#pending.set(id, { resolve, reject, timer });
    this.#channel.send({ ...question, id });
    return promise as Promise<T>;
  }

  #settle(id: number, result: Answer): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.resolve(result);
  }

  #lost(): void {
    this.#up = false;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(new EngineUnreachable('The engine has stopped'));
    }
    this.#pending.clear();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#alive);
    this.#lost();
  }
}
