import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const SETTINGS = { securePlayback: false, publicStreamInfo: true, ingestTokens: false };

describe('an administrator edits the organisation', () => {
  test('what is named changes, at once and for everybody, and everything else stays', async () => {
    const { call, tenant } = server();
    const { admin, observer } = await tenant('Before');
    const edit = (body: object) => call('PUT', '/organisation', { token: admin.token, body });
    const edited = ok(await edit({ settings: { securePlayback: true } }));
    assert.deepEqual([edited.name, edited.settings], ['Before', { ...SETTINGS, securePlayback: true }]);
    ok(await edit({ name: 'After', settings: { ingestTokens: true, publicStreamInfo: false } }));
    const seen = ok(await call('GET', '/organisation', { token: observer.token }));
    assert.deepEqual(
      [seen.name, seen.settings],
      ['After', { securePlayback: true, publicStreamInfo: false, ingestTokens: true }],
    );
    assert.equal('apiKey' in seen, false);
    assert.deepEqual(ok(await edit({})).settings, seen.settings, 'nothing named, nothing changed');
  });

  test('publicStreamInfo decides at once whether a stream can be read without a credential', async () => {
    const { call, tenant } = server();
    const { admin } = await tenant();
    const { id } = ok(await call('POST', '/stream', { token: admin.token }));
    const set = (publicStreamInfo: boolean) =>
      call('PUT', '/organisation', { token: admin.token, body: { settings: { publicStreamInfo } } });
    ok(await call('GET', `/stream/${id}`));
    ok(await set(false));
    refused(await call('GET', `/stream/${id}`), 404, 4040);
    ok(await set(true));
    ok(await call('GET', `/stream/${id}`));
  });

  test('who may not is told so, nothing changes, and another organisation is never touched', async () => {
    const { call, tenant } = server();
    const [home, foreign] = [await tenant('Ours'), await tenant('Theirs')];
    for (const { token } of [home.user, home.observer]) {
      const answer = await call('PUT', '/organisation', { token, body: { name: 'Mine now' } });
      refused(answer, 403, 2001, { capability: 'organisation:edit' });
    }
    ok(await call('PUT', '/organisation', { token: foreign.admin.token, body: { id: home.id, name: 'Renamed' } }));
    assert.equal(ok(await call('GET', '/organisation', { token: home.admin.token })).name, 'Ours');
    assert.equal(ok(await call('GET', '/organisation', { token: foreign.admin.token })).name, 'Renamed');
  });

  test('a setting is true or false, a name is a text, and an unknown setting is nothing', async () => {
    const { call, tenant } = server();
    const { apiKey } = await tenant();
    const edit = (body: object) => call('PUT', '/organisation', { apiKey, body });
    refused(await edit({ settings: { securePlayback: 'true' } }), 400, 1004, { type: 'boolean' });
    refused(await edit({ settings: { securePlayback: null } }), 400, 1004);
    refused(await edit({ settings: true }), 400, 1004);
    refused(await edit({ name: '' }), 400, 1000, { parameter: 'name' });
    refused(await edit({ name: 7 }), 400, 1004, { parameter: 'name' });
    assert.deepEqual(ok(await edit({ settings: { secretDoor: true } })).settings, SETTINGS);
  });

  test('the audit log says what was and what is', async () => {
    const { call, tenant } = server();
    const { admin, id } = await tenant('Old name');
    const body = { name: 'New name', settings: { securePlayback: true, ingestTokens: false } };
    ok(await call('PUT', '/organisation', { token: admin.token, body }));
    const [row] = ok(await call('GET', '/audit?action=editOrganisation', { token: admin.token }));
    assert.deepEqual(row.target, { type: 'organisation', id });
    assert.deepEqual(row.detail, {
      nameFrom: 'Old name',
      nameTo: 'New name',
      securePlaybackFrom: false,
      securePlaybackTo: true,
    });
  });

  test('two who change different settings at the same moment both have their way', async () => {
    const { call, tenant } = server();
    const { apiKey } = await tenant();
    const set = (settings: object) => call('PUT', '/organisation', { apiKey, body: { settings } });
    (await Promise.all([set({ securePlayback: true }), set({ ingestTokens: true })])).forEach(ok);
    const { settings } = ok(await call('GET', '/organisation', { apiKey }));
    assert.deepEqual(settings, { securePlayback: true, publicStreamInfo: true, ingestTokens: true });
  });
});
