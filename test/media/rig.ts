import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type {
  AuthoriseRequest,
  ControlMessage,
  EngineMessage,
  GuardRequest,
  KickRequest,
  KickResult,
  MediaSession,
  StreamStats,
} from '../../src/media/engine.ts';
import { type EngineConfig, startEngine } from '../../src/media/rtmp/media-engine.ts';

export const DEMO = fileURLToPath(new URL('../../assets/demo.flv', import.meta.url));
export const MAIN = fileURLToPath(new URL('../../src/media/rtmp/main.ts', import.meta.url));

const LEASH = new URL('../../src/supervisor/leash.ts', import.meta.url).href;

export type Start = Extract<EngineMessage, { type: 'start' }>;
export type End = Extract<EngineMessage, { type: 'end' }>;
type Hello = Extract<EngineMessage, { type: 'hello' }>;

/** Waits until `what` gives something truthy, and gives it. */
export async function until<T>(what: () => T | Promise<T>, about: string, withinMs = 5_000): Promise<NonNullable<T>> {
  const late = performance.now() + withinMs;
  for (;;) {
    const value = await what();
    if (value) return value as NonNullable<T>;
    if (performance.now() > late) throw new Error(`not within ${withinMs} ms: ${about}`);
    await sleep(5);
  }
}

/** The other side of the engine's channel: verdicts as the test decides them, and everything the engine said. */
export class Rig implements AsyncDisposable {
  rtmp = '';
  playout = '';
  pid = process.pid;
  readonly messages: EngineMessage[] = [];
  /** What the engine is answered; whatever it is goes over the channel as it is, nothing for undefined. */
  decide: (request: AuthoriseRequest) => unknown = ({ name }) => ({ allow: true, stream: name, epoch: 0 });
  /** Off: the engine hears no sign of life. */
  alive = true;
  readonly #pulse: NodeJS.Timeout;
  #nextId = 1;
  #send: (message: ControlMessage) => void = () => undefined;
  #stop: () => Promise<void> = async () => undefined;

  constructor() {
    this.#pulse = setInterval(() => this.alive && this.#send({ type: 'alive' }), 100);
  }

  /** An engine in this process. */
  static async inProcess(config: Partial<EngineConfig> = {}): Promise<Rig> {
    const rig = new Rig();
    let deliver: (message: ControlMessage) => void = () => undefined;
    const engine = await startEngine(configured(config), {
      // Over a real channel a message is a copy and arrives later.
      send: (message) => void setImmediate((copy: EngineMessage) => rig.#hear(copy), structuredClone(message)),
      onMessage: (listener) => {
        deliver = listener;
      },
    });
    rig.#send = (message) => void setImmediate((copy: ControlMessage) => deliver(copy), structuredClone(message));
    rig.#stop = () => engine[Symbol.asyncDispose]();
    return rig.#ready();
  }

  /** An engine in a process of its own, as the supervisor starts it. */
  static async asChild(config: Partial<EngineConfig> = {}): Promise<Rig> {
    const rig = new Rig();
    const child: ChildProcess = fork(MAIN, [JSON.stringify(configured(config))], {
      execArgv: ['--import', LEASH],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    rig.pid = child.pid!;
    child.on('message', (message) => rig.#hear(message as EngineMessage));
    rig.#send = (message) => void (child.connected && child.send(message, () => undefined));
    rig.#stop = async () => {
      child.kill('SIGTERM');
      await gone;
    };
    return rig.#ready();
  }

  async #ready(): Promise<this> {
    const hello = await until(
      () => this.messages.find((message): message is Hello => message.type === 'hello'),
      'hello',
      8_000,
    );
    this.rtmp = hello.rtmp;
    this.playout = hello.playout;
    return this;
  }

  async #hear(message: EngineMessage): Promise<void> {
    this.messages.push(message);
    if (message.type !== 'authorise') return;
    const verdict = await this.decide(message.request);
    if (verdict !== undefined) this.#send({ type: 'verdict', id: message.id, verdict } as ControlMessage);
  }

  send(message: ControlMessage): void {
    this.#send(message);
  }

  async #ask(question: Omit<Extract<ControlMessage, { id: number }>, 'id'>): Promise<unknown> {
    const id = this.#nextId++;
    this.#send({ ...question, id } as ControlMessage);
    const reply = await until(() => this.messages.find((one) => one.type === 'reply' && one.id === id), 'a reply');
    return (reply as Extract<EngineMessage, { type: 'reply' }>).result;
  }

  kick(request: Omit<KickRequest, 'reason'>): Promise<KickResult> {
    const question = { type: 'kick', request: { ...request, reason: 'test' } } as const;
    return this.#ask(question as never) as Promise<KickResult>;
  }

  guard(request: GuardRequest): Promise<KickResult> {
    return this.#ask({ type: 'guard', request } as never) as Promise<KickResult>;
  }

  list(): Promise<MediaSession[]> {
    return this.#ask({ type: 'list' }) as Promise<MediaSession[]>;
  }

  stats(): Promise<StreamStats[]> {
    return this.#ask({ type: 'stats' }) as Promise<StreamStats[]>;
  }

  get starts(): Start[] {
    return this.messages.filter((message) => message.type === 'start');
  }

  /** Waits until so many sessions of this kind are on air. */
  async onAir(stream: string, action: MediaSession['action'], count = 1): Promise<void> {
    const matching = async (): Promise<number> =>
      (await this.list()).filter((one) => one.stream === stream && one.action === action).length;
    await until(async () => (await matching()) >= count, `${count} to ${action} ${stream}`);
  }

  get ends(): End[] {
    return this.messages.filter((message) => message.type === 'end');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    clearInterval(this.#pulse);
  }
}

function configured(config: Partial<EngineConfig>): EngineConfig {
  return { rtmp: '127.0.0.1:0', playout: '127.0.0.1:0', log: 'silent', ...config };
}
