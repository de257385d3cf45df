import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AmfValue, writeAmf } from '../../src/media/rtmp/amf0.ts';
import { MESSAGE } from '../../src/media/rtmp/message.ts';
import { chunk, fullHead, LIMITS } from './bytes.ts';
import { command, message, type RawPeer, rtmpPeer, uint32, video } from './raw-peer.ts';
import { type Rig, until } from './rig.ts';

export type Attack = (rig: Rig) => Promise<void>;

/** Sends each of the given bytes on a connection of its own; the engine must close every one. */
export async function allClosed(rig: Rig, prepare: (peer: RawPeer) => RawPeer, ...bytes: Buffer[]): Promise<void> {
  const peers = bytes.map((one) => prepare(rtmpPeer(rig)).send(one));
  for (const peer of peers) await peer.isClosed();
}

export const bare = (peer: RawPeer): RawPeer => peer;
export const greeted = (peer: RawPeer): RawPeer => peer.handshake();
const introduced = (peer: RawPeer): RawPeer => peer.introduce();
const publishing =
  (name: AmfValue) =>
  (peer: RawPeer): RawPeer =>
    peer.publish(name);

export const garbage = (size: number): Buffer => {
  const bytes = randomBytes(size);
  // Not by chance the first byte of a handshake.
  bytes[0] = 0x47;
  return bytes;
};

const nested = (depth: number): AmfValue => (depth === 0 ? 1 : { a: nested(depth - 1) });
const setChunkSize = (size: number): Buffer => message(MESSAGE.setChunkSize, uint32(size), { csid: 2 });
const rawCommand = (payload: Buffer): Buffer => message(MESSAGE.command, payload);

