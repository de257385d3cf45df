import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { type NameServer, nameServer } from '../egress/name-server.ts';
import { serverForFile } from '../http/helpers.ts';
import { tryPublish } from '../wire/encoders.ts';
import { selfSigned } from './certificate.ts';
import { ALLOWED, hooked, WEBHOOK } from './hooked.ts';
import { receiver } from './receiver.ts';

const running = serverForFile({ env: ALLOWED });
let names: NameServer;
const trusted = tls.getCACertificates('default');
before(async () => {
  names = await nameServer();
  names.zone = { 'hooks.example.test': [['127.0.0.1']], 'other.example.test': [['127.0.0.1']] };
});
after(() => {
  names[Symbol.dispose]();
  tls.setDefaultCACertificates(trusted);
});

test('over https the webhook is called by its name, and only if its certificate can be trusted for it', async () => {
  const certificate = selfSigned('hooks.example.test');
  await using hook = await receiver({ tls: certificate });
  const { port } = hook;
  const attempt = async (host: string) => {
    const it = await hooked(running(), `https://${host}:${port}/`);
    const publisher = await tryPublish(it.ingest);
    if (typeof publisher !== 'string') await publisher.close();
    const { body } = await running().call('POST', `${WEBHOOK}/test`, it.who);
    const [, { outcome } = { outcome: null }] = await it.deliveries();
    return [typeof publisher !== 'string', body.allowed, outcome === 'delivered' ? 'allowed' : outcome];
  };
  assert.deepEqual(await attempt('hooks.example.test'), [false, false, 'certificate']);
  assert.equal(hook.received.length, 0);

  tls.setDefaultCACertificates([...trusted, certificate.cert]);
  assert.deepEqual((await attempt('hooks.example.test')).slice(0, 2), [true, true]);
  assert.deepEqual(await attempt('other.example.test'), [false, false, 'certificate']);
  assert.deepEqual(await attempt('127.0.0.1'), [false, false, 'certificate']);
  // What is told of the first one's end may still be on its way here.
  const hosts = new Set(hook.received.map(({ headers }) => headers.host));
  assert.deepEqual([...hosts], [`hooks.example.test:${port}`]);
});
