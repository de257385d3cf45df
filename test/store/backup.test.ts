import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { checkArchive, writeArchive } from '../../src/backup/archive-file.ts';
import { backup, restore } from '../../src/backup/backup.ts';
import { readConfig } from '../../src/config.ts';
import { BLOCK_MS } from '../../src/metrics/packing.ts';
import { compact } from '../../src/metrics/upkeep.ts';
import { dumpTables } from '../../src/store/archive.ts';
import { insertSamples } from '../../src/store/metric-sample.ts';
import { openStore, storageOf } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { TABLE_NAMES } from '../../src/store/tables.ts';
import { lockDataFolder } from '../../src/supervisor/data-lock.ts';
import { version } from '../../src/version.ts';
import { PASSWORD, type Running, start } from '../harness.ts';
import { batchOf, sampleOf } from './figures.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { released } from './released.ts';

const ENGINES = ['sqlite', 'postgres'] as const;
const quiet = () => {};

let server: Promise<PostgresServer> | undefined;
async function databaseUrl(engine: (typeof ENGINES)[number]): Promise<string> {
  if (engine === 'sqlite') return '';
  server ??= startPostgres();
  return (await server).createDatabase();
}

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
async function temporary(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-backup-'));
  folders.push(folder);
  return folder;
}

const installation = (data: string, url = '') =>
  readConfig({ LOCKKEEPER_DATA: data, LOCKKEEPER_DATABASE_URL: url, LOCKKEEPER_HTTP: '127.0.0.1:0' });

async function running(engine: (typeof ENGINES)[number]): Promise<Running & { url: string; database: string }> {
  const database = await databaseUrl(engine);
  return Object.assign(await start({ databaseUrl: database }), { database });
}

/** Every row but what a restore itself writes and raises. */
async function rowsIn(store: Store): Promise<[table: string, row: Record<string, unknown>][]> {
  const rows: [string, Record<string, unknown>][] = [];
  await store.snapshot(async (reader) => {
    let columns: readonly string[] = [];
    let table = '';
    for await (const line of dumpTables(reader)) {
      if ('table' in line) ({ table, columns } = line);
      else {
        const row = Object.fromEntries(columns.map((column, index) => [column, line[index]]));
        if (row['action'] === 'restore' || row['live_session']) continue;
        rows.push([table, { ...row, epoch: 0, last_used_at: 0, last_used_ip: '', last_seen_at: 0 }]);
      }
    }
  });
  return rows;
}

/** Figures of a stream: packed ones, and more of them than are read or written at a time. */
async function measure({ app: { store, services } }: Running, stream: string): Promise<void> {
  const audience = [{ agent: 'VLC', referrer: '', country: '', sessions: 1, viewerMs: 5_000, bytesOut: 1 }];
  const past = (Math.floor(Date.now() / BLOCK_MS) - 2) * BLOCK_MS;
  await services.metrics.sampled(batchOf(past, [sampleOf(stream, 1, { audience })]));
  await compact(store, past + BLOCK_MS, new AbortController().signal);
  // Nothing takes away what is yet to come.
  const rows = Array.from({ length: 600 }, (_, n) => batchOf(past + 6 * BLOCK_MS, [sampleOf(stream, n)], n));
  await store.transaction(async (tx) => {
    for (const row of rows) await insertSamples(tx, row);
  });
}

