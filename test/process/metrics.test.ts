import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { SAMPLE_MS } from '../../src/metrics/figures.ts';
import { alive, call, descendants, LINUX, listens, programOf, serve, temporaryFolder, until } from './lockkeeper.ts';

const ADMIN = { email: 'boss@example.org', password: 'correct horse battery' };
const RATE = 25;
/** The encoder says every half second how far it is. */
const ROUGHLY = RATE;

/** The real encoder, which counts the pictures that it has sent. */
function encode(t: TestContext, url: string): { framesAt(time: number): number } {
  const source = `-re -f lavfi -i testsrc2=size=160x90:rate=${RATE}`;
  const codec = '-c:v libx264 -preset ultrafast -tune zerolatency -g 25 -f flv';
  const args = ['-nostdin', '-loglevel', 'error', '-progress', 'pipe:1', ...`${source} ${codec}`.split(' '), url];
  const child = spawn(ffmpeg.path, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  const said: { at: number; frames: number }[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const [, frames] of text.matchAll(/frame=\s*(\d+)/g)) said.push({ at: Date.now(), frames: Number(frames) });
  });
  return {
    framesAt(time) {
      const last = said.findLast(({ at }) => at <= time)!;
      return last.frames + ((time - last.at) / 1_000) * RATE;
    },
  };
}

interface Window {
  at: number;
  frames: number;
  bytes_in: number;
}

/** What the data folder says of a stream or an organisation, window by window. */
function windowsOf(data: string, subject: string): Window[] {
  const database = new DatabaseSync(path.join(data, 'lockkeeper.sqlite'), { readOnly: true, timeout: 5_000 });
  const rows = database.prepare(
    'select at, sum(frames) as frames, sum(bytes_in) as bytes_in from metric_sample where subject_id = ? group by at order by at',
  );
  const found = rows.all(subject).map((row) => ({ ...row }) as unknown as Window);
  database.close();
  return found;
}

const sum = (windows: readonly Window[], what: 'frames' | 'bytes_in') =>
  windows.reduce((all, window) => all + window[what], 0);

test('nothing that was sampled is lost or counted twice when the API dies, nor more than 5 s when everything does', {
  skip: !LINUX && 'reads /proc',
  timeout: 90_000,
}, async (t) => {
  const data = path.join(temporaryFolder(t), 'data');
  const own = { LOCKKEEPER_DATA: data, LOCKKEEPER_LOG: 'silent' };
  const { email, password } = ADMIN;
  const server = await serve(t, { ...own, LOCKKEEPER_ADMIN_EMAIL: email, LOCKKEEPER_ADMIN_PASSWORD: password });
  const api = server.ready.http;
  const signIn = { method: 'POST', body: JSON.stringify(ADMIN) };
  const { token } = (await call(`${api}/user/validate`, null, signIn)).body;
  const { id, ingest } = (await call(`${api}/stream`, token, { method: 'POST' })).body;
  const { id: organisation } = (await call(`${api}/organisation`, token)).body;
  const encoder = encode(t, `${ingest.rtmp.url}/${ingest.rtmp.streamname}`);
  await until(async () => (await call(`${api}/stream/${id}`, token)).body.state === 'live', 10_000, 'live');

  const killApi = async () => {
    const pid = programOf(server.pid, 'src/api.ts')!;
    process.kill(pid, 'SIGKILL');
    await until(() => !alive(pid), 2_000, 'the end of the API');
    await until(() => listens(api), 15_000, 'the API back');
  };
  const reach = (time: number) => sleep(Math.max(0, time - Date.now()));
  // While a window's samples are on their way, and while it ends.
  const first = Math.ceil((Date.now() + 300) / SAMPLE_MS) * SAMPLE_MS;
  await reach(first + Math.random() * 30);
  await killApi();
  const second = first + SAMPLE_MS;
  await reach(second - Math.random() * 300);
  await killApi();
  await until(() => windowsOf(data, id).at(-1)?.at === first, 4_000, 'the second window');

  const pids = [server.pid, ...descendants(server.pid).map(({ pid }) => pid)];
  const killed = Date.now();
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await until(() => !pids.some(alive), 3_000, 'the end of all processes');

  const windows = windowsOf(data, id);
  const counted = sum(windows, 'frames');
  const [sent, inAll] = [encoder.framesAt(second), encoder.framesAt(killed)];
  t.diagnostic(`the encoder sent ${Math.round(sent)} pictures by the end of the window, ${counted} are counted`);
  assert.deepEqual(windows.map(({ at }) => at).slice(-2), [first - SAMPLE_MS, first]);
  assert.ok(Math.abs(counted - sent) < ROUGHLY, `${counted} counted, ${sent} sent`);
  const last = encoder.framesAt(second) - encoder.framesAt(first);
  assert.ok(Math.abs(windows.at(-1)!.frames - last) < ROUGHLY, `${windows.at(-1)!.frames} in a window of ${last}`);
  assert.ok(inAll - counted < (RATE * SAMPLE_MS) / 1_000 + ROUGHLY, `${inAll - counted} pictures lost`);
  assert.deepEqual(windowsOf(data, organisation), windows);

  const again = await serve(t, own);
  const { status, body } = await call(`${again.ready.http}/stream/${id}/metrics?interval=5s`, token);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.totals.bytesIn, sum(windows, 'bytes_in'));
});
