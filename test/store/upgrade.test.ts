import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { checkArchive } from '../../src/backup/archive-file.ts';
import { openStore } from '../../src/store/open.ts';
import { keepCopy } from '../../src/store/upgrade.ts';
import { version } from '../../src/version.ts';
import { start } from '../harness.ts';
import { RELEASED, released } from './released.ts';

const COPY = { sqlite: `lockkeeper.sqlite.before-${version()}`, postgres: `database.before-${version()}.gz` };
const STREAM = '00000000-0000-4000-8000-000000000003';

for (const schema of RELEASED) {
  for (const engine of ['sqlite', 'postgres'] as const) {
    describe(`A ${engine} database of the release with schema ${schema}`, () => {
      it('upgrades itself at the start, every row as it was, after a copy for the owner alone', async () => {
        await using old = await released(schema, engine);
        const before = await old.everything();
        assert.ok(Object.values(before).every((rows) => rows.length > 0));
        await (await openStore({ storage: old.storage }))[Symbol.asyncDispose]();
        const after = await old.everything();
        for (const [table, rows] of Object.entries(before).filter(([name]) => name !== 'kysely_migration')) {
          const columns = Object.keys(rows[0]!);
          const kept = after[table]!.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])));
          assert.deepEqual(kept, rows, table);
        }
        const copy = path.join(old.folder, COPY[engine]);
        assert.equal((await stat(copy)).mode & 0o777, 0o600);
        if (engine === 'sqlite') {
          using database = new DatabaseSync(copy, { readOnly: true });
          const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
          assert.equal(tables.length, Object.keys(before).length);
          assert.deepEqual({ ...database.prepare('select * from stream').get() }, before['stream']![0]);
        } else {
          const ours = Object.entries(before).filter(([name]) => !name.startsWith('kysely'));
          assert.equal((await checkArchive(copy)).rows, ours.flatMap(([, rows]) => rows).length);
        }
      });

      it('opens to every key, token, password and link that was given out before, and to no other', async () => {
        await using old = await released(schema, engine);
        await using running = await start({
          env: { LOCKKEEPER_DATA: old.folder, LOCKKEEPER_DATABASE_URL: old.databaseUrl ?? '' },
        });
        const { held } = old;
        const organisation = await running.call('GET', '/organisation', { apiKey: held.apiKey });
        assert.equal(organisation.status, 200);
        assert.deepEqual(
          [organisation.body.hash, organisation.body.apiKey, organisation.body.playerKey],
          ['OLD01', held.apiKey, held.playerKey],
        );
        assert.equal((await running.call('GET', '/organisation', { apiKey: `${held.apiKey}x` })).status, 401);
        const me = await running.call('GET', '/user/me', { token: held.token });
        assert.deepEqual([me.status, me.body.user.email], [200, 'Boss@example.org']);
        assert.equal((await running.call('GET', '/user/me', { token: `${held.token}x` })).status, 401);
        const body = { email: 'boss@example.org', password: held.password };
        assert.equal((await running.call('POST', '/user/validate', { body })).status, 200);
        const stream = await running.call('GET', `/stream/${STREAM}`, { token: held.token });
        assert.match(stream.body.ingest.rtmp.streamname, /^OLD01-\w{24}$/);
        assert.deepEqual(stream.body.tags, ['news']);
        const link = { resetToken: held.ticket, password: 'another long password' };
        assert.equal((await running.call('PUT', '/user/password', { body: link })).status, 200);
        assert.equal((await running.call('PUT', '/user/password', { body: link })).status, 401);
      });

      it('is left as it was when the upgrade fails, and says why', async () => {
        await using old = await released(schema, engine);
        await old.run('create table import_progress (id text)');
        const before = await old.everything();
        await assert.rejects(openStore({ storage: old.storage }), /"import_progress" already exists/);
        assert.deepEqual(await old.everything(), before);
        await old.run('drop table import_progress');
        await using store = await openStore({ storage: old.storage });
        assert.equal((await store.db.selectFrom('import_progress').selectAll().execute()).length, 0);
      });

      it('is refused in words when a newer program has written it, and left as it was', async () => {
        await using old = await released(schema, engine);
        await old.run("insert into kysely_migration values ('9999-later', '2030-01-01T00:00:00.000Z')");
        const before = await old.everything();
        await assert.rejects(openStore({ storage: old.storage }), /^UpgradeError: .* newer Lockkeeper .*"9999-later"/);
        assert.deepEqual(await old.everything(), before);
        assert.deepEqual(await readdir(old.folder).then((names) => names.filter((name) => /before/.test(name))), []);
      });
    });
  }
}

describe('The copy before an upgrade', () => {
  it('is not made of a new database, nor of one that is up to date', async () => {
    await using old = await released('0001', 'sqlite');
    const copy = path.join(old.folder, COPY.sqlite);
    const storage = { sqliteFile: path.join(old.folder, 'new/lockkeeper.sqlite') };
    for (let times = 0; times < 2; times++) await (await openStore({ storage }))[Symbol.asyncDispose]();
    assert.deepEqual(await readdir(path.dirname(storage.sqliteFile)), ['lockkeeper.sqlite']);
    await (await openStore({ storage: old.storage }))[Symbol.asyncDispose]();
    const { mtimeMs } = await stat(copy);
    await (await openStore({ storage: old.storage }))[Symbol.asyncDispose]();
    assert.equal((await stat(copy)).mtimeMs, mtimeMs);
  });

  it('is refused in words where there is no room for it', async () => {
    await using old = await released('0001', 'sqlite');
    const file = path.join(old.folder, 'lockkeeper.sqlite');
    await assert.rejects(
      keepCopy(file, async () => 100_000),
      /no room for a copy .* Nothing was changed/,
    );
    assert.equal(existsSync(path.join(old.folder, COPY.sqlite)), false);
    await keepCopy(file, async () => 100_000_000);
    assert.equal(existsSync(path.join(old.folder, COPY.sqlite)), true);
  });

  it('is asked for where a PostgreSQL database would be upgraded without a folder for one', async () => {
    await using old = await released('0001', 'postgres');
    const before = await old.everything();
    await assert.rejects(openStore({ storage: { databaseUrl: old.databaseUrl! } }), /no folder for a copy/);
    assert.deepEqual(await old.everything(), before);
  });
});
