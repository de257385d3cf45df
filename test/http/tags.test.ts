import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

describe('tags', () => {
  test('are counted, created by an operator, and seen by an observer', async () => {
    const { tenant, call } = server();
    const { user, observer } = await tenant();
    assert.deepEqual(ok(await call('POST', '/tag', { token: user.token, body: { name: 'empty' } })), {
      name: 'empty',
      streams: 0,
    });
    ok(await call('POST', '/stream', { token: user.token, body: { tags: ['news'] } }));
    ok(await call('POST', '/stream', { token: user.token, body: { tags: ['news'] } }));
    assert.deepEqual(ok(await call('GET', '/tag', { token: observer.token })), [
      { name: 'empty', streams: 0 },
      { name: 'news', streams: 2 },
    ]);
    refused(await call('POST', '/tag', { token: observer.token, body: { name: 'mine' } }), 403, 2001, {
      capability: 'tag:create',
      grantedTo: ['nanoAdmin', 'nanoUser'],
    });
  });

  test('have names of their own: a second one of the same name is refused by parameter', async () => {
    const { tenant, call } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const create = (token: string, name: unknown) => call('POST', '/tag', { token, body: { name } });
    const { token } = home.user;
    ok(await create(token, 'one'));
    ok(await create(token, 'two'));
    refused(await create(token, 'one'), 400, 1003, { duplicated_parameter: 'name' });
    const renamed = await call('PUT', '/tag/two', { token, body: { name: 'one' } });
    refused(renamed, 400, 1003, { duplicated_parameter: 'name' });
    ok(await create(token, 'One'));
    ok(await create(foreign.user.token, 'one'));
    refused(await create(token, ''), 400, 1000, { parameter: 'name' });
    refused(await create(token, 'new\nline'), 400, 1000, { parameter: 'name' });
    refused(await create(token, 7), 400, 1004, { parameter: 'name', type: 'string' });
    refused(await call('POST', '/tag', { token, body: {} }), 400, 1002, { required_parameter: 'name' });
  });

  test('are renamed on every stream that has them, whatever characters the name has', async () => {
    const { tenant, call } = server();
    const { user } = await tenant();
    const { token } = user;
    const { id } = ok(await call('POST', '/stream', { token, body: { tags: ['a/b & ü?'] } }));
    const path = `/tag/${encodeURIComponent('a/b & ü?')}`;
    assert.deepEqual(ok(await call('PUT', path, { token, body: { name: 'plain' } })), { name: 'plain', streams: 1 });
    assert.deepEqual(ok(await call('GET', `/stream/${id}`, { token })).tags, ['plain']);
    refused(await call('PUT', path, { token, body: { name: 'plain' } }), 404, 4040);
    ok(await call('PUT', '/tag/plain', { token, body: { name: 'plain' } }));
  });

  test('are deleted by administrators only, and streams lose them', async () => {
    const { tenant, call } = server();
    const [{ admin, user }, foreign] = [await tenant(), await tenant()];
    const { id } = ok(await call('POST', '/stream', { token: user.token, body: { tags: ['keep', 'drop'] } }));
    refused(await call('DELETE', '/tag/drop', { token: user.token }), 403, 2001, { grantedTo: ['nanoAdmin'] });
    refused(await call('DELETE', '/tag/drop', { token: foreign.admin.token }), 404, 4040);
    assert.deepEqual(ok(await call('DELETE', '/tag/drop', { token: admin.token })), { name: 'drop', deleted: true });
    assert.deepEqual(ok(await call('GET', `/stream/${id}`, { token: user.token })).tags, ['keep']);
    refused(await call('DELETE', '/tag/drop', { token: admin.token }), 404, 4040);
  });
});
