import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, PASSWORD, type Running, start, type Tenant } from '../harness.ts';
import { startPostgres } from '../store/postgres.ts';
import { ok, refused } from './helpers.ts';

let count = 0;
const fresh = () => `address-${++count}@example.test`;

/** An answer without what differs between any two: ids, times and secrets. */
const shape = ({ status, body, headers }: Answer, email: string) => ({
  status,
  headers: [...headers.keys()].sort(),
  body: JSON.stringify(body)
    .replaceAll(email, 'ADDRESS')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replaceAll(/"(tokenKey|requestId)":"[^"]*"/g, '"$1":"…"')
    .replaceAll(/#[\w-]+/g, '#…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'),
});

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`an address that another organisation knows, on ${engine}`, () => {
    let running: Running;
    let home: Tenant;
    let foreign: Tenant;
    before(async () => {
      const databaseUrl = engine === 'postgres' ? await (await startPostgres()).createDatabase() : '';
      running = await start({ databaseUrl });
      [home, foreign] = [await running.tenant('Home'), await running.tenant('Foreign')];
    });
    after(() => running[Symbol.asyncDispose]());

    const call = (method: string, target: string, body?: unknown) =>
      running.call(method, target, { token: home.admin.token, body });
    const signIn = (email: string, password = PASSWORD) =>
      running.call('POST', '/user/validate', { body: { email, password } });
    /** Does the same with a fresh address and with one that is known elsewhere; both must look the same. */
    async function same(work: (email: string) => Promise<Answer>): Promise<[fresh: Answer, known: Answer]> {
      const [unknown, known] = [fresh(), (await foreign.join('nanoUser')).email];
      const answers: [Answer, Answer] = [await work(unknown), await work(known)];
      assert.deepEqual(shape(answers[1], known), shape(answers[0], unknown));
      return answers;
    }

    test('is answered, listed and found like a fresh one, and its owner signs in as before', async () => {
      const [unknown, known] = await same((email) => call('POST', '/user', { email, permission: 'nanoUser' }));
      for (const { body } of [unknown, known]) {
        assert.equal(ok(await call('GET', `/user/${body.id}`)).status, 'invited');
        ok(await call('PUT', '/user/tokenkey', { email: body.email }));
        ok(await call('PUT', '/user/permission', { email: body.email.toUpperCase(), permission: 'nanoReadOnly' }));
        ok(await call('POST', '/bintu/token', { email: body.email, name: 'For a script' }));
        refused(await call('POST', '/user', { email: body.email, permission: 'nanoUser' }), 400, 1003);
      }
      assert.equal(ok(await signIn(known.body.email)).user.organisation.id, foreign.id);
    });

    test('with a password is answered alike; that password opens nothing of its owner’s', async () => {
      const password = 'chosen by somebody else';
      const body = { permission: 'nanoUser', password };
      const [unknown, known] = await same((email) => call('POST', '/user', { ...body, email }));
      assert.deepEqual([unknown.body.status, known.body.status], ['active', 'active']);
      ok(await signIn(unknown.body.email, password));
      refused(await signIn(known.body.email, password), 401, 4002);
      ok(await signIn(known.body.email));
    });

    test('with a password that succeeds forgives no guesses at its owner’s', async () => {
      const { email } = await foreign.join('nanoUser');
      ok(await call('POST', '/user', { email, permission: 'nanoUser', password: PASSWORD }));
      const { token } = ok(await call('POST', '/bintu/token', { email, name: 'Own' })).data;
      for (let i = 0; i < 5; i++) refused(await signIn(email, `guess number ${i}`), 401, 4002);
      ok(await running.call('PUT', '/user/password', { token, body: { oldPassword: PASSWORD, password: PASSWORD } }));
      refused(await signIn(email, 'guess number 6'), 429, 4290);
    });

    test('given to a user of one’s own is answered alike, and leaves the user’s tokens alone', async () => {
      const [unknown, known] = await same(async (email) => {
        const { id } = await home.join('nanoUser');
        return call('PUT', '/user', { id, email });
      });
      assert.notEqual(unknown.body.email, known.body.email);
      refused(await call('PUT', '/user', { id: home.user.id, email: home.observer.email }), 400, 1003, {
        duplicated_parameter: 'email',
      });
    });

    test('is deleted like any other, and both organisations are free of it', async () => {
      const { email } = await foreign.join('nanoUser');
      const { id } = ok(await call('POST', '/user', { email, permission: 'nanoUser' }));
      ok(await call('DELETE', `/user/${id}`));
      ok(await call('POST', '/user', { email, permission: 'nanoUser' }));
      ok(await signIn(email));
    });

    test('may be invited, and accepts like a fresh one', async () => {
      const invitation = async (email: string) =>
        ok(await call('POST', '/user/invite', { email, permission: 'nanoUser' }));
      await same((email) => call('POST', '/user/invite', { email, permission: 'nanoUser' }).then(withoutToken));
      const [, known] = await same(async (email) => {
        const { token } = await invitation(email);
        const body = { token, email, password: PASSWORD };
        return withoutToken(await running.call('POST', '/user/invite/accept', { body }));
      });
      assert.equal(ok(await signIn(known.body.user.email)).user.organisation.id, foreign.id);
    });

    test('becomes the new user’s when its owner has left and the link is used', async () => {
      const person = await foreign.join('nanoUser');
      const made = ok(await call('POST', '/user', { email: person.email, permission: 'nanoUser' }));
      const use = (password: string) =>
        running.call('PUT', '/user/password', { body: { resetToken: made.setPasswordUrl.split('#')[1], password } });
      ok(await running.call('DELETE', `/user/${person.id}`, { apiKey: foreign.apiKey }));
      refused(await signIn(person.email), 401, 4002);
      ok(await use('a new life begins here'));
      assert.equal(ok(await signIn(person.email, 'a new life begins here')).user.id, made.id);
    });

    test('becomes the new user’s when it is given again, once it is free', async () => {
      const person = await foreign.join('nanoUser');
      const { id } = ok(
        await call('POST', '/user', { email: person.email, permission: 'nanoUser', password: PASSWORD }),
      );
      ok(await running.call('PUT', '/user', { apiKey: foreign.apiKey, body: { id: person.id, email: fresh() } }));
      refused(await signIn(person.email), 401, 4002);
      ok(await call('PUT', '/user', { id, email: person.email }));
      assert.equal(ok(await signIn(person.email)).user.id, id);
    });

    test('twenty claims of one address at once: one has it, and every organisation is answered alike', async () => {
      const email = fresh();
      const tenants = await Promise.all(Array.from({ length: 5 }, () => running.tenant()));
      const answers = await Promise.all(
        tenants.flatMap(({ apiKey }) =>
          Array.from({ length: 4 }, () =>
            running.call('POST', '/user', { apiKey, body: { email, permission: 'nanoUser' } }),
          ),
        ),
      );
      const per = (status: number) => answers.filter((answer) => answer.status === status).length;
      assert.deepEqual([per(200), per(400)], [5, 15]);
      const lists = await Promise.all(tenants.map(({ apiKey }) => running.call('GET', '/user', { apiKey })));
      for (const { body } of lists)
        assert.equal(body.filter((row: { email: string }) => row.email === email).length, 1);
    });
  });
}

