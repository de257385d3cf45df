import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { allowedAddresses, EgressError, type EgressPolicy, pinned } from '../../egress.ts';
import type { Logger } from '../../log.ts';
import type { MediaSession, Push, PushStats } from '../engine.ts';
import { type ClientConnection, openClient, RtmpRefused } from './client-connection.ts';
import { sayGoodbye } from './client-publisher.ts';
import type { Limits } from './limits.ts';
import type { LiveStream } from './live-stream.ts';
import { Viewer } from './viewer.ts';

/** A target that was held this long has recovered: the next reconnect is quick again. */
const STEADY_MS = 10_000;

/** The target takes nothing. */
class TooSlow extends Error {
  override readonly message = 'The target takes too little';
}

const CODE = /^Net(Connection|Stream)(\.[A-Za-z]{1,32}){1,3}$/;

/** What went wrong, without the target's own words: they may repeat the name, which is a secret. */
function inWords(error: unknown): string {
  const { code = '' } = error as { code?: string };
  if (error instanceof EgressError || error instanceof TooSlow) return error.message;
  if (code === 'NetConnection.Connect.Closed') return 'The target closed the connection';
  if (code === 'NetConnection.Connect.Failed') return 'The target gave no answer in time';
  if (error instanceof RtmpRefused) return `The target refused${CODE.test(code) ? ` (${code})` : ''}`;
  if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER/.test(code)) return 'The certificate of the target is not valid';
  return `The connection to the target failed${/^E[A-Z]+$/.test(code) ? ` (${code})` : ''}`;
}

interface ForwardOptions {
  stream: LiveStream;
  push: Push;
  limits: Limits;
  log: Logger;
}

/**
 * Publishes a live stream to another server for as long as it is on air, and comes back whenever that fails. To the
 * stream it is one more viewer: a target that is slow misses frames, alone.
 */
export class Forward {
  readonly #options: ForwardOptions;
  /** Another word of what may be called counts from the next connection on. */
  #egress: EgressPolicy;
  readonly #end = new AbortController();
  readonly #session: MediaSession;
  #connection: ClientConnection | null = null;
  #state: PushStats['state'] = 'connecting';
  #since = Date.now();
  #error: string | null = null;

  constructor(options: ForwardOptions) {
    this.#options = options;
    this.#egress = options.push.egress;
    const { id } = options.stream;
    this.#session = {
      id: randomUUID(),
      action: 'play',
      protocol: 'rtmp',
      stream: id,
      epoch: 0,
      ip: options.push.host,
      since: this.#since,
      bytes: 0,
    };
    void this.#run();
  }

  get stats(): PushStats {
    return { state: this.#state, since: this.#since, bytes: this.#session.bytes, error: this.#error };
  }

  /** Whether this is what is wanted already: whoever repeats it interrupts nothing. */
  goesOn({ egress, ...target }: Push): boolean {
    const { egress: _, ...present } = this.#options.push;
    if (!isDeepStrictEqual(target, present)) return false;
    this.#egress = egress;
    return true;
  }

  /** At once and for good. What the target has not taken yet it does not get. */
  stop(): void {
    this.#end.abort();
    this.#options.stream.forwardTo(null);
    const connection = this.#connection;
    if (connection === null) return;
    if (connection.socket.writableLength > 0) connection.socket.destroy();
    else void sayGoodbye(connection);
  }

  #become(state: PushStats['state']): void {
    this.#state = state;
    this.#since = Date.now();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    const { limits, log, stream, push } = this.#options;
    let pause = limits.pushPauseMs;
    while (!signal.aborted) {
      this.#become('connecting');
      const began = performance.now();
      try {
        this.#error = inWords(await this.#connect());
      } catch (error) {
        this.#error = inWords(error);
      }
      if (signal.aborted) return;
      if (performance.now() - began > STEADY_MS) pause = limits.pushPauseMs;
      log.warn({ stream: stream.id, host: push.host, why: this.#error, pause }, 'a pushed stream was interrupted');
      this.#become('waiting');
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      pause = Math.min(2 * pause, limits.pushLongestPauseMs);
    }
  }

  /** Gives why the connection ended, once it has. Rejects when there never was one. */
  async #connect(): Promise<Error> {
    const { signal } = this.#end;
    const { stream, push, limits } = this.#options;
    const { secure, host, port, app, name } = push;
    const addresses = await this.#soon(allowedAddresses(push, this.#egress));
    const connection = await openClient(
      {
        url: `${secure ? 'rtmps' : 'rtmp'}://${host}:${port}/${app}`,
        name,
        timeoutMs: limits.pushConnectMs,
        lookup: pinned(addresses),
        signal,
      },
      ['publish', name, 'live'],
    );
    const { socket, closed } = connection;
    if (signal.aborted) {
      socket.destroy();
      return connection.failure;
    }
    this.#connection = connection;
    this.#become('live');
    this.#error = null;
    const viewer = new Viewer(this.#session, 'publish', socket);
    stream.forwardTo({ viewer, stuck: () => void socket.destroy(new TooSlow()) });
    await closed;
    this.#connection = null;
    if (!signal.aborted) stream.forwardTo(null);
    return connection.failure;
  }

  /** A resolver may hang for longer than anybody would wait. */
  #soon<T>(work: Promise<T>): Promise<T> {
    const late = new RtmpRefused('NetConnection.Connect.Failed', 'no address in time');
    const limit = AbortSignal.timeout(this.#options.limits.pushConnectMs);
    return Promise.race([
      work,
      new Promise<never>((_, reject) => limit.addEventListener('abort', () => reject(late), { once: true })),
    ]);
  }
}
