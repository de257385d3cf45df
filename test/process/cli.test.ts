import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { finish, lockkeeper, serve } from './lockkeeper.ts';

const ADMIN = { email: 'boss@example.org', password: 'correct horse battery' };

/** Runs commands against one server, as one user. */
function shell(t: TestContext, env: Record<string, string>) {
  const run = (args: string, input = '') => finish(lockkeeper(t, args.split(' '), env, input));
  return {
    run,
    /** The answer of a command that must succeed. */
    async json(args: string, input = '') {
      const { code, stdout, stderr } = await run(`${args} --json`, input);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      return JSON.parse(stdout);
    },
    /** The error of a command that must fail. */
    async refused(args: string, exitCode = 1) {
      const { code, stdout, stderr } = await run(`${args} --json`);
      assert.equal(code, exitCode, stderr);
      assert.equal(stdout, '');
      return JSON.parse(stderr);
    },
  };
}

test('the command line against a server', async (t) => {
  const server = await serve(t, { LOCKKEEPER_ADMIN_EMAIL: ADMIN.email, LOCKKEEPER_ADMIN_PASSWORD: ADMIN.password });
  const at = { LOCKKEEPER_URL: server.ready.http, LOCKKEEPER_DATA: server.data };
  const guest = shell(t, at);
  const { stdout: adminToken } = await guest.run(`login ${ADMIN.email} --password-stdin`, `${ADMIN.password}\n`);
  const admin = shell(t, { ...at, LOCKKEEPER_TOKEN: adminToken.trim() });

  await t.test('login prints a token and nothing else, and says when the password is wrong', async () => {
    assert.match(adminToken, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const wrong = await guest.run(`login ${ADMIN.email} --password-stdin`, 'not it at all');
    assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
    assert.equal(wrong.stderr, 'The e-mail address or the password is wrong.\n');
  });

  await t.test('an administrator adds users, makes them tokens, and sees them', async () => {
    const made = await admin.json('user add op@example.org --role operator --password-stdin', 'a long password 1');
    assert.equal(made.permission, 'nanoUser');
    await admin.json('user add eyes@example.org --role nanoReadOnly --password-stdin', 'a long password 2');
    const emails = (await admin.json('user list')).map((user: { email: string }) => user.email);
    assert.deepEqual(emails.toSorted(), ['boss@example.org', 'eyes@example.org', 'op@example.org']);
    const words = await admin.run('user list');
    assert.match(words.stdout, /^E-MAIL +ROLE/);
    assert.match(words.stdout, /^op@example\.org +nanoUser /m);
    const again = await admin.refused('user add op@example.org --role nanoUser');
    assert.equal(again.error.code, 1003);
  });

  await t.test('an administrator invites, sees what is open without its token, and takes it back', async () => {
    const made = await admin.json('user invite observer --email guest@example.org --expires-in 2h');
    assert.equal(made.permission, 'nanoReadOnly');
    assert.ok(Date.parse(made.expiresAt) - Date.now() <= 7_200_000);
    const { stdout: url } = await admin.run('user invite operator');
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/invitation#[\w-]{32}\n$/);
    const open = await admin.run('user invitations');
    assert.match(open.stdout, /^nanoReadOnly +guest@example\.org .* open +/m);
    assert.match(open.stdout, /^nanoUser +any /m);
    assert.equal(open.stdout.includes(made.token), false);
    await admin.json(`user uninvite ${made.id}`);
    assert.equal((await admin.json('user invitations')).length, 1);
    assert.equal((await admin.refused(`user uninvite ${made.id}`)).error.code, 4040);
  });

  const { token: operatorToken } = await admin.json('user token op@example.org --name shift --expires-in 2h');
  const { stdout: observerToken } = await admin.run('user token eyes@example.org');
  const operator = shell(t, { ...at, LOCKKEEPER_TOKEN: operatorToken });
  const observer = shell(t, { ...at, LOCKKEEPER_TOKEN: observerToken.trim() });

  await t.test('streams: an operator forwards one and makes ingest tokens, and no secret is repeated', async () => {
    const { id, ingest } = await operator.json('stream create');
    const set = await operator.run(`stream push ${id} --url-stdin`, 'rtmp://93.184.215.14/app/a-secret-key\n');
    assert.equal(set.stdout, `Stream ${id} is forwarded to rtmp://93.184.215.14 while it is live.\n`);
    assert.match((await observer.run(`stream push ${id}`)).stdout, /^Your role does not show /);
    const wrong = await operator.refused(`stream push ${id} rtmp://127.0.0.1/app/a-secret-key`);
    assert.equal(wrong.error.code, 1000);
    assert.equal(JSON.stringify(wrong).includes('a-secret-key'), false);
    assert.equal((await operator.json(`stream push ${id} --off`)).push_url, null);

    const { stdout: key } = await operator.run(`stream ingest-token ${id} --expires-in 10m`);
    assert.ok(key.startsWith(`${ingest.rtmp.streamname}?token=`));
    const { stdout: listed } = await operator.run(`stream ingest-token ${id} --list`);
    const [, token] = /^(\S{36}) +op@example\.org /m.exec(listed) ?? assert.fail(listed);
    assert.equal((await admin.json(`stream ingest-token ${id} --revoke ${token}`)).revoked, true);
  });

  await t.test('streams: an operator creates, an administrator locks, an observer is told who may', async () => {
    const made = await operator.json('stream create --tag news live');
    assert.deepEqual(made.tags.toSorted(), ['live', 'news']);
    assert.match(made.ingest.rtmp.streamname, /^\w{5}-\w{22,}$/);

    const seen = await observer.json('stream list --tag news');
    assert.deepEqual(
      seen.map((stream: { id: string }) => stream.id),
      [made.id],
    );
    assert.equal(JSON.stringify(seen).includes(made.ingest.rtmp.streamname), false);

    for (const [who, role] of [
      [operator, 'nanoUser'],
      [observer, 'nanoReadOnly'],
    ] as const) {
      const refusal = await who.refused(`stream lock ${made.id}`);
      assert.equal(refusal.status, 403);
      assert.deepEqual(refusal.error.userinfo.grantedTo, ['nanoAdmin']);
      const { code, stderr } = await who.run(`stream lock ${made.id}`);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`Your role ${role} lacks "stream:lock"\\. nanoAdmin may:`));
    }

    assert.equal((await admin.json(`stream lock ${made.id}`)).state, 'locked');
    assert.match((await admin.run(`stream list --state locked`)).stdout, new RegExp(`^${made.id} +locked +`, 'm'));
    assert.equal((await admin.json(`stream unlock ${made.id}`)).state, 'created');
    assert.match((await admin.run(`stream stop ${made.id}`)).stdout, /0 publisher\(s\) and 0 viewer\(s\) were closed/);
    assert.equal((await admin.refused('stream lock 00000000-0000-4000-8000-000000000000')).status, 404);
  });

  await t.test('a role change and a renewed key end the older tokens at once', async () => {
    await admin.json('user role op@example.org observer');
    const dead = await operator.refused('stream list');
    assert.equal(dead.error.code, 4003);
    assert.match(dead.hint, /lockkeeper login/);
    await admin.json('user renew eyes@example.org');
    assert.equal((await observer.refused('stream list')).error.code, 4003);
  });

  await t.test('the audit log tells what was done and refused', async () => {
    const refused = await admin.json('audit --outcome refused --actor op@example.org');
    assert.ok(refused.length > 0);
    assert.match((await admin.run('audit --limit 5')).stdout, /^TIME \(UTC\) +WHO +ACTION/);
  });

  await t.test('users are deleted with --yes, and the last administrator is not', async () => {
    assert.match((await admin.refused('user delete eyes@example.org', 2)).error.message, /--yes/);
    assert.equal((await admin.json('user delete eyes@example.org --yes')).deleted, true);
    const own = await admin.refused(`user delete ${ADMIN.email} --yes`);
    assert.equal(own.status, 409);
    assert.match((await admin.refused('user delete nobody@example.org --yes')).error.message, /no user/);
  });

  await t.test('--local helps whoever has lost every password, without a token', async () => {
    await guest.json('user add spare@example.org --role nanoAdmin --password-stdin --local', 'another long password');
    const found = await guest.json('user list --local');
    assert.ok(found.some((user: { email: string }) => user.email === 'spare@example.org'));
    await guest.json('user password spare@example.org --password-stdin --local', 'yet another password');
    const { code } = await guest.run('login spare@example.org --password-stdin', 'yet another password');
    assert.equal(code, 0);
    await guest.json('user role spare@example.org observer --local');
    assert.equal((await guest.run('user role nobody@example.org observer --local')).code, 1);
    assert.match((await guest.run('user role nobody@example.org observer --local')).stderr, /^(?!.*\n\s+at )/s);
    for (const [email, words] of [
      ['spare@example.org', /not unique/],
      ['spare', /not an e-mail address/],
    ] as const) {
      const again = `user add ${email} --role nanoAdmin --password-stdin --local`;
      const { code, stderr } = await guest.run(again, 'another long password');
      assert.equal(code, 1);
      assert.match(stderr, words);
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack for people');
    }
  });

  await t.test('the own password changes with the old one', async () => {
    const changed = await admin.run('user password --password-stdin', `${ADMIN.password}\na better one by far\n`);
    assert.equal(changed.code, 0, changed.stderr);
    assert.equal((await guest.run(`login ${ADMIN.email} --password-stdin`, 'a better one by far')).code, 0);
  });
});

