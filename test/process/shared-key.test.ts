import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIN, finish, LINUX, lockkeeper, run, serve } from './lockkeeper.ts';
import { answersOf, assertShown, scriptOf, stepsOf } from './readme.ts';

/** What `npx lockkeeper` runs in this folder, without npm's own second before each; the tour pastes the real one. */
const NPX = `npx() { shift; '${process.execPath}' '${BIN}' "$@"; }\n`;
const ADMIN = { email: 'boss@example.org', password: 'correct horse battery' };

test('the way off one shared API key, pasted from the README, and from the report itself', {
  skip: !LINUX && 'is written for a POSIX shell',
}, async (t) => {
  const server = await serve(t, { LOCKKEEPER_ADMIN_EMAIL: ADMIN.email, LOCKKEEPER_ADMIN_PASSWORD: ADMIN.password });
  const at = { LOCKKEEPER_URL: server.ready.http };
  const command = async (env: Record<string, string>, args: string, input = '') => {
    const { code, stdout, stderr } = await finish(lockkeeper(t, args.split(' '), { ...at, ...env }, input));
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const signedIn = await command({}, `login ${ADMIN.email} --password-stdin`, ADMIN.password);
  const admin = { LOCKKEEPER_TOKEN: signedIn.trim() };
  const shown = JSON.parse(await command(admin, 'organisation show --json'));
  const call = (headers: Record<string, string>, path = '/tag') => fetch(server.ready.http + path, { headers });
  const asProgram = { 'X-BINTU-APIKEY': shown.apiKey, 'User-Agent': 'reporting/1.4' };
  for (const path of ['/tag', '/tag', '/organisation/apikey/usage']) {
    assert.equal((await call({ ...asProgram, ...(path !== '/tag' && { 'User-Agent': 'auditor' }) }, path)).status, 200);
  }
  const paste = async (script: string) => {
    const { code, stdout, stderr } = await finish(
      run(t, ['bash', '-c', NPX + script], { ...at, ...admin, KEY: shown.apiKey }),
      60_000,
    );
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };

  await t.test('the command in the report makes a token with which the program works, and nothing more', async () => {
    const { keys } = JSON.parse(await command(admin, 'apikey usage --json'));
    const { command: line } = keys[0].clients.find(({ client }: { client: string }) => client === 'reporting/1.4');
    const token = (await paste(line)).trim().split('\n').at(-1)!;
    assert.equal((await call({ 'X-BINTU-TOKEN': token })).status, 200);
    assert.equal((await call({ 'X-BINTU-TOKEN': token }, '/audit')).status, 403);
  });

  await t.test('every step in the README answers what it shows', async () => {
    const steps = stepsOf('Coming from one shared API key');
    assert.equal(steps.length, 4);
    const answers = answersOf(await paste(scriptOf(steps)));
    for (const [i, step] of steps.entries()) assertShown(answers[i] ?? '', step);
  });

  await t.test('a key is disabled only when that is confirmed, and a new one is made by a rotation', async () => {
    const refused = await finish(lockkeeper(t, ['apikey', 'disable'], { ...at, ...admin }));
    assert.equal(refused.code, 2);
    const key = (await command(admin, 'apikey rotate --grace 0s')).trim();
    assert.equal((await call({ 'X-BINTU-APIKEY': key })).status, 200);
    assert.match(await command(admin, 'organisation show'), /^API key +in use/m);
    const player = (await command(admin, 'playerkey rotate --grace 1m')).trim();
    assert.equal((await call({ 'X-BINTU-PLAYERKEY': player }, '/stream/public')).status, 200);
  });

  await t.test('settings are switched on and off, and what is misspelt is refused', async () => {
    const words = await command(admin, 'organisation set --name News --ingest-tokens on');
    assert.match(words, /^Organisation +News$/m);
    assert.match(words, /^ingest-tokens +on /m);
    assert.match(words, /^secure-playback +off /m);
    for (const args of ['organisation set', 'organisation set --ingest-tokens maybe', 'apikey rotate --grace soon']) {
      assert.equal((await finish(lockkeeper(t, args.split(' '), { ...at, ...admin }))).code, 2, args);
    }
  });
});
