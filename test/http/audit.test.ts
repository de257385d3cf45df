import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, type Tenant } from '../harness.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();

interface Row {
  id: string;
  at: string;
  actor: { type: string; id: string; email: string | null };
  credential: { type: string; id: string };
  ip: string;
  action: string;
  target: { type: string; id: string | null };
  outcome: string;
  count: number;
  detail: Record<string, unknown>;
  requestId: string;
}

const read = async ({ apiKey }: Pick<Tenant, 'apiKey'>, query = ''): Promise<Row[]> =>
  ok(await server().call('GET', `/audit${query}`, { apiKey }));

describe('every change has one row', () => {
  /** Makes a change and gives what was written for it: the rows that were not there before. */
  async function rowsOf(home: Tenant, change: () => Promise<unknown>): Promise<Row[]> {
    const before = new Set((await read(home)).map(({ id }) => id));
    await change();
    return (await read(home)).filter(({ id }) => !before.has(id));
  }

  test('with who did it, by which credential, from where, to what, in the words of the operation', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const { admin, user } = home;
    const by = (token: string, method: string, path: string, body?: unknown) => async () =>
      ok(await call(method, path, { token, body }));
    const { id: stream } = await by(user.token, 'POST', '/stream')();
    const victim = await home.join('nanoUser');
    const changes: [action: string, target: string | null, type: string, () => Promise<unknown>][] = [
      [
        'createUser',
        null,
        'user',
        by(admin.token, 'POST', '/user', { email: 'audited@example.test', permission: 'nanoUser' }),
      ],
      ['editUser', victim.id, 'user', by(admin.token, 'PUT', '/user', { id: victim.id, name: 'Ada' })],
      [
        'setUserPermission',
        victim.id,
        'user',
        by(admin.token, 'PUT', '/user/permission', { id: victim.id, permission: 'nanoUser' }),
      ],
      ['renewTokenKey', victim.id, 'user', by(admin.token, 'PUT', '/user/tokenkey', { id: victim.id })],
      ['createToken', null, 'token', by(admin.token, 'POST', '/bintu/token', { userId: victim.id, name: 'Audited' })],
      ['deleteUser', victim.id, 'user', by(admin.token, 'DELETE', `/user/${victim.id}`)],
      ['createStream', null, 'stream', by(user.token, 'POST', '/stream', { tags: ['x'] })],
      ['setStreamTags', stream, 'stream', by(user.token, 'PUT', `/stream/${stream}/tag`, { tags: ['y'] })],
      ['lockStream', stream, 'stream', by(admin.token, 'PUT', `/stream/${stream}/lock`)],
      ['unlockStream', stream, 'stream', by(admin.token, 'PUT', `/stream/${stream}/unlock`)],
      ['stopStream', stream, 'stream', by(admin.token, 'PUT', `/stream/${stream}/stop`)],
      ['deleteStream', stream, 'stream', by(admin.token, 'DELETE', `/stream/${stream}`)],
      ['createTag', null, 'tag', by(user.token, 'POST', '/tag', { name: 'audited' })],
      ['renameTag', null, 'tag', by(user.token, 'PUT', '/tag/audited', { name: 'again' })],
      ['deleteTag', null, 'tag', by(admin.token, 'DELETE', '/tag/again')],
      [
        'setPassword',
        user.id,
        'user',
        by(user.token, 'PUT', '/user/password', { oldPassword: PASSWORD, password: PASSWORD }),
      ],
      ['revokeToken', admin.tokenId, 'token', by(admin.token, 'DELETE', `/bintu/token/${admin.tokenId}`)],
    ];
    for (const [action, target, type, change] of changes) {
      const [row, ...more] = await rowsOf(home, change);
      assert.equal(more.length, 0, action);
      assert.partialDeepStrictEqual(row, { action, outcome: 'allowed', count: 1, ip: '127.0.0.1', target: { type } });
      if (target) assert.equal(row?.target.id, target, action);
      assert.match(row?.target.id ?? '', /./, action);
      const who = [admin, user].find(({ id }) => id === row?.actor.id);
      assert.deepEqual(row?.actor, { type: 'user', id: who?.id, email: who?.email }, action);
      assert.deepEqual(row?.credential, { type: 'token', id: who?.tokenId }, action);
      assert.match(row?.requestId ?? '', /./);
    }
  });

  test('signing in, by token and by cookie, and by API key', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const body = { email: home.user.email, password: PASSWORD };
    for (const [path, type, kind] of [
      ['/user/validate', 'token', 'login'],
      ['/session', 'session', 'session'],
    ] as const) {
      const [row, ...more] = await rowsOf(home, async () => ok(await call('POST', path, { body })));
      assert.equal(more.length, 0);
      assert.partialDeepStrictEqual(row, {
        action: 'signIn',
        actor: { id: home.user.id },
        credential: { type },
        detail: { kind },
      });
    }
    const [row] = await rowsOf(home, async () => ok(await call('POST', '/stream', { apiKey: home.apiKey })));
    assert.partialDeepStrictEqual(row, {
      action: 'createStream',
      actor: { type: 'api-key', email: null },
      credential: { type: 'api-key' },
    });
  });

  test('what only reads, and what fails, writes none', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const { admin, observer } = home;
    const rows = await rowsOf(home, async () => {
      ok(await call('GET', '/stream', { token: observer.token }));
      ok(await call('GET', '/user/me', { token: observer.token }));
      refused(await call('POST', '/tag', { token: admin.token, body: {} }), 400, 1002);
      refused(await call('PUT', `/stream/${NO_SUCH_ID}/lock`, { token: admin.token }), 404, 4040);
      refused(await call('DELETE', `/user/${admin.id}`, { token: admin.token }), 409, 4090);
      refused(await call('POST', '/stream', { token: admin.token, body: { type: 'vod' } }), 400, 3002);
      refused(await call('GET', '/stream'), 401, 4003);
    });
    assert.deepEqual(rows, []);
  });
});

