import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type MediaTag, TAG_AUDIO } from '../../src/media/flv/tag.ts';
import { connectPublisher } from '../../src/media/rtmp/client.ts';
import { fetchBytes, HlsPlayer } from '../media/hls-player.ts';
import { until } from '../process/lockkeeper.ts';
import { loopPublish } from './encoders.ts';
import { secureStage, withToken } from './secure.ts';
import { stage } from './stage.ts';

const statusOf = async (url: string): Promise<number> => (await fetchBytes(url)).status;

describe('a viewer over HLS', () => {
  test('is off the air when a lock, a stop or a deletion has answered, playlist and segments', async () => {
    await using on = await stage();
    const verbs = ['lock', 'stop', 'delete'] as const;
    await Promise.all(
      verbs.map(async (verb) => {
        const { stream, ingest, hls } = await on.newStream();
        await using _loop = loopPublish(ingest);
        await on.state(stream.id, 'live');
        const player = await HlsPlayer.open(hls);
        await player.reload();
        const segment = new URL(player.segments[0]!.uri, player.playlist).href;
        assert.equal(await statusOf(segment), 200);
        const { body } = await on.control(verb, stream.id);
        if (verb !== 'delete') assert.deepEqual(body.closed, { publishers: 1, viewers: 1 });
        assert.deepEqual([await statusOf(player.playlist), await statusOf(segment)], [404, 404], verb);
        if (verb !== 'stop') assert.equal(await statusOf(hls), verb === 'lock' ? 403 : 404);
      }),
    );
  });

  test('is off the air when the token is revoked that let it in, and one with another token is not', async () => {
    await using at = await secureStage();
    const [mine, other] = [await at.token({ revocable: true }), await at.token({ revocable: true })];
    const open = ({ token }: { token: string }) => HlsPlayer.open(withToken(at.urls.hls, token));
    const [first, second] = await Promise.all([open(mine), open(other)]);
    assert.equal(first.master.includes(mine.token), false, 'what follows needs no token');
    assert.equal(await statusOf(first.playlist), 200);
    await at.revoke({ token: mine.token });
    assert.equal(await statusOf(first.playlist), 404);
    assert.equal(await statusOf(withToken(at.urls.hls, mine.token)), 401);
    assert.equal(await statusOf(second.playlist), 200);
  });

  test('is shown no address of a stream that HLS does not carry, and told why at the one it guesses', async () => {
    await using on = await stage();
    const { stream, ingest, hls } = await on.newStream();
    const publisher = await connectPublisher({ url: ingest.url, name: ingest.streamname });
    const speex: MediaTag = { type: TAG_AUDIO, timestamp: 0, data: Buffer.from([0xb2, 1, 2, 3]) };
    publisher.send(speex);
    await until(async () => (await on.read(stream.id)).playout.hls.length === 0, 3_000, 'the codec is known');
    const [shown] = (await on.read(stream.id)).playout.h5live;
    assert.equal(shown?.server.hls, null);
    const { status, body } = await fetchBytes(hls);
    assert.deepEqual(
      [status, JSON.parse(String(body)).message],
      [404, "This stream's codec is not available over HLS"],
    );
    publisher.destroy();
    await until(async () => (await on.read(stream.id)).playout.hls.length === 1, 3_000, 'the address is back');
  });
});
