import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { released } from '../store/released.ts';
import { call, finish, lockkeeper, serve, temporaryFolder, until } from './lockkeeper.ts';

const [USERS, STREAMS] = [2_000, 20_000];
const KEY = 'old-api-key-0123456789';

/** Every hundredth user and every thousandth stream is one that is refused. */
function exportFile(t: TestContext): string {
  const file = path.join(temporaryFolder(t), 'export.json');
  const users = Array.from({ length: USERS }, (_, n) => ({
    email: n % 100 === 99 ? `no address ${n}` : `u${n}@old.example`,
  }));
  const streams = Array.from({ length: STREAMS }, (_, n) => ({
    id: crypto.randomUUID(),
    tags: [`tag${n % 10}`],
    ingest: { rtmp: { streamname: n % 1_000 === 999 ? `no name ${n}` : `oLd42-${n}` } },
  }));
  writeFileSync(file, JSON.stringify({ organisation: { name: 'Old', hash: 'oLd42', apiKey: KEY }, users, streams }));
  return file;
}

const REFUSED = USERS / 100 + STREAMS / 1_000;

function counts(data: string): Record<string, number> {
  using database = new DatabaseSync(path.join(data, 'lockkeeper.sqlite'), { readOnly: true });
  const count = (sql: string) => Number(database.prepare(`select ${sql}`).get()!['n']);
  return {
    users: count("count(distinct email_key) as n from user where email like '%@old.example' and role = 'nanoAdmin'"),
    streams: count('count(distinct ingest_hash) as n from stream'),
    tagged: count('count(*) as n from stream_tag'),
    tags: count('count(*) as n from tag'),
    audited: count("count(*) as n from audit where action = 'importUser'"),
    inBatches: count("sum(detail ->> 'streams') as n from audit where action = 'importStreams'"),
    organisations: count('count(*) as n from organisation'),
  };
}

test('an import that is killed again and again, beside a running server, ends without a duplicate or a loss', async (t) => {
  const server = await serve(t);
  const env = { LOCKKEEPER_DATA: server.data };
  const file = exportFile(t);
  let longest = 0;
  let asking = true;
  const asks = (async () => {
    while (asking) {
      const from = performance.now();
      assert.equal((await call(`${server.ready.http}/organisation`, null)).status, 401);
      longest = Math.max(longest, performance.now() - from);
    }
  })();
  const rowsDone = () => {
    using database = new DatabaseSync(path.join(server.data, 'lockkeeper.sqlite'), { readOnly: true, timeout: 5_000 });
    return Number(database.prepare('select max(rows_done) as n from import_progress').get()!['n']);
  };
  for (const rows of [1, USERS + 1]) {
    const killed = lockkeeper(t, ['import', file], env);
    await until(() => rowsDone() >= rows, 60_000, `row ${rows}`);
    killed.child.kill('SIGKILL');
    await killed.ended;
    assert.ok(rowsDone() < USERS + STREAMS, 'it was over before it was killed');
  }
  const last = await finish(lockkeeper(t, ['import', file], env), 60_000);
  asking = false;
  await asks;
  assert.equal(last.code, 1, last.stderr);
  assert.match(last.stdout, /40 rows were refused; .*export\.refused\.csv says why/);
  const [users, streams] = [USERS - USERS / 100, STREAMS - STREAMS / 1_000];
  const expected = { users, streams, tagged: streams, tags: 10, audited: users, inBatches: streams, organisations: 2 };
  assert.deepEqual(counts(server.data), expected);
  const refused = readFileSync(file.replace('.json', '.refused.csv'), 'utf8').trimEnd().split('\r\n');
  assert.equal(new Set(refused).size, REFUSED + 1);
  assert.equal(refused.length, REFUSED + 1);
  // What it put aside held ingest names.
  assert.deepEqual(
    readdirSync(server.data).filter((name) => name === 'import'),
    [],
  );
  assert.ok(longest < 5_000, `the server was silent for ${longest} ms`);

  const again = await finish(lockkeeper(t, ['import', file, '--json'], env), 60_000);
  assert.deepEqual([again.stderr, JSON.parse(again.stdout).finishedBefore], ['', true]);
  const answer = await fetch(`${server.ready.http}/stream?quantity=1`, { headers: { 'x-bintu-apikey': KEY } });
  assert.equal(answer.headers.get('x-total-count'), String(streams));
});

test('a backup by the command line is restored by the command line', async (t) => {
  const server = await serve(t);
  const env = { LOCKKEEPER_DATA: server.data };
  const file = path.join(temporaryFolder(t), 'all.gz');
  const made = await finish(lockkeeper(t, ['backup', file, '--json'], env));
  assert.deepEqual([made.code, made.stderr], [0, '']);
  const careful = await finish(lockkeeper(t, ['restore', file], env));
  assert.deepEqual([careful.code, careful.stdout], [1, '']);
  assert.match(careful.stderr, /^This installation is not empty.*--force/);
  const meant = await finish(lockkeeper(t, ['restore', file, '--force'], env));
  assert.equal(meant.code, 0, meant.stderr);
  assert.match(meant.stdout, /^Restored \d+ rows as they were at 20/);
});

test('a program that is older than its database says so, and does not start', async (t) => {
  await using old = await released('0001', 'sqlite');
  await old.run("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')");
  for (const command of [['serve'], ['user', 'list', '--local']]) {
    const { code, stderr } = await finish(lockkeeper(t, command, { LOCKKEEPER_DATA: old.folder }));
    assert.equal(code, 1);
    assert.match(stderr, /^The database was written by a newer Lockkeeper .* Start that version or a later one\.$/m);
    assert.doesNotMatch(stderr, /^ +at /m);
  }
});
