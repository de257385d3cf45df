import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tenant } from '../harness.ts';
import { type Ingest, tryPublish } from '../wire/encoders.ts';
import { onStage, type Stage, stage } from '../wire/stage.ts';
import { expectedSignature, type Receiver, receiver } from './receiver.ts';

let on: Stage;
before(async () => {
  on = await stage({ env: { LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1' } });
});
after(() => on[Symbol.asyncDispose]());

const WEBHOOK = '/organisation/webhook';

interface Hooked extends AsyncDisposable {
  hook: Receiver;
  tenant: Tenant;
  secret: string;
  ingest: Ingest;
  stream: string;
  refusals(): Promise<{ action: string; detail: Record<string, unknown> }[]>;
  deliveries(): Promise<{ call: string; outcome: string; status: number | null; attempts: number }[]>;
}

/** An organisation with a stream and a receiver that its webhook names. */
async function hooked(): Promise<Hooked> {
  const tenant = await on.running.tenant();
  const hook = await receiver();
  const admin = { token: tenant.admin.token };
  const set = await on.running.call('PUT', WEBHOOK, { ...admin, body: { webhook: hook.url } });
  assert.equal(set.status, 200, JSON.stringify(set.body));
  const { body } = await on.running.call('POST', '/stream', { ...admin, body: {} });
  const { ingest, stream } = onStage(body);
  const read = async (path: string) => (await on.running.call('GET', path, admin)).body;
  return {
    hook,
    tenant,
    secret: set.body.webhookSecret,
    ingest,
    stream: stream.id,
    refusals: () => read(`/audit?outcome=refused&target=${stream.id}`),
    deliveries: () => read(`${WEBHOOK}/deliveries`),
    [Symbol.asyncDispose]: () => hook[Symbol.asyncDispose](),
  };
}

const withQuery = (ingest: Ingest, query: string): Ingest => ({
  ...ingest,
  streamname: `${ingest.streamname}?${query}`,
});

async function publishes(ingest: Ingest): Promise<boolean> {
  const publisher = await tryPublish(ingest);
  if (typeof publisher === 'string') return false;
  await publisher.close();
  return true;
}

describe('A publish asks the webhook first', () => {
  test('and is let in by 200, with a form that says who wants to publish what', async () => {
    await using it = await hooked();
    const publisher = await tryPublish(it.ingest);
    assert.ok(typeof publisher !== 'string');
    await on.running.app.services.live.settled();
    const [call, ...others] = it.hook.received;
    assert.ok(call);
    assert.deepEqual(others, []);
    assert.deepEqual([call.method, call.path], ['POST', '/hook?key=of-the-receiver']);
    assert.equal(call.headers['content-type'], 'application/x-www-form-urlencoded');
    const { clientid, ...fields } = Object.fromEntries(call.form);
    assert.deepEqual(fields, { call: 'publish', name: it.ingest.streamname, app: 'live', addr: '127.0.0.1' });
    assert.match(clientid!, /^[0-9a-f-]{36}$/);
    assert.equal(call.headers['x-lockkeeper-signature'], expectedSignature(it.secret, call));
    assert.notEqual(call.headers['x-lockkeeper-signature'], expectedSignature('another secret', call));
    const [, seconds] = /^t=(\d+)/.exec(String(call.headers['x-lockkeeper-signature']))!;
    assert.ok(Math.abs(Number(seconds) * 1_000 - call.at) < 3_000);
    assert.partialDeepStrictEqual(await it.deliveries(), [
      { call: 'publish', outcome: 'allowed', status: 200, attempts: 1 },
    ]);
    await publisher.close();
  });

  for (const status of [201, 204, 302, 400, 403, 404, 500, 503]) {
    test(`and is refused by ${status}`, async () => {
      await using it = await hooked();
      it.hook.answers['publish'] = (response) => response.writeHead(status, { Location: it.hook.url }).end();
      assert.equal(await publishes(it.ingest), false);
      await sleep(20);
      // No redirect is followed.
      assert.equal(it.hook.received.length, 1);
      assert.partialDeepStrictEqual(await it.deliveries(), [{ call: 'publish', outcome: 'refused', status }]);
      const [row] = await it.refusals();
      assert.equal(row?.action, 'publish');
      assert.equal(row?.detail['message'], 'The webhook refused');
      assert.equal(JSON.stringify(row).includes(it.ingest.streamname), false);
      delete it.hook.answers['publish'];
      assert.equal(await publishes(it.ingest), true);
    });
  }

  test('and is refused where what is stored of the webhook is damaged', async () => {
    await using it = await hooked();
    const { store } = on.running.app;
    const row = () => store.db.selectFrom('organisation').selectAll().where('id', '=', it.tenant.id);
    const { webhook_cipher, webhook_secret_cipher } = await row().executeTakeFirstOrThrow();
    const admittedWith = async (damage: { webhook_cipher?: string; webhook_secret_cipher?: string | null }) => {
      await store.transaction(async ({ db }) => {
        const stored = { webhook_cipher, webhook_secret_cipher, ...damage };
        await db.updateTable('organisation').set(stored).where('id', '=', it.tenant.id).execute();
      });
      return publishes(it.ingest);
    };
    assert.equal(await admittedWith({ webhook_secret_cipher: null }), false);
    assert.equal(await admittedWith({ webhook_cipher: 'damaged' }), false);
    assert.equal(await admittedWith({}), true);
  });

  test('and is refused when the answer takes more than two seconds, let in when it takes less', async () => {
    await using it = await hooked();
    it.hook.answers['publish'] = (response) => setTimeout(() => response.writeHead(200).end(), 2_600);
    const start = performance.now();
    const late = publishes(it.ingest);
    await using other = await hooked();
    other.hook.answers['publish'] = (response) => setTimeout(() => response.writeHead(200).end(), 1_200);
    assert.equal(await publishes(other.ingest), true);
    assert.equal(await late, false);
    const took = performance.now() - start;
    assert.ok(took > 1_900 && took < 2_900, `${took} ms`);
    assert.partialDeepStrictEqual(await it.deliveries(), [{ call: 'publish', outcome: 'timeout', status: null }]);
  });

  test('and is refused when the receiver is away, hangs up or talks nonsense', async () => {
    await using it = await hooked();
    it.hook.answers['publish'] = (response) => response.socket!.destroy();
    assert.equal(await publishes(it.ingest), false);
    it.hook.answers['publish'] = (response) => response.socket!.end('HTTP/9 maybe\r\n\r\n');
    assert.equal(await publishes(it.ingest), false);
    it.hook.answers['publish'] = (response) => response.writeHead(200, { 'X-Long': 'a'.repeat(12_000) }).end();
    assert.equal(await publishes(it.ingest), false);
    await it.hook[Symbol.asyncDispose]();
    assert.equal(await publishes(it.ingest), false);
    const outcomes = (await it.deliveries()).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['connection-refused', 'failed', 'connection-lost']);
  });

  test('and of what the answer says besides its status nothing is waited for', async () => {
    await using it = await hooked();
    let sent = 0;
    it.hook.answers['publish'] = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => {
        sent += 65_536;
        response.write('a'.repeat(65_536));
      }, 1);
      response.once('close', () => clearInterval(timer));
    };
    assert.equal(await publishes(it.ingest), true);
    const soon = sent;
    await sleep(50);
    assert.ok(sent - soon <= 2 * 65_536, 'the receiver went on sending');
  });

  test('and a lock that comes meanwhile wins over its yes', async () => {
    await using it = await hooked();
    const { promise: asked, resolve: ask } = Promise.withResolvers<() => void>();
    it.hook.answers['publish'] = (response) => ask(() => response.writeHead(200).end());
    const publishing = tryPublish(it.ingest);
    const allow = await asked;
    const lock = await on.control('lock', it.stream, { token: it.tenant.admin.token });
    assert.deepEqual([lock.status, lock.body.enforced], [200, true]);
    allow();
    assert.equal(typeof (await publishing), 'string');
    assert.equal(await publishes(it.ingest), false);
    assert.equal(it.hook.received.length, 1, 'a locked stream is not asked about');
  });

  test('unless the organisation has none: then nobody is asked', async () => {
    await using it = await hooked();
    const admin = { token: it.tenant.admin.token };
    assert.equal((await on.running.call('PUT', WEBHOOK, { ...admin, body: { webhook: null } })).status, 200);
    assert.equal(await publishes(it.ingest), true);
    assert.equal(await publishes(withQuery(it.ingest, 'name=other')), true);
    assert.deepEqual(it.hook.received, []);
  });

  test('and who is refused again and again fills no log', async () => {
    await using it = await hooked();
    it.hook.answers['publish'] = 403;
    for (let i = 0; i < 4; i++) assert.equal(await publishes(it.ingest), false);
    const rows = await it.deliveries();
    assert.equal(rows.length, 1);
    assert.equal(rows[0]?.attempts, 4);
    it.hook.answers['publish'] = 200;
    assert.equal(await publishes(it.ingest), true);
    assert.deepEqual((await it.deliveries()).map(({ outcome }) => outcome).slice(-2), ['allowed', 'refused']);
  });
});