describe('A backup', () => {
  for (const from of ENGINES) {
    const to = from === 'sqlite' ? 'postgres' : 'sqlite';
    it(`of ${from} is restored beside the running server, at once in effect, and on ${to}`, async () => {
      await using source = await running(from);
      const house = await source.tenant('House');
      const { body: stream } = await source.call('POST', '/stream', {
        token: house.admin.token,
        body: { tags: ['news', '=1+1', "it's \u2028 two lines"] },
      });
      await measure(source, stream.id);
      const file = path.join(await temporary(), 'all.gz');
      await source.app.services.usage.flush();
      await backup(installation(source.folder, source.database), file, quiet);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      const kept = await rowsIn(source.app.store);
      assert.equal(new Set(kept.filter(([table]) => table.startsWith('metric_')).map(([table]) => table)).size, 7);
      assert.equal((await source.call('DELETE', `/stream/${stream.id}`, { token: house.admin.token })).status, 200);
      await source.call('PUT', '/user/tokenkey', { token: house.admin.token, body: { id: house.user.id } });
      assert.equal((await source.call('GET', '/user/me', { token: house.user.token })).status, 401);

      {
        const here = installation(source.folder, source.database);
        await assert.rejects(restore(here, { file, force: false }, quiet), /not empty.*--force/);
        await restore(here, { file, force: true }, quiet);
        assert.equal((await source.call('GET', '/user/me', { token: house.user.token })).status, 200);
        const again = await source.call('GET', `/stream/${stream.id}`, { token: house.admin.token });
        assert.deepEqual(again.body.tags, stream.tags);
        assert.equal(again.body.ingest.rtmp.streamname, stream.ingest.rtmp.streamname);
        const { body } = await source.call('GET', '/audit?action=restore', { token: house.admin.token });
        assert.equal(body[0].actor.type, 'system');
      }
      const folder = await temporary();
      const there = installation(folder, await databaseUrl(to));
      await restore(there, { file, force: false }, quiet);
      await using store = await openStore({ storage: storageOf(there.config, there.secrets) });
      assert.deepEqual(await rowsIn(store), kept);
      assert.deepEqual(
        JSON.parse(await readFile(path.join(folder, 'secrets.json'), 'utf8')),
        JSON.parse(await readFile(path.join(source.folder, 'secrets.json'), 'utf8')),
      );
    });
  }

  it('is of one moment: what is written while it is made is in it whole or not at all', async () => {
    await using on = await running('sqlite');
    const house = await on.tenant('House');
    const file = path.join(await temporary(), 'all.gz');
    let writing = true;
    const writer = (async () => {
      while (writing) await on.call('POST', '/stream', { token: house.admin.token, body: { tags: ['a', 'b'] } });
    })();
    while ((await on.app.store.db.selectFrom('stream').select('id').execute()).length < 5) await writerTurn();
    await backup(installation(on.folder), file, quiet);
    writing = false;
    await writer;
    const lines = gunzipSync(await readFile(file))
      .toString()
      .split('\n');
    const count = (table: string) => {
      const from = lines.findIndex((line) => line.startsWith(`{"table":"${table}"`)) + 1;
      return lines.slice(from).findIndex((line) => line.startsWith('{'));
    };
    assert.ok(count('stream') >= 5);
    assert.equal(count('stream_tag'), 2 * count('stream'));
  });

  it('holds every table there is', async () => {
    await using on = await running('sqlite');
    const tables = await on.app.store.snapshot((reader) =>
      (
        reader as typeof reader & { introspection: { getTables(): Promise<{ name: string }[]> } }
      ).introspection.getTables(),
    );
    assert.deepEqual(tables.map(({ name }) => name).toSorted(), TABLE_NAMES.toSorted());
  });

  it('does not replace a file that is there', async () => {
    const folder = await temporary();
    const file = path.join(folder, 'mine.txt');
    await writeFile(file, 'mine');
    await assert.rejects(backup(installation(folder), file, quiet), /already there/);
    assert.equal(await readFile(file, 'utf8'), 'mine');
  });
});

const writerTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('A restore', () => {
  it('refuses a backup that is cut off, changed or none at all, before it touches anything', async () => {
    await using on = await running('sqlite');
    const house = await on.tenant('House');
    const folder = await temporary();
    const file = path.join(folder, 'all.gz');
    await backup(installation(on.folder), file, quiet);
    const whole = await readFile(file);
    const text = gunzipSync(whole).toString();
    const lines = text.trimEnd().split('\n');
    const damaged = {
      'cut off': whole.subarray(0, whole.length - 30),
      'cut off at a line': gzipSync(`${lines.slice(0, -1).join('\n')}\n`),
      'without a row': gzipSync(`${lines.toSpliced(3, 1).join('\n')}\n`),
      'with another role': gzipSync(text.replace('nanoReadOnly', 'nanoAdmin')),
      'with more behind its end': gzipSync(`${text}["more"]\n`),
      'not a backup': Buffer.from('hello'),
      'another archive': gzipSync('{"hello":1}\n'),
    };
    const before = await rowsIn(on.app.store);
    for (const [what, bytes] of Object.entries(damaged)) {
      await writeFile(file, bytes);
      const attempt = restore(installation(on.folder), { file, force: true }, quiet);
      await assert.rejects(attempt, { name: 'ArchiveError' }, what);
    }
    assert.deepEqual(await rowsIn(on.app.store), before);
    assert.equal((await on.call('GET', '/user/me', { token: house.user.token })).status, 200);
  });

  it('brings back what was taken back since, as its description says', async () => {
    await using on = await running('sqlite');
    const house = await on.tenant('House');
    const [admin, user] = [{ token: house.admin.token }, { token: house.user.token }];
    const invited = await on.call('POST', '/user/invite', { ...admin, body: { permission: 'nanoUser' } });
    const file = path.join(await temporary(), 'all.gz');
    await backup(installation(on.folder), file, quiet);
    const guest = { token: invited.body.token, email: 'guest@example.test', password: PASSWORD };
    const accept = async () => (await on.call('POST', '/user/invite/accept', { body: guest })).status;
    const isIn = async () => (await on.call('GET', '/user/me', user)).status;
    await on.call('PUT', '/user/tokenkey', { ...admin, body: { id: house.user.id } });
    assert.deepEqual([await accept(), await accept(), await isIn()], [200, 401, 401]);
    await restore(installation(on.folder), { file, force: true }, quiet);
    assert.deepEqual([await isIn(), await accept()], [200, 200]);
    const [last] = (await on.call('GET', '/audit?action=restore', admin)).body;
    assert.ok(Date.parse(last.detail.createdAt) <= Date.parse(last.at));
  });

  it('refuses secrets that a running server does not have, and takes them when it is stopped', async () => {
    await using source = await running('sqlite');
    const house = await source.tenant('House');
    const file = path.join(await temporary(), 'all.gz');
    await backup(installation(source.folder), file, quiet);
    await using other = await start();
    const there = installation(other.folder);
    {
      using _server = lockDataFolder(other.folder);
      await assert.rejects(restore(there, { file, force: true }, quiet), /Stop the server/);
    }
    await other.app[Symbol.asyncDispose]();
    await restore(there, { file, force: true }, quiet);
    await using again = await start({ env: { LOCKKEEPER_DATA: other.folder } });
    assert.equal((await again.call('GET', '/organisation', { apiKey: house.apiKey })).status, 200);
    assert.equal((await stat(path.join(other.folder, 'secrets.json.before-restore'))).mode & 0o777, 0o600);
  });

  it("upgrades an older release's, and refuses a newer one's in words", async () => {
    await using old = await released('0001', 'postgres');
    await (await openStore({ storage: old.storage }))[Symbol.asyncDispose]();
    const file = path.join(old.folder, `database.before-${version()}.gz`);
    const folder = await temporary();
    await assert.rejects(restore(installation(folder), { file, force: false }, quiet), /secrets\.json.*does not open/);
    await writeFile(path.join(folder, 'secrets.json'), await readFile(path.join(old.folder, 'secrets.json')));
    await restore(installation(folder), { file, force: false }, quiet);
    await using on = await start({ env: { LOCKKEEPER_DATA: folder } });
    const { status, body } = await on.call('GET', '/organisation', { apiKey: old.held.apiKey });
    assert.deepEqual([status, body.hash], [200, 'OLD01']);

    const { header } = await checkArchive(file);
    await writeArchive(file, { ...header, steps: [...header.steps, '9999-later'] }, (async function* () {})());
    const attempt = restore(installation(folder), { file, force: true }, quiet);
    await assert.rejects(attempt, /^UpgradeError: The backup was written by a newer Lockkeeper .*"9999-later"/);
    assert.equal((await on.call('GET', '/organisation', { apiKey: old.held.apiKey })).status, 200);
  });
});
