import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, CallOptions, Tenant } from '../harness.ts';
import { NO_SUCH_ID, ok, serverForFile } from './helpers.ts';
import { flat, PATH, playbackCalls } from './playback.ts';

const running = serverForFile();
const { ask, make } = playbackCalls(running);

describe('who sees and revokes whose', () => {
  const listed = async (who: CallOptions, query = '') => ok(await running().call('GET', PATH + query, who)).data;

  test('an operator sees their own; an administrator everybody’s, and each maker’s; nobody sees the token itself', async () => {
    const tenant = await running().tenant();
    const [second, foreign] = [await tenant.join('nanoUser'), await running().tenant()];
    const mine = await make(tenant.user, { revocable: true, tag: 'mine' });
    const hers = await make(second, { revocable: true });
    const keys = await make({ apiKey: tenant.apiKey });
    await make(foreign.user);
    const ids = async (who: CallOptions, query = '') => (await listed(who, query)).map(({ id }: { id: string }) => id);
    assert.deepEqual(await ids(tenant.admin), [keys.id, hers.id, mine.id], 'newest first');
    assert.deepEqual(await ids({ apiKey: tenant.apiKey }), [keys.id, hers.id, mine.id]);
    assert.deepEqual(await ids(tenant.user), [mine.id]);
    assert.deepEqual(await ids(tenant.admin, `?maker=${second.id}`), [hers.id]);
    assert.deepEqual(await ids(tenant.admin, `?maker=${encodeURIComponent(tenant.user.email)}`), [mine.id]);
    assert.deepEqual(await ids(tenant.user, `?maker=${second.id}`), [], 'a filter is no way around');
    assert.equal((await running().call('GET', PATH, { token: tenant.observer.token })).status, 403);

    const shown = (await listed(tenant.user))[0];
    assert.partialDeepStrictEqual(shown, {
      id: mine.id,
      state: 'active',
      tag: 'mine',
      revocable: true,
      orgawide: true,
    });
    assert.deepEqual(shown.maker, { type: 'user', id: tenant.user.id, email: tenant.user.email });
    const text = JSON.stringify(await listed(tenant.admin));
    for (const { token } of [mine, hers, keys]) assert.equal(text.includes(token.split('.')[2]), false);

    flat(await ask(tenant.user, { id: hers.id }, '/revoke'), 404, 4040);
    assert.equal((await ask(tenant.user, { token: hers.token }, '/revoke')).status, 204, 'who holds it may end it');
    assert.equal((await ask(tenant.admin, { id: mine.id }, '/revoke')).status, 204);
    assert.equal((await listed(tenant.user))[0].state, 'revoked');
  });

  test('page by page, nothing is missed and nothing comes twice', async () => {
    const { user } = await running().tenant();
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await make(user)).id);
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await running().call('GET', `${PATH}?limit=2${cursor && `&cursor=${cursor}`}`, user);
      seen.push(...ok(answer).data.map(({ id }: { id: string }) => id));
      cursor = answer.headers.get('x-next-cursor') ?? '';
    } while (cursor !== '');
    assert.deepEqual(seen, made);
    flat(await running().call('GET', `${PATH}?cursor=${NO_SUCH_ID}`, user), 400, 1000);
  });

  test('the log says who made and revoked one and what it opened, and not the token', async () => {
    const { user, admin } = await running().tenant();
    const { id, token } = await make(user, { revocable: true, domain: 'example.org' });
    await ask(admin, { id }, '/revoke');
    const rows = ok(await running().call('GET', `/audit?target=${id}`, admin));
    assert.deepEqual(
      rows.map((row: { action: string; actor: { id: string } }) => [row.action, row.actor.id]),
      [
        ['revokePlaybackToken', admin.id],
        ['createPlaybackToken', user.id],
      ],
    );
    assert.partialDeepStrictEqual(rows[1].detail, { orgawide: true, domain: 'example.org', revocable: true });
    assert.equal(JSON.stringify(rows).includes(token.slice(-40)), false);
  });
});

describe('the end of its maker', () => {
  const ends: Record<string, (tenant: Tenant) => Promise<Answer>> = {
    'a change of role': ({ admin, user }) =>
      running().call('PUT', '/user/permission', { ...admin, body: { id: user.id, permission: 'nanoReadOnly' } }),
    'a renewed tokenKey': ({ admin, user }) =>
      running().call('PUT', '/user/tokenkey', { ...admin, body: { id: user.id } }),
    'a deletion': ({ admin, user }) => running().call('DELETE', `/user/${user.id}`, admin),
  };
  for (const [what, end] of Object.entries(ends)) {
    test(`${what} ends the maker’s own tokens and leaves playback tokens alive; an administrator revokes them`, async () => {
      const tenant = await running().tenant();
      const { token, id } = await make(tenant.user, { revocable: true });
      ok(await end(tenant));
      assert.equal((await running().call('GET', '/user/me', tenant.user)).status, 401);
      ok(await ask(tenant.admin, { token }, '/verify'));
      const maker = encodeURIComponent(tenant.user.email);
      const [found] = ok(await running().call('GET', `${PATH}?maker=${maker}`, tenant.admin)).data;
      assert.equal(found.id, id);
      assert.equal((await ask(tenant.admin, { id }, '/revoke')).status, 204);
      flat(await ask(tenant.admin, { token }, '/verify'), 403, 1002, 'jwt revoked');
    });
  }
});
