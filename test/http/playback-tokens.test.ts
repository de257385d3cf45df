import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { start } from '../harness.ts';
import { NO_SUCH_ID, ok, serverForFile } from './helpers.ts';
import { flat, PATH, playbackCalls, playoutName } from './playback.ts';

const running = serverForFile();
const { ask, make, newStream } = playbackCalls(running);
const DAY = 86_400;
const now = () => Math.floor(Date.now() / 1_000);

describe('making a playback token', () => {
  test('its claims are the documented ones, and anybody can verify it with our public keys', async () => {
    const { user, id } = await running().tenant();
    const [nbf, exp] = [now() + 60, now() + 3_600];
    const wish = { domain: '*.Example.org', ip: '192.0.2.0/24', tag: 't', user: 'u', cust: 'c', nbf, exp };
    const data = await make(user, { ...wish, revocable: true, forceDisconnect: true });
    const { protectedHeader } = await verified(data.token);
    assert.deepEqual([protectedHeader.alg, protectedHeader.typ], ['EdDSA', 'JWT']);
    const { iat, ...claims } = decodeJwt(data.token);
    assert.ok(Math.abs(iat! - now()) <= 2);
    assert.deepEqual(claims, {
      ...wish,
      domain: '*.example.org',
      orgawide: true,
      revocable: true,
      forceDisconnect: true,
      iss: running().url,
      aud: 'splay',
      sub: id,
      jti: data.id,
    });
    assert.equal(data.expiresAt, new Date(exp * 1_000).toISOString());
  });

  /** As another service would: by the address of our keys alone. */
  async function verified(token: string) {
    const keys = createRemoteJWKSet(new URL(`${running().url}/.well-known/jwks.json`));
    return jwtVerify(token, keys, {
      audience: 'splay',
      issuer: running().url,
      currentDate: new Date(Date.now() + 61_000),
    });
  }

  test('a Bintu token can be verified with the same public keys, and they have no private part', async () => {
    const { admin } = await running().tenant();
    const { body, headers } = await running().call('GET', '/.well-known/jwks.json');
    const kids = body.keys.map(({ kid }: { kid: string }) => kid);
    assert.ok(kids.includes(decodeProtectedHeader(admin.token).kid));
    for (const key of body.keys) {
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
      assert.deepEqual([key.kty, key.crv, key.alg, key.use], ['OKP', 'Ed25519', 'EdDSA', 'sig']);
    }
    assert.match(headers.get('cache-control') ?? '', /public/);
  });

  test('streams are named by id, playout name or ingest name, and the token has playout names alone', async () => {
    const { user } = await running().tenant();
    const [one, two, three] = [await newStream(user), await newStream(user), await newStream(user)];
    const ingest = three.ingest.rtmp.streamname;
    const named = { streams: [one.id, playoutName(two), ingest, one.id] };
    const { data } = ok(await ask(user, named));
    assert.deepEqual(decodeJwt(data.token)['streams'], [one, two, three].map(playoutName));
    assert.equal(Buffer.from(data.token.split('.')[1], 'base64url').toString().includes(ingest), false);
    const group = ok(await ask(user, { groupid: one.streamgroup })).data;
    assert.equal(decodeJwt(group.token)['groupid'], one.streamgroup);
  });

  test('another organisation’s stream or group is not there', async () => {
    const [{ user }, foreign] = [await running().tenant(), await running().tenant()];
    const [own, theirs] = [await newStream(user), await newStream(foreign.user)];
    for (const name of [theirs.id, playoutName(theirs), theirs.ingest.rtmp.streamname, 'nobody', NO_SUCH_ID])
      flat(await ask(user, { streams: [own.id, name] }), 404, 4040);
    flat(await ask(user, { groupid: theirs.streamgroup }), 404, 4040);
    flat(await ask(user, { groupid: 'nobody' }), 404, 4040);
  });

  test('it opens exactly one of group, streams and organisation', async () => {
    const { user } = await running().tenant();
    assert.equal(flat(await ask(user, {}), 400, 1000).required_parameter, 'streams');
    assert.equal(flat(await ask(user, { orgawide: false }), 400, 1000).required_parameter, 'streams');
    flat(await ask(user, { orgawide: true, groupid: 'g' }), 400, 1000);
    flat(await ask(user, { orgawide: true, streams: ['s'] }), 400, 1000);
    flat(await ask(user, { streams: [] }), 400, 1000);
    flat(await ask(user, { streams: 'name' }), 400, 1000);
    flat(await ask(user, undefined), 400, 1000);
    flat(await ask(user, { orgawide: 'yes' }), 400, 1000);
  });

  test('it lives a day unless it says otherwise, at most a year, and a day when it can be revoked', async () => {
    const { user } = await running().tenant();
    const life = async (body: object) => {
      const { exp, iat } = decodeJwt((await make(user, body)).token);
      return exp! - iat!;
    };
    assert.ok(Math.abs((await life({})) - DAY) <= 2);
    assert.ok(Math.abs((await life({ exp: now() + 365 * DAY - 5 })) - 365 * DAY) <= 7);
    assert.ok(Math.abs((await life({ nbf: now() + DAY })) - 2 * DAY) <= 2, 'a day from when it begins');
    assert.ok(Math.abs((await life({ nbf: now() + 60, revocable: true })) - DAY) <= 2);
    const orgawide = true;
    for (const [body, parameter] of [
      [{ exp: now() + 365 * DAY + 60 }, 'exp'],
      [{ exp: now() + DAY + 60, revocable: true }, 'exp'],
      [{ exp: now() - 1 }, 'exp'],
      [{ exp: now() }, 'exp'],
      [{ nbf: now() + 100, exp: now() + 100 }, 'nbf'],
      [{ exp: 1.5 }, 'exp'],
      [{ exp: '2030' }, 'exp'],
    ] as const) {
      assert.equal(flat(await ask(user, { orgawide, ...body }), 400, 1000).parameter, parameter, JSON.stringify(body));
    }
  });

  test('conditions that no viewer could meet are refused', async () => {
    const { user } = await running().tenant();
    for (const ip of ['10', '10.0.0.0/33', '300.1.1.1', 'example.org', ''])
      flat(await ask(user, { orgawide: true, ip }), 400, 1000);
    for (const domain of ['https://example.org', 'example.org/', 'a b', '*', '*.org', 'a.*.org', 'x@y', 'host:80', ''])
      flat(await ask(user, { orgawide: true, domain }), 400, 1000);
    const shown = async (body: object) => decodeJwt((await make(user, body)).token);
    assert.equal((await shown({ domain: 'Bücher.example' }))['domain'], 'xn--bcher-kva.example');
    assert.equal((await shown({ ip: '2001:db8::/32' }))['ip'], '2001:db8::/32');
  });

  test('one that no address could carry is refused rather than made', async () => {
    const { user } = await running().tenant();
    const streams: string[] = [];
    for (let i = 0; i < 50; i++) streams.push((await newStream(user)).id);
    const [tag, cust] = ['x'.repeat(100), 'y'.repeat(100)];
    assert.match(flat(await ask(user, { streams, tag, cust }), 400, 1000).reason, /name fewer streams, or a group/);
    const { data } = ok(await ask(user, { streams: streams.slice(0, 40), tag, cust }));
    assert.ok(`token=${data.token}`.length < 2_048);
  });
});

