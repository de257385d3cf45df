import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { type MediaTag, TAG_AUDIO, TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { Remuxer } from '../../src/media/hls/remuxer.ts';
import { connectPublisher, type Publisher } from '../../src/media/rtmp/client.ts';
import { aacConfig, avcConfig, frame, sound, tagOf } from './bytes.ts';
import { Feed } from './feed.ts';
import { fetchBytes, HlsPlayer, timesOf } from './hls-player.ts';
import { Rig, until } from './rig.ts';
import { Witness } from './witness.ts';

const video = (data: Buffer): MediaTag => ({ type: TAG_VIDEO, timestamp: 0, data });
const audio = (data: Buffer): MediaTag => ({ type: TAG_AUDIO, timestamp: 0, data });
const otherConfig = (): Buffer => {
  const data = avcConfig();
  data[8] = 31;
  return data;
};

/** Frames of the given step in milliseconds, as many as asked for. */
async function* run(count: number, one: (index: number) => MediaTag[]): AsyncGenerator<MediaTag> {
  for (let i = 0; i < count; i++) {
    yield* one(i);
    if (i % 20 === 0) await tick();
  }
}

const threadsOf = (pid: number): number => readdirSync(`/proc/${pid}/task`).length;

const CODEC = /codec is not available over HLS/;
const KEYS = /key frames of this stream are too far apart/;
const TIMES = /timestamps of this stream cannot be followed/;

/** What an encoder may send, and what a viewer over HLS is told of it. */
const MEDIA: Record<string, { says: RegExp; tags(): AsyncGenerator<MediaTag> }> = {
  'a video codec that HLS does not carry': {
    says: CODEC,
    tags: () => run(50, (i) => [tagOf(TAG_VIDEO, i % 10 ? 0x2c : 0x1c, 1, 0, 0, 0, 9, 9)]),
  },
  'a sound codec that HLS does not carry': {
    says: CODEC,
    tags: () =>
      run(50, (i) => [video(avcConfig()), frame(i * 40, { key: i % 10 === 0 }), tagOf(TAG_AUDIO, 0x2f, 1, 2)]),
  },
  'a decoder configuration that is none': {
    says: CODEC,
    tags: () => run(50, (i) => [tagOf(TAG_VIDEO, 0x17, 0, 0, 0, 0, 255, 255, 0), frame(i * 40, { key: true })]),
  },
  'a sound configuration that is none': {
    says: CODEC,
    tags: () => run(50, (i) => [audio(Buffer.from([0xaf, 0, 0xff, 0xff])), sound(i * 20)]),
  },
  'a single key frame': {
    says: KEYS,
    tags: () => run(900, (i) => [...(i ? [] : [video(avcConfig())]), frame(i * 40, { key: i === 0 })]),
  },
  'a segment of giants': {
    says: KEYS,
    tags: () => run(8, (i) => [...(i ? [] : [video(avcConfig())]), frame(i * 40, { key: i === 0, size: 3_900_000 })]),
  },
  'time that stands still': {
    says: KEYS,
    tags: () => run(4_500, (i) => [...(i ? [] : [video(avcConfig())]), frame(5, { key: i % 5 === 0, size: 20 })]),
  },
  'time that leaps with every frame': {
    says: TIMES,
    tags: () => run(200, (i) => [...(i ? [] : [video(avcConfig())]), frame(i * 10_000, { key: true })]),
  },
  'another configuration with every frame': {
    says: TIMES,
    tags: () => run(200, (i) => [video(i % 2 ? avcConfig() : otherConfig()), frame(i * 40, { key: true })]),
  },
  'pictures that are shown hours before they are decoded': {
    says: TIMES,
    tags: () =>
      run(50, (i) => {
        const one = frame(i * 40, { key: i % 10 === 0 });
        one.data.writeIntBE(-8_000_000, 2, 3);
        return [...(i ? [] : [video(avcConfig())]), one];
      }),
  },
};

/**
 * The engine in a process of its own. After each attack it lives, another stream's viewer missed nothing, and memory
 * and descriptors are back where they were.
 */
describe('HLS survives', { timeout: 120_000 }, () => {
  let rig: Rig;
  let witness: Witness;
  let threads: number;
  const master = (name: string): string => `${rig.playout}/live/${name}.m3u8`;

  before(async () => {
    rig = await Rig.asChild({ limits: { hlsFirstMs: 5_000, hlsIdleMs: -5_500, stuckMs: 1_000 } });
    // The thread that writes segments is there for good once it was needed.
    using feed = await Feed.to(rig, 'first');
    await watch('first', feed);
    threads = threadsOf(rig.pid);
    await until(async () => (await rig.list()).length === 1, 'the first viewer has left');
    feed[Symbol.dispose]();
    await until(async () => (await rig.list()).length === 0, 'nobody is on air');
    rig.messages.length = 0;
    witness = await Witness.of(rig);
  });

  after(async () => {
    await witness?.[Symbol.asyncDispose]();
    await rig?.[Symbol.asyncDispose]();
  });

  async function watch(name: string, feed: Feed): Promise<HlsPlayer> {
    const opening = HlsPlayer.open(master(name));
    await rig.onAir(name, 'play');
    await feed.send(5);
    const player = await opening;
    await player.reload();
    return player;
  }

  async function publish(tags: AsyncGenerator<MediaTag>): Promise<Publisher> {
    const publisher = await connectPublisher({ url: `${rig.rtmp}/live`, name: 'bad' });
    void (async () => {
      for await (const tag of tags) {
        while (!publisher.send(tag) && publisher.open) await tick();
      }
    })();
    return publisher;
  }

  for (const [name, { tags, says }] of Object.entries(MEDIA)) {
    test(`${name}, and says so to who asks`, async () => {
      const waiting = fetchBytes(master('bad'));
      await rig.onAir('bad', 'play');
      const publisher = await publish(tags());
      await waiting;
      // What is impossible may begin well: then the first answer still was a playlist.
      const refused = await until(async () => {
        const answer = await fetchBytes(master('bad'));
        return answer.status === 404 ? answer : null;
      }, 'a refusal');
      assert.match(String(refused.body), says);
      assert.equal(refused.headers['access-control-allow-origin'], '*');
      const again = performance.now();
      assert.equal((await fetchBytes(master('bad'))).status, 404);
      assert.ok(performance.now() - again < 1_000, 'nobody waits for it twice');
      publisher.destroy();
      await witness.check();
    });
  }

  test('its own process: the thread that writes segments stays', () => {
    assert.equal(threadsOf(rig.pid), threads);
  });

  test('bytes that are anything', async () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed;
    };
    const some = (): MediaTag => {
      const data = Buffer.from(Array.from({ length: 1 + (random() % 60) }, () => random() & 255));
      if (random() % 2) data[0] = random() % 2 ? 0x17 : 0xaf;
      return { type: random() % 2 ? TAG_VIDEO : TAG_AUDIO, timestamp: random() % 100_000, data };
    };
    const waiting = fetchBytes(master('bad'));
    await rig.onAir('bad', 'play');
    const publisher = await publish(run(1_000, () => [video(avcConfig()), audio(aacConfig()), some()]));
    assert.ok([200, 404].includes((await waiting).status));
    publisher.destroy();
    await witness.check();
  });

  test('a player that asks for a large segment and takes none of it', async () => {
    const publisher = await publish(
      run(5, (i) => [
        ...(i ? [] : [video(avcConfig())]),
        frame(i * 500, { key: i % 4 === 0, size: 2_500_000, mark: i }),
      ]),
    );
    const player = await HlsPlayer.open(master('bad'));
    await player.reload();
    const { hostname, port, pathname } = new URL('0.mp4', player.playlist);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(async () => (await rig.list()).length === 3, 'the witness and its viewer, and the encoder', 8_000);
    socket.resume();
    await once(socket, 'close');
    assert.ok(socket.bytesRead < player.segments[0]!.bytes.length, 'it was given up');
    publisher.destroy();
    await witness.check();
  });

  test('guesses of a session, more than a thousand at once', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 30 });
    const guess = (i: number): string => `${rig.playout}/hls/${String(i).padStart(32, 'A')}/live.m3u8`;
    const answers = await Promise.all(Array.from({ length: 1_500 }, (_, i) => fetchBytes(guess(i), { agent })));
    assert.ok(answers.every(({ status }) => status === 404));
    agent.destroy();
    await witness.check();
  });
});

