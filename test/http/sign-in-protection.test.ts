import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MOST_SIGN_INS } from '../../src/people/minting.ts';
import { PASSWORD, type Tenant } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const WRONG = 'certainly not this one';
const signIn = (email: string, password = PASSWORD) =>
  server().call('POST', '/user/validate', { body: { email, password } });
const refusals = async ({ apiKey }: Tenant) =>
  ok(await server().call('GET', '/audit?action=signIn&outcome=refused', { apiKey }));
const settled = () => new Promise((resolve) => setTimeout(resolve, 400));

describe('a wrong password', () => {
  test('of a user of the organisation is on record, counted on one row, and not as that user’s doing', async () => {
    const home = await server().tenant();
    for (let i = 0; i < 3; i++) refused(await signIn(home.user.email, WRONG), 401, 4002);
    refused(await signIn(home.observer.email, WRONG), 401, 4002);
    await settled();
    const rows = await refusals(home);
    const about = (id: string) => rows.filter((row: { target: { id: string } }) => row.target.id === id);
    assert.equal(rows.length, 2);
    assert.partialDeepStrictEqual(about(home.user.id), [
      {
        count: 3,
        outcome: 'refused',
        target: { type: 'user' },
        actor: { type: 'viewer', id: 'anonymous', email: null },
      },
    ]);
    assert.equal(about(home.observer.id)[0].count, 1);
    assert.equal(JSON.stringify(rows).includes(WRONG), false);
  });

  test('for an address that nobody has leaves no row, and another organisation sees none of ours', async () => {
    const [home, foreign] = [await server().tenant(), await server().tenant()];
    refused(await signIn('nobody-at-all@example.test', WRONG), 401, 4002);
    refused(await signIn(home.user.email, WRONG), 401, 4002);
    await settled();
    assert.equal((await refusals(home)).length, 1);
    assert.deepEqual(await refusals(foreign), []);
  });

  test('beyond the first five is not looked at and writes nothing further', async () => {
    const home = await server().tenant();
    await Promise.all(Array.from({ length: 30 }, () => signIn(home.user.email, WRONG)));
    await settled();
    const [row, ...others] = await refusals(home);
    assert.deepEqual([row.count, others.length], [5, 0]);
  });
});

describe('open sign-ins', () => {
  test('are the newest fifty of a user; older ones end, and tokens made on purpose do not', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const tokens: string[] = [];
    for (let i = 0; i < MOST_SIGN_INS + 2; i++) tokens.push(ok(await signIn(home.user.email)).token);
    const alive = async (token = '') => (await call('GET', '/user/me', { token })).status;
    assert.deepEqual([await alive(tokens[0]), await alive(tokens[1]), await alive(tokens[2])], [401, 401, 200]);
    assert.equal(await alive(tokens.at(-1)), 200);
    assert.equal(await alive(home.user.token), 200);
    const ended = ok(await call('GET', '/audit?action=revokeToken', { apiKey: home.apiKey }));
    assert.deepEqual(
      ended.map(({ detail }: { detail: { by: string } }) => detail.by),
      ['too-many-sign-ins', 'too-many-sign-ins'],
    );
  });
});
