import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Running, request, start, type Tenant } from '../harness.ts';
import { type Loop, loopPublish } from '../wire/encoders.ts';

describe("The operator's port", () => {
  let running: Running;
  let tenant: Tenant;
  let base: string;
  before(async () => {
    running = await start({ env: { LOCKKEEPER_OPERATOR: '127.0.0.1:0' } });
    tenant = await running.tenant('River TV');
    base = `http://${running.operator}`;
  });
  after(() => running[Symbol.asyncDispose]());

  /** The value of one series, as Prometheus would read it; undefined when it is not there. */
  async function read(series: string): Promise<number | undefined> {
    const { body } = await request(base, 'GET', '/metrics');
    const line = (body as string).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  }

  test('gives Prometheus the figures of the process and of the API', async () => {
    const { status, headers, body } = await request(base, 'GET', '/metrics');
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    for (const [, line] of (body as string).split('\n').entries())
      assert.match(line, /^$|^# (HELP|TYPE) |^[a-zA-Z_:][\w:]*(\{[^{}]*\})? [-+\d.eNaIf]+$/);
    assert.equal(await read('lockkeeper_engine_up'), 1);
    const count = 'lockkeeper_http_request_duration_seconds_count{operation="listTags",status="2xx"}';
    const before = (await read(count)) ?? 0;
    await running.call('GET', '/tag', { token: tenant.observer.token });
    assert.equal(await read(count), before + 1);
  });

  test('counts refusals apart, and paths that nobody knows as one', async () => {
    await running.call('GET', '/tag');
    await running.call('GET', `/nowhere/${tenant.id}`);
    await running.call('GET', `/nowhere/else/${tenant.id}`);
    assert.equal(await read('lockkeeper_http_request_duration_seconds_count{operation="listTags",status="4xx"}'), 1);
    assert.equal(await read('lockkeeper_http_request_duration_seconds_count{operation="none",status="4xx"}'), 2);
  });

  test('says what is on air, and what the gate answered', async () => {
    const { body } = await running.call('POST', '/stream', { token: tenant.user.token });
    const allowed = 'lockkeeper_media_verdicts_total{action="publish",outcome="allowed"}';
    const before = (await read(allowed)) ?? 0;
    const loop: Loop = loopPublish(body.ingest.rtmp);
    try {
      while ((await read('lockkeeper_streams_live')) !== 1) await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(await read(allowed), before + 1);
      const wrong = loopPublish({ ...body.ingest.rtmp, streamname: `${body.ingest.rtmp.streamname}x` });
      await wrong.ended;
      assert.equal(await read('lockkeeper_media_verdicts_total{action="publish",outcome="unknown"}'), 1);
    } finally {
      await loop[Symbol.asyncDispose]();
    }
  });

  test('says how many alerts are open, by severity', { timeout: 20_000 }, async () => {
    const open = (severity: string) => read(`lockkeeper_alerts_open{severity="${severity}"}`);
    assert.deepEqual([await open('Critical'), await open('Moderate'), await open('Minor')], [0, 0, 0]);
    const { status } = await running.call('PUT', '/user/permission', {
      token: tenant.admin.token,
      body: { id: tenant.user.id, permission: 'nanoAdmin' },
    });
    assert.equal(status, 200);
    while ((await open('Minor')) !== 1) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual([await open('Critical'), await open('Moderate')], [0, 0]);
  });

  test('names no tenant, nobody, and nothing that opens anything', async () => {
    const { body } = await request(base, 'GET', '/metrics');
    for (const secret of [tenant.id, tenant.hash, tenant.apiKey, tenant.admin.email, tenant.admin.token, 'River TV'])
      assert.ok(!(body as string).includes(secret), secret);
  });

  test('has no more series after a hundred names that nobody knows', async () => {
    const lines = async () => ((await request(base, 'GET', '/metrics')).body as string).split('\n').length;
    await running.call('GET', '/nowhere');
    const before = await lines();
    await Promise.all(Array.from({ length: 100 }, (_, n) => running.call('GET', `/stream/${n}/live-${n}`)));
    assert.equal(await lines(), before);
  });

  test('says whether the parts work', async () => {
    const { status, body } = await request(base, 'GET', '/healthz');
    assert.deepEqual([status, body], [200, { status: 'ok', database: 'up', engine: 'up' }]);
  });

  test('has nothing else, and takes nothing', async () => {
    assert.equal((await request(base, 'GET', '/stream')).status, 404);
    assert.equal((await request(base, 'POST', '/metrics')).status, 405);
    assert.equal(
      (await running.call('GET', '/metrics', { token: tenant.admin.token })).status,
      404,
      'nor has the API it',
    );
  });
});

test('Without the port there is none', async () => {
  await using running = await start();
  assert.equal(running.operator, null);
});
