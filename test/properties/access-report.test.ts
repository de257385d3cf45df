import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { PASSWORD, type Running, start, type Tenant } from '../harness.ts';
import { startPostgres } from '../store/postgres.ts';

const WHO = fc.nat({ max: 9 });
const ROLE = fc.constantFrom('nanoAdmin', 'nanoUser', 'nanoReadOnly', 'one', 'two');
const OWN = fc.constantFrom('one', 'two');
const MORE = fc.subarray(['token:own', 'stream:read', 'stream:create', 'stream:lock', 'tag:read', 'audit:read']);

const CALL = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('create' as const), role: ROLE, signsIn: fc.boolean() }) },
  {
    weight: 9,
    arbitrary: fc.record({ type: fc.constant('mint' as const), who: WHO, role: fc.option(ROLE), brief: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('set-role' as const), who: WHO, role: ROLE }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('edit-role' as const), role: OWN, more: MORE }) },
  fc.record({ type: fc.constant('renew' as const), who: WHO }),
  fc.record({ type: fc.constant('rename' as const), who: WHO }),
  fc.record({ type: fc.constant('delete' as const), who: WHO }),
  fc.record({ type: fc.constant('delete-role' as const), role: OWN }),
  fc.record({ type: fc.constant('revoke' as const), which: WHO }),
  { weight: 3, arbitrary: fc.record({ type: fc.constant('sign-in' as const), who: WHO }) },
  fc.record({ type: fc.constant('sign-out' as const), which: WHO }),
  fc.record({ type: fc.constant('new-password' as const), which: WHO }),
  fc.record({ type: fc.constant('rotate' as const), graceSeconds: fc.constantFrom(0, 3_600) }),
  fc.record({ type: fc.constant('disable-key' as const) }),
);
type Call = typeof CALL extends fc.Arbitrary<infer T> ? T : never;

const BEGIN: Call = { type: 'create', role: 'one', signsIn: true };

interface User {
  id: string;
  email: string;
  password: string | null;
}
interface Credential {
  id: string;
  headers: Record<string, string>;
}

let count = 0;

/** What the server answered at a moment: who is there, and what every credential is worth. */
interface Moment {
  at: string;
  users: [id: string, email: string, permission: string][];
  worth: [id: string, capabilities: string[]][];
}

class History {
  readonly #running: Running;
  readonly #home: Tenant;
  readonly #users: User[] = [];
  readonly #tokens: (Credential & { user: User; token: string; expiresAt: number })[] = [];
  readonly #keys: Credential[] = [];
  readonly moments: Moment[] = [];

  constructor(running: Running, home: Tenant) {
    this.#running = running;
    this.#home = home;
  }

  async begin(): Promise<void> {
    const [key] = (await this.report(new Date().toISOString())).keys.filter(({ kind }) => kind === 'api');
    this.#keys.push({ id: key!.id, headers: { 'X-BINTU-APIKEY': this.#home.apiKey } });
    for (const name of ['one', 'two']) await this.#role('POST', name, []);
  }

