import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CAPABILITIES } from '../../src/capabilities.ts';
import type { Access } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { PLUGIN_ROUTES } from '../../src/http/server.ts';
import { start } from '../harness.ts';
import { SAMPLES } from './samples.ts';

const routes = allRoutes(() => ({}));

/** Who may call without any credential, and why. One more is one more line here. */
const PUBLIC: Readonly<Record<string, string>> = {
  validateUser: 'signing in is how a user comes by a token',
  startSession: 'signing in is how a user comes by a session',
  setPassword: 'a ticket stands for its user; without one a token of the user is asked for',
  getSigningKeys: 'public keys are there to be had by whoever verifies a token',
  requestPassword: 'whoever asks does not know the password',
  acceptInvitation: 'an invitation stands for the right to join',
  signUp: 'whoever signs up has no account yet',
  confirmSignUp: 'what was mailed stands for whoever signed up',
  getHealth: 'load balancers and people ask before they have a credential',
  getOpenApi: 'the same for everybody, and without any data',
  homePage: 'tells whoever opens the address what it is',
  docsPage: 'shows the same as getOpenApi, to people',
  docsScript: 'the page that needs it is public',
  dashboard: 'the sign-in is a page of it, and it holds no data',
  dashboardPage: 'the sign-in is a page of it, and it holds no data',
  dashboardAsset: 'the sign-in is a page of it, and it holds no data',
  setPasswordPage: 'its visitor has no password yet',
  forgotPasswordPage: 'its visitor does not know the password',
  invitationPage: 'its visitor is no user yet',
  confirmSignUpPage: 'its visitor has no account yet',
};

/** Admitted beside the capability’s holders, where the organisation allows it. */
const ANONYMOUS: Readonly<Record<string, string>> = {
  getStream: 'players read a stream without a credential, as documented',
  getStreamGroup: 'the same for the streams of its group',
};

/** Capabilities that no route needs by itself: they decide over a field, or over the wire. */
const USED_BY_NAME: Readonly<Record<string, string>> = {
  'apikey:read': 'apiKey of GET /organisation and POST /user/validate',
  'playerkey:read': 'playerKey of GET /organisation',
  'media:publish': 'the gate asks for it before a publisher is on air',
  'media:play': 'the gate asks for it before a viewer is',
};

const asWritten = (access: Access): string => ('public' in access ? 'public' : access.capability);
const pick = (has: (access: Access) => boolean) => routes.filter(({ access }) => has(access)).map(({ name }) => name);

describe('the census is complete', () => {
  test('every route has a sample call, and every sample call a route', () => {
    assert.deepEqual(Object.keys(SAMPLES).sort(), routes.map(({ name }) => name).sort());
  });

  test('every route asks for what the contract says, as written by hand in the samples', () => {
    for (const { name, access } of routes) assert.equal(asWritten(access), SAMPLES[name]?.needs, name);
  });

  test('the public routes are the written ones, and each says why', () => {
    assert.deepEqual(pick((access) => 'public' in access).sort(), Object.keys(PUBLIC).sort());
    for (const { access, name } of routes) {
      if ('public' in access) assert.match(access.public, /\w+ \w+ \w+/, name);
    }
  });

  test('the routes that also admit nobody in particular are the written ones', () => {
    assert.deepEqual(pick((access) => 'anonymous' in access).sort(), Object.keys(ANONYMOUS).sort());
    const inSamples = Object.keys(SAMPLES).filter((name) => SAMPLES[name]?.anonymous);
    assert.deepEqual(inSamples.sort(), Object.keys(ANONYMOUS).sort());
  });

  test('no two routes share a name, or a method and a path', () => {
    assert.equal(new Set(routes.map(({ name }) => name)).size, routes.length);
    assert.equal(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size, routes.length);
  });
});

/** `METHOD path` of every route, read from the running server’s own tree. */
function servedBy(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^((?:│ {3}| {4})*)(?:├── |└── )(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!match) return [];
    const [, indent = '', part = '', methods] = match;
    above.length = indent.length / 4;
    // The tree is drawn without the slash that stands before whatever may follow.
    above.push(part === '*' && above.length > 0 ? '/*' : part);
    return methods ? methods.split(', ').map((method) => `${method} ${above.join('')}`) : [];
  });
}

test('the running server serves our routes, their HEADs and the libraries’ named ones, and nothing else', async () => {
  await using running = await start();
  const ours = routes.flatMap(({ method, path }) =>
    method === 'GET' ? [`GET ${path}`, `HEAD ${path}`] : [`${method} ${path}`],
  );
  const served = servedBy(running.app.server.printRoutes({ commonPrefix: false }));
  assert.deepEqual(served.sort(), [...ours, ...PLUGIN_ROUTES.keys()].sort());
  assert.deepEqual([...PLUGIN_ROUTES.keys()], ['OPTIONS *']);
});

describe('every capability is accounted for', () => {
  const needed = new Set(routes.map(({ access }) => asWritten(access)));

  test('each is needed by a route or used by name: exactly one of the two', () => {
    for (const { id } of CAPABILITIES) {
      const places = [needed.has(id), id in USED_BY_NAME].filter(Boolean);
      assert.equal(places.length, 1, `${id} is accounted for ${places.length} times`);
    }
  });
});

test('the endpoints that the documents name belong to the documented roles', () => {
  const documented = {
    'PUT /user/permission': 'user:edit',
    'PUT /user/tokenkey': 'user:reset-tokens',
    'GET /permission': 'role:inspect',
    'GET /permission/list': 'role:read',
    'GET /user': 'user:read',
    'POST /bintu/token': 'token:create',
  };
  for (const [endpoint, capability] of Object.entries(documented)) {
    const found = routes.find(({ method, path }) => `${method} ${path}` === endpoint);
    assert.deepEqual(found?.access, { capability }, endpoint);
  }
});
