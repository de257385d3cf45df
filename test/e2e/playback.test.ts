import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dashboardForFile } from './dashboard.ts';
import { disabledBecause, forced } from './forced.ts';
import { doer, furnish } from './furnish.ts';
import { settled } from './pages.ts';

const dashboard = dashboardForFile();

describe('playback tokens', () => {
  test('are made by an operator, decoded with what they say, revoked, and hold no longer', async () => {
    const { running, visit } = dashboard();
    const { user } = await running.tenant();
    await using operator = await visit(user);
    operator.expect(/^POST \/api\/v1\/splay\/verify 403$/);
    const { page } = operator;
    await operator.go('/playback-tokens');
    await page.getByRole('button', { name: 'Create playback token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'All streams of the organisation' }).check();
    const revocable = dialog
      .getByRole('switch', { name: /^Revocable/ })
      .or(dialog.getByRole('checkbox', { name: /^Revocable/ }));
    await revocable.check({ force: true });
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByRole('button', { name: 'Copy: Playback token' }).click();
    const token = await page.evaluate<string>('navigator.clipboard.readText()');
    await dialog.getByRole('button', { name: 'I have copied it' }).click();

    const decode = page.getByRole('region', { name: 'Decode a token' });
    await decode.getByLabel('Playback token').fill(token);
    await decode.getByText('It holds', { exact: true }).waitFor();
    await decode.getByText('opens every stream of the organisation').waitFor();
    await decode.getByLabel('Playback token').fill(`${token.slice(0, -8)}AAAAAAAA`);
    await decode.getByText('It does not hold', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Revoke the playback token for all streams' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The playback token is revoked.').waitFor();
    await page.getByRole('cell', { name: 'revoked', exact: true }).waitFor();
    await decode.getByLabel('Playback token').fill(token);
    await decode.getByText('It was revoked.').waitFor();
  });

  test('are not an observer’s: the page says why and the calls are refused', async () => {
    const { running, visit } = dashboard();
    const { tenant, playbackToken } = await furnish(running);
    await using watcher = await visit(tenant.observer);
    watcher.expect(/^(GET|POST) \/api\/v1\/splay[\w/]* 403$/);
    await watcher.go('/playback-tokens');
    await settled(watcher);
    await watcher.page
      .getByRole('main')
      .getByText(/You may not create playback tokens/)
      .first()
      .waitFor();
    const entry = watcher.page.getByRole('navigation').getByRole('button', { name: 'Playback tokens' });
    assert.match(await disabledBecause(entry, 'playback-token:create'), /nanoAdmin, nanoUser may/);
    assert.equal((await forced(watcher.page, 'POST', '/api/v1/splay', { orgawide: true })).status, 403);
    const revocation = await forced(watcher.page, 'POST', '/api/v1/splay/revoke', { token: playbackToken });
    assert.equal(revocation.status, 403);
  });
});

describe('API tokens', () => {
  test('are made for somebody by an administrator, shown once, and revoked', async () => {
    const { running, visit } = dashboard();
    const { admin, user } = await running.tenant();
    await using boss = await visit(admin);
    const { page } = boss;
    await boss.go(`/users/${user.id}`);
    await page.getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('Graphics');
    await dialog.getByRole('button', { name: /^Create/ }).click();
    await dialog
      .getByRole('button', { name: /^Copy: .*[Tt]oken/ })
      .first()
      .click();
    const token = await page.evaluate<string>('navigator.clipboard.readText()');
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    const works = async () => (await running.call('GET', '/user/me', { token })).status;
    assert.equal(await works(), 200);
    await page.reload();
    await settled(boss);
    assert.equal((await page.content()).includes(token), false);
    await page.getByRole('button', { name: /^Revoke .*Graphics/ }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Graphics was revoked').or(page.getByText('Graphics is revoked')).waitFor();
    assert.equal(await works(), 401);
  });

  test('of others an operator neither sees nor makes', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    await doer(running, tenant)('POST', '/bintu/token', { userId: tenant.admin.id, name: 'Of the boss' });
    await using operator = await visit(tenant.user);
    operator.expect(/^POST \/bintu\/token 403$/);
    await operator.go('/tokens');
    await settled(operator);
    const create = operator.page.getByRole('button', { name: 'Create token' });
    assert.match(await disabledBecause(create, 'token:create'), /You may not create tokens for users/);
    const made = await forced(operator.page, 'POST', '/bintu/token', { userId: tenant.admin.id, name: 'Mine' });
    assert.deepEqual([made.status, made.body.error.userinfo.capability], [403, 'token:create']);
    assert.equal((await operator.received()).includes('Of the boss'), false);
  });
});