describe('refusals', () => {
  test('of a known caller are rows: what was missing, and how often within the minute', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const { observer, user, playerKey } = home;
    const { id } = ok(await call('POST', '/stream', { token: user.token }));
    for (let i = 0; i < 7; i++) refused(await call('PUT', `/stream/${id}/lock`, { token: observer.token }), 403, 2001);
    await Promise.all(Array.from({ length: 5 }, () => call('PUT', `/stream/${id}/lock`, { token: observer.token })));
    refused(await call('PUT', `/stream/${id}/stop`, { token: observer.token }), 403, 2001);
    refused(await call('PUT', `/stream/${id}/lock`, { token: user.token }), 403, 2001);
    refused(await call('GET', '/stream', { playerKey }), 403, 2001);
    const rows = await read(home, '?outcome=refused');
    assert.deepEqual(
      rows.map(({ actor, action, target, count }) => [actor.id === observer.id, action, target.id, count]).reverse(),
      [
        [true, 'lockStream', id, 12],
        [true, 'stopStream', id, 1],
        [false, 'lockStream', id, 1],
        [false, 'listStreams', null, 1],
      ],
    );
    assert.partialDeepStrictEqual(rows.at(-1), {
      actor: { type: 'user', email: observer.email },
      credential: { type: 'token', id: observer.tokenId },
      target: { type: 'stream', id },
      detail: {
        method: 'PUT',
        path: '/stream/:id/lock',
        capability: 'stream:lock',
        role: 'nanoReadOnly',
        grantedTo: ['nanoAdmin'],
      },
    });
  });

  test('cannot fill the disk: a caller that is refused four hundred different things gets a bounded number of rows', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const signedIn = ok(
      await call('POST', '/user/validate', { body: { email: home.observer.email, password: PASSWORD } }),
    );
    for (let i = 0; i < 400; i += 20) {
      const token = i < 200 ? home.observer.token : signedIn.token;
      await Promise.all(Array.from({ length: 20 }, (_, n) => call('PUT', `/stream/${id(i + n)}/lock`, { token })));
    }
    const rows = await read(home, '?outcome=refused&limit=1000');
    assert.ok(rows.length <= 102, `${rows.length} rows: another token is not another hundred`);
    assert.equal(
      rows.reduce((sum, { count }) => sum + count, 0),
      400,
    );
  });
});

