import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { createAuthenticator, NOBODY } from '../../src/authenticate.ts';
import { authorize } from '../../src/authorize.ts';
import { CAPABILITIES, type CapabilityId, capability, isCapability, NO_RIGHTS } from '../../src/capabilities.ts';
import { type Route, route } from '../../src/http/route.ts';
import { buildServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import type { Principal } from '../../src/principal.ts';
import { ROLES, rightsOfRole } from '../../src/roles.ts';
import { credentialLookup } from '../../src/store/credential.ts';
import { mediaLookup } from '../../src/store/media.ts';
import { type Running, start } from '../harness.ts';

const rest = {
  method: 'GET',
  path: '/forgotten',
  name: 'forgotten',
  summary: 'A route that was forgotten',
  tag: 'Test',
  schema: { response: Type.Object({}) },
} as const;

const forAnybody = { capability: 'stream:read', anonymous: 'a test' } as const;

/**
 * The type net. Nobody runs these: `tsc` fails as soon as one of the lines compiles that must not. They stand in
 * functions because a misspelt capability also stops whoever runs them.
 */
export const DOES_NOT_COMPILE: readonly (() => unknown)[] = [
  // @ts-expect-error a route says who may call it
  () => route({ ...rest, handler: () => ({}) }),
  // @ts-expect-error an access without a capability or a reason is none
  () => route({ ...rest, access: {}, handler: () => ({}) }),
  // @ts-expect-error a misspelt capability is not in the matrix
  () => route({ ...rest, access: { capability: 'stream:lok' }, handler: () => ({}) }),
  // @ts-expect-error there is no wildcard
  () => route({ ...rest, access: { capability: '*' }, handler: () => ({}) }),
  // @ts-expect-error a public route says why
  () => route({ ...rest, access: { public: true }, handler: () => ({}) }),
  // @ts-expect-error a public route gets no store: it has shown no right to one
  () => route({ ...rest, access: { public: 'a test' }, handler: ({ scope }) => scope.organisation }),
  // @ts-expect-error where nobody in particular is admitted too, the handler has to ask whether there is a grant
  () => route({ ...rest, access: forAnybody, handler: ({ scope }) => scope.grant }),
  // @ts-expect-error a capability is a row of the matrix, not a text that looks like one
  () => authorize(NOBODY, { id: 'stream:lock' }),
];

test('a route that says who may call it does compile', () => {
  const made = route({
    ...rest,
    access: { capability: 'stream:lock' },
    handler: ({ scope }) => ({ is: scope.action }),
  });
  assert.deepEqual(made.access, { capability: 'stream:lock' });
  assert.equal(DOES_NOT_COMPILE.length, 8);
});

describe('a route without access does not boot', () => {
  const built = (running: Running, routes: readonly Route[]) => {
    const { services, store, secrets } = running.app;
    const authenticator = createAuthenticator({ ...credentialLookup(store), media: mediaLookup(store) }, secrets);
    const around = { trustProxy: [], observe: () => {}, log: createLog('test', 'silent') };
    return buildServer({ routes, services, store, authenticator, ...around });
  };
  const good = route({ ...rest, access: { public: 'a test' }, handler: () => ({}) });

  test('one of ours, from a place the compiler does not see', async () => {
    await using running = await start();
    const { access: _, ...withoutAccess } = good;
    await assert.rejects(built(running, [withoutAccess as Route]));
    const server = await built(running, [good]);
    assert.equal((await server.inject('/forgotten')).statusCode, 200);
    await server.close();
  });

  test('one that a plugin brings', async () => {
    await using running = await start();
    const server = await built(running, [good]);
    server.register(async (plugin) => void plugin.get('/from-a-plugin', () => ({ secret: true })));
    await assert.rejects(async () => server.ready(), /declares no access: GET \/from-a-plugin/);
    const direct = await built(running, [good]);
    assert.throws(() => direct.get('/direct', () => ({})), /declares no access: GET \/direct/);
    await direct.close();
  });

  test('one whose capability is not in the matrix', async () => {
    await using running = await start();
    const misspelt = { ...good, access: { capability: 'stream:lok' as CapabilityId } };
    await assert.rejects(built(running, [misspelt]), /There is no capability "stream:lok"/);
  });
});

describe('what is not granted is refused', () => {
  const principal = (rights: Principal['rights']): Principal => ({ ...NOBODY, kind: 'user', rights });

  test('whoever has shown nothing, holds no rights or has a role that nobody defined may do nothing', () => {
    for (const who of [
      NOBODY,
      principal(NO_RIGHTS),
      principal(rightsOfRole('superuser')),
      principal(rightsOfRole('')),
    ]) {
      for (const entry of CAPABILITIES) assert.equal(authorize(who, entry).allowed, false, entry.id);
    }
  });

  test('no role holds everything, so none of them is a bypass', () => {
    for (const { name, rights } of ROLES) {
      const refused = CAPABILITIES.filter((entry) => !authorize(principal(rights), entry).allowed);
      assert.ok(refused.length > 0, name);
    }
  });

  test('a right ends at the organisation, and at a lock', () => {
    const encoder = { ...principal({ lo: -1, hi: -1 }), organisation: 'ours' };
    const publish = capability('media:publish');
    assert.equal(authorize(encoder, publish, { organisation: 'ours', locked: false }).allowed, true);
    assert.equal(authorize(encoder, publish, { organisation: 'theirs', locked: false }).allowed, false);
    assert.equal(authorize(encoder, publish, { organisation: 'ours', locked: true }).allowed, false);
  });

  test('a misspelt capability is none', () => {
    assert.equal(isCapability('stream:lock'), true);
    for (const id of ['stream:lok', 'STREAM:LOCK', '*', '', 'constructor', '__proto__']) {
      assert.equal(isCapability(id), false, id);
      assert.throws(() => capability(id as CapabilityId), /There is no capability/);
    }
  });
});
