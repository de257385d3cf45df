import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { runImport } from '../../src/import/run.ts';
import { type Running, start } from '../harness.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/import.md');

let postgres: PostgresServer;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres.stop());

/** A server, and a folder for what is imported into it. */
async function house(databaseUrl = '') {
  const running: Running = await start({ databaseUrl });
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-import-'));
  const installation = readConfig({ LOCKKEEPER_DATA: running.folder, LOCKKEEPER_DATABASE_URL: databaseUrl });
  const refused = path.join(folder, 'refused.csv');
  return {
    running,
    refused,
    async write(files: Record<string, string>) {
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    },
    take: (...names: string[]) =>
      runImport(installation, { files: names.map((name) => path.join(folder, name)), refused, onProgress: () => {} }),
    why: async () => (await readFile(refused, 'utf8')).trimEnd().split('\r\n').slice(1),
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The examples of the document, by the name behind their fence. */
async function examples(): Promise<Record<string, string>> {
  const text = await readFile(DOCUMENT, 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name, body]) => [name, body!]),
  );
}

const organisation = {
  name: 'Old house',
  hash: 'oLd42',
  apiKey: 'old-api-key-0123456789',
  playerKey: 'old-player-key-0123456789',
};
const ID = '4b6a2d1e-7c35-4a0e-9a55-0d8b1f6c2e11';
const stream = (streamname: string, more: object = {}) => ({ ingest: { rtmp: { streamname } }, ...more });
const jsonl = (...lines: object[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`An import on ${engine}`, () => {
    const open = async () => house(engine === 'postgres' ? await postgres.createDatabase() : '');

    it('takes the examples of the document, in every form, with nothing refused', async () => {
      await using on = await open();
      const files = await examples();
      assert.equal(Object.keys(files).length, 6);
      await on.write(files);
      const document = await on.take('export.json');
      assert.deepEqual(document.imported, { user: 2, key: 0, tag: 3, stream: 1 });
      const lines = await on.take('export.jsonl');
      assert.deepEqual([lines.imported.stream, lines.newIds, lines.imported.tag], [1, 1, 1]);
      const tables = await on.take('organisation.csv', 'users.csv', 'streams.csv', 'tags.csv');
      assert.deepEqual([tables.imported.user, tables.imported.stream, tables.imported.tag], [1, 1, 1]);
      assert.deepEqual([document.refused, lines.refused, tables.refused], [0, 0, 0]);

      const { apiKey } = JSON.parse(files['export.json']!).organisation;
      const { call } = on.running;
      const { body: told } = await call('GET', '/organisation', { apiKey });
      const { name, hash, webhook, createdAt } = told;
      assert.deepEqual(
        { name, hash, webhook, createdAt },
        {
          name: 'Example TV',
          hash: 'XfL3a',
          webhook: 'https://example.org/publish',
          createdAt: '2016-03-01T12:00:00.000Z',
        },
      );
      const { body: kept } = await call('GET', `/stream/${ID}`, { apiKey });
      assert.equal(kept.ingest.rtmp.streamname, 'XfL3a-k7Qd2');
      assert.notEqual(kept.playout.h5live[0].rtmp.streamname, 'XfL3a-k7Qd2');
      assert.deepEqual(
        [kept.state, kept.tags, kept.streamgroup, kept.created_at, kept.push_url],
        [
          'ended',
          ['main', 'news'],
          'f0c1b2a3-94d5-4e6f-8a7b-6c5d4e3f2a1b',
          '2017-06-05T08:00:00.000Z',
          'rtmp://relay.example.org/app/key',
        ],
      );
      const { body: users } = await call('GET', '/user', { apiKey });
      assert.deepEqual(
        users.map((user: { email: string; permission: string }) => [user.email, user.permission]),
        [
          ['ada@example.org', 'nanoAdmin'],
          ['ben@example.org', 'nanoAdmin'],
        ],
      );
      const { body: rows } = await call('GET', '/audit?action=importUser', { apiKey });
      assert.deepEqual(
        rows
          .map((row: { detail: object }) => row.detail)
          .sort((a: { email: string }, b: { email: string }) => (a.email < b.email ? -1 : 1)),
        ['ada', 'ben'].map((who) => ({ email: `${who}@example.org`, permission: 'nanoAdmin' })),
      );
      // The other organisations' objects are nobody else's business.
      const radio = { apiKey: '0a1b2c3d4e5f60718293a4b5c6d7e8f9' };
      assert.equal((await call('GET', `/stream/${ID}`, radio)).status, 404);
      assert.match((await call('GET', '/organisation', radio)).body.playerKey, /^\w{40}$/);
    });

    it('refuses what cannot be taken, says why, and takes the rest', async () => {
      await using on = await open();
      const known = await on.running.tenant('Here before');
      const { body: theirs } = await on.running.call('POST', '/stream', { token: known.admin.token });
      const playout = theirs.playout.h5live[0].rtmp.streamname;
      await on.write({
        'a.jsonl': jsonl(
          { organisation },
          { user: { email: 'fine@example.org' } },
          { user: { email: known.user.email.toUpperCase() } },
          { user: { email: 'not an address' } },
          { user: { email: '=cmd@example.org', created_at: 'yesterday' } },
          { user: { email: 'two\u0000@example.org' } },
          { key: { kind: 'api', key: known.apiKey } },
          { key: { kind: 'player', key: 'another-player-key-0123456789' } },
          'this is not JSON' as never,
          { stream: stream('oLd42-ok', { id: ID }) },
          { stream: stream('oLd42-other', { id: ID }) },
          { stream: stream('oLd42-ok', { id: ID.replace('4b', '5c') }) },
          { stream: stream('white space') },
          { stream: stream(theirs.ingest.rtmp.streamname) },
          { stream: stream(playout) },
          { stream: stream('oLd42-free', { id: theirs.id, tags: ['=1+1'] }) },
          { stream: stream('oLd42-gone', { state: 'deleted' }) },
        ),
      });
      const done = await on.take('a.jsonl');
      assert.deepEqual([done.imported.user, done.imported.stream, done.newIds, done.refused], [1, 2, 1, 13]);
      const why = await on.why();
      assert.deepEqual(
        why.map((line) => line.slice('a.jsonl,'.length)).toSorted(),
        [
          `3,user,${known.user.email.toUpperCase()},the address belongs to a user of another organisation`,
          '4,user,not an address,email is not an e-mail address',
          "5,user,'=cmd@example.org,created_at is not an ISO 8601 time",
          '6,user,two?@example.org,email holds characters that cannot be shown',
          '7,key,,this key is in use already',
          '8,key,,the organisation has another player key',
          '9,stream,,this line is not JSON that names what it is of',
          `11,stream,${ID},another stream has this id`,
          `12,stream,${ID.replace('4b', '5c')},another stream has this name`,
          '13,stream,,streamname is not 1 to 128 letters\\, digits or ._~-',
          '14,stream,,another stream has this name',
          '15,stream,,another stream has this name',
          '17,stream,,"state is none of created, live, ended, locked"',
        ]
          .map((line) => line.replace(/^(13,.*),(streamname.*)$/, '$1,"$2"').replace('\\,', ','))
          .toSorted(),
      );
      assert.equal((await stat(on.refused)).mode & 0o777, 0o600);
      assert.equal(
        (await on.running.call('GET', `/stream/${theirs.id}`, { token: known.admin.token })).body.id,
        theirs.id,
      );
      const { body } = await on.running.call('GET', '/stream?tags[]=%3D1%2B1', { apiKey: organisation.apiKey });
      assert.deepEqual([body.length, body[0].ingest.rtmp.streamname], [1, 'oLd42-free']);
    });

    it('is done once: the same again changes nothing, and more of it adds only that', async () => {
      await using on = await open();
      const users = ['ann@example.org', 'bob@example.org'].map((email) => ({ user: { email } }));
      await on.write({ 'a.jsonl': jsonl({ organisation }, ...users, { stream: stream('oLd42-one', { id: 7 }) }) });
      await on.take('a.jsonl');
      const { apiKey } = organisation;
      const { call } = on.running;
      await call('PUT', '/user/permission', { apiKey, body: { email: 'bob@example.org', permission: 'nanoReadOnly' } });
      assert.equal((await on.take('a.jsonl')).finishedBefore, true);
      await on.write({
        'b.jsonl': jsonl(
          { organisation },
          ...users,
          { user: { email: 'cy@example.org' } },
          { stream: stream('oLd42-one', { id: 7 }) },
          { stream: stream('oLd42-two') },
        ),
      });
      const more = await on.take('b.jsonl');
      assert.deepEqual([more.imported.user, more.imported.stream, more.unchanged, more.refused], [1, 1, 3, 0]);
      const { body } = await call('GET', '/user', { apiKey });
      assert.deepEqual(
        body.map((user: { email: string; permission: string }) => `${user.email} ${user.permission}`),
        ['ann@example.org nanoAdmin', 'bob@example.org nanoReadOnly', 'cy@example.org nanoAdmin'],
      );
      assert.equal((await call('GET', '/stream', { apiKey })).body.length, 2);
    });
  });
}

