import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { engines } from '../revocation/engines.ts';
import { type Operation, operationsOf, Samples, type Schema } from './document.ts';
import { assertOurs } from './shape.ts';

const RUNS = { sqlite: 1_500, postgres: 500 };
const NAMES = { sqlite: 150, postgres: 100 };
/** Texts of any code units, halves of pairs and NUL included. */
const anyText = fc.string({ unit: 'binary', maxLength: 130 });

/** What a field's own schema allows, or nearly; and sometimes anything at all. */
function arbitrary(schema: Schema): fc.Arbitrary<unknown> {
  const anything = { weight: 1, arbitrary: fc.jsonValue({ depthSize: 'small', noUnicodeString: false }) };
  const near = [schema.type].flat().map((type): fc.Arbitrary<unknown> => {
    if (schema.enum) return fc.oneof(fc.constantFrom(...schema.enum), anyText);
    if (type === 'integer') return fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double());
    if (type === 'array') return fc.array(schema.items ? arbitrary(schema.items) : fc.jsonValue(), { maxLength: 8 });
    if (type === 'boolean') return fc.boolean();
    if (type === 'null') return fc.constant(null);
    if (type === 'object') return fc.dictionary(anyText, fc.jsonValue());
    return fc.oneof(
      anyText,
      fc.uuid(),
      fc.emailAddress(),
      fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
    );
  });
  return fc.oneof(anything, ...near.map((one) => ({ weight: 3, arbitrary: one })));
}

interface Call {
  operation: Operation;
  target: string;
  body: unknown;
}

/** A call with random values in some of its fields and good ones in the others. */
function callOf(operation: Operation, samples: Samples): fc.Arbitrary<Call> {
  const fields = (all: Readonly<Record<string, Schema>>) =>
    fc.record(Object.fromEntries(Object.entries(all).map(([name, schema]) => [name, arbitrary(schema)])), {
      requiredKeys: [],
    });
  const parts = fc.record({
    path: fc.dictionary(
      fc.constantFrom('', ...operation.inPath),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
    ),
    query: fields(operation.inQuery),
    body: fields(operation.body?.properties ?? {}),
  });
  return parts.map(({ path, query, body }) => {
    const text = Object.entries(query).flatMap(([name, value]) =>
      [value]
        .flat()
        .map(
          (one) =>
            `${name}${Array.isArray(value) ? '[]' : ''}=${encodeURIComponent((typeof one === 'string' ? one : JSON.stringify(one)).toWellFormed())}`,
        ),
    );
    // `.` and `..` are steps on the way, and fetch takes them.
    const named = Object.fromEntries(Object.entries(path).filter(([, value]) => !/^\.{1,2}$/.test(value)));
    return {
      operation,
      target: `${samples.target(operation, named)}?${text.join('&')}`,
      body: operation.body ? { ...samples.body(operation, 'email' in body ? 'email' : ''), ...body } : undefined,
    };
  });
}

for (const engine of engines) {
  test(`whatever is sent in whichever field, the answer is one of ours (${engine.name})`, {
    timeout: 120_000,
  }, async () => {
    await using started = await engine.start();
    const { running } = started;
    const tenant = await running.tenant();
    const samples = await Samples.make(running, tenant);
    const operations = (await operationsOf(running)).filter(({ path }) => path !== '/openapi.json');
    const calls = fc.constantFrom(...operations).chain((operation) => callOf(operation, samples));
    const property = fc.asyncProperty(calls, async ({ operation, target, body }) => {
      const response = await fetch(running.url + target, {
        method: operation.method,
        headers: {
          'X-BINTU-TOKEN': tenant.admin.token,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const contentType = response.headers.get('content-type') ?? '';
      assertOurs({ status: response.status, contentType, text: await response.text() }, operation.name);
    });
    await fc.assert(property, { numRuns: RUNS[engine.name], interruptAfterTimeLimit: 60_000 });
    assert.equal((await running.call('GET', '/healthz')).status, 200);
  });

  test(`a name that is accepted is kept to the letter (${engine.name})`, { timeout: 60_000 }, async () => {
    await using started = await engine.start();
    const { call, tenant } = started.running;
    const { token } = (await tenant()).admin;
    let kept = 0;
    const property = fc.asyncProperty(
      fc.oneof(anyText, fc.string({ unit: 'grapheme', maxLength: 60 })),
      async (name) => {
        // As a part of a path they are steps on the way, and fetch takes them.
        fc.pre(name !== '.' && name !== '..');
        const made = await call('POST', '/tag', { token, body: { name } });
        if (made.status !== 200) return assert.equal(made.status, 400);
        kept++;
        assert.equal(made.body.name, name);
        assert.deepEqual((await call('GET', '/tag', { token })).body, [{ name, streams: 0 }]);
        const gone = await call('DELETE', `/tag/${encodeURIComponent(name)}`, { token });
        assert.deepEqual([gone.status, gone.body], [200, { name, deleted: true }]);
      },
    );
    await fc.assert(property, {
      numRuns: NAMES[engine.name],
      examples: [['half \ud800 pair'], ['\udfff'], ['\0'], ['\u{1f600}'], ['e\u0301'], ['a/b?c#d%2F']],
    });
    assert.ok(kept > 10, `${kept} names were accepted`);
  });
}
