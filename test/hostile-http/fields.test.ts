import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Running } from '../harness.ts';
import { engines } from '../revocation/engines.ts';
import { type Operation, operationsOf, Samples } from './document.ts';
import { type Answered, assertOurs } from './shape.ts';
import { HOSTILE_JSON, HOSTILE_TEXTS, MARK } from './values.ts';

interface Try {
  operation: Operation;
  target: string;
  /** JSON text. */
  body?: string;
  what: string;
}

/** The body of an operation with one field replaced by this text. */
const withField = (good: Record<string, unknown>, field: string, json: string): string => {
  const rest = Object.entries(good).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${[...rest, `${JSON.stringify(field)}:${json}`].join(',')}}`;
};

function* bodies(operation: Operation, samples: Samples): Generator<Try> {
  const { body, name, method } = operation;
  if (method === 'GET') return;
  const make = (text: string, what: string) => ({ operation, target: samples.target(operation), body: text, what });
  for (const json of HOSTILE_JSON) yield make(json, `${name}: the body ${json.slice(0, 60)}`);
  if (!body) return;
  const fields = Object.keys(body.properties ?? {});
  yield make(JSON.stringify(Object.fromEntries(fields.map((field) => [field, null]))), `${name}: null everywhere`);
  for (const field of fields)
    for (const json of HOSTILE_JSON)
      yield make(withField(samples.body(operation, field), field, json), `${name}: ${field} = ${json.slice(0, 60)}`);
  for (const extra of [
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'organisation',
    'role',
    '',
    '\0',
    MARK,
  ])
    yield make(withField(samples.body(operation), extra, '{"prototype":{"polluted":true}}'), `${name}: extra ${extra}`);
}

function* queries(operation: Operation, samples: Samples): Generator<Try> {
  const make = (query: string) => {
    const target = `${samples.target(operation)}?${query}`;
    return { operation, target, what: `${operation.method} ${target.slice(0, 200)}` };
  };
  const declared = Object.keys(operation.inQuery);
  for (const field of [...declared, '__proto__', 'constructor', 'unknown']) {
    yield make(field);
    yield make(`${field}=1&${field}=2&${field}[]=3`);
    yield make(`${field}[a][b]=1&${field}[__proto__]=2&${field}[]=`);
    // What a name that nobody reads is given matters less.
    for (const text of declared.includes(field) ? HOSTILE_TEXTS : HOSTILE_TEXTS.filter((_, n) => n % 5 === 0))
      for (const name of [field, `${field}[]`]) yield make(`${name}=${encodeURIComponent(text)}`);
  }
  for (const query of ['%', '%ff=%ff', '&&&', '=', '?', '[]=', '%00=%00', '__proto__[polluted]=1']) yield make(query);
}

function* paths(operation: Operation, samples: Samples): Generator<Try> {
  for (const field of operation.inPath)
    for (const text of HOSTILE_TEXTS) {
      const target = samples.target(operation, { [field]: text });
      yield { operation, target, what: `${operation.method} ${target.slice(0, 200)}` };
    }
}

async function send(running: Running, token: string, { operation, target, body }: Try): Promise<Answered> {
  const response = await fetch(running.url + target, {
    method: operation.method,
    headers: { 'X-BINTU-TOKEN': token, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
}

/** Where a secret is what is shown, or a name that was sent is what is stored. */
const SECRET_FIELDS = /: (password|oldPassword|resetToken|streamname) = /;

for (const engine of engines) {
  test(`no value in any field of any route is more than a refusal (${engine.name})`, {
    timeout: 180_000,
  }, async (t) => {
    await using started = await engine.start();
    const { running } = started;
    const tenant = await running.tenant();
    const samples = await Samples.make(running, tenant);
    const statuses = new Map<number, number>();
    const operations = (await operationsOf(running)).filter(({ path }) => path !== '/openapi.json');
    assert.ok(operations.length > 25, `${operations.length} operations in the document`);
    for (const operation of operations) {
      const all = [...bodies(operation, samples), ...queries(operation, samples), ...paths(operation, samples)];
      // Nearly all of them are decided above the store: the second engine gets every third.
      const tries = engine.name === 'sqlite' ? all : all.filter((_, n) => n % 3 === 0);
      for (let n = 0; n < tries.length; n += 8)
        await Promise.all(
          tries.slice(n, n + 8).map(async (one) => {
            const answered = await send(running, tenant.admin.token, one);
            assertOurs(answered, one.what);
            statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1);
            if (SECRET_FIELDS.test(one.what)) assert.ok(!answered.text.includes(MARK), `${one.what} is echoed`);
            assert.ok(!answered.text.includes(tenant.admin.token), `${one.what}: the token is echoed`);
          }),
        );
    }
    t.diagnostic(`${operations.length} operations; answers: ${JSON.stringify(Object.fromEntries(statuses))}`);
    assert.ok((statuses.get(400) ?? 0) > 1_000 && (statuses.get(200) ?? 0) > 100);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal((await running.call('GET', '/healthz')).status, 200);
  });
}