test('the command line without a server', async (t) => {
  const here = shell(t, { LOCKKEEPER_URL: 'http://127.0.0.1:9', LOCKKEEPER_TOKEN: 'x' });

  await t.test('permissions prints the matrix', async () => {
    const rows = await here.json('permissions');
    const lock = rows.find((row: { id: string }) => row.id === 'stream:lock');
    assert.deepEqual(lock.roles, ['nanoAdmin']);
    assert.equal(rows.filter((row: { documented: boolean }) => row.documented).length, 22);
    assert.match((await here.run('permissions')).stdout, /Get Streams +stream:read +✓ +✓ +✓$/m);
  });

  await t.test('says how to start a server where none answers', async () => {
    const { code, stderr } = await here.run('stream list --url http://127.0.0.1:49151');
    assert.equal(code, 1);
    assert.match(stderr, /Nothing answers at http:\/\/127\.0\.0\.1:49151\. Start it with "npm start"/);
  });

  await t.test('wrong use ends with 2, a missing token with 1, help with 0', async () => {
    assert.match((await here.refused('user add someone@example.org', 2)).error.message, /--role/);
    assert.match((await here.refused('user token a@b --expires-in soon', 2)).error.message, /30m, 12h or 7d/);
    assert.equal((await here.run('no-such-command')).code, 2);
    assert.equal((await here.run('stream --help')).code, 0);
    const tokenless = shell(t, { LOCKKEEPER_URL: 'http://127.0.0.1:9' });
    assert.match((await tokenless.refused('user list')).error.message, /LOCKKEEPER_TOKEN/);
  });
});
