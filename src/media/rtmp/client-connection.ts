import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type AmfObject, type AmfValue, readAmf, writeAmf } from './amf0.ts';
import { ChunkReader } from './chunk-reader.ts';
import { CHUNK_STREAM, DEFAULT_CHUNK_SIZE, OUT_CHUNK_SIZE, writeMessage } from './chunk-writer.ts';
import { clientHandshake, clientHello } from './handshake.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { EVENT, MESSAGE, type RtmpMessage } from './message.ts';
import { ProtocolError } from './protocol-error.ts';
import { acknowledgement, userControl } from './replies.ts';

/** The server said no, or went away before it said yes. `code` is RTMP's, as `NetStream.Publish.Denied`. */
export class RtmpRefused extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(`${code}: ${description}`);
    this.code = code;
  }
}

export interface ClientTarget {
  /** `rtmp://host[:port]/app`, or `rtmps://…` over TLS; without the stream's name. */
  url: string;
  /** The stream's name, with `?query` behind it if any. */
  name: string;
  /** Milliseconds until the connection must stand and be accepted; 10 s when absent. */
  timeoutMs?: number;
  /** Finds the host's addresses; the system's resolver when absent. */
  lookup?: LookupFunction;
  /** PEM of an authority to trust for TLS instead of the usual ones. */
  ca?: string;
  /** Gives up opening the connection. */
  signal?: AbortSignal;
}

interface Waiting {
  resolve(values: AmfValue[]): void;
  reject(error: Error): void;
}

/** The one message stream a client of ours asks for; servers number them from 1. */
export const CLIENT_STREAM_ID = 1;
const ACKNOWLEDGE_EVERY = 1_000_000;
const PLAYED = { ...DEFAULT_LIMITS, message: 16 * 1024 * 1024, partial: 32 * 1024 * 1024 };
/** Whom we publish to has little to say: bytes at once, and bytes per second besides. */
const PUBLISHED = { ...DEFAULT_LIMITS, message: DEFAULT_LIMITS.command, partial: DEFAULT_LIMITS.command };
const FEW_BYTES = 256 * 1024;
const FEW_BYTES_PER_SECOND = 16 * 1024;

/** The client's side of one RTMP connection: handshake, `connect`, one message stream. */
export class ClientConnection {
  readonly socket: Socket;
  /** Resolves when the connection is over, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #onMedia: ((message: RtmpMessage) => void) | null;
  readonly #publishes: boolean;
  readonly #reader: ChunkReader;
  readonly #calls = new Map<number, Waiting>();
  #handshake: ReturnType<typeof clientHandshake> | null = clientHandshake();
  #greeted: (() => void) | null = null;
  #status: Waiting | null = null;
  #transaction = 0;
  readonly #since = performance.now();
  #bytesIn = 0;
  #acknowledged = 0;
  #chunkSize = DEFAULT_CHUNK_SIZE;
  #failure: Error = new RtmpRefused('NetConnection.Connect.Closed', 'the connection was closed');

  constructor(socket: Socket, how: { publishes: boolean; onMedia: ((message: RtmpMessage) => void) | null }) {
    this.socket = socket;
    this.#onMedia = how.onMedia;
    this.#publishes = how.publishes;
    this.#reader = new ChunkReader(how.publishes ? PUBLISHED : PLAYED);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', (error) => {
      this.#failure = error;
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#status?.reject(this.#failure);
        for (const call of this.#calls.values()) call.reject(this.#failure);
        resolve();
      });
    });
  }

  /** Why the connection is over, once it is. */
  get failure(): Error {
    return this.#failure;
  }

