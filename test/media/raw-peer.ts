import { connect, type Socket } from 'node:net';
import { type AmfValue, writeAmf } from '../../src/media/rtmp/amf0.ts';
import { DEFAULT_CHUNK_SIZE, writeMessage } from '../../src/media/rtmp/chunk-writer.ts';
import { clientHello } from '../../src/media/rtmp/handshake.ts';
import { MESSAGE } from '../../src/media/rtmp/message.ts';
import { type Rig, until } from './rig.ts';

/** A peer that sends whatever a test wants, in whatever order, and does not care what it is told. */
export class RawPeer implements Disposable {
  readonly socket: Socket;
  received = 0;
  heard = Buffer.alloc(0);
  closed = false;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    // It keeps its side open after the engine's goodbye.
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.socket.on('data', (bytes) => {
      this.received += bytes.length;
      if (this.heard.length < 65_536) this.heard = Buffer.concat([this.heard, bytes]);
    });
    this.socket.on('error', () => {
      this.closed = true;
    });
    this.socket.on('end', () => {
      this.closed = true;
    });
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  send(...parts: Buffer[]): this {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(parts));
    return this;
  }

  handshake(): this {
    return this.send(clientHello(), Buffer.alloc(1536));
  }

  /** Handshake, `connect` and `createStream`, without waiting for any answer. */
  introduce(): this {
    return this.handshake().send(command(0, 'connect', 1, { app: 'live' }), command(0, 'createStream', 2, null));
  }

  publish(name: AmfValue): this {
    return this.introduce().send(command(1, 'publish', 3, null, name, 'live'));
  }

  /** Waits until the engine has said `text` somewhere. */
  async hears(text: string): Promise<this> {
    await until(() => this.heard.includes(text), `hearing ${text}`);
    return this;
  }

  async isClosed(withinMs = 3_000): Promise<void> {
    await until(() => this.closed, 'the engine closes it', withinMs);
    this.socket.destroy();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

export const rtmpPeer = (rig: Rig): RawPeer => new RawPeer(rig.rtmp);
export const httpPeer = (rig: Rig): RawPeer => new RawPeer(rig.playout);

export const message = (
  type: number,
  payload: Buffer,
  how: { csid?: number; streamId?: number; timestamp?: number } = {},
): Buffer =>
  writeMessage(
    { type, streamId: how.streamId ?? 0, timestamp: how.timestamp ?? 0, payload },
    how.csid ?? 3,
    DEFAULT_CHUNK_SIZE,
  );

export const command = (streamId: number, ...values: AmfValue[]): Buffer =>
  message(MESSAGE.command, writeAmf(...values), { streamId });

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** A key frame on message stream 1. */
export const video = (timestamp = 0, size = 100): Buffer =>
  message(MESSAGE.video, Buffer.concat([Buffer.from([0x17, 1, 0, 0, 0]), Buffer.alloc(size)]), {
    csid: 6,
    streamId: 1,
    timestamp,
  });
