import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dashboardForFile } from './dashboard.ts';
import { disabledBecause, forced } from './forced.ts';
import { settled } from './pages.ts';

const dashboard = dashboardForFile();

describe('the keys of the organisation', () => {
  test('are masked for an administrator until they are asked for, and copied without being shown', async () => {
    const { running, visit } = dashboard();
    const { admin, apiKey, playerKey } = await running.tenant();
    await using boss = await visit(admin);
    const { page } = boss;
    await boss.go('/organisation');
    const keys = page.getByRole('region', { name: 'Keys' });
    await keys.getByRole('button', { name: 'Copy: API key' }).click();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), apiKey);
    assert.equal((await page.content()).includes(apiKey), false);
    await keys.getByRole('button', { name: 'Show: API key' }).click();
    await keys.getByText(apiKey, { exact: true }).waitFor();
    await keys.getByRole('button', { name: 'Hide: API key' }).click();
    await keys.getByText(apiKey, { exact: true }).waitFor({ state: 'detached' });
    await keys.getByRole('button', { name: 'Show: Player key' }).click();
    await keys.getByText(playerKey, { exact: true }).waitFor();
  });

  test('are not sent to who may not read them: the row of the API key is missing, and the call is refused', async () => {
    const { running, visit } = dashboard();
    const { user, observer, apiKey, playerKey } = await running.tenant();
    for (const person of [user, observer]) {
      await using visitor = await visit(person);
      visitor.expect(/^(GET|POST|DELETE) \/organisation\/apikey[\w/]* 403$/);
      await visitor.go('/organisation');
      await settled(visitor);
      const keys = visitor.page.getByRole('region', { name: 'Keys' });
      await keys.getByRole('button', { name: 'Show: Player key' }).click();
      await keys.getByText(playerKey, { exact: true }).waitFor();
      assert.equal(await keys.getByRole('button', { name: /(Show|Copy): API key/ }).count(), 0);
      const rotation = await forced(visitor.page, 'POST', '/organisation/apikey/rotate', { graceSeconds: 0 });
      assert.deepEqual([rotation.status, rotation.body.error.userinfo.capability], [403, 'apikey:rotate']);
      assert.equal((await visitor.received()).includes(apiKey), false);
    }
    assert.equal((await running.call('GET', '/organisation', { apiKey })).status, 200);
  });

  test('are disabled after two questions only, and dead from then on', async () => {
    const { running, visit } = dashboard();
    const { admin, apiKey } = await running.tenant();
    const works = async () => (await running.call('GET', '/organisation', { apiKey })).status;
    await using boss = await visit(admin);
    await boss.go('/organisation');
    await boss.page.getByRole('button', { name: 'Disable API key' }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('Please confirm once more').waitFor();
    assert.equal(await works(), 200);
    await dialog.getByRole('button', { name: 'Disable API key' }).click();
    await boss.page.getByText('The API key is disabled.').waitFor();
    assert.equal(await works(), 401);
  });
});

describe('tags', () => {
  test('are created by an operator and deleted by an administrator, whose page follows', async () => {
    const { running, visit } = dashboard();
    const { admin, user } = await running.tenant();
    await using boss = await visit(admin);
    await boss.go('/organisation');
    await boss.page.getByRole('heading', { level: 1 }).waitFor();
    await using operator = await visit(user);
    await operator.go('/organisation');
    await operator.page.getByLabel('New tag').fill('evening');
    await operator.page.getByRole('button', { name: 'Create tag' }).click();
    const remove = operator.page.getByRole('button', { name: 'Delete the tag evening' });
    assert.match(await disabledBecause(remove, 'tag:delete'), /You may not delete tags\. nanoAdmin may\./);
    operator.expect(/^DELETE \/tag\/evening 403$/);
    assert.equal((await forced(operator.page, 'DELETE', '/tag/evening')).status, 403);
    await boss.page.getByRole('button', { name: 'Delete the tag evening' }).click();
    await boss.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Delete/ })
      .click();
    await operator.page.getByRole('button', { name: 'Rename the tag evening' }).waitFor({ state: 'detached' });
  });
});

describe('the settings', () => {
  test('are an administrator’s: the two other roles see them, disabled, and why', async () => {
    const { running, visit } = dashboard();
    const { admin, user, observer } = await running.tenant();
    for (const person of [user, observer]) {
      await using visitor = await visit(person);
      await visitor.go('/organisation');
      await settled(visitor);
      const control = visitor.page.getByRole('switch', { name: /^Secure playback/ });
      await control.waitFor();
      await control.click({ force: true });
      assert.equal(await control.isChecked(), false);
      await visitor.page
        .getByRole('region', { name: 'Security' })
        .getByText(/You may not change the organisation's settings/)
        .first()
        .waitFor();
      visitor.expect(/^PUT \/organisation 403$/);
      assert.equal(
        (await forced(visitor.page, 'PUT', '/organisation', { settings: { securePlayback: true } })).status,
        403,
      );
    }
    await using boss = await visit(admin);
    await boss.go('/organisation');
    await boss.page.getByRole('switch', { name: /^Secure playback/ }).click();
    await boss.page.getByRole('dialog').getByRole('button', { name: 'Turn on' }).click();
    await boss.page.getByRole('switch', { name: /^Secure playback/, checked: true }).waitFor();
    const { body } = await running.call('GET', '/organisation', { token: admin.token });
    assert.equal(body.settings.securePlayback, true);
  });
});
