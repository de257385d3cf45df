import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type NameServer, nameServer } from '../egress/name-server.ts';
import type { Answer, CallOptions, Tenant } from '../harness.ts';
import { ok, refused, serverForFile } from '../http/helpers.ts';
import { tryPublish } from '../wire/encoders.ts';
import { receiver } from './receiver.ts';

const running = serverForFile({ env: { LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1' } });
const WEBHOOK = '/organisation/webhook';

let names: NameServer;
before(async () => {
  names = await nameServer();
  names.zone = {
    'hooks.example.test': [['93.184.215.14']],
    'loopback.example.test': [['127.0.0.2']],
    'allowed.example.test': [['127.0.0.1']],
    'six.example.test': [['::1']],
    'mapped.example.test': [['::ffff:10.0.0.1']],
    'mixed.example.test': [['93.184.215.14', '10.0.0.1']],
    'half.example.test': [['93.184.215.14', 'fd00::1']],
    'metadata.example.test': [['169.254.169.254']],
  };
});
after(() => names[Symbol.dispose]());

const set = (who: CallOptions, webhook: unknown, more: object = {}): Promise<Answer> =>
  running().call('PUT', WEBHOOK, { ...who, body: { webhook, ...more } });
const admin = async (): Promise<[{ token: string }, Tenant]> => {
  const tenant = await running().tenant();
  return [{ token: tenant.admin.token }, tenant];
};

describe('The webhook of an organisation', () => {
  test('is set, shown to administrators alone, and removed again', async () => {
    const [who, { user, observer, apiKey }] = await admin();
    const url = 'https://hooks.example.test/ingest?key=1';
    const before = ok(await running().call('GET', '/organisation', who));
    assert.deepEqual([before.webhook, before.webhookSecret], [null, null]);
    const made = ok(await set(who, url));
    assert.equal(made.webhook, url);
    assert.match(made.webhookSecret, /^whsec_[0-9A-Za-z]{43}$/);
    for (const holder of [who, { apiKey }]) {
      const { webhook, webhookSecret } = ok(await running().call('GET', '/organisation', holder));
      assert.deepEqual([webhook, webhookSecret], [url, made.webhookSecret]);
    }
    for (const { token } of [user, observer]) {
      const { webhook, webhookSecret } = ok(await running().call('GET', '/organisation', { token }));
      assert.deepEqual([webhook, webhookSecret], [undefined, undefined]);
      refused(await set({ token }, url), 403, 2001, { capability: 'webhook:set' });
    }
    ok(await set(who, null));
    assert.equal(ok(await running().call('GET', '/organisation', who)).webhook, null);
  });

  test('keeps its secret when it moves, and gets another when asked', async () => {
    const [who] = await admin();
    const { webhookSecret: first } = ok(await set(who, 'https://hooks.example.test/a'));
    const { webhookSecret: same } = ok(await set(who, 'https://hooks.example.test/b'));
    const { webhookSecret: other } = ok(await set(who, 'https://hooks.example.test/b', { rotateSecret: true }));
    assert.equal(same, first);
    assert.notEqual(other, first);
    const [stranger] = await admin();
    assert.notEqual(ok(await set(stranger, 'https://hooks.example.test/a')).webhookSecret, other);
  });

  test('is on record by its host, and stored so that nobody who reads the database can read it', async () => {
    const [who, { id }] = await admin();
    const { webhookSecret } = ok(await set(who, 'https://hooks.example.test/path-is-secret'));
    const [row] = ok(await running().call('GET', '/audit?action=setWebhook', who));
    assert.partialDeepStrictEqual(row, { outcome: 'allowed', detail: { host: 'hooks.example.test' } });
    const query = running().app.store.db.selectFrom('organisation').selectAll().where('id', '=', id);
    const stored = JSON.stringify([await query.execute(), row]);
    assert.equal(stored.includes('path-is-secret') || stored.includes(webhookSecret), false);
  });

  test('may have a name without an address yet, which is found out when it is called', async () => {
    const [who] = await admin();
    ok(await set(who, 'https://later.example.test/'));
    const answer = ok(await running().call('POST', `${WEBHOOK}/test`, who));
    assert.partialDeepStrictEqual(answer, { allowed: false, status: null, error: 'This host name has no address' });
  });
});

const FORBIDDEN = [
  'https://127.0.0.2/',
  'https://127.1.1.1:8443/x',
  'https://2130706434/',
  'https://0x7f.2/',
  'https://0x7f000002/',
  'https://0177.0.0.2/',
  'https://127.2/',
  'https://0/',
  'https://0.0.0.0/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.2]/',
  'https://[::ffff:7f00:2]/',
  'https://[::127.0.0.2]/',
  'https://[64:ff9b::10.0.0.1]/',
  'https://[2002:a00:1::]/',
  'https://[2001::1]/',
  'https://[fe80::1]/',
  'https://[fd00:ec2::254]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.0.1/',
  'https://100.64.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://１２７.0.0.2/',
  'https://127。0。0。2/',
  'https://loopback.example.test/',
  'https://LOOPBACK.example.test./',
  'https://six.example.test/',
  'https://mapped.example.test/',
  'https://mixed.example.test/',
  'https://half.example.test/',
  'https://metadata.example.test/',
];

const NO_WEBHOOKS = [
  'hooks.example.test/ingest',
  'ftp://hooks.example.test/',
  'file:///etc/passwd',
  'gopher://hooks.example.test/',
  'javascript:alert(1)',
  'data:text/plain,x',
  'ws://hooks.example.test/',
  'https://',
  'https://user@hooks.example.test/',
  'https://user:password@hooks.example.test/',
  'https://:password@hooks.example.test/',
  'https://hooks.example.test/#x',
  'http://hooks.example.test/',
  'http://93.184.215.14/',
  'http://later.example.test/',
  'https://hooks.example.test:99999/',
];

describe('What cannot be a webhook is refused, and nothing is called', () => {
  test('an address that is not public, in whatever notation and behind whatever name', async () => {
    const [who] = await admin();
    for (const url of FORBIDDEN) {
      const { reason } = refused(await set(who, url), 400, 1000, { parameter: 'webhook' });
      assert.match(reason, /may not be called/, url);
    }
    assert.equal(ok(await running().call('GET', '/organisation', who)).webhook, null);
  });

  test('another scheme, credentials in the URL, plain http to where the operator has not allowed it', async () => {
    const [who] = await admin();
    for (const url of NO_WEBHOOKS) refused(await set(who, url), 400, 1000, { parameter: 'webhook' });
    refused(await set(who, `https://hooks.example.test/${'a'.repeat(2_100)}`), 400, 1000);
    refused(await set(who, 7), 400, 1004);
    refused(await running().call('PUT', WEBHOOK, { ...who, body: {} }), 400, 1002, { required_parameter: 'webhook' });
    assert.equal(ok(await running().call('GET', '/organisation', who)).webhook, null);
  });

  test('a port of ours, though the operator allows the address', async () => {
    const [who] = await admin();
    const { url, rtmp, playout } = running();
    for (const ours of [url, rtmp, playout]) {
      const { port } = new URL(ours);
      refused(await set(who, `http://127.0.0.1:${port}/`), 400, 1000, { parameter: 'webhook' });
      refused(await set(who, `https://allowed.example.test:${port}/`), 400, 1000, { parameter: 'webhook' });
    }
    ok(await set(who, 'http://127.0.0.1:9/'));
    ok(await set(who, 'http://allowed.example.test:9/'));
  });
});

describe('What was checked when it was set is checked again at every call', () => {
  /** A stream of an organisation whose webhook is this. */
  async function streamWith(webhook: string) {
    const [who] = await admin();
    ok(await set(who, webhook));
    const stream = ok(await running().call('POST', '/stream', { ...who, body: {} }));
    const publish = async (): Promise<boolean> => {
      const publisher = await tryPublish(stream.ingest.rtmp);
      if (typeof publisher !== 'string') await publisher.close();
      return typeof publisher !== 'string';
    };
    const outcomes = async () =>
      (await running().call('GET', `${WEBHOOK}/deliveries`, who)).body.map(
        ({ outcome }: { outcome: string }) => outcome,
      );
    return { who, ingest: stream.ingest.rtmp, publish, outcomes };
  }

  test('a name that moves to a private address is called no more: neither for a test nor for a publish', async () => {
    await using inside = await receiver({ host: '127.0.0.2' });
    const name = 'moving.example.test';
    names.zone[name] = [['93.184.215.14'], ['127.0.0.2']];
    const { who, publish, outcomes } = await streamWith(`https://${name}:${inside.port}/`);
    const answer = ok(await running().call('POST', `${WEBHOOK}/test`, who));
    assert.partialDeepStrictEqual(answer, { allowed: false, status: null });
    assert.match(answer.error, /may not be called/);
    assert.equal(await publish(), false);
    assert.deepEqual(await outcomes(), ['forbidden-address', 'forbidden-address']);
    assert.deepEqual(inside.received, []);
  });

  test('the connection goes to the address that was checked: its name is not asked for a second time', async () => {
    await using checked = await receiver();
    const name = 'rebinding.example.test';
    // Set, test, publish: each finds the allowed address, and whoever asks once more within one of them another.
    names.zone[name] = [['127.0.0.1'], ['127.0.0.1'], ['127.0.0.1'], ['127.0.0.2']];
    const { who, ingest, publish, outcomes } = await streamWith(`http://${name}:${checked.port}/`);
    assert.equal(ok(await running().call('POST', `${WEBHOOK}/test`, who)).allowed, true);
    const publisher = await tryPublish(ingest);
    assert.ok(typeof publisher !== 'string');
    assert.equal(checked.received.length, 2);
    assert.equal(checked.received[0]?.headers.host, `${name}:${checked.port}`);
    assert.equal(names.asked.filter((asked) => asked === name).length, 6, 'an A and an AAAA question each');
    await publisher.close();
    assert.equal(await publish(), false);
    assert.ok((await outcomes()).includes('forbidden-address'));
    assert.equal(checked.received.length, 2);
  });

  test('a redirect is not followed, wherever it points', async () => {
    await using inside = await receiver({ host: '127.0.0.1' });
    await using outside = await receiver();
    for (const status of [301, 302, 303, 307, 308]) {
      const redirect = (response: import('node:http').ServerResponse) =>
        void response.writeHead(status, { Location: inside.url }).end();
      Object.assign(outside.answers, { publish: redirect, test: redirect });
      const { who, publish } = await streamWith(outside.url);
      const answer = ok(await running().call('POST', `${WEBHOOK}/test`, who));
      assert.partialDeepStrictEqual(answer, { allowed: false, status });
      assert.equal(await publish(), false);
    }
    assert.equal(outside.received.length, 10);
    assert.deepEqual(inside.received, []);
  });
});

describe('A test call', () => {
  test('says what the webhook answered and how long it took', async () => {
    await using hook = await receiver();
    const [who, { observer }] = await admin();
    refused(await running().call('POST', `${WEBHOOK}/test`, who), 409, 4090, { reason: 'no-webhook' });
    ok(await set(who, hook.url));
    const yes = ok(await running().call('POST', `${WEBHOOK}/test`, who));
    assert.partialDeepStrictEqual(yes, { allowed: true, status: 200, error: null });
    assert.ok(yes.tookMs >= 0 && yes.tookMs < 2_000);
    hook.answers['test'] = 500;
    const no = ok(await running().call('POST', `${WEBHOOK}/test`, who));
    assert.partialDeepStrictEqual(no, { allowed: false, status: 500, error: 'It answered 500, and only 200 is a yes' });
    refused(await running().call('POST', `${WEBHOOK}/test`, { token: observer.token }), 403, 2001);
    assert.equal(hook.received.length, 2);
    const [row] = ok(await running().call('GET', '/audit?action=testWebhook&outcome=allowed', who));
    assert.deepEqual(row.detail, { status: 500, outcome: 'refused' });
  });
});

describe('The list of calls', () => {
  test('is the organisation’s own, newest first, by pages', async () => {
    await using hook = await receiver();
    const [who, { user }] = await admin();
    const [stranger] = await admin();
    ok(await set(who, hook.url));
    for (const status of [200, 403, 200]) {
      hook.answers['test'] = status;
      ok(await running().call('POST', `${WEBHOOK}/test`, who));
    }
    const list = async (path: string, by = who) => ok(await running().call('GET', `${WEBHOOK}/deliveries${path}`, by));
    const all = await list('');
    assert.deepEqual(
      all.map(({ call, status }: { call: string; status: number }) => [call, status]),
      [
        ['test', 200],
        ['test', 403],
        ['test', 200],
      ],
    );
    const first = await list('?limit=2');
    assert.deepEqual(first, all.slice(0, 2));
    assert.deepEqual(await list(`?limit=2&cursor=${first[1].id}`), all.slice(2));
    assert.deepEqual(await list('', stranger), []);
    assert.deepEqual(await list(`?cursor=${first[0].id}`, stranger), []);
    refused(await running().call('GET', `${WEBHOOK}/deliveries`, { token: user.token }), 403, 2001);
    refused(await running().call('GET', `${WEBHOOK}/deliveries?cursor=x`, who), 400, 1000, { parameter: 'cursor' });
  });
});
