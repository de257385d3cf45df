import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, Tenant } from '../harness.ts';
import { listen, named } from './event-source.ts';
import { NO_SUCH_ID, ok, refused, serverForFile } from './helpers.ts';

const running = serverForFile();
const DAY_MS = 86_400_000;

const post = (noun: string, who: CallOptions, body: unknown) =>
  running().call('POST', `/guardian/${noun}`, { ...who, body });
const list = async (noun: string, who: CallOptions) => ok(await running().call('GET', `/guardian/${noun}`, who));
const remove = (noun: string, who: CallOptions, id: string) => running().call('DELETE', `/guardian/${noun}/${id}`, who);

const lasts = ({ createdAt, expiresAt }: Record<string, string>) => Date.parse(expiresAt!) - Date.parse(createdAt!);

describe('a blocked address', () => {
  test('is blocked for a day unless said otherwise, and says who did it, why and what came of it', async () => {
    const { user } = await running().tenant();
    const { closed, tookMs, enforced, ...rule } = ok(await post('ip', user, { ip: '192.0.2.7', tag: 'Rude' }));
    assert.deepEqual([closed, enforced], [{ publishers: 0, viewers: 0 }, true]);
    assert.ok(tookMs >= 0 && tookMs < 1_000);
    const { id, createdAt, expiresAt, ...said } = rule;
    assert.deepEqual(said, { ip: '192.0.2.7', type: 'deny', tag: 'Rude', createdBy: user.email });
    assert.equal(lasts({ createdAt, expiresAt }), DAY_MS);
    assert.deepEqual(await list('ip', user), [rule]);
    const hour = ok(await post('ip', user, { ip: '192.0.2.8', type: 'deny', expiresIn: 3_600 }));
    assert.deepEqual([lasts(hour), hour.tag], [3_600_000, null]);
    assert.deepEqual(
      (await list('ip', user)).map(({ ip }: { ip: string }) => ip),
      ['192.0.2.8', '192.0.2.7'],
    );
  });

  test('is named in one way, however it was written', async () => {
    const { user } = await running().tenant();
    const same = {
      '192.0.2.7': ['192.0.2.7', '192.0.2.7/32', '::ffff:192.0.2.7', '::ffff:c000:207/128'],
      '192.0.2.0/24': ['192.0.2.77/24', '::ffff:192.0.2.1/120'],
      '2001:db8::1': ['2001:DB8:0:0:0:0:0:1', '2001:db8::0001/128'],
      '2001:db8::/32': ['2001:db8:ffff::1/32'],
    };
    for (const [ip, ways] of Object.entries(same)) {
      const made = [];
      for (const way of ways) made.push(ok(await post('ip', user, { ip: way })));
      assert.deepEqual([...new Set(made.map((rule) => rule.ip))], [ip]);
      assert.equal(new Set(made.map(({ id }) => id)).size, 1, ip);
    }
    assert.equal((await list('ip', user)).length, 4);
  });

  test('has to be one, and no network is taken that is half the Internet', async () => {
    const { user } = await running().tenant();
    const mistaken = ['', 'example.org', '10', '012.0.0.1', '192.0.2.0/33', '192.0.2.0/', 'fe80::1%eth0', '1.2.3.4 '];
    for (const ip of mistaken) refused(await post('ip', user, { ip }), 400, 1000, { parameter: 'ip' });
    for (const [ip, words] of [
      ['0.0.0.0/0', /IPv4 one is \/8 or narrower/],
      ['10.0.0.0/7', /IPv4 one is \/8 or narrower/],
      ['::ffff:0.0.0.0/96', /IPv4 one is \/8 or narrower/],
      ['::/0', /IPv6 one is \/16 or narrower/],
      ['2001::/15', /IPv6 one is \/16 or narrower/],
    ] as const) {
      const { reason } = refused(await post('ip', user, { ip }), 400, 1000, { parameter: 'ip' });
      assert.match(reason, words);
    }
    for (const ip of ['10.0.0.0/8', '2001::/16']) ok(await post('ip', user, { ip }));
    for (const body of [
      {},
      { ip: 7 },
      { ip: '192.0.2.1', type: 'allow' },
      { ip: '192.0.2.1', expiresIn: 0 },
      { ip: '192.0.2.1', expiresIn: 365 * 86_400 + 1 },
      { ip: '192.0.2.1', expiresIn: null },
      { ip: '192.0.2.1', tag: 'x'.repeat(101) },
    ])
      assert.equal((await post('ip', user, body)).status, 400, JSON.stringify(body));
    assert.equal((await list('ip', user)).length, 2);
  });

  test('is renewed by blocking it again, and begins anew once it was over', async () => {
    const { user, admin } = await running().tenant();
    const first = ok(await post('ip', user, { ip: '192.0.2.7', tag: 'Rude', expiresIn: 60 }));
    const again = ok(await post('ip', admin, { ip: '192.0.2.7', expiresIn: 1 }));
    assert.deepEqual(
      [again.id, again.createdAt, again.createdBy, again.tag],
      [first.id, first.createdAt, user.email, null],
    );
    await sleep(Date.parse(again.expiresAt) - Date.now() + 5);
    assert.deepEqual(await list('ip', user), []);
    const anew = ok(await post('ip', admin, { ip: '192.0.2.7' }));
    assert.deepEqual([anew.id, anew.createdBy], [first.id, admin.email]);
    assert.ok(anew.createdAt > first.createdAt);
    assert.deepEqual(ok(await remove('ip', user, anew.id)), { id: anew.id, deleted: true });
    assert.deepEqual(await list('ip', user), []);
    refused(await remove('ip', user, anew.id), 404, 4040);
  });
});

