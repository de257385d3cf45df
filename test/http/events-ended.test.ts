import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CallOptions, PASSWORD, type Tenant } from '../harness.ts';
import { tryPublish } from '../wire/encoders.ts';
import { ask, type Heard, listen, named } from './event-source.ts';
import { cookieOf, ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const A_SECOND = 1_000;

/** How a page of this person, or a program with this key, loses its right to listen. */
interface Ending {
  who(home: Tenant): CallOptions | Promise<CallOptions>;
  end(home: Tenant, who: CallOptions): Promise<unknown>;
}

const call = (...args: Parameters<ReturnType<typeof server>['call']>) => server().call(...args);
const as = ({ apiKey }: Tenant, body: object) => ({ apiKey, body });

const mint = async (home: Tenant, body: object): Promise<CallOptions> => ({
  token: ok(await call('POST', '/bintu/token', as(home, { userId: home.admin.id, name: 'Page', ...body }))).data.token,
});

const role = async (home: Tenant, capabilities: string[], method = 'POST') =>
  ok(await call(method, '/permission/listener', as(home, { description: '', capabilities })));

const ENDINGS: Record<string, Ending> = {
  'a change of role': {
    who: ({ user }) => ({ token: user.token }),
    end: async (home) =>
      ok(await call('PUT', '/user/permission', as(home, { id: home.user.id, permission: 'nanoReadOnly' }))),
  },
  'a renewed tokenKey': {
    who: ({ user }) => ({ token: user.token }),
    end: async (home) => ok(await call('PUT', '/user/tokenkey', as(home, { id: home.user.id }))),
  },
  'the deletion of its user': {
    who: ({ observer }) => ({ token: observer.token }),
    end: async (home) => ok(await call('DELETE', `/user/${home.observer.id}`, { apiKey: home.apiKey })),
  },
  'the revocation of its token': {
    who: ({ user }) => ({ token: user.token }),
    end: async (home) => ok(await call('DELETE', `/bintu/token/${home.user.tokenId}`, { apiKey: home.apiKey })),
  },
  'the end of its token’s life': {
    who: (home) => mint(home, { expiresIn: 1 }),
    // It ends by itself.
    end: async () => {},
  },
  'signing out': {
    async who({ user }) {
      const { pair } = cookieOf(await call('POST', '/session', { body: { email: user.email, password: PASSWORD } }));
      return { headers: { Cookie: pair, Origin: server().url } };
    },
    end: async (_home, who) => ok(await call('DELETE', '/session', who)),
  },
  'the rotation of its key': {
    who: ({ apiKey }) => ({ apiKey }),
    end: async (home) => ok(await call('POST', '/organisation/apikey/rotate', as(home, { graceSeconds: 0 }))),
  },
  'a changed role of the organisation’s own': {
    async who(home) {
      await role(home, ['organisation:read', 'stream:read']);
      return { token: (await home.join('listener')).token };
    },
    end: (home) => role(home, ['organisation:read', 'tag:read'], 'PUT'),
  },
  'a changed role that narrows its token': {
    async who(home) {
      await role(home, ['organisation:read', 'stream:read']);
      return mint(home, { permission: 'listener' });
    },
    end: (home) => role(home, ['stream:read'], 'PUT'),
  },
};

/** The credential stays good and opens other things: here the database says so behind the API's back. */
const WITHOUT_RIGHT: Record<string, Ending> = {
  'a right that is gone': {
    async who(home) {
      await role(home, ['organisation:read', 'stream:read']);
      return { token: (await home.join('listener')).token };
    },
    end: ({ id }) =>
      server().app.store.transaction(({ db }) =>
        db.updateTable('role').set({ capabilities: '["stream:read"]' }).where('organisation_id', '=', id).execute(),
      ),
  },
};

describe('whose right to listen ends is told so and hung up on within a second, and nobody else', () => {
  for (const [how, { who, end }] of Object.entries({ ...ENDINGS, ...WITHOUT_RIGHT })) {
    test(`by ${how}`, async () => {
      const home = await server().tenant();
      const other = await home.join('nanoAdmin');
      await using goesOn = await listen(server(), { token: other.token });
      const caller = await who(home);
      await using page = await listen(server(), caller);
      const begun = performance.now();
      await end(home, caller);
      // A life of a second is over within one; and what nobody wrote down waits for the next look at everybody.
      const isQuiet = how.endsWith('life') || how in WITHOUT_RIGHT;
      const limit = isQuiet ? 2 * A_SECOND : A_SECOND;
      assert.ok((await page.closed(limit)) - begun < limit);
      const { event, data } = page.heard.at(-1) as Heard;
      assert.deepEqual([event, data], ['ended', { reason: 'credential' }]);
      assert.equal((await ask(server(), caller)).status, how in WITHOUT_RIGHT ? 403 : 401);
      assert.equal(ok(await call('POST', '/tag', { token: other.token, body: { name: 'after' } })).name, 'after');
      await goesOn.until(named('change', 'createTag'));
      assert.equal(goesOn.closedAt, null);
      assert.equal(page.heard.some(named('change', 'createTag')), false);
    });
  }
});

test('whoever keeps the credential and loses rights is told what is left, and hears no more than that', async () => {
  const home = await server().tenant();
  await using page = await listen(server(), { apiKey: home.apiKey });
  assert.ok(page.heard[0]?.data.capabilities.includes('apikey:rotate'));
  const { apiKey } = ok(await call('POST', '/organisation/apikey/rotate', as(home, { graceSeconds: 60 })));
  const again = await page.until(
    ({ event, data }) => event === 'hello' && !data.capabilities.includes('apikey:rotate'),
  );
  assert.ok(again.data.capabilities.includes('stream:read'));
  ok(await call('POST', '/tag', { apiKey, body: { name: 'after' } }));
  await page.until(named('change', 'createTag'));
});

test('a stream is told to go live, to end, to be locked and to be deleted; who may not see streams is told nothing', async () => {
  const home = await server().tenant();
  await role(home, ['organisation:read', 'tag:read']);
  const blind = await home.join('listener');
  await using observer = await listen(server(), { token: home.observer.token });
  await using without = await listen(server(), { token: blind.token });
  const { apiKey } = home;
  const { id, ingest } = ok(await call('POST', '/stream', { apiKey, body: {} }));
  const is = (state: string) => observer.until(({ event, data }) => event === 'stream' && data.state === state);
  assert.deepEqual((await is('created')).data, { id, state: 'created' });
  const publisher = await tryPublish(ingest.rtmp);
  assert.ok(typeof publisher === 'object', String(publisher));
  await is('live');
  ok(await call('PUT', `/stream/${id}/stop`, { apiKey }));
  await is('ended');
  ok(await call('PUT', `/stream/${id}/lock`, { apiKey }));
  await is('locked');
  ok(await call('DELETE', `/stream/${id}`, { apiKey }));
  await is('deleted');
  assert.ok(observer.heard.some(named('change', 'publish')));
  ok(await call('POST', '/tag', { apiKey, body: { name: 'last' } }));
  await without.until(named('change', 'createTag'));
  assert.deepEqual(
    without.heard.map(({ event }) => event),
    ['hello', 'change'],
  );
  refused(await call('GET', `/stream/${id}`, { token: blind.token }), 403, 2001);
});