describe('the thread that writes segments', () => {
  const config = new Uint8Array(avcConfig().subarray(5));
  const job = (frames: number) => ({
    video: { codec: 'avc1.64001e', width: 640, height: 360, config },
    audio: null,
    samples: Array.from({ length: frames }, (_, i) => ({
      kind: 'video' as const,
      key: i === 0,
      at: i / 25,
      duration: 0.04,
      size: 10,
    })),
    data: new Uint8Array(frames * 10),
  });

  test('may refuse one segment and writes the next', async () => {
    await using remuxer = new Remuxer();
    const headless = { ...job(3), samples: job(3).samples.map((sample) => ({ ...sample, key: false })) };
    await assert.rejects(remuxer.remux(headless), /key packet/);
    const { media, fragment } = await remuxer.remux(job(3));
    assert.deepEqual([...timesOf(Buffer.from(media, fragment)).values()], [{ start: 0, lasts: 120 }]);
  });

  test('may die, which fails what it had to do and nothing else', async () => {
    const program = "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw 1; });";
    await using remuxer = new Remuxer(new URL(`data:text/javascript,${program}`));
    for (let i = 0; i < 2; i++) await Promise.all([1, 2].map(() => assert.rejects(remuxer.remux(job(1)))));
  });
});

describe('the memory for segments', () => {
  test('is refused to one stream while another has it, and given when that has ended', async () => {
    await using rig = await Rig.inProcess({ limits: { hlsBytes: 450_000, hlsIdleMs: -4_500 } });
    const ask = async (name: string, feed: Feed): Promise<number> => {
      const asked = fetchBytes(`${rig.playout}/live/${name}.m3u8`);
      await rig.onAir(name, 'play');
      await feed.send(5);
      return (await asked).status;
    };
    using first = await Feed.to(rig, 'a');
    using second = await Feed.to(rig, 'b');
    assert.equal(await ask('a', first), 200);
    assert.equal(await ask('b', second), 503);
    await until(async () => (await rig.list()).length === 2, 'both viewers have left');
    assert.equal(await ask('b', second), 200);
  });

  test('is taken from who came last, whosever frames filled it', async () => {
    await using rig = await Rig.inProcess({ limits: { hlsBytes: 750_000 } });
    const watch = async (name: string, feed: Feed): Promise<HlsPlayer> => {
      const opening = HlsPlayer.open(`${rig.playout}/live/${name}.m3u8`);
      await rig.onAir(name, 'play');
      await feed.send(5);
      return opening;
    };
    using first = await Feed.to(rig, 'a');
    using second = await Feed.to(rig, 'b');
    const [early, late] = [await watch('a', first), await watch('b', second)];
    await late.reload();
    await first.send(3);
    await until(async () => (await rig.list()).length === 3, 'one of the viewers was ended');
    await early.reload();
    await assert.rejects(late.reload(), /404/);
  });
});

describe('an address', () => {
  test('has as many HLS sessions as connections, and room again when they have ended', async () => {
    await using rig = await Rig.inProcess({ maxConnectionsPerAddress: 6, limits: { hlsIdleMs: -5_000 } });
    using feed = await Feed.to(rig, 'a');
    const opening = HlsPlayer.open(`${rig.playout}/live/a.m3u8`);
    await rig.onAir('a', 'play');
    await feed.send(5);
    await opening;
    const open = async (): Promise<number> => (await fetchBytes(`${rig.playout}/live/a.m3u8`)).status;
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push(await open());
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
    await until(async () => (await rig.list()).length === 1, 'all have ended');
    const again = open();
    await rig.onAir('a', 'play');
    await feed.send(5);
    assert.equal(await again, 200);
  });
});