describe('reading the log', () => {
  test('is for administrators and the API key', async () => {
    const { tenant, call } = server();
    const { admin, user, observer } = await tenant();
    ok(await call('GET', '/audit', { token: admin.token }));
    for (const { token } of [user, observer])
      refused(await call('GET', '/audit', { token }), 403, 2001, { capability: 'audit:read' });
    refused(await call('GET', '/audit'), 401, 4003);
  });

  test('can be filtered by actor, action, target, outcome and time, and read page by page', async () => {
    const { tenant, call } = server();
    const home = await tenant();
    const { admin, user, observer } = home;
    const { id } = ok(await call('POST', '/stream', { token: user.token }));
    ok(await call('PUT', `/stream/${id}/lock`, { token: admin.token }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const middle = new Date().toISOString();
    ok(await call('PUT', `/stream/${id}/unlock`, { token: admin.token }));
    refused(await call('POST', '/stream', { token: observer.token }), 403, 2001);
    const actions = async (query: string) => (await read(home, query)).map(({ action }) => action);
    const all = ['createStream', 'unlockStream', 'lockStream', 'createStream'];
    assert.deepEqual(await actions(''), all);
    assert.deepEqual(await actions(`?actor=${admin.id}`), ['unlockStream', 'lockStream']);
    assert.deepEqual(await actions(`?actor=${user.email}`), ['createStream']);
    assert.deepEqual(await actions('?action=lockStream'), ['lockStream']);
    assert.deepEqual(await actions(`?target=${id}`), ['unlockStream', 'lockStream', 'createStream']);
    assert.deepEqual(await actions('?outcome=refused'), ['createStream']);
    assert.deepEqual(await actions(`?from=${middle}`), ['createStream', 'unlockStream']);
    assert.deepEqual(await actions(`?to=${middle}&actor=${admin.id}`), ['lockStream']);
    const pages: string[] = [];
    for (let cursor = ''; pages.length < all.length; ) {
      const rows: Row[] = await read(home, `?limit=1${cursor}`);
      assert.equal(rows.length, 1);
      pages.push(rows[0]!.action);
      cursor = `&cursor=${rows[0]!.id}`;
    }
    assert.deepEqual(pages, all);
    refused(await call('GET', '/audit?from=yesterday', { token: admin.token }), 400, 1000, { parameter: 'from' });
    refused(await call('GET', '/audit?limit=1001', { token: admin.token }), 400, 1000, { parameter: 'limit' });
    refused(await call('GET', '/audit?outcome=maybe', { token: admin.token }), 400, 1000, { parameter: 'outcome' });
  });

  test('shows nothing of another organisation, whatever is asked for', async () => {
    const { tenant, call } = server();
    const [home, foreign] = [await tenant(), await tenant()];
    const { id } = ok(await call('POST', '/stream', { token: home.user.token }));
    refused(await call('PUT', `/stream/${id}/lock`, { token: foreign.user.token }), 403, 2001);
    const [own] = await read(home);
    for (const query of ['', `?actor=${home.user.id}`, '?action=createStream']) {
      assert.equal(JSON.stringify(await read(foreign, query)).includes(home.user.id), false, query);
    }
    assert.deepEqual(
      (await read(foreign, `?target=${id}`)).map(({ actor }) => actor.id),
      [foreign.user.id],
    );
    assert.deepEqual(
      (await read(home, `?target=${id}`)).map((row) => row.id),
      [own?.id],
    );
  });

  test('never shows a secret, whatever was done', async () => {
    const { tenant, call, app } = server();
    const home = await tenant();
    const { admin, user, apiKey, playerKey } = home;
    const email = 'secretive@example.test';
    const created = ok(await call('POST', '/user', { token: admin.token, body: { email, permission: 'nanoUser' } }));
    const ticket = created.setPasswordUrl.split('#')[1];
    ok(await call('PUT', '/user/password', { body: { resetToken: ticket, password: 'a very secret sentence' } }));
    const minted = ok(await call('POST', '/bintu/token', { token: admin.token, body: { email, name: 'Secret' } })).data;
    const stream = ok(await call('POST', '/stream', { token: user.token }));
    ok(await call('POST', '/user/validate', { body: { email, password: 'a very secret sentence' } }));
    ok(await call('GET', '/organisation', { apiKey }));
    refused(await call('GET', `/stream/${ticket}`.slice(0, 40), { playerKey }), 403, 2001);
    const users = ok(await call('GET', '/user', { apiKey }));
    const stored = await app.store.db.selectFrom('audit').selectAll().where('organisation_id', '=', home.id).execute();
    const text = JSON.stringify(stored) + JSON.stringify(await read(home, '?limit=1000'));
    const secrets = {
      'API key': apiKey,
      'player key': playerKey,
      token: minted.token,
      ticket,
      password: 'a very secret sentence',
      'ingest name': stream.ingest.rtmp.streamname,
      ...Object.fromEntries(
        users.map(({ id, tokenKey }: { id: string; tokenKey: string }) => [`tokenKey of ${id}`, tokenKey]),
      ),
    };
    for (const [kind, secret] of Object.entries(secrets)) assert.equal(text.includes(secret), false, kind);
    assert.ok(text.includes(email));
  });
});