const withoutToken = (answer: Answer): Answer => ({
  ...answer,
  body: { ...answer.body, token: '…' },
});

describe('the last administrator is one who can sign in', () => {
  let running: Running;
  before(async () => {
    running = await start();
  });
  after(() => running[Symbol.asyncDispose]());

  test('who was only invited, or waits for an address, does not count beside one who can', async () => {
    const [home, foreign] = [await running.tenant(), await running.tenant()];
    const call = (method: string, target: string, body?: unknown) =>
      running.call(method, target, { apiKey: home.apiKey, body });
    const create = async (body: object) => ok(await call('POST', '/user', { permission: 'nanoAdmin', ...body })).id;
    const invited = await create({ email: fresh() });
    const waiting = await create({ email: foreign.user.email, password: PASSWORD });
    const demote = (id: string) => call('PUT', '/user/permission', { id, permission: 'nanoUser' });
    refused(await demote(home.admin.id), 409, 4090, { reason: 'last-admin' });
    refused(await call('DELETE', `/user/${home.admin.id}`), 409, 4090, { reason: 'last-admin' });
    refused(await call('PUT', '/user', { id: home.admin.id, email: foreign.admin.email }), 409, 4090, {
      reason: 'last-admin',
    });
    for (const id of [invited, waiting]) ok(await demote(id));
    await create({ email: fresh(), password: PASSWORD });
    ok(await demote(home.admin.id));
  });
});
