import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Running, start, type Tenant } from '../harness.ts';
import { assertOurs } from './shape.ts';
import { MARK } from './values.ts';
import { exchange, http, Wire } from './wire.ts';

let running: Running;
let tenant: Tenant;
before(async () => {
  running = await start();
  tenant = await running.tenant();
});
after(() => running[Symbol.asyncDispose]());

const JSON_TYPE = 'Content-Type: application/json';
const mine = () => `X-BINTU-TOKEN: ${tenant.admin.token}`;
const tagNames = async (): Promise<string[]> =>
  (await running.call('GET', '/tag', { token: tenant.admin.token })).body.map(({ name }: { name: string }) => name);

/** Every case is answered with this status, once, in our shape; after all of them the server serves. */
async function assertEach(cases: Readonly<Record<string, string | Buffer>>, status: number): Promise<void> {
  for (const [what, bytes] of Object.entries(cases)) {
    const { answers, text } = await exchange(running.url, bytes);
    assert.equal(answers.length, 1, `${what}: ${text.slice(0, 300)}`);
    assertOurs(answers[0]!, what);
    assert.equal(answers[0]!.status, status, `${what}: ${answers[0]!.text}`);
    assert.ok(!text.includes(MARK), `${what}: a secret is echoed`);
  }
  assert.equal((await running.call('GET', '/healthz')).status, 200);
}

test('what is not HTTP is told so in our own words', () =>
  assertEach(
    {
      'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
      'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'HTTP/9.9': 'GET /healthz HTTP/9.9\r\n\r\n',
      'an unknown method': http('FOO /healthz'),
      'a method in small letters': http('get /healthz'),
      'a header without a colon': http('GET /healthz', ['nonsense']),
      'a space before the colon': http('GET /healthz', [`X-BINTU-TOKEN : ${MARK}`]),
      'a folded header': http('GET /healthz', ['X-A: b', ' c']),
      'NUL in a header': http('GET /healthz', [`X-BINTU-TOKEN: ${MARK}\0`]),
      'lines without a carriage return': `GET /healthz HTTP/1.1\nHost: x\nX-BINTU-TOKEN: ${MARK}\n\n`,
      'only NUL': Buffer.alloc(64),
    },
    400,
  ));

test('a body whose length is said twice or in two ways is refused, and nothing of it is done', async () => {
  const post = (headers: string[], rest: string) =>
    `POST /tag HTTP/1.1\r\nHost: x\r\n${mine()}\r\n${JSON_TYPE}\r\n${headers.join('\r\n')}\r\n\r\n${rest}`;
  const body = '{"name":"smuggled"}';
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  await assertEach(
    {
      'length and chunks': post([`Content-Length: ${body.length}`, 'Transfer-Encoding: chunked'], chunked),
      'chunks and length': post(['Transfer-Encoding: chunked', 'Content-Length: 5'], chunked),
      'two lengths': post(['Content-Length: 5', `Content-Length: ${body.length}`], body),
      'a list of lengths': post(['Content-Length: 5, 19'], body),
      'a negative length': post(['Content-Length: -1'], body),
      'a length in hex': post(['Content-Length: 0x13'], body),
      'an unknown coding': post(['Transfer-Encoding: bogus'], body),
      'chunked, and then another': post(['Transfer-Encoding: chunked, identity'], chunked),
      'a chunk without a size': post(['Transfer-Encoding: chunked'], 'zz\r\nhello\r\n'),
      'a huge chunk size': post(['Transfer-Encoding: chunked'], 'fffffffffffffffff\r\nx'),
      'a chunk longer than it says': post(['Transfer-Encoding: chunked'], `3\r\n${body}\r\n0\r\n\r\n`),
    },
    400,
  );
  assert.ok(!(await tagNames()).includes('smuggled'));
});

