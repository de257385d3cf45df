import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { openLocal } from '../../src/local.ts';
import { start } from '../harness.ts';
import { ok, refused } from './helpers.ts';

test('a link to set a password is void once the password was set on the machine itself', async () => {
  await using running = await start();
  const { call, folder } = running;
  const password = (await readFile(path.join(folder, 'first-admin-password'), 'utf8')).trim();
  const { token } = ok(await call('POST', '/user/validate', { body: { email: 'admin@lockkeeper.local', password } }));
  const invite = async (email: string) => {
    const made = ok(await call('POST', '/user', { token, body: { email, permission: 'nanoUser' } }));
    return made.setPasswordUrl.split('#')[1] as string;
  };
  const [kept, replaced] = [await invite('kept@example.test'), await invite('replaced@example.test')];

  const { config, secrets } = readConfig({ LOCKKEEPER_DATA: folder });
  await using local = await openLocal(config, secrets);
  await local.setPassword({ email: 'replaced@example.test', password: 'set by the operator' });

  const use = (resetToken: string) =>
    call('PUT', '/user/password', { body: { resetToken, password: 'chosen by link' } });
  refused(await use(replaced), 401, 4003);
  ok(await use(kept));
});
