import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

/** Behind a proxy on this machine, whose word about the client's address counts. */
const server = serverForFile({ env: { LOCKKEEPER_TRUST_PROXY: '127.0.0.1/32' } });
const from = (ip: string) => ({ 'X-Forwarded-For': ip });

describe('behind a proxy that is trusted', () => {
  test('a token for certain addresses is good from those, and the address is on record', async () => {
    const { tenant, call } = server();
    const { admin, apiKey } = await tenant();
    const body = { userId: admin.id, name: 'Office', allowedIps: ['203.0.113.0/24', '2001:db8::/32'] };
    const { token, id } = ok(await call('POST', '/bintu/token', { token: admin.token, body })).data;
    for (const ip of ['203.0.113.9', '2001:db8::9']) ok(await call('GET', '/user/me', { token, headers: from(ip) }));
    for (const ip of ['198.51.100.1', '2001:db9::9']) {
      refused(await call('GET', '/user/me', { token, headers: from(ip) }), 401, 4003);
    }
    refused(await call('GET', '/user/me', { token }), 401, 4003);
    // Only what the trusted proxy added counts, not what the client had written before it.
    refused(await call('GET', '/user/me', { token, headers: from('203.0.113.9, 198.51.100.1') }), 401, 4003);
    ok(await call('POST', '/stream', { token, headers: from('203.0.113.7') }));
    const [row] = ok(await call('GET', '/audit?action=createStream', { apiKey }));
    assert.equal(row.ip, '203.0.113.7');
    const listed = ok(await call('GET', '/bintu/token', { apiKey })).find((entry: { id: string }) => entry.id === id);
    assert.equal(listed.lastUsedIp, '203.0.113.7');
  });

  test('an address that fails at fifty accounts has to wait, and nobody at another address does', async () => {
    const { tenant, call } = server();
    const { user } = await tenant();
    const attempt = (email: string, password: string, ip: string) =>
      call('POST', '/user/validate', { headers: from(ip), body: { email, password } });
    const guesses = Array.from({ length: 50 }, (_, i) =>
      attempt(`guess-${i}@example.test`, 'not this one', '192.0.2.1'),
    );
    assert.ok((await Promise.all(guesses)).every(({ status }) => status === 401));
    const slowed = await attempt(user.email, PASSWORD, '192.0.2.1');
    refused(slowed, 429, 4290);
    assert.match(slowed.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    ok(await attempt(user.email, PASSWORD, '192.0.2.2'));
    ok(await call('GET', '/user/me', { token: user.token, headers: from('192.0.2.1') }));
  });

  test('guesses at many accounts sent together are looked at one by one, also from all over one IPv6 network', async () => {
    const { call } = server();
    const guess = (i: number) =>
      call('POST', '/user/validate', {
        headers: from(`2001:db8:1:2::${i.toString(16)}`),
        body: { email: `together-${i}@example.test`, password: 'not this one' },
      });
    const answers = await Promise.all(Array.from({ length: 70 }, (_, i) => guess(i)));
    assert.equal(answers.filter(({ status }) => status === 401).length, 50);
    assert.equal(answers.filter(({ status }) => status === 429).length, 20);
  });

  test('a crowd from everywhere is told to come back, and a lock does not wait for it', async () => {
    const { tenant, call } = server();
    const { admin } = await tenant();
    const { id } = ok(await call('POST', '/stream', { token: admin.token }));
    const crowd = Array.from({ length: 300 }, (_, i) =>
      call('POST', '/user/validate', {
        headers: from(`198.18.${i >> 8}.${i & 255}`),
        body: { email: `crowd-${i}@example.test`, password: 'not this one' },
      }),
    );
    await Promise.race(crowd);
    const minted = call('POST', '/bintu/token', { token: admin.token, body: { userId: admin.id, name: 'Meanwhile' } });
    const locked = call('PUT', `/stream/${id}/lock`, { token: admin.token });
    let over = false;
    const all = Promise.all(crowd).then((answers) => {
      over = true;
      return answers;
    });
    ok(await minted);
    ok(await locked);
    assert.equal(over, false, 'the crowd was still there');
    const answers = await all;
    const turnedAway = answers.filter(({ status }) => status === 503);
    assert.ok(turnedAway.length > 100 && answers.every(({ status }) => status === 401 || status === 503));
    for (const answer of turnedAway) {
      refused(answer, 503, 5030);
      assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    }
  });
});
