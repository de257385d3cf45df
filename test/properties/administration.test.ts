import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Answer, PASSWORD, type Running, start, type Tenant } from '../harness.ts';
import { isEndless } from '../hostile-http/document.ts';
import { ASSIGNABLE, bearing, capabilitiesOf, joinAs, makeRole, signIn, unique } from './organisation.ts';

/** What an ambitious person may have been given: enough to administer something, and anything else. */
const AMBITIOUS = fc
  .tuple(
    fc.subarray(
      ['user:edit', 'user:create', 'user:invite', 'token:create', 'role:manage', 'user:reset-tokens', 'apikey:rotate'],
      { minLength: 1 },
    ),
    fc.subarray([...ASSIGNABLE], { maxLength: 12 }),
  )
  .map(([some, more]) => [...new Set(['organisation:read', 'token:own', ...some, ...more])]);

const ROLE = fc.constantFrom('nanoAdmin', 'nanoUser', 'nanoReadOnly', 'mine', 'made');
const WHO = fc.constantFrom('self', 'admin', 'user', 'observer', 'made');
const CAPABILITIES = fc.subarray([...ASSIGNABLE], { minLength: 1, maxLength: 20 });

const CALL = fc.oneof(
  fc.record({ type: fc.constant('set-role' as const), who: WHO, role: ROLE }),
  fc.record({ type: fc.constant('create' as const), role: ROLE }),
  fc.record({ type: fc.constant('invite' as const), role: ROLE }),
  fc.record({ type: fc.constant('mint' as const), who: WHO, role: fc.option(ROLE) }),
  fc.record({ type: fc.constant('make-role' as const), capabilities: CAPABILITIES }),
  fc.record({ type: fc.constant('edit-role' as const), role: ROLE, capabilities: CAPABILITIES }),
  fc.record({ type: fc.constant('take-address' as const), who: WHO }),
  fc.record({ type: fc.constant('renew' as const), who: WHO }),
  fc.record({ type: fc.constant('rotate' as const) }),
);
type Call = typeof CALL extends fc.Arbitrary<infer T> ? T : never;

/** One person, and everything that person has got hold of. */
class Climber {
  readonly #running: Running;
  readonly #home: Tenant;
  readonly #ids: Record<string, string>;
  readonly #roles: Record<string, string>;
  readonly tokens: string[];
  readonly keys: string[] = [];

  constructor(running: Running, home: Tenant, self: { id: string; token: string }, role: string) {
    this.#running = running;
    this.#home = home;
    this.#ids = { self: self.id, admin: home.admin.id, user: home.user.id, observer: home.observer.id, made: self.id };
    this.#roles = { mine: role, made: role };
    this.tokens = [self.token];
  }

  /** Every credential in turn, until one is good enough; what the answer gives away is kept. */
  async do(call: Call): Promise<void> {
    for (const token of [...this.tokens].reverse()) {
      const answer = await this.#send(call, token);
      if (answer.status !== 200) continue;
      await this.#keep(call, answer);
      return;
    }
  }

  #role = (name: string) => this.#roles[name] ?? name;