  async report(at: string) {
    const answer = await this.#call('GET', `/audit/access?at=${at}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body as {
      users: { id: string; email: string; permission: string; tokens: { id: string; capabilities: string[] }[] }[];
      keys: { id: string; kind: string; capabilities: string[] }[];
    };
  }

  #call = (method: string, path: string, body?: object) =>
    this.#running.call(method, path, { token: this.#home.admin.token, ...(body && { body }) });

  #role = (method: string, name: string, more: string[]) =>
    this.#call(method, `/permission/${name}`, { description: '', capabilities: ['organisation:read', ...more] });

  /** Some user, token or key there has been: one that is gone by now is refused, which changes nothing. */
  #pick = <T>(from: readonly T[], index: number): T | undefined => from[index % Math.max(1, from.length)];

  async do(call: Call): Promise<void> {
    const user = 'who' in call ? this.#pick(this.#users, call.who) : undefined;
    const token = 'which' in call ? this.#pick(this.#tokens, call.which) : undefined;
    if (('who' in call && !user) || ('which' in call && !token)) return;
    switch (call.type) {
      case 'create':
        return this.#create(call.role, call.signsIn);
      case 'mint':
        return this.#mint(user!, { ...(call.role && { permission: call.role }), ...(call.brief && { expiresIn: 1 }) });
      case 'sign-in':
        return this.#signIn(user!);
      case 'new-password': {
        const password = `a new long password ${++count}`;
        const body = { oldPassword: token!.user.password ?? PASSWORD, password };
        const { status } = await this.#running.call('PUT', '/user/password', { token: token!.token, body });
        if (status === 200) token!.user.password = password;
        return;
      }
      case 'rotate': {
        const { status, body } = await this.#call('POST', '/organisation/apikey/rotate', call);
        if (status === 200) this.#keys.push({ id: body.id, headers: { 'X-BINTU-APIKEY': body.apiKey } });
        return;
      }
      case 'sign-out':
        return void (await this.#running.call('DELETE', `/bintu/token/${token!.id}`, { token: token!.token }));
      default:
        return void (await this.#administer(call, user?.id ?? '', token?.id ?? ''));
    }
  }

  #administer(call: Call, user: string, token: string) {
    switch (call.type) {
      case 'set-role':
        return this.#call('PUT', '/user/permission', { id: user, permission: call.role });
      case 'edit-role':
        return this.#role('PUT', call.role, call.more);
      case 'delete-role':
        return this.#call('DELETE', `/permission/${call.role}`);
      case 'renew':
        return this.#call('PUT', '/user/tokenkey', { id: user });
      case 'rename':
        return this.#call('PUT', '/user', { id: user, email: `renamed-${++count}@example.test` });
      case 'delete':
        return this.#call('DELETE', `/user/${user}`);
      case 'revoke':
        return this.#call('DELETE', `/bintu/token/${token}`);
      default:
        return this.#call('DELETE', '/organisation/apikey');
    }
  }

  async #create(permission: string, signsIn: boolean): Promise<void> {
    const email = `someone-${++count}@example.test`;
    const password = signsIn ? PASSWORD : null;
    const { status, body } = await this.#call('POST', '/user', { email, permission, ...(password && { password }) });
    if (status !== 200) return;
    this.#users.push({ id: body.id, email, password });
    await this.#mint(this.#users.at(-1)!, {});
  }

  async #mint(user: User, more: object): Promise<void> {
    const { status, body } = await this.#call('POST', '/bintu/token', { userId: user.id, name: 'One', ...more });
    if (status === 200) this.#keep(user, body.data.id, body.data);
  }

  async #signIn(user: User): Promise<void> {
    if (user.password === null) return;
    const { email, password } = user;
    const { status, body } = await this.#running.call('POST', '/user/validate', { body: { email, password } });
    if (status !== 200) return;
    const me = await this.#running.call('GET', '/user/me', { token: body.token });
    this.#keep(user, me.body.credential.id, body);
  }

  #keep(user: User, id: string, { token, expiresAt }: { token: string; expiresAt: string }): void {
    this.#tokens.push({ id, user, token, expiresAt: Date.parse(expiresAt), headers: { 'X-BINTU-TOKEN': token } });
  }

  /** Writes down what the server answers now. Nothing happens within some milliseconds of it. */
  async note(): Promise<void> {
    await sleep(3);
    const at = new Date().toISOString();
    const { body } = await this.#call('GET', '/user');
    const users = body.map(({ id, email, permission }: Record<string, string>) => [id, email, permission]);
    const worth: Moment['worth'] = [];
    for (const { id, headers } of [...this.#tokens, ...this.#keys]) {
      const answer = await this.#running.call('GET', '/user/me', { headers });
      if (answer.status === 200) worth.push([id, answer.body.capabilities]);
      else assert.equal(answer.status, 401);
    }
    const ended = ({ expiresAt }: { expiresAt: number }) => expiresAt > Date.parse(at) && expiresAt <= Date.now();
    // One that expired between the moment and its turn to be asked was still good at the moment.
    if (this.#tokens.some(ended)) return this.note();
    this.moments.push({ at, users: users.toSorted(), worth: worth.toSorted() });
    await sleep(3);
  }

  /** What is long over is removed one day, and then only the audit log tells of it. */
  forgetTokens(): Promise<void> {
    return this.#running.app.store.transaction(async ({ db }) => {
      const all = db.deleteFrom('token').where('organisation_id', '=', this.#home.id);
      await all.where('id', '<>', this.#home.admin.tokenId).execute();
    });
  }

  /** Compares each moment with what the report says of it now. Gives how many credentials were compared. */
  async check(): Promise<number> {
    let compared = 0;
    const own = new Set([...this.#tokens, ...this.#keys].map(({ id }) => id));
    const { admin, user, observer } = this.#home;
    const made = new Set([admin, user, observer].map(({ tokenId }) => tokenId));
    for (const { at, users, worth } of this.moments) {
      const report = await this.report(at);
      assert.deepEqual(
        report.users.map(({ id, email, permission }) => [id, email, permission]).toSorted(),
        users,
        `who was there at ${at}`,
      );
      const credentials = [
        ...report.users.flatMap(({ tokens }) => tokens),
        ...report.keys.filter(({ kind }) => kind === 'api'),
      ].filter(({ id }) => !made.has(id));
      for (const { id } of credentials) assert.ok(own.has(id), `${id} is nothing that was made`);
      const said = credentials.map(({ id, capabilities }) => [id, capabilities]).toSorted();
      assert.deepEqual(said, worth, `what was accepted at ${at}`);
      compared += worth.length;
    }
    return compared;
  }
}

for (const [engine, numRuns] of [
  ['SQLite', 4],
  ['PostgreSQL', 2],
] as const) {
  describe(`on ${engine}`, () => {
    let running: Running;
    before(async () => {
      running = await start(engine === 'SQLite' ? {} : { databaseUrl: await (await startPostgres()).createDatabase() });
    });
    after(() => running[Symbol.asyncDispose]());

    test('the access report of a moment says what the server answered at that moment', async () => {
      let compared = 0;
      const property = fc.asyncProperty(fc.array(CALL, { minLength: 15, maxLength: 30 }), async (calls) => {
        const history = new History(running, await running.tenant());
        await history.begin();
        await history.note();
        for (const call of [BEGIN, ...calls]) {
          await history.do(call);
          await history.note();
        }
        compared += await history.check();
        await history.forgetTokens();
        await history.check();
      });
      await fc.assert(property, { numRuns, endOnFailure: true });
      assert.ok(compared > numRuns * 20, `only ${compared} credentials were compared`);
    });
  });
}
