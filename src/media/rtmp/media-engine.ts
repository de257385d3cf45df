import { createLog, type Logger } from '../../log.ts';
import type { ControlMessage, EngineMessage } from '../engine.ts';
import { PlayoutServer } from '../flv/playout-server.ts';
import { trustedProxies } from '../flv/proxies.ts';
import { Addresses } from './addresses.ts';
import { Door } from './door.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { listen } from './listen.ts';
import { OnAir } from './on-air.ts';
import { RtmpServer } from './rtmp-server.ts';
import { Sampler } from './sampler.ts';

export interface EngineConfig {
  /** Address and port, as `127.0.0.1:1935`; port 0 takes a free one. */
  rtmp: string;
  playout: string;
  /** pino's level. */
  log?: string;
  /** Addresses and CIDRs of proxies whose `X-Forwarded-For` is believed on the playout port. */
  trustProxy?: readonly string[];
  leaseMs?: number;
  verdictMs?: number;
  /** Milliseconds of a sample, and after which one that nobody has written down is sent again. */
  sampleMs?: number;
  sampleAgainMs?: number;
  maxConnectionsPerAddress?: number;
  maxPendingPerAddress?: number;
  /** Other bounds, for tests and unusual machines. */
  limits?: Partial<Limits>;
}

/** The line to the control plane. `send` may throw when nobody is there. */
export interface Channel {
  send(message: EngineMessage): void;
  onMessage(listener: (message: ControlMessage) => void): void;
}

/** A silence this long means that the control plane that speaks now may be another one. */
const NEWCOMER_MS = 1_500;
const SWEEP_MS = 250;

/** A running engine. `rtmp` and `playout` are URLs with the ports as bound. */
export class MediaEngine implements AsyncDisposable {
  rtmp = '';
  playout = '';
  readonly #channel: Channel;
  readonly #door: Door;
  readonly #onAir: OnAir;
  readonly #sampler: Sampler;
  readonly #rtmpServer: RtmpServer;
  readonly #playoutServer: PlayoutServer;
  readonly #log: Logger;
  #sweeper: NodeJS.Timeout | null = null;

  constructor(config: EngineConfig, channel: Channel) {
    const limits = limitsOf(config);
    this.#channel = channel;
    this.#log = createLog('engine', config.log ?? 'info');
    const send = (message: EngineMessage): void => channel.send(message);
    this.#door = new Door({ send, log: this.#log, leaseMs: config.leaseMs, verdictMs: config.verdictMs });
    const report = (message: EngineMessage): void => this.#report(message);
    this.#sampler = new Sampler({
      send: (batch) => report({ type: 'samples', batch }),
      log: this.#log,
      sampleMs: config.sampleMs,
      againMs: config.sampleAgainMs,
    });
    this.#onAir = new OnAir({ report, tally: (id) => this.#sampler.tally(id), limits, log: this.#log });
    const around = { door: this.#door, onAir: this.#onAir, limits, log: this.#log };
    const addresses = new Addresses();
    this.#rtmpServer = new RtmpServer(around, addresses);
    this.#playoutServer = new PlayoutServer(around, addresses, trustedProxies(config.trustProxy ?? []));
  }

  async start(config: EngineConfig): Promise<void> {
    this.rtmp = `rtmp://${await listen(this.#rtmpServer.server, config.rtmp)}`;
    this.playout = `http://${await listen(this.#playoutServer.server, config.playout)}`;
    this.#door.heard();
    this.#channel.onMessage((message) => this.#obey(message));
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sampler.start();
    this.#hello();
  }

  /** A report that cannot be sent is not lost: the next hello tells who is on air. */
  #report(message: EngineMessage): void {
    try {
      this.#channel.send(message);
    } catch {
      this.#log.warn({ type: message.type }, 'the control plane cannot be reached');
    }
  }

  #hello(): void {
    this.#report({ type: 'hello', sessions: this.#onAir.list(), rtmp: this.rtmp, playout: this.playout });
    this.#sampler.again();
  }

  #obey(message: ControlMessage): void {
    if (typeof message !== 'object' || message === null) return;
    const silence = this.#door.heard();
    try {
      if (message.type === 'verdict') this.#door.answer(message.id, message.verdict);
      else if (message.type === 'kick') this.#kick(message);
      else if (message.type === 'guard') this.#guard(message);
      else if (message.type === 'push') this.#onAir.push(message.stream, message.push);
      else if (message.type === 'sampled') this.#sampler.written(message);
      else if (message.type === 'list') this.#report({ type: 'reply', id: message.id, result: this.#onAir.list() });
      else if (message.type === 'stats') this.#report({ type: 'reply', id: message.id, result: this.#onAir.stats() });
      else if (message.type === 'hello?' || (message.type === 'alive' && silence > NEWCOMER_MS)) this.#hello();
    } catch (error) {
      this.#log.error({ err: error, type: message.type }, 'a control message failed');
    }
  }

  /** The epoch or token first: a verdict that is under way must not slip in behind the kick. */
  #kick(message: ControlMessage & { type: 'kick' }): void {
    const { target, epoch } = message.request;
    if (target.stream !== undefined && epoch !== undefined) this.#door.forbidBefore(target.stream, epoch);
    if (target.session !== undefined) this.#door.refusePending(target.session);
    if (typeof target.token === 'string') this.#door.forbidToken(target.token);
    const result = this.#onAir.kick(message.request);
    if (result.matched > 0) this.#log.info({ target, ...result.closed, why: message.request.reason }, 'kicked');
    this.#report({ type: 'reply', id: message.id, result });
  }

  /** The epoch first, likewise. */
  #guard({ id, request }: ControlMessage & { type: 'guard' }): void {
    this.#door.guardFrom(request);
    const result = this.#onAir.guard(request);
    const { organisation } = request;
    if (result.matched > 0) this.#log.info({ organisation, ...result.closed }, 'shut out');
    this.#report({ type: 'reply', id, result });
  }

  #sweep(): void {
    if (!this.#door.leased && this.#onAir.list().length > 0) {
      this.#log.warn('no control plane within the lease: closing everything');
      this.#onAir.closeAll('lease');
    }
    this.#onAir.sweep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#onAir.closeAll('shutdown');
    this.#sampler.finish();
    this.#door.close();
    await Promise.all([this.#rtmpServer[Symbol.asyncDispose](), this.#playoutServer[Symbol.asyncDispose]()]);
  }
}

function limitsOf(config: EngineConfig): Limits {
  const { maxConnectionsPerAddress, maxPendingPerAddress } = config;
  return {
    ...DEFAULT_LIMITS,
    ...(maxConnectionsPerAddress !== undefined && { maxConnectionsPerAddress }),
    ...(maxPendingPerAddress !== undefined && { maxPendingPerAddress }),
    ...config.limits,
  };
}

/** Starts an engine in this process. Rejects when a port stays taken for 3 s. Dispose of it to stop. */
export async function startEngine(config: EngineConfig, channel: Channel): Promise<MediaEngine> {
  const engine = new MediaEngine(config, channel);
  try {
    await engine.start(config);
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
  return engine;
}