  #send(call: Call, token: string): Promise<Answer> {
    const send = (method: string, path: string, body?: object) => this.#running.call(method, path, { token, body });
    switch (call.type) {
      case 'set-role':
        return send('PUT', '/user/permission', { id: this.#ids[call.who], permission: this.#role(call.role) });
      case 'create':
        return send('POST', '/user', { email: `${unique('made')}@example.test`, permission: this.#role(call.role) });
      case 'invite':
        return send('POST', '/user/invite', { permission: this.#role(call.role) });
      case 'mint': {
        const narrowing = call.role === null ? {} : { permission: this.#role(call.role) };
        return send('POST', '/bintu/token', { userId: this.#ids[call.who], name: 'Climbing', ...narrowing });
      }
      case 'make-role':
        return send('POST', `/permission/${unique('climb')}`, { description: '', capabilities: call.capabilities });
      case 'edit-role':
        return send('PUT', `/permission/${this.#role(call.role)}`, {
          description: '',
          capabilities: call.capabilities,
        });
      case 'take-address':
        return send('PUT', '/user', { id: this.#ids[call.who], email: `${unique('taken')}@example.test` });
      case 'renew':
        return send('PUT', '/user/tokenkey', { id: this.#ids[call.who] });
      case 'rotate':
        return send('POST', '/organisation/apikey/rotate', { graceSeconds: 0 });
    }
  }

  async #keep(call: Call, { body }: Answer): Promise<void> {
    const { call: send } = this.#running;
    if (call.type === 'make-role') this.#roles['made'] = body.name;
    if (call.type === 'mint') this.tokens.push(body.data.token);
    if (typeof body.apiKey === 'string') this.keys.push(body.apiKey);
    if (call.type === 'create') {
      this.#ids['made'] = body.id;
      const resetToken =
        new URL(body.setPasswordUrl).hash.slice(1) || new URL(body.setPasswordUrl).searchParams.get('token');
      await send('PUT', '/user/password', { body: { resetToken, password: PASSWORD } });
      await this.#enter(body.email);
    }
    if (call.type === 'invite') {
      const email = `${unique('invited')}@example.test`;
      await send('POST', '/user/invite/accept', { body: { token: body.token, email, password: PASSWORD } });
      await this.#enter(email);
    }
    // Whoever owns the address gets the mail in which the password is set: as good as being that user.
    if (call.type === 'take-address') {
      const minted = await send('POST', '/bintu/token', {
        token: this.#home.admin.token,
        body: { userId: body.id, name: 'What the address is worth' },
      });
      if (minted.status === 200) this.tokens.push(minted.body.data.token);
    }
  }

  async #enter(email: string): Promise<void> {
    const token = await signIn(this.#running, email);
    if (token !== null) this.tokens.push(token);
  }
}

describe('administration', () => {
  let running: Running;
  before(async () => {
    running = await start();
  });
  after(() => running[Symbol.asyncDispose]());

  test('whoever makes up to four administrative calls ends with no capability that was not held at the start', async () => {
    let succeeded = 0;
    const property = fc.asyncProperty(
      AMBITIOUS,
      fc.array(CALL, { minLength: 1, maxLength: 4 }),
      async (given, calls) => {
        const home = await running.tenant();
        const role = await makeRole(running, home, given);
        const self = await joinAs(running, home, role);
        const held = new Set(await capabilitiesOf(running, bearing(self.token)));
        assert.deepEqual([...held].sort(), [...given].sort());
        const climber = new Climber(running, home, self, role);
        for (const call of calls) await climber.do(call);
        succeeded += climber.tokens.length - 1;
        for (const headers of [
          ...climber.tokens.map(bearing),
          ...climber.keys.map((key) => ({ 'X-BINTU-APIKEY': key })),
        ]) {
          const more = (await capabilitiesOf(running, headers)).filter((capability) => !held.has(capability));
          assert.deepEqual(more, []);
        }
      },
    );
    await fc.assert(property, { numRuns: 80, interruptAfterTimeLimit: 30_000 });
    // Climbers who get nowhere at all would prove nothing.
    assert.ok(succeeded >= 4, `only ${succeeded} credentials were come by`);
  });

  test('a token is never worth more than its user, whatever it was narrowed to and whatever the user becomes', async () => {
    const home = await running.tenant();
    const roles = ['nanoAdmin', 'nanoUser', 'nanoReadOnly'];
    const property = fc.asyncProperty(
      fc.constantFrom(...roles),
      fc.subarray([...ASSIGNABLE], { minLength: 1 }),
      fc.constantFrom(...roles),
      async (first, narrowed, second) => {
        const narrow = await makeRole(running, home, narrowed);
        const token = async (more: object) => {
          const body = { userId: person.id, name: 'A token', ...more };
          const answer = await running.call('POST', '/bintu/token', { token: home.admin.token, body });
          return answer.status === 200 ? (answer.body.data.token as string) : null;
        };
        const person = await joinAs(running, home, first);
        const [whole, part] = [await token({}), await token({ permission: narrow })];
        const all = await capabilitiesOf(running, bearing(whole!));
        const some = part === null ? [] : await capabilitiesOf(running, bearing(part));
        assert.deepEqual(
          some.filter((capability) => !all.includes(capability) || !narrowed.includes(capability)),
          [],
        );
        const body = { id: person.id, permission: second };
        assert.equal((await running.call('PUT', '/user/permission', { token: home.admin.token, body })).status, 200);
        for (const dead of [whole, part]) {
          if (dead !== null) assert.deepEqual(await capabilitiesOf(running, bearing(dead)), []);
        }
      },
    );
    await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 20_000 });
  });

  test('adding a capability to a role takes nothing away from it', async () => {
    const home = await running.tenant();
    const paths = await readable(running, home);
    const property = fc.asyncProperty(
      fc.subarray([...ASSIGNABLE]),
      fc.constantFrom(...ASSIGNABLE),
      async (capabilities, added) => {
        const role = await makeRole(running, home, capabilities);
        const before = await opened(running, (await joinAs(running, home, role)).token, paths);
        const body = { description: '', capabilities: [...new Set([...capabilities, added])] };
        const options = { token: home.admin.token, body };
        assert.equal((await running.call('PUT', `/permission/${role}`, options)).status, 200);
        const after = await opened(running, (await joinAs(running, home, role)).token, paths);
        assert.deepEqual(
          before.filter((path) => !after.includes(path)),
          [],
        );
      },
    );
    await fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 20_000 });
  });
});

/** Every path that can be read, from the API document, with a stream and a user of the organisation in it. */
async function readable({ call }: Running, { admin, user }: Tenant): Promise<string[]> {
  const { body: document } = await call('GET', '/openapi.json');
  const { body: stream } = await call('POST', '/stream', { token: admin.token });
  return Object.entries<{ get?: Parameters<typeof isEndless>[0] }>(document.paths).flatMap(([path, { get }]) => {
    if (!get || isEndless(get)) return [];
    const named = path.replace('{id}', path.startsWith('/user') ? user.id : stream.id);
    return named.includes('{') ? [] : [path === '/permission' ? '/permission?name=nanoUser' : named];
  });
}

async function opened({ call }: Running, token: string, paths: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(paths.map(async (path) => ({ path, ...(await call('GET', path, { token })) })));
  return answers.filter(({ status }) => status === 200).map(({ path }) => path);
}
