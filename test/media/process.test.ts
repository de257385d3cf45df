import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineMessage } from '../../src/media/engine.ts';
import { connectPublisher, publishFlvLoop } from '../../src/media/rtmp/client.ts';
import { DEMO, MAIN, Rig, until } from './rig.ts';

function engine(rtmp: string): {
  child: ChildProcess;
  said: () => string;
  hello: Promise<Extract<EngineMessage, { type: 'hello' }>>;
} {
  const config = { rtmp, playout: '127.0.0.1:0', log: 'silent' };
  const child = fork(MAIN, [JSON.stringify(config)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr!.on('data', (text) => {
    said += text;
  });
  const hello = new Promise<Extract<EngineMessage, { type: 'hello' }>>((resolve) =>
    child.on('message', (message: EngineMessage) => message.type === 'hello' && resolve(message)),
  );
  return { child, said: () => said, hello };
}

const exit = async (child: ChildProcess): Promise<number | null> => (await once(child, 'exit'))[0];

async function occupy(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

describe("the engine's process", () => {
  test('ends at once and frees its ports when its supervisor is gone', async () => {
    const { child, hello } = engine('127.0.0.1:0');
    const port = Number(new URL((await hello).rtmp).port);
    const gone = exit(child);
    const began = performance.now();
    child.disconnect();
    assert.equal(await gone, 0);
    assert.ok(performance.now() - began < 1_000);
    (await occupy(port)).server.close();
  });

  test('ends with 0 on SIGTERM, and says how every session ended', async () => {
    const { child, hello } = engine('127.0.0.1:0');
    const ends: string[] = [];
    child.on('message', (message: EngineMessage) => {
      if (message.type === 'authorise')
        child.send({ type: 'verdict', id: message.id, verdict: { allow: true, stream: 's', epoch: 0 } });
      if (message.type === 'end') ends.push(message.reason);
    });
    const publisher = await connectPublisher({ url: `${(await hello).rtmp}/live`, name: 's' });
    const gone = exit(child);
    child.kill('SIGTERM');
    assert.equal(await gone, 0);
    await publisher.closed;
    assert.deepEqual(ends, ['shutdown']);
  });

  test('waits for a port that is about to become free', async () => {
    const { server, port } = await occupy();
    const { child, hello } = engine(`127.0.0.1:${port}`);
    await sleep(800);
    server.close();
    assert.equal((await hello).rtmp, `rtmp://127.0.0.1:${port}`);
    const gone = exit(child);
    child.disconnect();
    await gone;
  });

  test('gives up on a port that stays taken, with a sentence saying so', async () => {
    const { server, port } = await occupy();
    const { child, said } = engine(`127.0.0.1:${port}`);
    assert.equal(await exit(child), 1);
    assert.match(said(), new RegExp(`port ${port} on 127.0.0.1 is in use`));
    server.close();
  });
});

describe('our own publisher', () => {
  test('comes back after it was kicked, and stops when it is told to', async () => {
    await using rig = await Rig.inProcess();
    const stop = new AbortController();
    const states: string[] = [];
    const loop = publishFlvLoop({
      url: `${rig.rtmp}/live`,
      name: 'again',
      file: DEMO,
      signal: stop.signal,
      reconnectMs: 100,
      onState: (state) => states.push(state),
    });
    await until(() => rig.starts.length === 1, 'on air');
    await rig.kick({ target: { stream: 'again' } });
    await until(() => rig.starts.length === 2, 'on air again');
    stop.abort();
    await loop;
    assert.deepEqual(states, ['live', 'off', 'live']);
    await until(() => rig.ends.at(-1)?.reason === 'closed', 'a polite end');
  });
});
