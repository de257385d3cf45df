import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Running, start, type Tenant } from '../harness.ts';
import { type Credential, documentedClient } from './client.ts';
import { DOCUMENTED, FOR_PLAYERS } from './documented.ts';

describe('a client of the documented API', () => {
  let running: Running;
  let home: Tenant;
  let count = 0;
  const unique = () => `conformance-${++count}`;
  before(async () => {
    running = await start();
    home = await running.tenant();
  });
  after(() => running[Symbol.asyncDispose]());

  /** Header names are read without case, however a client writes them. */
  const CREDENTIALS: Record<string, () => Credential> = {
    'X-BINTU-TOKEN': () => ['X-BINTU-TOKEN', home.admin.token],
    'x-bintu-token': () => ['x-bintu-token', home.admin.token],
    'X-BINTU-APIKEY': () => ['X-BINTU-APIKEY', home.apiKey],
    'x-Bintu-ApiKey': () => ['x-Bintu-ApiKey', home.apiKey],
  };

  for (const { call, promise, check } of DOCUMENTED) {
    for (const [spelling, credential] of Object.entries(CREDENTIALS)) {
      test(`${call} with ${spelling} ${promise}`, () =>
        check({ api: documentedClient(running.url, credential()), home, unique }));
    }
  }

  test(`${FOR_PLAYERS.call} ${FOR_PLAYERS.promise}`, async () => {
    const { ingest } = (await documentedClient(running.url, ['X-BINTU-APIKEY', home.apiKey]).call(
      'POST',
      '/stream',
    )) as {
      ingest: { rtmp: { streamname: string } };
    };
    const player = documentedClient(running.url, ['X-BINTU-PLAYERKEY', home.playerKey]);
    const streams: object[] = await player.call('GET', '/stream/public');
    assert.ok(streams.length > 0);
    assert.equal(JSON.stringify(streams).includes(ingest.rtmp.streamname), false);
    assert.equal((await player.fails('GET', '/stream')).answered, 403);
  });

  test('reads an error in the older and in the newer shape', async () => {
    const observer = documentedClient(running.url, ['X-BINTU-TOKEN', home.observer.token]);
    const { answered, error, status, message } = await observer.fails('POST', '/stream');
    assert.deepEqual([answered, status, error.code], [403, 403, 2001]);
    assert.deepEqual([message, error.message], ['Access denied', 'Access denied']);
    const nobody = await documentedClient(running.url).fails('GET', '/stream');
    assert.deepEqual([nobody.answered, nobody.status, nobody.error.code], [401, 401, 4003]);
  });
});