describe('a page', () => {
  test('is denied or allowed for good unless said otherwise, under either spelling of the word', async () => {
    const { user, apiKey } = await running().tenant();
    const { closed, tookMs, enforced, ...rule } = ok(
      await post('referrer', user, { domain: 'BÜCHER.example.', type: 'deny', info: 'Steals' }),
    );
    assert.deepEqual([closed.viewers, enforced, tookMs >= 0], [0, true, true]);
    const { id, createdAt, ...said } = rule;
    const made = { info: 'Steals', createdBy: user.email, expiresAt: null };
    assert.deepEqual(said, { domain: 'xn--bcher-kva.example', type: 'deny', ...made });
    const allowed = ok(await post('referer', { apiKey }, { domain: 'bücher.example', type: 'allow', expiresIn: 60 }));
    assert.deepEqual([allowed.id, allowed.type, allowed.info, allowed.createdBy], [id, 'allow', null, user.email]);
    assert.equal(allowed.createdAt, createdAt);
    const below = ok(await post('referer', { apiKey }, { domain: '*.example.org', type: 'deny' }));
    assert.equal(below.createdBy, null, 'a key is nobody');
    const hosts = [await list('referer', user), await list('referrer', user)].map((rows) =>
      rows.map(({ domain }: { domain: string }) => domain),
    );
    assert.deepEqual(hosts, [hosts[0], ['*.example.org', 'xn--bcher-kva.example']]);
    assert.deepEqual(hosts[0], hosts[1]);
    ok(await remove('referrer', user, below.id));
    ok(await remove('referer', user, id));
    assert.deepEqual(await list('referrer', user), []);
  });

  test('is named by its host and by nothing else', async () => {
    const { user } = await running().tenant();
    const mistaken = [
      'https://example.org',
      'example.org/a',
      'example.org:80',
      '*',
      '*.',
      '*.org',
      'a.*.org',
      'a b',
      '@',
    ];
    for (const domain of mistaken)
      refused(await post('referrer', user, { domain, type: 'deny' }), 400, 1000, { parameter: 'domain' });
    const deep = `*.${Array.from({ length: 9 }, (_, at) => `n${at}`).join('.')}`;
    const { reason } = refused(await post('referrer', user, { domain: deep, type: 'deny' }), 400, 1000);
    assert.match(reason, /at most 8 parts/);
    ok(await post('referrer', user, { domain: deep.replace('n0.', ''), type: 'deny' }));
    for (const body of [{ domain: 'example.org' }, { domain: 'example.org', type: 'block' }, { type: 'deny' }])
      assert.equal((await post('referrer', user, body)).status, 400, JSON.stringify(body));
  });
});

