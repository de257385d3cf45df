import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { request } from '../harness.ts';
import { finish, lockkeeper, serve } from './lockkeeper.ts';

const ADMIN = { email: 'boss@example.org', password: 'correct horse battery' };

test('playback tokens and the keys that sign them, from the command line', async (t) => {
  const server = await serve(t, {
    LOCKKEEPER_ADMIN_EMAIL: ADMIN.email,
    LOCKKEEPER_ADMIN_PASSWORD: ADMIN.password,
    LOCKKEEPER_TRUST_PROXY: '127.0.0.1',
  });
  const env = { LOCKKEEPER_URL: server.ready.http, LOCKKEEPER_DATA: server.data };
  const { token: own } = (await request(server.ready.http, 'POST', '/user/validate', { body: ADMIN })).body;
  const call = async (method: string, target: string, body: object) =>
    (await request(server.ready.http, method, target, { token: own, body })).body;
  const run = (args: string) => finish(lockkeeper(t, args.split(' '), { ...env, LOCKKEEPER_TOKEN: own }));
  const json = async (args: string) => {
    const { code, stdout, stderr } = await run(`${args} --json`);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;

  const made = await run('playback create --all --revocable --expires-in 2h --domain *.example.org');
  assert.deepEqual([made.code, made.stderr], [0, '']);
  const token = made.stdout.trim();
  const lasting = await json('playback create --all --user viewer');

  await t.test('what was made is listed and holds', async () => {
    const listed = await json('playback list --maker boss@example.org');
    assert.deepEqual(
      listed.map(({ state, revocable, domain }: { state: string; revocable: boolean; domain?: string }) => [
        state,
        revocable,
        domain,
      ]),
      [
        ['active', false, undefined],
        ['active', true, '*.example.org'],
      ],
    );
    assert.equal((await json(`playback verify ${lasting.token}`)).user, 'viewer');
  });

  await t.test('a new key signs what is made from now on, and what was signed before holds on', async () => {
    const { kid, retired } = await json('keys rotate');
    assert.equal(retired, kidOf(token));
    assert.equal(kidOf((await call('POST', '/api/v1/splay', { orgawide: true })).data.token), kid);
    assert.equal((await call('POST', '/api/v1/splay/verify', { token })).success, true);
    const keys = await json('keys list');
    assert.deepEqual(
      keys.map((key: { kid: string; retiredAt: string | null }) => [key.kid, key.retiredAt === null]),
      [
        [kid, true],
        [retired, false],
      ],
    );
    const { keys: shown } = (await request(server.ready.http, 'GET', '/.well-known/jwks.json')).body;
    for (const one of [kid, retired]) assert.ok(shown.some((key: { kid: string }) => key.kid === one));
  });

  await t.test('everything that a maker made can be revoked at once, but what was not made revocable', async () => {
    const { stdout } = await run('playback revoke --maker boss@example.org');
    assert.match(stdout, /^1 playback token\(s\) revoked/);
    const dead = await run(`playback verify ${token}`);
    assert.deepEqual([dead.code, dead.stdout], [1, '']);
    assert.match(dead.stderr, /jwt revoked/);
    const refused = await run(`playback revoke ${lasting.token}`);
    assert.match(refused.stderr, /jwt not revocable/);
  });

  await t.test('the engine’s process takes a viewer’s address from a trusted proxy', async () => {
    await call('PUT', '/organisation', { settings: { securePlayback: true } });
    const stream = await call('POST', '/stream', {});
    const wish = { orgawide: true, ip: '203.0.113.0/24' };
    const { token: bound } = (await call('POST', '/api/v1/splay', wish)).data;
    const url = new URL(stream.playout.h5live[0].server.progressive);
    url.search = `token=${bound}`;
    const statusFor = async (forwarded: string) => {
      const leave = new AbortController();
      const { status } = await fetch(url, { headers: { 'X-Forwarded-For': forwarded }, signal: leave.signal });
      leave.abort();
      return status;
    };
    assert.deepEqual([await statusFor('203.0.113.9'), await statusFor('198.51.100.9')], [200, 401]);
  });
});