describe('An import', () => {
  it('keeps a password whose hash it can check, and opens to no other', async () => {
    await using on = await house();
    const { hashPassword } = await import('../../src/people/passwords.ts');
    const password_hash = await hashPassword('a password of before');
    await on.write({
      'a.json': JSON.stringify({
        organisation,
        users: [
          { email: 'kept@example.org', password_hash },
          { email: 'set@example.org', password_hash: '$2b$12$C6UzMDM.H6dfI/f/IKcEeO8G8Jr7l5yA0n4V9Q8M6x1r0jzVq7m9K' },
          { email: 'greedy@example.org', password_hash: password_hash.replace(/m=\d+/, 'm=999999') },
        ],
      }),
    });
    const done = await on.take('a.json');
    assert.deepEqual([done.imported.user, done.withoutPassword], [3, 2]);
    const signIn = async (email: string) =>
      (await on.running.call('POST', '/user/validate', { body: { email, password: 'a password of before' } })).status;
    assert.deepEqual(
      [await signIn('kept@example.org'), await signIn('set@example.org'), await signIn('greedy@example.org')],
      [200, 401, 401],
    );
  });

  it('finds a name that comes again a batch later, without having looked for it', async () => {
    await using on = await house();
    const many = 10_050;
    const streams = Array.from({ length: many }, (_, n) =>
      stream(`oLd42-${n}`, { id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, tags: [`tag${n % 3}`] }),
    );
    streams[many - 2] = { ...streams[many - 2], ...stream('oLd42-7') };
    await on.write({ 'a.json': JSON.stringify({ organisation, streams }) });
    const done = await on.take('a.json');
    assert.deepEqual([done.imported.stream, done.refused], [many - 1, 1]);
    assert.match((await on.why())[0]!, /10050,stream,.*another stream has this name/);
    using database = new DatabaseSync(path.join(on.running.folder, 'lockkeeper.sqlite'), { readOnly: true });
    assert.deepEqual(database.prepare('pragma foreign_key_check').all(), []);
    assert.equal(database.prepare('select count(*) as n from stream').get()!['n'], many - 1);
    assert.equal(database.prepare('select count(*) as n from stream_tag').get()!['n'], many - 1);
  });

  it('does not take over an organisation that is already here, and needs to know which one it is', async () => {
    await using on = await house();
    const here = await on.running.tenant('Here before');
    await on.write({
      'hash.json': JSON.stringify({ organisation: { ...organisation, hash: here.hash } }),
      'key.json': JSON.stringify({ organisation: { ...organisation, apiKey: here.apiKey } }),
      'none.json': JSON.stringify({ users: [{ email: 'a@example.org' }] }),
      'nameless.json': JSON.stringify({ organisation: { name: 'Who' } }),
      'cut.json': JSON.stringify({
        organisation,
        users: [{ email: 'a@example.org' }, { email: 'b@example.org' }],
      }).slice(0, -30),
      'list.json': '[]',
      'export.xml': '<xml/>',
      'odd.csv': 'a,b\n1,2\n',
    });
    const refusals: [string, RegExp][] = [
      ['hash.json', /with this hash/],
      ['key.json', /with this API key|belongs to another/],
      ['none.json', /do not say which organisation/],
      ['nameless.json', /neither a hash nor an apiKey/],
      ['list.json', /does not begin with/],
      ['export.xml', /neither \.json, \.jsonl nor \.csv/],
      ['odd.csv', /no heading/],
      ['gone.json', /gone\.json/],
    ];
    for (const [file, words] of refusals) await assert.rejects(on.take(file), words, file);
    assert.equal((await on.running.call('GET', '/user', { apiKey: here.apiKey })).body.length, 3);
    await assert.rejects(on.take('cut.json'), /ends in the middle/);
    await on.write({
      'cut.json': JSON.stringify({ organisation, users: [{ email: 'a@example.org' }, { email: 'b@example.org' }] }),
    });
    await on.take('cut.json');
    const { body } = await on.running.call('GET', '/user', { apiKey: organisation.apiKey });
    assert.deepEqual(body.length, 2);
  });
});