/** The protocol, broken at every joint. After each of them the shared check looks for damage. */
export const PROTOCOL_ATTACKS: Record<string, Attack> = {
  'random bytes': (rig) => allClosed(rig, bare, ...Array.from({ length: 40 }, (_, i) => garbage(10 ** (1 + (i % 4))))),

  'a good handshake and then garbage': (rig) =>
    allClosed(
      rig,
      greeted,
      ...Array.from({ length: 40 }, (_, i) => Buffer.concat([Buffer.from([0xc3]), garbage(100 * (i + 1))])),
    ),

  'connect without or with a broken tcUrl is answered like any other': async (rig) => {
    for (const tcUrl of [undefined, '', 'rtmp://', 'not a url', 5, null, '\u0000'.repeat(300)]) {
      using peer = rtmpPeer(rig)
        .handshake()
        .send(command(0, 'connect', 1, { app: 'live', ...(tcUrl !== undefined && { tcUrl }) }));
      await peer.hears('NetConnection.Connect.Success');
    }
  },

  'connect without an app, twice, or not at all': async (rig) => {
    const wrong = [{}, { app: 5 }, { app: 'a'.repeat(300) }, null, 'live'];
    await allClosed(rig, greeted, ...wrong.map((about) => command(0, 'connect', 1, about as AmfValue)));
    await allClosed(rig, introduced, command(0, 'connect', 4, { app: 'live' }));
    await allClosed(rig, greeted, command(0, 'createStream', 1, null), command(1, 'publish', 1, null, 'a'));
  },

  'publish without a name, with a number, with 10 kB of name': async (rig) => {
    const names: AmfValue[] = [
      5,
      null,
      undefined,
      true,
      {},
      [],
      '',
      'n'.repeat(257),
      'n'.repeat(10_000),
      `n?${'q'.repeat(2_049)}`,
    ];
    await allClosed(
      rig,
      introduced,
      command(1, 'publish', 3, null),
      command(1, 'play', 3),
      ...names.map((name) => command(1, 'publish', 3, null, name)),
    );
  },

  'empty, truncated and deeply nested AMF': async (rig) => {
    const whole = writeAmf('connect', 1, { app: 'live', more: [1, 'two', { three: 3 }] });
    const cuts = Array.from({ length: whole.length - 1 }, (_, i) => i + 1).filter(
      (end) => end !== writeAmf('connect').length && end !== writeAmf('connect', 1).length,
    );
    await allClosed(
      rig,
      greeted,
      rawCommand(Buffer.alloc(0)),
      ...cuts.map((end) => rawCommand(whole.subarray(0, end))),
    );
    const lists = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([10, 0, 0, 0, 1])));
    await allClosed(
      rig,
      greeted,
      rawCommand(writeAmf('connect', 1, nested(9))),
      rawCommand(Buffer.concat([writeAmf('connect', 1), lists])),
    );
    await allClosed(
      rig,
      greeted,
      rawCommand(Buffer.from([10, 255, 255, 255, 255])),
      rawCommand(Buffer.from([12, 255, 255, 255, 255])),
      rawCommand(Buffer.from([17, 1])),
    );
    await allClosed(
      rig,
      introduced,
      message(MESSAGE.data, Buffer.alloc(0)),
      message(MESSAGE.data, Buffer.from([3, 0, 1])),
    );
  },

  'chunk size 0, negative and huge': async (rig) => {
    await allClosed(
      rig,
      greeted,
      setChunkSize(0),
      setChunkSize(0x80000000),
      message(MESSAGE.setChunkSize, Buffer.alloc(1), { csid: 2 }),
    );
    using peer = rtmpPeer(rig)
      .handshake()
      .send(setChunkSize(0x7fffffff), command(0, 'connect', 1, { app: 'live' }));
    await peer.hears('NetConnection.Connect.Success');
  },

  'chunk size 1 for the largest command': async (rig) => {
    const payload = writeAmf('connect', 1, {
      app: 'live',
      ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, 'x'.repeat(1_000)])),
    });
    const bytes: Buffer[] = [
      setChunkSize(1),
      chunk(0, 3, fullHead(0, payload.length, MESSAGE.command), payload.subarray(0, 1)),
    ];
    for (const byte of payload.subarray(1)) bytes.push(Buffer.from([0xc3, byte]));
    using peer = rtmpPeer(rig)
      .handshake()
      .send(...bytes);
    await peer.hears('NetConnection.Connect.Success');
  },

  'thousands of chunk streams': async (rig) => {
    const streams = (length: number): Buffer =>
      Buffer.concat(
        Array.from({ length: 4_000 }, (_, i) =>
          Buffer.concat([Buffer.from([1, i & 255, i >> 8, ...fullHead(0, length, MESSAGE.audio)]), Buffer.alloc(1)]),
        ),
      );
    await allClosed(rig, greeted, streams(1), streams(60_000));
    await allClosed(rig, publishing('many'), streams(60_000));
  },

  'large messages announced on many connections and never sent': async (rig) => {
    const heads = (count: number, size: number): Buffer =>
      Buffer.concat(
        Array.from({ length: count }, (_, i) =>
          chunk(0, 8 + i, fullHead(0, size, MESSAGE.video, 1), Buffer.alloc(128)),
        ),
      );
    const before = rig.starts.length;
    const strangers = Array.from({ length: 100 }, () => rtmpPeer(rig).introduce().send(heads(8, LIMITS.message)));
    for (const peer of strangers) await peer.isClosed();
    const publishers = Array.from({ length: 20 }, (_, i) => rtmpPeer(rig).publish(`announcer-${i}`));
    await until(() => rig.starts.length === before + 20, 'all on air');
    for (const peer of publishers) peer.send(heads(8, LIMITS.message));
    await sleep(200);
    for (const peer of publishers) peer.socket.destroy();
    await until(() => rig.ends.length >= 20, 'all off air');
  },

  'unfinished messages that do arrive': async (rig) => {
    const before = rig.starts.length;
    const peer = rtmpPeer(rig).publish('unfinished');
    await until(() => rig.starts.length > before, 'on air');
    peer.send(setChunkSize(1_000_000));
    for (let i = 0; i < 12; i++)
      peer.send(chunk(0, 8 + i, fullHead(0, 3_000_000, MESSAGE.video, 1), Buffer.alloc(1_000_000)));
    await peer.isClosed();
  },

  'audio or video before publish': async (rig) => {
    const audio = message(MESSAGE.audio, Buffer.from([0xaf, 1, 2, 3]), { csid: 4, streamId: 1 });
    await allClosed(rig, greeted, video(), audio);
    await allClosed(rig, introduced, video(), audio);
  },

  'zero-length video': async (rig) => {
    const peer = rtmpPeer(rig).publish('hollow');
    await peer.hears('NetStream.Publish.Start');
    for (let i = 0; i < 200; i++)
      peer.send(
        message(MESSAGE.video, Buffer.alloc(0), { csid: 6, streamId: 1 }),
        message(MESSAGE.audio, Buffer.alloc(0), { csid: 4, streamId: 1 }),
      );
    for (let first = 0; first < 256; first++)
      peer.send(message(MESSAGE.video, Buffer.from([first]), { csid: 6, streamId: 1 }));
    await sleep(150);
    assert.equal(peer.closed, false);
    peer.socket.destroy();
  },
};
