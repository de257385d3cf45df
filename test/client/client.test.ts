import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { createClient, LockkeeperError } from '@lockkeeper/client';
import { PASSWORD, type Running, start, type Tenant } from '../harness.ts';

const refused = (status: number, code: number) => (error: unknown) =>
  error instanceof LockkeeperError && error.status === status && error.code === code;

describe('the typed client', () => {
  let running: Running;
  let home: Tenant;
  before(async () => {
    running = await start();
    home = await running.tenant();
  });
  after(() => running[Symbol.asyncDispose]());

  const as = (credential: { token?: string; apiKey?: string; playerKey?: string }) =>
    createClient({ url: running.url, ...credential });

  test('signs in and calls with the token it was given', async () => {
    const { token } = await as({}).post('/user/validate', { body: { email: home.user.email, password: PASSWORD } });
    const { user, capabilities } = await as({ token }).get('/user/me');
    assert.equal(user?.email, home.user.email);
    assert.ok(capabilities.includes('stream:create'));
  });

  test('makes, lists by tags, reads and deletes a stream', async () => {
    const api = as({ apiKey: home.apiKey });
    const made = await api.post('/stream', { body: { tags: ['news', 'at noon'] } });
    await api.post('/stream', { body: { tags: ['news'] } });
    const found = await api.get('/stream', { params: { query: { tags: ['news', 'at noon'], state: 'all' } } });
    assert.deepEqual(
      found.map(({ id }) => id),
      [made.id],
    );
    const path = { id: made.id };
    assert.equal((await api.get('/stream/{id}', { params: { path } })).state, 'created');
    assert.deepEqual((await api.delete('/stream/{id}', { params: { path } })).id, made.id);
    await assert.rejects(api.get('/stream/{id}', { params: { path } }), refused(404, 4040));
  });

  test('rejects with what was missing and who has it', async () => {
    const api = as({ token: home.observer.token });
    await assert.rejects(api.post('/stream', {}), (error: unknown) => {
      assert.ok(error instanceof LockkeeperError);
      assert.equal(error.status, 403);
      assert.equal(error.code, 2001);
      assert.equal(error.userinfo['capability'], 'stream:create');
      assert.deepEqual(error.userinfo['grantedTo'], ['nanoAdmin', 'nanoUser']);
      assert.ok(error.requestId);
      return true;
    });
  });

  test('sends the player key, and says when a credential is dead', async () => {
    assert.ok(Array.isArray(await as({ playerKey: home.playerKey }).get('/stream/public')));
    await assert.rejects(as({ token: 'dead' }).get('/stream/public'), refused(401, 4003));
  });

  test('does not compile for a path, a method or a field that the API does not have', () => {
    const api = as({});
    // Never called: what counts is that the compiler finds each of them wrong.
    const wrong = () => [
      // @ts-expect-error there is no such path
      api.get('/streams'),
      // @ts-expect-error the path takes an id
      api.get('/stream/{id}'),
      // @ts-expect-error tags are a list
      api.post('/stream', { body: { tags: 'news' } }),
    ];
    assert.equal(typeof wrong, 'function');
  });

  test('takes one credential and no more', () => {
    assert.throws(() => as({ token: home.user.token, apiKey: home.apiKey }), TypeError);
  });

  test('says so when something else answers at the address, and gives up on what never answers', async () => {
    const page = createServer((request, response) => {
      if (request.url === '/healthz') response.end('<!doctype html>');
    });
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const { port } = page.address() as { port: number };
    const api = createClient({ url: `http://127.0.0.1:${port}`, timeoutMs: 300 });
    await assert.rejects(api.get('/healthz'), refused(200, 0));
    await assert.rejects(api.get('/user/me'), { name: 'TimeoutError' });
    page.closeAllConnections();
    page.close();
  });
});
