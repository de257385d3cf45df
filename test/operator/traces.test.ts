import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { start } from '../harness.ts';

interface SentSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** A collector that takes OTLP over HTTP, as JSON. */
describe('Traces', () => {
  let collector: Server;
  let url: string;
  const bodies: string[] = [];
  before(async () => {
    collector = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      bodies.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
  });
  after(() => void collector.close());

  const spans = (): SentSpan[] =>
    bodies.flatMap((body) =>
      JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: SentSpan[] }[] }) =>
        resource.scopeSpans.flatMap((scope) => scope.spans),
      ),
    );

  test('say which request changed something, and name nobody', async () => {
    const { id, hash, apiKey, admin } = await (async () => {
      await using running = await start({ env: { LOCKKEEPER_OTLP_URL: url, LOCKKEEPER_TRUST_PROXY: '127.0.0.1' } });
      const tenant = await running.tenant('River TV');
      const { token } = tenant.user;
      const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await running.call('POST', '/stream', { token, body: { tags: ['evening'] } });
      await running.call('GET', '/tag', { token, headers: { traceparent: parent } });
      const proxied = { traceparent: parent, 'X-Forwarded-For': '198.51.100.7' };
      await running.call('GET', '/organisation', { token, headers: proxied });
      return tenant;
    })();
    const sent = spans();
    const made = sent.find(({ name }) => name === 'POST /stream')!;
    const inside = sent.filter(({ parentSpanId }) => parentSpanId === made.spanId);
    assert.deepEqual(
      inside.map(({ name }) => name),
      ['transaction'],
    );
    const status = made.attributes.find(({ key }) => key === 'http.response.status_code');
    assert.equal(Number(status?.value['intValue']), 200);
    const direct = sent.find(({ name }) => name === 'GET /tag')!;
    assert.notEqual(direct.traceId, '0af7651916cd43dd8448eb211c80319c', 'a stranger chooses no trace');
    const proxied = sent.findLast(({ name }) => name === 'GET /organisation')!;
    assert.equal(proxied.traceId, '0af7651916cd43dd8448eb211c80319c');
    for (const secret of [id, hash, apiKey, admin.email, admin.token, 'River TV', 'evening'])
      assert.ok(!bodies.join().includes(secret), secret);
  });

  test('are not even made unless somebody asks for them', async () => {
    bodies.length = 0;
    await using running = await start();
    await running.call('GET', '/healthz');
    assert.deepEqual(bodies, []);
  });
});
