import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from '../harness.ts';
import { finish, lockkeeper } from '../process/lockkeeper.ts';
import { ALLOWED } from './hooked.ts';
import { receiver } from './receiver.ts';

test('the webhook from the command line', async (t) => {
  await using running = await start({ env: ALLOWED });
  await using hook = await receiver();
  const { admin, user } = await running.tenant();
  const run = (args: string, token = admin.token, input = '') =>
    finish(lockkeeper(t, args.split(' '), { LOCKKEEPER_URL: running.url, LOCKKEEPER_TOKEN: token }, input));

  const [none, nothing, refused] = await Promise.all([
    run('webhook show'),
    run('webhook test'),
    run('webhook show', user.token),
  ]);
  assert.deepEqual([none.code, none.stdout], [0, 'There is no webhook: whoever knows an ingest name may publish.\n']);
  assert.equal(nothing.code, 1);
  assert.match(nothing.stderr, /no webhook/i);
  assert.deepEqual([refused.code, refused.stderr], [1, 'Only an administrator may see the webhook.\n']);

  const set = await run('webhook set --url-stdin', admin.token, `${hook.url}\n`);
  assert.match(set.stdout, new RegExp(`^Webhook +${hook.url.replace('?', '\\?')}\nSecret +whsec_\\w{43}\n$`));
  hook.answers['test'] = 404;
  const no = await run('webhook test');
  assert.deepEqual(
    [no.code, no.stdout.replace(/\d+ ms/, 'n ms')],
    [1, 'It answered 404, and only 200 is a yes (n ms).\n'],
  );
  hook.answers['test'] = 200;
  const [yes, shown, wrong, local] = await Promise.all([
    run('webhook test --json'),
    run('webhook show --json'),
    run('webhook set', admin.token),
    run('webhook set https://10.0.0.1/'),
  ]);
  assert.partialDeepStrictEqual(JSON.parse(yes.stdout), { allowed: true, status: 200 });
  assert.equal(JSON.parse(shown.stdout).webhook, hook.url);
  assert.equal(wrong.code, 2);
  assert.equal(local.code, 1);
  assert.match(local.stderr, /may not be called/);
  const list = await run('webhook deliveries --limit 2');
  assert.match(list.stdout, /^TIME \(UTC\) +CALL +OUTCOME +STATUS/);
  assert.match(list.stdout, /test +allowed +200 .*\n.*test +refused +404 /);
  assert.equal((await run('webhook set --off')).code, 0);
});
