import assert from 'node:assert/strict';
import { readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertGone,
  call,
  descendants,
  finish,
  firstAnswer,
  LINUX,
  lockkeeper,
  type Ready,
  run,
  temporaryFolder,
  until,
} from './lockkeeper.ts';

interface Demo extends Ready {
  users: Record<'admin' | 'operator' | 'observer', { email: string; token: string }>;
  streams: Record<'live' | 'rehearsal' | 'locked', { id: string; watch: string; publish: string }>;
  variables: Record<string, string>;
  commands: { who: string; says: string; line: string; status?: number }[];
}

/** A PATH on which `ffmpeg` is the one from npm. */
function withFfmpeg(t: TestContext): string {
  const folder = temporaryFolder(t);
  const ffmpeg: { path: string } = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg');
  symlinkSync(ffmpeg.path, path.join(folder, 'ffmpeg'));
  return [folder, '/usr/bin', '/bin'].join(path.delimiter);
}

/** Bytes of the stream that reach a viewer within the time. */
async function watched(url: string, ms: number): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ms) }).catch(() => null);
  let bytes = 0;
  try {
    for await (const chunk of response?.body ?? []) bytes += (chunk as Uint8Array).length;
  } catch {
    // The time is over.
  }
  return bytes;
}

test('the demo is live, its lines do what they say, and Ctrl-C leaves nothing', {
  skip: !LINUX && 'reads /proc',
}, async (t) => {
  const temporary = temporaryFolder(t);
  // A variable of a real installation must not reach the demo.
  const env = {
    TMPDIR: temporary,
    LOCKKEEPER_DATABASE_URL: 'postgres://127.0.0.1:1/real',
    LOCKKEEPER_DATA: '/nowhere',
  };
  const process = lockkeeper(t, ['demo', '--json'], env);
  const demo = await firstAnswer<Demo>(process, 25_000);
  const pids = descendants(process.child.pid!).map(({ pid }) => pid);
  const stateOf = async (id: string) => (await call(`${demo.http}/stream/${id}`, demo.users.observer.token)).body.state;

  assert.equal(await stateOf(demo.streams.live.id), 'live');
  assert.equal(await stateOf(demo.streams.locked.id), 'locked');
  assert.ok((await watched(demo.streams.live.watch, 1_500)) > 50_000, 'media flows');

  for (const { who, says, line, status } of demo.commands) {
    if (status === undefined) continue;
    const { code, stdout, stderr } = await finish(run(t, ['bash', '-c', line], demo.variables));
    assert.equal(code, 0, `${line}: ${stderr}`);
    assert.equal(Number(stdout.trim().split('\n').at(-1)), status, `the ${who} ${says}: ${stdout}`);
    if (status === 403) assert.match(stdout, /"grantedTo":\["nanoAdmin"\]/);
    if (line.endsWith('/lock"') && who === 'admin') {
      assert.equal(JSON.parse(stdout.trim().split('\n')[0]!).closed.publishers, 1, 'the encoder is thrown off');
      await sleep(500);
      assert.equal(await stateOf(demo.streams.live.id), 'locked');
    }
  }
  const live = async () => (await stateOf(demo.streams.live.id)) === 'live';
  t.diagnostic(`after the unlock the encoder was back within ${await until(live, 8_000, 'the encoder back')} ms`);
  const publish = demo.commands.find(({ line }) => line.startsWith('ffmpeg'))!;
  const encoder = run(t, ['bash', '-c', `exec ${publish.line}`], { ...demo.variables, PATH: withFfmpeg(t) });
  const rehearsed = async () => (await stateOf(demo.streams.rehearsal.id)) === 'live';
  await until(rehearsed, 8_000, 'the stream that ffmpeg publishes');
  assert.ok((await watched(demo.variables.WATCH_REHEARSAL!, 1_500)) > 30_000);
  encoder.child.kill('SIGKILL');

  process.child.kill('SIGINT');
  assert.equal((await finish(process, 10_000)).code, 0);
  await assertGone({ ready: demo }, [process.child.pid!, ...pids]);
  assert.deepEqual(readdirSync(temporary), [], 'the data folder is gone');
});
