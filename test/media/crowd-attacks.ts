import { setTimeout as sleep } from 'node:timers/promises';
import { connectPublisher } from '../../src/media/rtmp/client.ts';
import { clientHello } from '../../src/media/rtmp/handshake.ts';
import { MESSAGE } from '../../src/media/rtmp/message.ts';
import { type Attack, allClosed, bare, garbage, greeted } from './attacks.ts';
import { command, message, rtmpPeer, uint32 } from './raw-peer.ts';
import { until } from './rig.ts';

/** Too many, too slow, too much, and never reading: what exhausts rather than breaks. */
export const CROWD_ATTACKS: Record<string, Attack> = {
  'half-open connections': async (rig) => {
    const starts = [
      Buffer.alloc(0),
      Buffer.from([3]),
      clientHello(),
      Buffer.concat([clientHello(), Buffer.alloc(100)]),
    ];
    const peers = starts.flatMap((bytes) => [rtmpPeer(rig).send(bytes), rtmpPeer(rig).send(bytes)]);
    for (const [i, peer] of peers.entries()) if (i % 2 === 0) peer.socket.end();
    using published = rtmpPeer(rig).publish('half');
    await published.hears('NetStream.Publish.Start');
    published.socket.end();
    for (const peer of [...peers, published]) await peer.isClosed();
  },

  'one byte at a time is slow, and served': async (rig) => {
    using peer = rtmpPeer(rig);
    peer.socket.setNoDelay(true);
    const bytes = Buffer.concat([
      clientHello(),
      Buffer.alloc(1536),
      command(0, 'connect', 1, { app: 'live' }),
      command(0, 'createStream', 2, null),
      command(1, 'publish', 3, null, 'drip'),
    ]);
    for (const [i, byte] of bytes.entries()) {
      peer.socket.write(Buffer.from([byte]));
      if (i % 20 === 0) await sleep(0);
    }
    await peer.hears('NetStream.Publish.Start');
  },

  'one byte a second is not': async (rig) => {
    const peer = rtmpPeer(rig);
    const drip = setInterval(() => peer.send(Buffer.from([3])), 200);
    await peer.isClosed().finally(() => clearInterval(drip));
  },

  '1,000 idle connections': async (rig) => {
    const peers = Array.from({ length: 1_000 }, () => rtmpPeer(rig));
    await until(() => peers.every(({ socket }) => !socket.connecting), 'all are connected');
    const publisher = await connectPublisher({ url: `${rig.rtmp}/live`, name: 'in the crowd' });
    publisher.destroy();
    for (const peer of peers) await peer.isClosed(5_000);
  },

  'more connections than an address may have': async (rig) => {
    const peers = Array.from({ length: 1_500 }, () => rtmpPeer(rig));
    await until(() => peers.filter(({ closed }) => closed).length >= 300, 'the surplus is closed at once');
    for (const peer of peers) peer.socket.destroy();
  },

  '15 MB of garbage from one address': async (rig) => {
    const peers = [rtmpPeer(rig), rtmpPeer(rig).handshake(), rtmpPeer(rig).introduce()];
    for (let i = 0; i < 80; i++) for (const peer of peers) peer.send(garbage(65_536));
    for (const peer of peers) await peer.isClosed();
    await allClosed(rig, bare, ...Array.from({ length: 240 }, () => garbage(65_536)));
    await allClosed(rig, greeted, ...Array.from({ length: 240 }, () => garbage(65_536)));
  },

  'answers that are asked for and never read': async (rig) => {
    const ping = message(MESSAGE.userControl, Buffer.concat([Buffer.from([0, 6]), uint32(1)]), { csid: 2 });
    const pings = Buffer.concat(Array.from({ length: 3_000 }, () => ping));
    const ask = Buffer.concat(Array.from({ length: 1_500 }, () => command(0, '_checkbw', 5, null)));
    const before = rig.starts.length;
    const peers = [
      rtmpPeer(rig).publish('deaf'),
      rtmpPeer(rig)
        .introduce()
        .send(command(1, 'play', 3, null, 'deaf too')),
    ];
    await until(() => rig.starts.length === before + 2, 'both are in');
    for (const peer of peers) {
      peer.socket.pause();
      peer.send(message(MESSAGE.windowAckSize, uint32(1), { csid: 2 }));
      for (let i = 0; i < 100; i++) peer.send(pings, ask);
    }
    await sleep(1_500);
    for (const peer of peers) peer.socket.destroy();
  },
};
