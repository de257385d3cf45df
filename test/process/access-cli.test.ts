import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { type Running, start, type Tenant } from '../harness.ts';
import { finish, lockkeeper } from './lockkeeper.ts';

let running: Running;
let home: Tenant;
before(async () => {
  running = await start();
  home = await running.tenant();
});
after(() => running[Symbol.asyncDispose]());

test('roles of one’s own and the access report on the command line', async (t) => {
  const run = (args: string, token = home.admin.token) =>
    finish(lockkeeper(t, args.split(' '), { LOCKKEEPER_URL: running.url, LOCKKEEPER_TOKEN: token }));
  const json = async (args: string) => {
    const { code, stdout, stderr } = await run(`${args} --json`);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };

  await t.test('a role is tried, defined, shown, changed and deleted', async () => {
    const tried = await run('role create locker --allow stream:lock token:own --dry-run');
    assert.match(tried.stdout, /^locker is not saved: token:own, stream:lock\n.* note: Without stream:read/s);
    assert.equal((await run('role show locker')).code, 1);
    assert.equal((await json('role create locker --allow stream:lock token:own --description Nights')).saved, true);
    const changed = await json('role edit locker --allow stream:read --deny token:own');
    assert.deepEqual([changed.capabilities, changed.description], [['stream:read', 'stream:lock'], 'Nights']);
    assert.match((await run('role list')).stdout, /^locker +Custom +2 +Nights$/m);
    assert.match((await run('role show locker')).stdout, /^PUT +\/stream\/\{id\}\/lock +stream:lock$/m);
    assert.match((await run('role show observer')).stdout, /^nanoReadOnly \(Low\)/);
    assert.equal((await json(`user role ${home.observer.email} locker`)).permission, 'locker');
    const inUse = await run('role delete locker --yes');
    assert.equal(inUse.code, 1);
    assert.match(inUse.stderr, /role-in-use/);
    await json(`user role ${home.observer.email} observer`);
    assert.equal((await json('role delete locker --yes')).deleted, true);
    const refused = await run('role create mine --allow stream:read', home.user.token);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /role:manage/);
  });

  await t.test('the report is words, JSON or CSV, and a review is put on record', async () => {
    const done = await run(`access review ${home.user.email} --note fine`);
    assert.match(done.stdout, new RegExp(`^${home.user.email}: reviewed by ${home.admin.email}, as of `));
    const words = await run('access');
    assert.match(words.stdout, new RegExp(`^${home.user.email} +nanoUser +.* by ${home.admin.email}$`, 'm'));
    const past = await json('access --at 2026-01-01');
    assert.deepEqual([past.at, past.users], ['2026-01-01T00:00:00.000Z', []]);
    const early = await json('access review --all --at 2026-01-01');
    assert.equal(early.at, '2026-01-01T00:00:00.000Z');
    const csv = await run('access --csv');
    const lines = parse(csv.stdout, { columns: true }) as Record<string, string>[];
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['user', 'user', 'user', 'api-key', 'player-key'],
    );
    assert.equal((await run('access review')).code, 2);
    assert.equal((await run('access', home.user.token)).code, 1);
  });
});