  async greet(): Promise<void> {
    const done = new Promise<void>((resolve) => {
      this.#greeted = resolve;
    });
    this.socket.write(clientHello());
    await Promise.race([done, this.closed.then(() => Promise.reject(this.#failure))]);
  }

  /** Calls a command of the connection itself and gives what its `_result` carries. */
  call(name: string, ...args: AmfValue[]): Promise<AmfValue[]> {
    const transaction = ++this.#transaction;
    const answer = new Promise<AmfValue[]>((resolve, reject) => this.#calls.set(transaction, { resolve, reject }));
    this.command(0, name, transaction, ...args);
    return answer;
  }

  /** `publish` or `play` on the message stream; resolves with the status that accepts it. */
  start(name: string, ...args: AmfValue[]): Promise<AmfValue[]> {
    const answer = new Promise<AmfValue[]>((resolve, reject) => {
      this.#status = { resolve, reject };
    });
    this.command(CLIENT_STREAM_ID, name, 0, null, ...args);
    return answer;
  }

  command(streamId: number, ...values: AmfValue[]): void {
    this.send({ type: MESSAGE.command, streamId, timestamp: 0, payload: writeAmf(...values) }, CHUNK_STREAM.command);
  }

  send(message: RtmpMessage, csid: number): boolean {
    return this.socket.destroyed ? false : this.socket.write(writeMessage(message, csid, this.#chunkSize));
  }

  /** Larger chunks: fewer heads to write and to read. */
  announceChunkSize(): void {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(OUT_CHUNK_SIZE);
    this.send({ type: MESSAGE.setChunkSize, streamId: 0, timestamp: 0, payload }, CHUNK_STREAM.control);
    this.#chunkSize = OUT_CHUNK_SIZE;
  }

  #receive(bytes: Buffer): void {
    try {
      this.#read(bytes);
    } catch (error) {
      this.socket.destroy(error as Error);
    }
  }

  #read(bytes: Buffer): void {
    this.#bytesIn += bytes.length;
    const seconds = (performance.now() - this.#since) / 1_000;
    if (this.#publishes && this.#bytesIn > FEW_BYTES + seconds * FEW_BYTES_PER_SECOND)
      throw new ProtocolError('the server says too much');
    let input = bytes;
    if (this.#handshake !== null) {
      const { reply, rest } = this.#handshake(bytes);
      if (reply !== null) this.socket.write(reply);
      if (rest === null) return;
      this.#handshake = null;
      this.#greeted?.();
      input = rest;
    }
    this.#reader.push(input);
    for (let message = this.#reader.next(); message !== null; message = this.#reader.next()) this.#handle(message);
    if (this.#bytesIn - this.#acknowledged < ACKNOWLEDGE_EVERY) return;
    this.#acknowledged = this.#bytesIn;
    this.socket.write(acknowledgement(this.#bytesIn));
  }

  #handle(message: RtmpMessage): void {
    const { type, payload } = message;
    if (type === MESSAGE.audio || type === MESSAGE.video || type === MESSAGE.data) this.#onMedia?.(message);
    else if (type === MESSAGE.command) this.#answer(readAmf(payload));
    else if (type === MESSAGE.userControl && payload.length >= 6 && payload.readUInt16BE(0) === EVENT.pingRequest) {
      this.socket.write(userControl(EVENT.pingResponse, payload.subarray(2, 6)));
    }
  }

  #answer([name, transaction, ...values]: AmfValue[]): void {
    if (name === 'onStatus') {
      this.#heard(values);
      return;
    }
    const call = typeof transaction === 'number' ? this.#calls.get(transaction) : undefined;
    if (call === undefined || (name !== '_result' && name !== '_error')) return;
    this.#calls.delete(transaction as number);
    if (name === '_result') call.resolve(values);
    else call.reject(refusal(values));
  }

  #heard(values: AmfValue[]): void {
    const { level, code } = about(values);
    if (level === 'error') {
      this.socket.destroy(refusal(values));
    } else if (code === 'NetStream.Publish.Start' || code === 'NetStream.Play.Start') this.#status?.resolve(values);
  }
}

function about(values: AmfValue[]): AmfObject {
  const last = values.at(-1);
  return typeof last === 'object' && last !== null && !Array.isArray(last) && !(last instanceof Date) ? last : {};
}

function refusal(values: AmfValue[]): RtmpRefused {
  const { code, description } = about(values);
  return new RtmpRefused(String(code ?? 'NetConnection.Call.Failed'), String(description ?? 'refused'));
}

function dial(url: URL, { lookup, ca }: ClientTarget): Socket {
  const secure = url.protocol === 'rtmps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const where = { host, port: Number(url.port || (secure ? 443 : 1935)), ...(lookup && { lookup }) };
  if (!secure) return connect(where);
  return connectTls({ ...where, ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) });
}

/**
 * Opens a connection, its message stream, and publishes or plays on it. Rejects with `RtmpRefused` or the socket's
 * error. `onMedia` hears everything from the first message on.
 */
export async function openClient(
  target: ClientTarget,
  command: [string, ...string[]],
  onMedia: ((message: RtmpMessage) => void) | null = null,
): Promise<ClientConnection> {
  const url = new URL(target.url);
  target.signal?.throwIfAborted();
  const connection = new ClientConnection(dial(url, target), { publishes: command[0] === 'publish', onMedia });
  const giveUp = (): void => void connection.socket.destroy();
  target.signal?.addEventListener('abort', giveUp);
  const late = new RtmpRefused('NetConnection.Connect.Failed', 'no answer in time');
  const timer = setTimeout(() => connection.socket.destroy(late), target.timeoutMs ?? 10_000);
  try {
    await connection.greet();
    const app = url.pathname.replace(/^\/+|\/+$/g, '');
    connection.announceChunkSize();
    const about = { app, tcUrl: target.url, flashVer: 'lockkeeper', type: 'nonprivate' };
    await connection.call('connect', about);
    await connection.call('createStream', null);
    await connection.start(...command);
    return connection;
  } catch (error) {
    connection.socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    target.signal?.removeEventListener('abort', giveUp);
  }
}
