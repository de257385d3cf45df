import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallOptions } from '../harness.ts';
import { NO_SUCH_ID, ok, rawGet, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const create = (who: CallOptions, body?: unknown) => server().call('POST', '/stream', { ...who, body });

describe('creating a stream', () => {
  test('gives a stream object of the documented form, with addresses that really play', async () => {
    const { tenant, rtmp, playout } = server();
    const { user, hash } = await tenant();
    const made = ok(await create({ token: user.token }, { tags: ['news', 'news', 'a b'] }));
    assert.partialDeepStrictEqual(made, { state: 'created', type: 'live', tags: ['a b', 'news'] });
    const { streamname } = made.ingest.rtmp;
    assert.match(streamname, new RegExp(`^${hash}-[0-9A-Za-z]{22,}$`));
    assert.equal(made.ingest.rtmp.url, `${rtmp}/live`);
    const [h5live] = made.playout.h5live;
    const name = h5live.rtmp.streamname;
    assert.notEqual(name, streamname);
    const hls = `${playout}/live/${name}.m3u8`;
    assert.deepEqual([made.playout.hls, h5live.server.hls], [[{ url: hls }], hls]);
    assert.deepEqual(made.playout.web, [
      { url: `${playout}/live/${name}.flv`, type: 'http-flv' },
      { url: `${playout.replace('http', 'ws')}/live/${name}.flv`, type: 'ws-flv' },
    ]);
    assert.equal(JSON.stringify(made.playout).includes(streamname), false);
  });

  test('takes what real clients send: no body, an empty one with a JSON content type, unknown fields', async () => {
    const { tenant } = server();
    const { user: who } = await tenant();
    const json = { 'Content-Type': 'application/json' };
    ok(await create({ token: who.token }));
    ok(await create({ token: who.token, headers: json }));
    ok(await create({ token: who.token, headers: { 'Content-Type': 'application/json; charset=utf-8' } }, ''));
    ok(await create({ token: who.token }, {}));
    const full = { asset_limit: 3, webrtc: false, transcoding: null, transcodes: [], profile: 'x', type: 'live' };
    ok(await create({ token: who.token }, full));
    refused(await create({ token: who.token, headers: json }, '{"tags":'), 400, 1000, {
      reason: 'The body is not valid JSON',
    });
  });

  test('refuses by name what this server cannot do, and creates nothing', async () => {
    const { tenant, call } = server();
    const { user } = await tenant();
    const who = { token: user.token };
    refused(await create(who, { webrtc: true }), 403, 2002, { feature: 'webrtc' });
    refused(await create(who, { transcoding: true }), 403, 2002, { feature: 'transcoding' });
    refused(await create(who, { transcodes: [{ height: 480 }] }), 403, 2002, { feature: 'transcodes' });
    refused(await create(who, { processing: { ai: true } }), 403, 2002, { feature: 'processing' });
    refused(await create(who, { type: 'vod' }), 400, 3002, { stream_type: 'vod' });
    refused(await create(who, { tags: 'news' }), 400, 1004, { parameter: 'tags', type: 'array' });
    refused(await create(who, { tags: [7] }), 400, 1004, { parameter: 'tags.0', type: 'string' });
    refused(await create(who, [1]), 400, 1004, { parameter: 'body' });
    assert.deepEqual(ok(await call('GET', '/stream', who)), []);
    assert.deepEqual(ok(await call('GET', '/tag', who)), []);
  });
});

describe('who sees what of a stream', () => {
  test('whoever may only look gets nothing to publish with', async () => {
    const { tenant, call } = server();
    const { admin, user, observer, apiKey, playerKey } = await tenant();
    const { id, ingest } = ok(await create({ token: user.token }));
    const get = async (who: CallOptions, path = `/stream/${id}`) => ok(await call('GET', path, who));
    for (const who of [{ token: admin.token }, { token: user.token }, { apiKey }]) {
      assert.deepEqual((await get(who)).ingest, ingest);
      assert.deepEqual((await get(who, '/stream'))[0].ingest, ingest);
      assert.equal('ingest' in (await get(who, '/stream/public'))[0], false);
    }
    for (const path of [`/stream/${id}`, '/stream', `/stream/${id}/group`, '/stream/public']) {
      assert.equal(JSON.stringify(await get({ token: observer.token }, path)).includes(ingest.rtmp.streamname), false);
    }
    assert.equal(JSON.stringify(await get({ playerKey }, '/stream/public')).includes(ingest.rtmp.streamname), false);
    refused(await call('GET', `/stream/${id}`, { playerKey }), 403, 2001, { capability: 'stream:read', role: null });
  });

  test('anybody may read a stream and its group while the organisation allows it, and never the ingest name', async () => {
    const { tenant, call, app } = server();
    const { user, id: organisation } = await tenant();
    const { id, ingest } = ok(await create({ token: user.token }));
    for (const path of [`/stream/${id}`, `/stream/${id}/group`]) {
      const seen = ok(await call('GET', path));
      assert.equal([seen].flat()[0].id, id);
      assert.equal(JSON.stringify(seen).includes(ingest.rtmp.streamname), false);
    }
    refused(await call('GET', '/stream'), 401, 4003);
    const settings = JSON.stringify({ publicStreamInfo: false });
    await app.store.transaction((tx) =>
      tx.db.updateTable('organisation').set({ settings }).where('id', '=', organisation).execute(),
    );
    const closed = refused(await call('GET', `/stream/${id}`), 404, 4040);
    refused(await call('GET', `/stream/${id}/group`), 404, 4040);
    assert.deepEqual(refused(await call('GET', `/stream/${NO_SUCH_ID}`), 404, 4040), closed);
    ok(await call('GET', `/stream/${id}`, { token: user.token }));
  });

  test('a group is read by its own id and by that of each of its streams, with and without a credential', async () => {
    const { tenant, call } = server();
    const [{ user, observer, apiKey }, foreign] = [await tenant(), await tenant()];
    const first = ok(await create({ token: user.token }));
    const join = (streamgroup: unknown, token = user.token) => create({ token }, { streamgroup });
    const second = ok(await join(first.streamgroup));
    const alone = ok(await create({ token: user.token }));
    assert.deepEqual([first.streamgroup, second.streamgroup], [first.id, first.id]);
    const members = async (id: string, who: CallOptions) =>
      ok(await call('GET', `/stream/${id}/group`, who)).map((member: { id: string }) => member.id);
    for (const who of [{ token: user.token }, { token: observer.token }, { apiKey }, {}]) {
      for (const id of [first.id, second.id]) assert.deepEqual(await members(id, who), [first.id, second.id]);
      assert.deepEqual(await members(alone.id, who), [alone.id]);
    }
    ok(await call('DELETE', `/stream/${first.id}`, { apiKey }));
    for (const who of [{ token: user.token }, {}]) assert.deepEqual(await members(first.streamgroup, who), [second.id]);
    refused(await call('GET', `/stream/${first.id}`), 404, 4040);

    const missing = refused(await join(NO_SUCH_ID), 404, 4040);
    assert.deepEqual(refused(await join(second.streamgroup, foreign.user.token), 404, 4040), missing);
    refused(await call('GET', `/stream/${second.streamgroup}/group`, { token: foreign.user.token }), 404, 4040);
    refused(await join('no-id'), 400, 1000, { parameter: 'streamgroup' });
    ok(await call('PUT', '/organisation', { apiKey, body: { settings: { publicStreamInfo: false } } }));
    refused(await call('GET', `/stream/${second.streamgroup}/group`), 404, 4040);
  });

  test('another organisation’s stream is not there, for every method', async () => {
    const { tenant, call } = server();
    const [{ user }, { admin }] = [await tenant(), await tenant()];
    const { id } = ok(await create({ token: user.token }));
    const attempts = [
      ['GET', ''],
      ['GET', '/group'],
      ['PUT', '/stop'],
      ['PUT', '/lock'],
      ['PUT', '/unlock'],
      ['PUT', '/tag'],
      ['DELETE', ''],
    ] as const;
    for (const [method, path] of attempts) {
      const foreign = refused(await call(method, `/stream/${id}${path}`, { token: admin.token }), 404, 4040);
      assert.deepEqual(
        refused(await call(method, `/stream/${NO_SUCH_ID}${path}`, { token: admin.token }), 404, 4040),
        foreign,
      );
    }
    assert.equal(ok(await call('GET', `/stream/${id}`, { token: user.token })).state, 'created');
  });

  test('a name can be asked for, of ingest or of playout, within one’s own organisation', async () => {
    const { tenant, call } = server();
    const [{ user, observer }, foreign] = [await tenant(), await tenant()];
    const { id, ingest, playout } = ok(await create({ token: user.token }));
    const ask = (token: string, body: unknown) => call('POST', '/stream/validate', { token, body });
    for (const streamname of [ingest.rtmp.streamname, playout.h5live[0].rtmp.streamname]) {
      assert.deepEqual(ok(await ask(observer.token, { streamname })), { valid: true, id, state: 'created' });
      assert.deepEqual(ok(await ask(observer.token, { streamname: streamname.toLowerCase() })), { valid: false });
      assert.deepEqual(ok(await ask(foreign.admin.token, { streamname })), { valid: false });
    }
    refused(await ask(user.token, {}), 400, 1002, { required_parameter: 'streamname' });
    refused(await call('POST', '/stream/validate', { body: { streamname: 'x' } }), 401, 4003);
  });
});

describe('locking, stopping and deleting a stream that is not live', () => {
  test('are idempotent, say what they closed, and unlocking gives the state before', async () => {
    const { tenant, call } = server();
    const { admin, user } = await tenant();
    const { id } = ok(await create({ token: user.token }));
    const put = async (verb: string) => ok(await call('PUT', `/stream/${id}/${verb}`, { token: admin.token }));
    for (const [verb, state] of [
      ['stop', 'created'],
      ['lock', 'locked'],
      ['lock', 'locked'],
      ['stop', 'locked'],
      ['unlock', 'created'],
      ['unlock', 'created'],
    ]) {
      const answer = await put(verb!);
      assert.partialDeepStrictEqual(answer, { id, state, closed: { publishers: 0, viewers: 0 }, enforced: true });
      assert.equal(typeof answer.tookMs, 'number');
    }
    for (const verb of ['stop', 'lock', 'unlock']) {
      refused(await call('PUT', `/stream/${id}/${verb}`, { token: user.token }), 403, 2001, {
        capability: `stream:${verb}`,
      });
    }
    refused(await call('DELETE', `/stream/${id}`, { token: user.token }), 403, 2001, { capability: 'stream:delete' });
    assert.partialDeepStrictEqual(ok(await call('DELETE', `/stream/${id}`, { token: admin.token })), {
      id,
      deleted: true,
      enforced: true,
    });
    refused(await call('GET', `/stream/${id}`, { token: admin.token }), 404, 4040);
    refused(await call('DELETE', `/stream/${id}`, { token: admin.token }), 404, 4040);
  });
});

describe('a stream’s tags', () => {
  test('are replaced, and cleared by an empty body in every form', async () => {
    const { tenant, call } = server();
    const { admin, user, observer } = await tenant();
    const { id } = ok(await create({ token: user.token }, { tags: ['old'] }));
    const put = (body?: unknown, headers = {}) =>
      call('PUT', `/stream/${id}/tag`, { token: user.token, headers, body });
    const json = { 'Content-Type': 'application/json' };
    for (const [body, headers] of [
      [undefined, {}],
      [undefined, json],
      [{}, {}],
      [{ tags: [] }, {}],
    ] as const) {
      assert.deepEqual(ok(await put({ tags: ['zebra', 'ärger', 'zebra'] })).tags, ['zebra', 'ärger']);
      assert.deepEqual(ok(await put(body, headers)).tags, []);
    }
    const known = ok(await call('GET', '/tag', { token: observer.token }));
    assert.deepEqual(
      known.map(({ name }: { name: string }) => name),
      ['old', 'zebra', 'ärger'],
    );
    refused(await put({ tags: 'old' }), 400, 1004, { parameter: 'tags' });
    refused(await put({ tags: ['x'.repeat(101)] }), 400, 1000);
    refused(await call('PUT', `/stream/${id}/tag`, { token: observer.token, body: { tags: [] } }), 403, 2001);
    refused(await call('PUT', `/stream/${NO_SUCH_ID}/tag`, { token: admin.token }), 404, 4040);
  });

  test('a path that is not valid UTF-8 is a bad request and not a crash', async () => {
    const { tenant } = server();
    const { user } = await tenant();
    refused(await rawGet(server(), '/stream/%ff', { 'X-BINTU-TOKEN': user.token }), 400, 1000);
    refused(await rawGet(server(), '/%ff', {}), 400, 1000, { reason: 'The path is not valid' });
  });
});