describe('verifying a playback token', () => {
  test('whoever may see streams is told its claims, and whoever may not is refused', async () => {
    const tenant = await running().tenant();
    const { token, id } = await make(tenant.user, { user: 'viewer 7' });
    for (const who of [tenant.admin, tenant.user, { token: tenant.observer.token }, { apiKey: tenant.apiKey }]) {
      const { success, data } = ok(await ask(who, { token }, '/verify'));
      assert.deepEqual([success, data.jti, data.user, data.sub], [true, id, 'viewer 7', tenant.id]);
    }
    flat(await ask({ playerKey: tenant.playerKey }, { token }, '/verify'), 403, 2001);
    flat(await ask({}, { token }, '/verify'), 401, 4003);
  });

  test('an ended one is refused as documented, and each cause has its number', async () => {
    const [{ user }, foreign] = [await running().tenant(), await running().tenant()];
    const short = await make(user, { exp: now() + 2 });
    const later = await make(user, { nbf: now() + 60 });
    const revoked = await make(user, { revocable: true });
    assert.equal((await ask(user, { token: revoked.token }, '/revoke')).status, 204);
    flat(await ask(user, { token: later.token }, '/verify'), 403, 1002, 'jwt not active');
    flat(await ask(user, { token: revoked.token }, '/verify'), 403, 1002, 'jwt revoked');
    flat(await ask(foreign.user, { token: later.token }, '/verify'), 400, 2012);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, decodeJwt(short.token).exp! * 1_000 - Date.now()) + 20),
    );
    flat(await ask(user, { token: short.token }, '/verify'), 403, 1002, 'jwt expired');
    flat(await ask(user, { token: 'not.a.jwt' }, '/verify'), 400, 2004);
    flat(await ask(user, {}, '/verify'), 400, 1000);
  });
});

