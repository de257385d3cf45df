import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { StartError, start } from '../../src/main.ts';
import { temporaryFolder, until } from './lockkeeper.ts';

/** Programs of a few lines in place of the API and the engine. Each start and message is a line of a diary. */
function stage(t: TestContext, programs: { api: string; engine: string }, env: Record<string, string> = {}) {
  const folder = temporaryFolder(t);
  const diary = path.join(folder, 'diary');
  writeFileSync(diary, '');
  const write = (name: string, body: string) => {
    const file = path.join(folder, `${name}.mjs`);
    const head = `import fs from 'node:fs';
      const note = (text) => fs.appendFileSync(${JSON.stringify(diary)}, Date.now() + ' ${name} ' + text + '\\n');
      process.on('disconnect', () => process.exit(0));
      process.on('message', (message) => note('got ' + message.type));
      note('starts');`;
    writeFileSync(file, `${head}\n${body}\n`);
    return file;
  };
  const running = start(
    { LOCKKEEPER_DATA: path.join(folder, 'data'), LOCKKEEPER_LOG: 'silent', ...env },
    { api: write('api', programs.api), engine: write('engine', programs.engine) },
  );
  t.after(() => running.stop());
  const lines = (text: string) =>
    readFileSync(diary, 'utf8')
      .split('\n')
      .filter((line) => line.includes(text));
  return { running, lines, times: (text: string) => lines(text).map((line) => Number(line.split(' ')[0])) };
}

const READY = `process.send({ type: 'ready', http: 'http://127.0.0.1:8080', firstAdmin: null });`;
const HELLO = `process.send({ type: 'hello', sessions: [], rtmp: 'rtmp://127.0.0.1:1935', playout: 'http://127.0.0.1:8081' });`;

test('messages are carried both ways, and the API learns that the engine is down', async (t) => {
  const { running, lines } = stage(t, {
    api: `${READY} setInterval(() => process.send({ type: 'alive' }), 50);`,
    engine: `${HELLO} setTimeout(() => process.exit(1), 400);`,
  });
  const { http, playout, rtmp } = await running.ready;
  assert.deepEqual([http, playout, rtmp], ['http://127.0.0.1:8080', 'http://127.0.0.1:8081', 'rtmp://127.0.0.1:1935']);
  await until(() => lines('engine got alive').length > 0, 2_000, 'alive at the engine');
  await until(() => lines('api got engine-down').length > 0, 2_000, 'engine-down at the API');
  await until(() => lines('api got hello').length > 1, 2_000, 'the hello of the next engine');
  assert.equal(lines('engine got ready').length, 0, 'what is for the supervisor stays there');
});

test('the engine, which strangers speak to, is given none of the secrets that the API is given', async (t) => {
  const secrets = { LOCKKEEPER_ADMIN_EMAIL: 'boss@example.test', LOCKKEEPER_ADMIN_PASSWORD: 'correct horse battery' };
  const tell = `note('given ' + Object.keys(process.env).filter((name) => name.startsWith('LOCKKEEPER_')).join());`;
  const { running, lines } = stage(t, { api: `${tell} ${READY}`, engine: `${tell} ${HELLO}` }, secrets);
  await running.ready;
  assert.match(lines('api given')[0] ?? '', /LOCKKEEPER_ADMIN_PASSWORD/);
  assert.match(lines('engine given')[0] ?? '', /given $/);
});

test('a process that keeps dying is started again after growing pauses', async (t) => {
  const { running, times } = stage(t, { api: READY, engine: `${HELLO} setTimeout(() => process.exit(1), 60);` });
  await running.ready;
  await until(() => times('engine starts').length >= 5, 6_000, 'five starts');
  const at = times('engine starts');
  const pauses = at.slice(1, 5).map((time, i) => time - at[i]!);
  assert.ok(pauses[0]! < 1_000, `the first restart is quick: ${pauses}`);
  assert.ok(pauses[3]! > 800 && pauses[3]! < 2_000, `the fourth waits: ${pauses}`);
});

test('what fails at its first start is not started again', async (t) => {
  const { running, times } = stage(t, { api: 'process.exit(7);', engine: HELLO });
  await assert.rejects(running.ready, (error: Error) => {
    assert.ok(error instanceof StartError);
    assert.equal(error.message, 'Lockkeeper cannot start: the API did not start (exit code 7).');
    return true;
  });
  await running.stop();
  assert.equal(times('api starts').length, 1);
});

test('a process that ignores SIGTERM is killed in time', async (t) => {
  const { running } = stage(t, { api: `process.on('SIGTERM', () => {}); ${READY}`, engine: HELLO });
  await running.ready;
  const before = Date.now();
  await running.stop();
  const took = Date.now() - before;
  assert.ok(took > 4_000 && took < 9_000, `${took} ms`);
});