test('what a client may leave out or add is tolerated', () =>
  assertEach(
    {
      'no version': 'GET /healthz\r\n\r\n',
      'HTTP/1.0': 'GET /healthz HTTP/1.0\r\n\r\n',
      'no Host': 'GET /healthz HTTP/1.1\r\n\r\n',
      'two Hosts': http('GET /healthz', ['Host: elsewhere']),
      'the whole URL': http('GET http://elsewhere.example/healthz'),
      'an upgrade that we do not know': http('GET /healthz', ['Connection: Upgrade', 'Upgrade: websocket']),
      'an expectation that we do not know': http('GET /healthz', ['Expect: the-unexpected']),
      'a body on a GET': http('GET /healthz', [JSON_TYPE], '{x}'),
      'an empty line first': `\r\n${http('GET /healthz')}`,
      '200 headers': http(
        'GET /healthz',
        Array.from({ length: 200 }, (_, n) => `X${n}: 1`),
      ),
      'a body after 100 Continue': http(
        'POST /tag',
        [mine(), JSON_TYPE, 'Expect: 100-continue'],
        '{"name":"continued"}',
      ),
    },
    200,
  ));

test('headers beyond measure are refused', () =>
  assertEach(
    {
      'one of 40 kB': http('GET /healthz', [`X-BINTU-TOKEN: ${MARK.repeat(2_500)}`]),
      '4,000 of them': http(
        'GET /healthz',
        Array.from({ length: 4_000 }, (_, n) => `X${n}: 1`),
      ),
    },
    413,
  ));

test('without a body, with half of one or with none in the end, nothing is done and no 5xx is said', async () => {
  const head = (length: number) =>
    `POST /tag HTTP/1.1\r\nHost: x\r\n${mine()}\r\n${JSON_TYPE}\r\nContent-Length: ${length}\r\n\r\n`;
  for (const [sent, length] of [
    ['', 19],
    ['{"name":"half"', 15],
    ['{"name":"half"}', 16],
  ] as const) {
    using wire = new Wire(running.url);
    wire.send(head(length) + sent);
    wire.socket.end();
    const { answers } = await wire.settled();
    for (const answer of answers) {
      assertOurs(answer, `half a body of ${length}`);
      assert.equal(answer.status, 400);
    }
  }
  assert.ok(!(await tagNames()).includes('half'));
});

test('a body that comes one byte at a time holds nobody up and counts when it is whole', async () => {
  const body = '{"name":"drop by drop"}';
  using wire = new Wire(running.url);
  for (const byte of http('POST /tag', [mine(), JSON_TYPE], body)) {
    wire.send(byte);
    if (body.includes(byte)) await new Promise((resolve) => setTimeout(resolve, 3));
  }
  assert.equal((await running.call('GET', '/healthz')).status, 200);
  const { answers } = await wire.settled();
  assert.equal(answers[0]?.status, 200);
  assert.ok((await tagNames()).includes('drop by drop'));
});

test('requests sent in one go are answered one by one and in order', async () => {
  const three = ['/user/me', '/healthz', '/nowhere'].map((path) => http(`GET ${path}`, [mine()])).join('');
  const { answers } = await exchange(running.url, three, 3);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 404],
  );
  assert.match(answers[0]!.text, /"capabilities"/);
  assert.match(answers[1]!.text, /"engine"/);
});

test('a connection that sent garbage is closed, also when the client does not close its side', async () => {
  const wires = Array.from({ length: 30 }, () => new Wire(running.url));
  try {
    for (const wire of wires) wire.send('garbage\r\n\r\n');
    for (const wire of wires) assert.equal((await wire.settled()).answers[0]?.status, 400);
    const open = () => new Promise<number>((resolve) => running.app.server.server.getConnections((_, n) => resolve(n)));
    const limit = Date.now() + 3_000;
    while ((await open()) >= wires.length && Date.now() < limit)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok((await open()) < wires.length, 'no connection is kept');
  } finally {
    for (const wire of wires) wire[Symbol.dispose]();
  }
});