describe('revoking a playback token', () => {
  test('is answered with 204 and nothing else, as often as it is asked for', async () => {
    const { user } = await running().tenant();
    const { token, id } = await make(user, { revocable: true });
    for (const body of [{ token }, { id }, { token }]) {
      const { status, body: text } = await ask(user, body, '/revoke');
      assert.deepEqual([status, text], [204, '']);
    }
  });

  test('each mistake has its documented number', async () => {
    const [{ user, observer }, foreign] = [await running().tenant(), await running().tenant()];
    const lasting = await make(user);
    const theirs = await make(foreign.user, { revocable: true });
    flat(await ask(user, { token: lasting.token }, '/revoke'), 400, 2011);
    flat(await ask(user, { id: lasting.id }, '/revoke'), 400, 2011);
    flat(await ask(user, { token: theirs.token }, '/revoke'), 400, 2012);
    flat(await ask(user, { id: theirs.id }, '/revoke'), 404, 4040);
    flat(await ask(user, { token: 'x' }, '/revoke'), 400, 2004);
    assert.equal(flat(await ask(user, {}, '/revoke'), 400, 1000).required_parameter, 'token');
    flat(await ask(user, { token: lasting.token, id: lasting.id }, '/revoke'), 400, 1000);
    flat(await ask({ token: observer.token }, { token: lasting.token }, '/revoke'), 403, 2001);
    ok(await ask(foreign.user, { token: theirs.token }, '/verify'));
  });
});

test('every error under this path can be read flat and in our own shape', async () => {
  const { user } = await running().tenant();
  flat(await running().call('POST', PATH, { body: {} }), 401, 4003);
  flat(await running().call('POST', `${PATH}/nothing`, user), 404, 4040);
  flat(await running().call('GET', '/api/v1/nothing', user), 404, 4040);
  flat(await ask(user, '{'), 400, 1000);
  flat(await ask(user, JSON.stringify({ tag: 'x'.repeat(300_000) })), 413, 4130);
  flat(
    await running().call('POST', PATH, { ...user, headers: { 'Content-Type': 'text/plain' }, body: 'x' }),
    415,
    4150,
  );
  const elsewhere = await running().call('POST', '/nothing', user);
  assert.deepEqual([elsewhere.status, 'success' in elsewhere.body], [404, false]);
});

test('when the database fails, the error can be read flat too', async () => {
  await using broken = await start({ env: { LOCKKEEPER_LOG: 'silent' } });
  const { user } = await broken.tenant();
  await broken.app.store.transaction(({ db }) => db.deleteFrom('signing_key').execute());
  const { secrets } = broken.app;
  const decrypt = secrets.decrypt;
  secrets.decrypt = () => {
    throw new Error('the key cannot be read');
  };
  flat(await broken.call('POST', PATH, { ...user, body: { orgawide: true } }), 500, 5000);
  secrets.decrypt = decrypt;
  ok(await broken.call('POST', PATH, { ...user, body: { orgawide: true } }));
});
