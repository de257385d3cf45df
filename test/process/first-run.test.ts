import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { loadSecrets } from '../../src/secrets.ts';
import { call, finish, lockkeeper, type Server, serve, temporaryFolder, until } from './lockkeeper.ts';

const mode = (file: string) => statSync(file).mode & 0o777;
const passwordFileOf = (server: Server) => /password is in (\S+)/.exec(server.stderr())?.[1];

async function stop(server: Server) {
  server.child.kill('SIGTERM');
  assert.equal((await finish(server)).code, 0);
}

test('the first start makes an organisation with an administrator, and the second finds it all', async (t) => {
  const first = await serve(t);
  assert.deepEqual(Object.keys(first.ready), ['ready', 'http', 'playout', 'rtmp', 'version']);
  assert.match(first.ready.http, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.match(first.ready.playout, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.match(first.ready.rtmp, /^rtmp:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(first.stdout().trim().split('\n').length, 1, 'standard output holds the ready line alone');

  assert.equal(mode(first.data), 0o700);
  assert.equal(mode(path.join(first.data, 'secrets.json')), 0o600);
  const file = path.join(first.data, 'first-admin-password');
  await until(() => passwordFileOf(first) === file, 2_000, 'the path of the password file on standard error');
  assert.equal(mode(file), 0o600);
  const password = readFileSync(file, 'utf8').trim();
  assert.ok(password.length >= 12);
  assert.ok(!first.stdout().includes(password) && !first.stderr().includes(password), 'it is in the file alone');

  const email = /administrator is (\S+);/.exec(first.stderr())![1]!;
  const signIn = { method: 'POST', body: JSON.stringify({ email, password }) };
  const { status, body } = await call(`${first.ready.http}/user/validate`, null, signIn);
  assert.equal(status, 200);
  assert.equal(body.user.permission, 'nanoAdmin');
  await until(() => !existsSync(file), 2_000, 'the end of the file at the first sign-in');
  const stream = await call(`${first.ready.http}/stream`, body.token, { method: 'POST' });
  assert.equal(stream.status, 200);
  await stop(first);

  const second = await serve(t, { LOCKKEEPER_DATA: first.data });
  assert.equal(passwordFileOf(second), undefined);
  const found = await call(`${second.ready.http}/stream/${stream.body.id}`, body.token);
  assert.equal(found.status, 200, 'the token and the stream are still good');
  assert.equal((await call(`${second.ready.http}/user/validate`, null, signIn)).status, 200);
  await stop(second);
});

test('a given administrator signs in with the given password, and none is written down', async (t) => {
  const [email, password] = ['boss@example.org', 'correct horse battery'];
  const server = await serve(t, { LOCKKEEPER_ADMIN_EMAIL: email, LOCKKEEPER_ADMIN_PASSWORD: password });
  assert.equal(existsSync(path.join(server.data, 'first-admin-password')), false);
  const { status } = await call(`${server.ready.http}/user/validate`, null, {
    method: 'POST',
    body: JSON.stringify({ email, password }),
  });
  assert.equal(status, 200);

  const port = new URL(server.ready.http).port;
  const others = ['HTTP', 'RTMP', 'OPERATOR'].map(async (which) => {
    const name = `LOCKKEEPER_${which}`;
    const env = { [name]: `127.0.0.1:${port}`, LOCKKEEPER_DATA: path.join(temporaryFolder(t), 'data') };
    const other = await finish(lockkeeper(t, ['serve'], env));
    assert.equal(other.code, 1, name);
    assert.equal(other.stdout, '', name);
    assert.match(other.stderr, new RegExp(port), `${name}: the message names the port`);
    assert.match(other.stderr, /cannot start|is taken/i, name);
    assert.doesNotMatch(other.stderr, /^\s+at /m, `${name}: no stack for people`);
  });
  await Promise.all(others);

  const twin = await finish(lockkeeper(t, ['serve'], { LOCKKEEPER_DATA: server.data }));
  assert.equal(twin.code, 1);
  assert.match(twin.stderr, new RegExp(`process ${server.pid}\\) already runs on ${server.data}`));
  assert.equal((await call(`${server.ready.http}/healthz`, null)).status, 200, 'the first is not disturbed');
});

test('a contradictory configuration is refused in words, before anything is made', async (t) => {
  const data = path.join(temporaryFolder(t), 'data');
  const env = {
    LOCKKEEPER_DATA: data,
    LOCKKEEPER_HTTP: 'nonsense',
    LOCKKEEPER_ADMIN_PASSWORD: 'without an address',
    LOCKKEEPER_TRUST_PROXY: '10.0.0.0/8, my-proxy',
  };
  const { code, stdout, stderr } = await finish(lockkeeper(t, ['serve'], env));
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /LOCKKEEPER_HTTP must be host:port/);
  assert.match(stderr, /LOCKKEEPER_ADMIN_PASSWORD needs LOCKKEEPER_ADMIN_EMAIL/);
  assert.match(stderr, /LOCKKEEPER_TRUST_PROXY must be addresses or CIDRs.*"my-proxy"/);
  assert.equal(existsSync(data), false);
});

test('a first administrator who could never sign in is refused in words', async (t) => {
  for (const [email, password, words] of [
    ['boss', 'correct horse battery', /LOCKKEEPER_ADMIN_EMAIL must be an e-mail address/],
    ['boss@example.org', 'too short', /LOCKKEEPER_ADMIN_PASSWORD: A password has 12 to 256 characters/],
  ] as const) {
    const env = { LOCKKEEPER_DATA: path.join(temporaryFolder(t), 'data'), LOCKKEEPER_ADMIN_EMAIL: email };
    const { code, stderr } = await finish(lockkeeper(t, ['serve'], { ...env, LOCKKEEPER_ADMIN_PASSWORD: password }));
    assert.equal(code, 1);
    assert.match(stderr, words);
    assert.doesNotMatch(stderr, /^\s+at /m, 'no stack for people');
    assert.equal(stderr.includes(password), false);
  }
});

test('a data folder that cannot be used is refused in words', async (t) => {
  const { code, stderr } = await finish(lockkeeper(t, ['serve'], { LOCKKEEPER_DATA: '/dev/null/data' }));
  assert.equal(code, 1);
  assert.match(stderr, /^The data folder \/dev\/null\/data cannot be used/);
});

test('whoever starts at the same moment finds the same secrets, whole', async (t) => {
  const folder = path.join(temporaryFolder(t), 'data');
  const found = await Promise.all(Array.from({ length: 20 }, () => loadSecrets(folder)));
  const [first] = found;
  assert.deepEqual(new Set(found.map(({ fingerprint }) => fingerprint('one'))).size, 1);
  assert.equal(found.at(-1)?.decrypt(first!.encrypt('a key')), 'a key');
  assert.deepEqual(readdirSync(folder), ['secrets.json'], 'no draft is left');
  assert.equal(mode(path.join(folder, 'secrets.json')), 0o600);
});

test('looking into an empty data folder makes nothing, so that the first start still makes its administrator', async (t) => {
  const LOCKKEEPER_DATA = path.join(temporaryFolder(t), 'data');
  const { code, stdout } = await finish(lockkeeper(t, ['user', 'list', '--local', '--json'], { LOCKKEEPER_DATA }));
  assert.deepEqual([code, JSON.parse(stdout)], [0, []]);
  const server = await serve(t, { LOCKKEEPER_DATA });
  await until(() => passwordFileOf(server) !== undefined, 2_000, 'the path of the password file on standard error');
  await stop(server);
});

test('a database whose secrets were lost is refused in words, and serves again once they are back', async (t) => {
  const first = await serve(t);
  await stop(first);
  const file = path.join(first.data, 'secrets.json');
  renameSync(file, `${file}.kept`);
  const { code, stderr } = await finish(lockkeeper(t, ['serve'], { LOCKKEEPER_DATA: first.data }));
  assert.equal(code, 1);
  assert.match(stderr, /secrets\.json does not belong to this database/);
  assert.doesNotMatch(stderr, /^\s+at /m, 'no stack for people');
  renameSync(`${file}.kept`, file);
  await stop(await serve(t, { LOCKKEEPER_DATA: first.data }));
});
