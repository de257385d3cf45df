import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientHello } from '../../src/media/rtmp/handshake.ts';
import { MESSAGE } from '../../src/media/rtmp/message.ts';
import type { Attack } from './attacks.ts';
import { frames, watchHttp } from './players.ts';
import { command, httpPeer, message, rtmpPeer, video } from './raw-peer.ts';
import { until } from './rig.ts';

const videos = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, (_, i) => video(i * 40)));
const upgrade = (name: string, more = ''): Buffer =>
  Buffer.from(
    `GET /live/${name}.flv HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`,
  );
const get = (name: string): Buffer => Buffer.from(`GET /live/${name}.flv HTTP/1.1\r\nHost: x\r\n\r\n`);

/** Those who were told no, or are about to be, and send all the same. */
export const DOOR_ATTACKS: Record<string, Attack> = {
  'a refused publisher that sends video all the same': async (rig) => {
    using watch = watchHttp(rig, 'wanted');
    await rig.onAir('wanted', 'play');
    rig.decide = async ({ name, action }) => {
      await sleep(100);
      return action === 'publish'
        ? { allow: false, code: 'refused', message: 'No.' }
        : { allow: true, stream: name, epoch: 0 };
    };
    const peer = rtmpPeer(rig).publish('wanted').send(videos(100));
    await peer.hears('NetStream.Publish.Denied');
    peer.send(videos(100));
    await peer.isClosed();
    assert.equal(watch.tags.length, 0);
  },

  'a mere player that sends video all the same': async (rig) => {
    using watch = watchHttp(rig, 'stage');
    await rig.onAir('stage', 'play');
    const peer = rtmpPeer(rig)
      .introduce()
      .send(command(1, 'play', 3, null, 'stage'));
    await peer.hears('NetStream.Play.Start');
    peer.send(videos(100));
    await peer.isClosed();
    assert.equal(rig.ends.at(-1)?.reason, 'protocol');
    assert.equal(watch.tags.length, 0);
  },

  'a publisher that ignores the kick': async (rig) => {
    const publisher = rtmpPeer(rig).publish('stubborn').send(videos(3));
    using watch = watchHttp(rig, 'stubborn');
    await until(() => frames(watch).length > 0, 'on air');
    const insist = setInterval(() => publisher.send(videos(2)), 5);
    const began = performance.now();
    await rig.kick({ target: { stream: 'stubborn', action: 'publish' }, epoch: 5 });
    await until(() => publisher.closed, 'its socket is gone');
    assert.ok(performance.now() - began < 500);
    await sleep(100);
    const { length } = watch.tags;
    await sleep(200);
    assert.equal(watch.tags.length, length);
    clearInterval(insist);
    publisher.socket.destroy();
  },

  'a lock while the verdict is under way, with video behind the request': async (rig) => {
    using watch = watchHttp(rig, 'raced');
    await rig.onAir('raced', 'play');
    let release: (() => void) | null = null;
    rig.decide = ({ name }) =>
      new Promise((resolve) => {
        release = () => resolve({ allow: true, stream: name, epoch: 1 });
      });
    const peer = rtmpPeer(rig).publish('raced').send(videos(50));
    await until(() => release, 'asked');
    await rig.kick({ target: { stream: 'raced', action: 'publish' }, epoch: 2 });
    release!();
    await peer.isClosed();
    assert.ok(!rig.starts.some(({ session }) => session.stream === 'raced' && session.action === 'publish'));
    assert.equal(watch.tags.length, 0);
  },

  'a peer that floods while it waits for its verdict': async (rig) => {
    rig.decide = () => undefined;
    const peers = Array.from({ length: 20 }, (_, i) => rtmpPeer(rig).publish(`flood ${i}`));
    for (let i = 0; i < 16; i++) for (const peer of peers) peer.send(Buffer.alloc(500_000, 0xc6));
    for (const peer of peers) await peer.isClosed(5_000);
  },

  'a second publish on one connection, and publishing by turns': async (rig) => {
    const twice = rtmpPeer(rig)
      .publish('twice')
      .send(command(1, 'publish', 4, null, 'other'));
    await twice.isClosed();
    const before = rig.ends.length;
    using turns = rtmpPeer(rig).introduce();
    for (let i = 0; i < 5; i++) {
      turns.send(command(1, 'publish', 3, null, `turn ${i}`), video(), command(0, 'deleteStream', 0, null, 1));
    }
    await until(() => rig.ends.length === before + 5, 'five sessions of their own');
    assert.equal(new Set(rig.ends.map(({ session }) => session.id)).size, rig.ends.length);
  },

  'hundreds of different decoder configurations': async (rig) => {
    using peer = rtmpPeer(rig).publish('changing');
    await peer.hears('NetStream.Publish.Start');
    using watch = watchHttp(rig, 'changing');
    await rig.onAir('changing', 'play');
    for (let i = 0; i < 300; i++) {
      const config = Buffer.concat([
        Buffer.from([0x96, 0x00]),
        Buffer.from('avc1'),
        Buffer.from([i & 255]),
        Buffer.alloc(2_000, i),
      ]);
      peer.send(message(MESSAGE.video, config, { csid: 6, streamId: 1 }));
    }
    await until(() => watch.tags.length >= 300, 'they pass through');
  },

  'half an HTTP head, a bad one, a large one': async (rig) => {
    const heads = [
      'GET /live/a',
      'GET / HTTP/9.9\r\n\r\n',
      '\u0000\u0001\r\n\r\n',
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET /live/a.flv HTTP/1.1\r\n\r\n',
    ];
    const peers = heads.map((head) => httpPeer(rig).send(Buffer.from(head, 'latin1')));
    for (const peer of peers) await peer.isClosed(8_000);
  },

  'requests on a connection that carries media': async (rig) => {
    const before = rig.starts.length;
    const peer = httpPeer(rig).send(get('a'));
    await until(() => rig.starts.length > before, 'it plays');
    peer.send(get('b'), get('c'));
    await peer.isClosed();
    assert.equal(rig.starts.length, before + 1);
  },

  'requests behind a request': async (rig) => {
    const peer = httpPeer(rig).send(...Array.from({ length: 200 }, () => get('a')));
    await peer.isClosed();
  },

  'a WebSocket that is none, talks too much, or pings for ever': async (rig) => {
    const odd = [
      upgrade('a').subarray(0, 60),
      Buffer.from('GET /live/a.flv HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
      upgrade('../x'),
      upgrade('%zz'),
    ];
    const peers = odd.map((bytes) => httpPeer(rig).send(bytes));
    const frameOf = (first: number, length: number): Buffer =>
      Buffer.concat([Buffer.from([first, 0xfe, length >> 8, length & 255, 0, 0, 0, 0]), Buffer.alloc(length)]);
    for (const bytes of [
      frameOf(0x82, 60_000),
      Buffer.from([0x82, 0x05, 1, 2, 3, 4, 5]),
      Buffer.from([0xf2, 0x80, 0, 0, 0, 0]),
    ]) {
      const peer = httpPeer(rig).send(upgrade('a'));
      await peer.hears('101 Switching');
      peers.push(peer.send(bytes));
    }
    for (const peer of peers) await peer.isClosed(8_000);
    const pinger = httpPeer(rig).send(upgrade('a'));
    await pinger.hears('101 Switching');
    pinger.socket.pause();
    const ping = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)]);
    for (let i = 0; i < 40; i++) pinger.send(...Array.from({ length: 1_000 }, () => ping));
    await sleep(300);
    pinger.socket.resume();
    await pinger.isClosed();
  },

  'viewers that only say hello and vanish': async (rig) => {
    const before = rig.starts.length;
    const peers = Array.from({ length: 200 }, (_, i) => httpPeer(rig).send(i % 2 ? get('a') : upgrade('a')));
    await until(() => rig.starts.length === before + 200, 'all are in');
    for (const [i, peer] of peers.entries())
      i % 3 === 0 ? peer.socket.end() : i % 3 === 1 ? peer.socket.destroy() : peer.socket.resetAndDestroy();
    for (const peer of peers) await peer.isClosed();
  },

  'handshakes by the hundred, cut off everywhere': async (rig) => {
    const hello = Buffer.concat([clientHello(), Buffer.alloc(1536)]);
    for (let end = 0; end <= hello.length; end += 12) {
      const peer = rtmpPeer(rig).send(hello.subarray(0, end));
      peer.socket.once('connect', () => setTimeout(() => peer.socket.resetAndDestroy(), 20));
    }
    await sleep(300);
  },
};
