import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { EVENT_STREAM, isPage } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { type Running, start } from '../harness.ts';
import { rolesHolding } from '../house/table.ts';
import { SAMPLES } from './samples.ts';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: object;
}

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  'x-capability': string | null;
  'x-roles'?: string[];
}

const routes = allRoutes(() => ({}));
const asTemplate = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');

let running: Running;
// biome-ignore lint/suspicious/noExplicitAny: the document's shape is what these tests are about
let document: any;
const operations: { at: string; path: string; operation: Operation }[] = [];

before(async () => {
  running = await start();
  document = (await running.call('GET', '/openapi.json')).body;
  for (const [path, item] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      operations.push({ at: `${method.toUpperCase()} ${path}`, path, operation });
    }
  }
});
after(() => running[Symbol.asyncDispose]());

describe('the OpenAPI document tells the truth about access', () => {
  test('every route but the pages for people is in it exactly once, and nothing else is', () => {
    const ours = routes.filter((route) => !isPage(route)).map(({ method, path }) => `${method} ${asTemplate(path)}`);
    assert.deepEqual(operations.map(({ at }) => at).sort(), ours.sort());
  });

  test('every operation names the capability that the contract gives it, and the roles that hold it', () => {
    for (const { at, operation } of operations) {
      const needs = SAMPLES[operation.operationId]?.needs;
      assert.ok(needs, at);
      const expected = needs === 'public' ? [null, undefined] : [needs, rolesHolding(needs)];
      assert.deepEqual([operation['x-capability'], operation['x-roles']], expected, at);
    }
  });

  test('its security says which credentials open an operation, and where none is needed', () => {
    for (const { at, operation } of operations) {
      const { needs, anonymous } = SAMPLES[operation.operationId]!;
      const schemes = operation.security.map((entry) => Object.keys(entry)[0] ?? 'nothing');
      const guarded = ['token', 'bearer', 'apiKey'];
      if (needs === 'public') assert.deepEqual(schemes, [], at);
      else if (needs === 'stream:read-public') assert.deepEqual(schemes, [...guarded, 'playerKey'], at);
      else assert.deepEqual(schemes, anonymous ? [...guarded, 'nothing'] : guarded, at);
      for (const scheme of schemes.filter((name) => name !== 'nothing')) {
        assert.ok(scheme in document.components.securitySchemes, scheme);
      }
    }
  });
});

describe('the OpenAPI document is valid', () => {
  test('it is 3.1 with a title, a version and a licence', () => {
    assert.equal(document.openapi, '3.1.0');
    assert.match(document.info.title, /./);
    assert.match(document.info.version, /^\d+\.\d+\.\d+/);
    assert.equal(document.info.license.identifier, 'Apache-2.0');
    assert.deepEqual(
      Object.keys(document.paths).filter((path) => !path.startsWith('/')),
      [],
    );
  });

  test('every operation has an id of its own, words, and one success: 200 with JSON or events, or the 204 that is documented', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const { at, operation } of operations) {
      assert.match(operation.summary, /./, at);
      assert.match(operation.description, /./, at);
      assert.equal(operation.tags.length, 1, at);
      const isEmpty = operation.operationId === 'revokePlaybackToken';
      assert.deepEqual(Object.keys(operation.responses), [isEmpty ? '204' : '200', 'default'], at);
      const { content = {}, description } = operation.responses[isEmpty ? 204 : 200]!;
      assert.deepEqual(
        Object.keys(content),
        isEmpty ? [] : [at === 'GET /events' ? EVENT_STREAM : 'application/json'],
        at,
      );
      assert.equal(typeof description, 'string', at);
    }
  });

  test('every part in braces is a required path parameter, and there are no others', () => {
    for (const { at, path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      assert.deepEqual(
        inPath.map(({ name }) => `{${name}}`),
        path.match(/\{\w+\}/g) ?? [],
        at,
      );
      assert.ok(
        inPath.every(({ required }) => required),
        at,
      );
    }
  });

  test('every schema in it is a JSON Schema that a validator accepts', () => {
    const ajv = new Ajv({ strict: false });
    let count = 0;
    const check = (at: string, schema: object | undefined) => {
      count += 1;
      assert.ok(schema && ajv.validateSchema(schema), `${at}: ${ajv.errorsText()}`);
    };
    for (const { at, operation } of operations) {
      for (const { name, schema } of operation.parameters ?? []) check(`${at} ${name}`, schema);
      if (operation.requestBody) check(at, operation.requestBody.content['application/json']?.schema);
      for (const { schema } of Object.values(operation.responses[200]?.content ?? {})) check(at, schema);
    }
    assert.ok(count > operations.length);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, target]) => target);
    assert.deepEqual([...new Set(references)], ['#/components/responses/Error'], 'schemas are written out');
    check('Error', document.components.responses.Error.content['application/json'].schema);
  });
});
