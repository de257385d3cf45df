import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { type Running, start, type Tenant } from '../harness.ts';
import { forgeries, malformed, playbackKey, type Target } from './forgeries.ts';
import { ok, rawGet, refused } from './helpers.ts';
import { flat, playbackCalls, playoutName } from './playback.ts';

/** After RFC 8725, for both kinds of token. */
let server: Running;
const running = () => server;
const { ask, make, newStream } = playbackCalls(running);
const seconds = () => Math.floor(Date.now() / 1_000);

let tenant: Tenant;
let watch: string;
before(async () => {
  server = await start();
  tenant = await running().tenant();
  ok(await running().call('PUT', '/organisation', { ...tenant.admin, body: { settings: { securePlayback: true } } }));
  watch = `${running().playout}/live/${playoutName(await newStream(tenant.admin))}.flv`;
});
after(() => server[Symbol.asyncDispose]());

/** What a player with this token is answered; one that is let in waits for media and is not waited for. */
async function play(query: string): Promise<{ status: number; message: string }> {
  const leave = new AbortController();
  const answer = await fetch(`${watch}?${query}`, { signal: leave.signal });
  const { status } = answer;
  const message = status === 200 ? '' : ((await answer.json()) as { message: string }).message;
  leave.abort();
  return { status, message };
}

const NOT_HERE = { status: 401, message: 'The playback token is not valid for this playback' };

async function playbackTarget(): Promise<Target> {
  const { token: genuine } = await make(tenant.user, { revocable: true });
  const privateKey = await playbackKey(running());
  return { genuine, privateKey, publicKey: createPublicKey(privateKey) };
}

const bintuTarget = (): Target => ({ genuine: tenant.admin.token, ...running().app.secrets.signing });

describe('a playback token', () => {
  test('that is genuine plays, so that what follows is refused for what is wrong with it', async () => {
    const { genuine } = await playbackTarget();
    ok(await ask(tenant.user, { token: genuine }, '/verify'));
    assert.equal((await play(`token=${genuine}`)).status, 200);
  });

  test('that is forged in any way is refused by every route and by the gate, each time in the same words', async () => {
    const target = await playbackTarget();
    const forged = { ...(await forgeries(target)), 'a Bintu token': tenant.admin.token };
    for (const [name, token] of Object.entries(forged)) {
      for (const verb of ['/verify', '/revoke']) {
        flat(await ask(tenant.user, { token }, verb), 403, 1001, 'jwt not valid');
      }
      assert.deepEqual(await play(`token=${encodeURIComponent(token)}`), NOT_HERE, name);
    }
    assert.ok(Object.keys(forged).length > 30);
    ok(await ask(tenant.user, { token: target.genuine }, '/verify'));
  });

  test('that has not even the form of one is refused as such', async () => {
    const { genuine } = await playbackTarget();
    for (const [name, token] of Object.entries(malformed(genuine))) {
      flat(await ask(tenant.user, { token }, '/verify'), 400, 2004, 'jwt malformed');
      flat(await ask(tenant.user, { token }, '/revoke'), 400, 2004);
      assert.deepEqual(await play(`token=${encodeURIComponent(token)}`), NOT_HERE, name);
    }
    for (const token of ['', 7, null, ['x'], { alg: 'none' }, 'x'.repeat(9_000)])
      flat(await ask(tenant.user, { token }, '/verify'), 400, 1000);
  });

  test('that is huge is not even looked at', async () => {
    const [header, , signature] = (await playbackTarget()).genuine.split('.');
    const payload = Buffer.from(JSON.stringify({ x: 'x'.repeat(5_000) })).toString('base64url');
    flat(await ask(tenant.user, { token: `${header}.${payload}.${signature}` }, '/verify'), 403, 1001);
    const { status, message } = await play(`token=${'x'.repeat(3_000)}`);
    assert.deepEqual([status, message], [414, 'Address is too long']);
  });

  test('beside another one is a mistake, wherever the two stand', async () => {
    const [{ genuine }, other] = [await playbackTarget(), (await playbackTarget()).genuine];
    for (const query of [`token=${genuine}&jwt=${other}`, `token=${genuine}&token=${other}`, `jwt=${genuine}&token=x`])
      assert.equal((await play(query)).status, 400);
    assert.equal((await play(`token=${genuine}&jwt=${genuine}&token=`)).status, 200);
  });

  test('opens nothing on the API', async () => {
    const { genuine } = await playbackTarget();
    refused(await running().call('GET', '/user/me', { token: genuine }), 401, 4003);
    const headers = { Authorization: `Bearer ${genuine}` };
    refused(await running().call('GET', '/stream', { headers }), 401, 4003);
  });

  test('that is past its end is refused, and not for a moment longer', async () => {
    const { token } = await make(tenant.user, { exp: seconds() + 2 });
    ok(await ask(tenant.user, { token }, '/verify'));
    await new Promise((resolve) => setTimeout(resolve, decodeJwt(token).exp! * 1_000 - Date.now() + 2));
    flat(await ask(tenant.user, { token }, '/verify'), 403, 1002, 'jwt expired');
    assert.deepEqual(await play(`token=${token}`), { status: 401, message: 'The playback token has expired' });
  });
});

describe('a Bintu token', () => {
  test('that is forged or malformed in any way is refused, each time in the same words', async () => {
    const target = bintuTarget();
    assert.equal((await running().call('GET', '/user/me', { token: target.genuine })).status, 200);
    const forged = { ...(await forgeries(target)), ...malformed(target.genuine) };
    const said = new Set<string>();
    for (const [name, token] of Object.entries(forged)) {
      const inOne = await running().call('GET', '/user/me', { token });
      const inOther = await running().call('GET', '/user/me', { headers: { Authorization: `Bearer ${token}` } });
      for (const answer of [inOne, inOther]) {
        refused(answer, 401, 4003);
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer error="invalid_token"', name);
        said.add(JSON.stringify({ ...answer.body, requestId: '' }));
      }
    }
    assert.equal(said.size, 1);
  });

  test('that is huge is refused', async () => {
    refused(await running().call('GET', '/user/me', { token: 'x'.repeat(8_000) }), 401, 4003);
    const { status, body } = await rawGet(running(), '/user/me', { 'X-BINTU-TOKEN': 'x'.repeat(20_000) });
    assert.deepEqual([status, body.error.code], [413, 4130]);
  });

  test('beside another credential is a mistake', async () => {
    const { token } = tenant.admin;
    const headers = { Authorization: `Bearer ${token}` };
    refused(await running().call('GET', '/user/me', { token, headers }), 400, 1000);
    refused(await running().call('GET', '/user/me', { token, apiKey: tenant.apiKey }), 400, 1000);
    refused(await running().call('GET', '/user/me', { token: `${token}, ${token}` }), 400, 1000);
  });

  test('that is past its end is refused', async () => {
    const body = { userId: tenant.user.id, name: 'Short', expiresIn: 2 };
    const { data } = ok(await running().call('POST', '/bintu/token', { ...tenant.admin, body }));
    assert.equal((await running().call('GET', '/user/me', { token: data.token })).status, 200);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(data.expiresAt) - Date.now() + 2));
    refused(await running().call('GET', '/user/me', { token: data.token }), 401, 4003);
  });
});