describe('rules', () => {
  const both = async ({ user }: Tenant) => [
    ok(await post('ip', user, { ip: '192.0.2.1' })).id,
    ok(await post('referrer', user, { domain: 'example.org', type: 'deny' })).id,
  ];

  test('are an organisation’s own: another one neither sees nor deletes them, nor one kind the other', async () => {
    const [ours, theirs] = [await running().tenant(), await running().tenant()];
    const [address, page] = await both(ours);
    for (const [noun, id] of [
      ['ip', address],
      ['referrer', page],
    ]) {
      assert.deepEqual(await list(noun!, theirs.user), []);
      refused(await remove(noun!, theirs.admin, id!), 404, 4040);
      refused(await remove(noun === 'ip' ? 'referer' : 'ip', ours.user, id!), 404, 4040);
      refused(await remove(noun!, ours.user, NO_SUCH_ID), 404, 4040);
      assert.equal((await list(noun!, ours.user)).length, 1);
    }
    const [other] = await both(theirs);
    assert.notEqual(other, address, 'the same address is another rule there');
  });

  test('are seen and made by operators, and by nobody who only watches', async () => {
    const { observer, playerKey, admin } = await running().tenant();
    for (const noun of ['ip', 'referrer', 'referer']) {
      for (const answer of [
        await running().call('GET', `/guardian/${noun}`, observer),
        await post(noun, observer, { ip: '192.0.2.1', domain: 'example.org', type: 'deny' }),
        await remove(noun, observer, NO_SUCH_ID),
      ])
        refused(answer, 403, 2001, { capability: 'viewer:block' });
      refused(await running().call('GET', `/guardian/${noun}`, { playerKey }), 403, 2001);
      refused(await running().call('GET', `/guardian/${noun}`), 401, 4003);
      assert.deepEqual(await list(noun, admin), []);
    }
  });

  test('are told to the open pages of whoever may see them', async () => {
    const { user, observer, admin } = await running().tenant();
    await using operator = await listen(running(), user);
    await using watcher = await listen(running(), observer);
    const { id } = ok(await post('ip', user, { ip: '192.0.2.1' }));
    const { data } = await operator.until(named('change', 'blockAddress'));
    assert.deepEqual(data.target, { type: 'guardian-rule', id });
    // What everybody hears of came after it.
    ok(await running().call('POST', '/stream', { ...admin, body: {} }));
    await watcher.until(named('change', 'createStream'));
    assert.ok(!watcher.heard.some(named('change', 'blockAddress')));
  });

  test('leave a row each in the audit log: made, renewed and deleted', async () => {
    const tenant = await running().tenant();
    const { user, admin } = tenant;
    const { id } = ok(await post('ip', user, { ip: '192.0.2.1/24', tag: 'Rude' }));
    ok(await post('ip', user, { ip: '192.0.2.0/24', expiresIn: 60 }));
    ok(await remove('ip', admin, id));
    const rows = ok(await running().call('GET', `/audit?target=${id}`, admin));
    assert.deepEqual(
      rows.map(({ action, actor, target }: Record<string, Record<string, string>>) => [
        action,
        actor?.email,
        target?.type,
      ]),
      [
        ['unblockAddress', admin.email, 'guardian-rule'],
        ['blockAddress', user.email, 'guardian-rule'],
        ['blockAddress', user.email, 'guardian-rule'],
      ],
    );
    assert.partialDeepStrictEqual(rows[2].detail, { kind: 'ip', value: '192.0.2.0/24', type: 'deny', note: 'Rude' });
    assert.deepEqual(rows[0].detail, { kind: 'ip', value: '192.0.2.0/24', type: 'deny' });
  });
});