/** Ways to write a name that one parser or another reads as one of ours. */
const INJECTIONS = [
  'name=victim&call=play',
  'name=victim',
  'a=1&name=victim',
  'NAME=victim',
  'Name=victim',
  'name[]=victim',
  'name[0]=victim',
  '[name]=victim',
  'n%61me=victim',
  '%6e%61%6d%65=victim',
  'n%2561me=victim',
  'name%00=victim',
  'name%00x=victim',
  'name%20=victim',
  '+name=victim',
  '%20name=victim',
  '%09name=victim',
  'name.=victim',
  'name%5B%5D=victim',
  'na%ffme=victim',
  '%EF%BD%8Eame=victim',
  'name',
  'a=1;name=victim',
  'call=play',
  'app=other',
  'addr=10.0.0.1',
  'clientid=1',
  'client.id=1',
  'time=1',
  'timestamp=1',
  'time%C5%BFtamp=1',
  'bytes_in=1',
  'bytes.in=1',
  'bytes in=1',
  'BYTES_OUT[]=1',
];

describe('What an encoder adds to the name', () => {
  test('is passed on behind our own fields, but for tokens', async () => {
    await using it = await hooked();
    const query =
      'user=anna&note=a%26call%3Dplay+b&user=bert&token=secret-1&jwt=secret-2&Token[]=secret-3&named=x&recall=y';
    assert.equal(await publishes(withQuery(it.ingest, query)), true);
    const [call] = await it.hook.calls('publish');
    const fields = [...call!.form].map(([name]) => name);
    assert.deepEqual(fields.slice(0, 5), ['call', 'name', 'app', 'addr', 'clientid']);
    assert.deepEqual(fields.slice(5), ['user', 'note', 'user', 'named', 'recall']);
    assert.equal(call!.form.get('note'), 'a&call=play b');
    assert.equal(call!.form.get('name'), it.ingest.streamname);
    assert.equal(call!.body.includes('secret-'), false);
    assert.equal(call!.body.includes('call=play'), false);
  });

  test('never overwrites a field of ours: who tries is refused, and the webhook hears nothing of it', async () => {
    await using it = await hooked();
    for (const query of INJECTIONS) assert.equal(await publishes(withQuery(it.ingest, query)), false, query);
    assert.deepEqual(it.hook.received, []);
    const [row] = await it.refusals();
    assert.equal(row?.action, 'publish');
    assert.match(String(row?.detail['message']), /repeats a field/);
    assert.equal(JSON.stringify(row).includes('victim'), false);
    assert.equal(await publishes(withQuery(it.ingest, 'names=x&a[name]=y&apple=z')), true);
  });
});
