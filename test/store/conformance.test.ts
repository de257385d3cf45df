import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isForeignKeyViolation, isInvalidText, isUniqueViolation, violatedUnique } from '../../src/store/failures.ts';
import { newId } from '../../src/store/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addOrganisation, addStream, addToken, addUser } from './fixtures.ts';

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail('It was accepted'),
    (error) => error,
  );

for (const engine of engines) {
  describe(`What ${engine.name} keeps`, () => {
    let opened: OpenedStore;
    let store: Store;
    let organisation: string;
    before(async () => {
      opened = await engine.open();
      store = opened.store;
      organisation = (await addOrganisation(store)).id;
    });
    after(() => opened[Symbol.asyncDispose]());

    const addTag = (name: string, organisation_id = organisation) =>
      store.transaction(({ db }) =>
        db.insertInto('tag').values({ id: newId(), organisation_id, name, created_at: 0 }).execute(),
      );
    const tagNames = async (organisation_id: string) => {
      const tags = store.db.selectFrom('tag').select('name').where('organisation_id', '=', organisation_id);
      return (await tags.orderBy('name').execute()).map(({ name }) => name);
    };
    const nameRoundTrip = async (name: string) => {
      const { id } = await addUser(store, { organisation_id: organisation, name });
      return (await store.db.selectFrom('user').select('name').where('id', '=', id).executeTakeFirstOrThrow()).name;
    };

    it('tells texts apart that differ in case, accents or trailing spaces, and orders them by their bytes', async () => {
      const own = (await addOrganisation(store)).id;
      const names = ['a', 'B', 'b', 'A', 'é', 'e', 'e\u0301', 'b ', ' b', '10', '9', 'ß', 'ss', '_', '😀', '\uffee'];
      for (const name of names) await addTag(name, own);
      const bytewise = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      assert.deepEqual(await tagNames(own), bytewise);
      const found = await store.db.selectFrom('tag').selectAll().where('name', '=', 'B').execute();
      assert.equal(found.length, 1);
    });

    it('tells e-mail keys apart byte by byte, so that folding is decided in one place above', async () => {
      for (const email_key of ['ann@example.com', 'ANN@example.com', 'änn@example.com', 'ann@example.com ']) {
        await addUser(store, { organisation_id: organisation, email_key });
      }
      const found = await store.db.selectFrom('user').select('id').where('email_key', '=', 'ann@example.com').execute();
      assert.equal(found.length, 1);
    });

    it('finds texts by range and by pattern without folding', async () => {
      const own = (await addOrganisation(store)).id;
      for (const name of ['Zoo', 'apple', 'Ähre', 'zebra']) await addTag(name, own);
      const tags = store.db.selectFrom('tag').select('name').where('organisation_id', '=', own).orderBy('name');
      const names = async (query: typeof tags) => (await query.execute()).map(({ name }) => name);
      assert.deepEqual(await names(tags.where('name', '>', 'a')), ['apple', 'zebra', 'Ähre']);
      assert.deepEqual(await names(tags.where('name', '<', 'a')), ['Zoo']);
      assert.deepEqual(await names(tags.where('name', 'like', 'Z%')), ['Zoo']);
      assert.deepEqual(await names(tags.where('name', 'like', 'ä%')), []);
    });

    it('gives milliseconds back exactly, now, before 1970 and far beyond 2^31', async () => {
      for (const time of [0, 1_700_000_000_123, -1, 2 ** 31, 4_102_444_800_999, Number.MAX_SAFE_INTEGER]) {
        const user = await addUser(store, { organisation_id: organisation, created_at: time, last_seen_at: time });
        const query = store.db.selectFrom('user').select(['created_at', 'last_seen_at']).where('id', '=', user.id);
        assert.deepEqual(await query.execute(), [{ created_at: time, last_seen_at: time }]);
      }
    });

    it('answers counts, sums and averages as numbers', async () => {
      const own = (await addOrganisation(store)).id;
      for (const created_at of [1, 2, 6]) await addUser(store, { organisation_id: own, created_at });
      const query = store.db
        .selectFrom('user')
        .select(({ fn }) => [
          fn.countAll<number>().as('count'),
          fn.sum<number>('created_at').as('sum'),
          fn.avg<number>('created_at').as('average'),
          fn.max('created_at').as('latest'),
        ])
        .where('organisation_id', '=', own);
      assert.deepEqual(await query.execute(), [{ count: 3, sum: 9, average: 3, latest: 6 }]);
    });

    it('keeps JSON as the text it was', async () => {
      const settings = '{"b":1,  "a":[true,null,"\\u0000é😀"],"b":2}';
      const { id } = await addOrganisation(store, { settings });
      const query = store.db.selectFrom('organisation').select('settings').where('id', '=', id);
      assert.deepEqual(await query.execute(), [{ settings }]);
    });

    it('keeps every script, emoji, control character and very long text', async () => {
      const long = 'å😀'.repeat(200_000);
      for (const name of [
        'Ελληνικά 日本語 עברית',
        '👩‍👩‍👧‍👦🏳️‍🌈',
        '\u0001\u001f\u007f\u200b\ufeff',
        '\'; --"\\%_?$1',
        '',
        long,
      ]) {
        assert.equal(await nameRoundTrip(name), name);
      }
    });

    it('stores half of a surrogate pair as the replacement character', async () => {
      assert.equal(await nameRoundTrip('a\ud83d!'), 'a\ufffd!');
    });

    it('refuses a NUL character, written or looked for, and says so', async () => {
      assert.ok(isInvalidText(await rejection(nameRoundTrip('a\0b'))));
      const lookup = store.db.selectFrom('user').select('id').where('email_key', '=', '\0').execute();
      assert.ok(isInvalidText(await rejection(lookup)));
      const find = store.prepare<{ email: string }, { id: string }>((db, p) =>
        db.selectFrom('user').select('id').where('email_key', '=', p('email')),
      );
      assert.ok(isInvalidText(await rejection((async () => find({ email: 'a\0' }))())));
    });

    it('refuses a value of the wrong type', async () => {
      const wrong = [{ created_at: 'soon' }, { created_at: 1.5 }, { created_at: null }, { name: 'x', role: null }];
      for (const row of wrong) {
        const user = { organisation_id: organisation, ...row } as unknown as { organisation_id: string };
        await rejection(addUser(store, user));
      }
    });

    it('tells null from the empty text, and finds and orders by it alike', async () => {
      const own = (await addOrganisation(store)).id;
      for (const name of [null, '', 'b']) await addUser(store, { organisation_id: own, name });
      const users = store.db.selectFrom('user').select('name').where('organisation_id', '=', own);
      assert.deepEqual(await users.where('name', 'is', null).execute(), [{ name: null }]);
      assert.deepEqual(await users.where('name', '=', '').execute(), [{ name: '' }]);
      assert.deepEqual(await users.where('name', '<>', 'b').execute(), [{ name: '' }]);
    });

    it('names what must be unique, and nothing of what was given', async () => {
      const user = await addUser(store, { organisation_id: organisation, email: 'Once@example.com' });
      const email = await rejection(addUser(store, { organisation_id: organisation, email: 'once@example.com' }));
      assert.equal(violatedUnique(email), 'user.email_key');
      assert.ok(isUniqueViolation(email) && isUniqueViolation(email, 'user.email_key'));
      assert.ok(!isUniqueViolation(email, 'user.id') && !isForeignKeyViolation(email));
      assert.equal(violatedUnique(await rejection(addUser(store, { ...user, email_key: 'other' }))), 'user.id');
      await addTag('twice');
      const tag = await rejection(addTag('twice'));
      assert.equal(violatedUnique(tag), 'tag.organisation_id,name');
      assert.ok(!violatedUnique(tag)?.includes('twice'));
      assert.ok(!isUniqueViolation(new Error('UNIQUE constraint failed: user.email_key')));
    });

    it('has one current key of a kind, and any number with an end', async () => {
      const addKey = (kind: 'api' | 'player', disabled_at: number | null) =>
        store.transaction(({ db }) => {
          const [id, created_at] = [newId(), 0];
          const last = { last_used_at: null, last_used_ip: null };
          const secret = { key_hash: id, key_cipher: 'sealed' };
          const row = { id, organisation_id: organisation, kind, created_at, disabled_at, ...secret, ...last };
          return db.insertInto('key').values(row).execute();
        });
      await addKey('api', null);
      await addKey('player', null);
      await addKey('api', 10);
      await addKey('api', 20);
      assert.equal(violatedUnique(await rejection(addKey('api', null))), 'key.organisation_id,kind');
    });

    it('lets nothing refer to what is not there, and takes along what belongs to what is deleted', async () => {
      assert.ok(isForeignKeyViolation(await rejection(addUser(store, { organisation_id: 'none' }))));
      const user = await addUser(store, { organisation_id: organisation });
      const token = await addToken(store, user);
      const stream = await addStream(store, { organisation_id: organisation });
      const tag = { id: newId(), organisation_id: organisation, name: 'cascade', created_at: 0 };
      const ticket = { id: newId(), ticket_hash: newId(), created_at: 0, expires_at: 1, used_at: null };
      await store.transaction(async ({ db }) => {
        await db.insertInto('tag').values(tag).execute();
        await db.insertInto('stream_tag').values({ stream_id: stream.id, tag_id: tag.id, created_at: 0 }).execute();
        await db
          .insertInto('password_ticket')
          .values({ ...ticket, user_id: user.id })
          .execute();
      });
      const remove = (table: 'organisation' | 'user' | 'stream', id: string) =>
        store.transaction(({ db }) => db.deleteFrom(table).where('id', '=', id).execute());
      assert.ok(isForeignKeyViolation(await rejection(remove('organisation', organisation))));
      await remove('user', user.id);
      await remove('stream', stream.id);
      const left = async (table: 'token' | 'password_ticket' | 'tag', id: string) =>
        (await store.db.selectFrom(table).select('id').where('id', '=', id).execute()).length;
      assert.equal(await left('token', token.id), 0);
      assert.equal(await left('password_ticket', ticket.id), 0);
      assert.equal(await left('tag', tag.id), 1);
      assert.deepEqual(await store.db.selectFrom('stream_tag').selectAll().execute(), []);
    });

    it('answers a prepared query as it answers the same one written out', async () => {
      const user = await addUser(store, { organisation_id: organisation });
      const token = await addToken(store, user);
      type Wanted = { token_hash: string; expires_at: number };
      const query = (db: Store['db'], wanted: <K extends keyof Wanted>(name: K) => Wanted[K]) =>
        db
          .selectFrom('token')
          .innerJoin('user', 'user.id', 'token.user_id')
          .selectAll('token')
          .select(['user.role', 'user.token_key as current_key'])
          .where('token_hash', '=', wanted('token_hash'))
          .where('expires_at', '>', wanted('expires_at'))
          .where('kind', '=', 'api');
      const prepared = store.prepare<Wanted, unknown>(query);
      const given = { token_hash: token.token_hash, expires_at: 5 };
      const expected = await query(store.db, (name) => given[name]).execute();
      assert.equal(expected.length, 1);
      assert.deepEqual(await prepared(given), expected);
      assert.deepEqual(await prepared({ ...given, expires_at: token.expires_at }), []);
      await assert.rejects(async () => prepared({ expires_at: 5 } as Wanted), /token_hash .* missing/);
    });

    it('pages from the newest to the oldest without a gap or a repeat, even within one millisecond', async () => {
      const own = (await addOrganisation(store)).id;
      const ids: string[] = [];
      for (let index = 0; index < 25; index++) {
        ids.push((await addStream(store, { organisation_id: own, created_at: Math.floor(index / 10) })).id);
      }
      const seen: string[] = [];
      let last: { created_at: number; id: string } | undefined;
      do {
        let page = store.db.selectFrom('stream').select(['id', 'created_at']).where('organisation_id', '=', own);
        page = page.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(7);
        if (last) {
          const { created_at, id } = last;
          page = page.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(created_at, id)));
        }
        const rows = await page.execute();
        seen.push(...rows.map(({ id }) => id));
        last = rows.at(-1);
      } while (last);
      assert.deepEqual(seen, ids.reverse());
    });

    it('writes only inside a transaction', async () => {
      const raw = store.db as unknown as { deleteFrom(table: string): { execute(): Promise<unknown> } };
      await rejection(raw.deleteFrom('user').execute());
    });
  });
}
