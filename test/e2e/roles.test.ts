import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dashboardForFile } from './dashboard.ts';
import { disabledBecause, forced } from './forced.ts';
import { doer } from './furnish.ts';
import { settled } from './pages.ts';

const dashboard = dashboardForFile();

describe('a role of one’s own', () => {
  test('is made with the linter’s words in view, and given', async () => {
    const { running, visit } = dashboard();
    const { admin, user } = await running.tenant();
    await using boss = await visit(admin);
    const { page } = boss;
    await boss.go('/roles');
    await page.getByRole('button', { name: 'New role', exact: true }).click();
    await page.getByRole('textbox', { name: /^Name/ }).fill('gate-keeper');
    const may = (id: string) => page.getByRole('checkbox', { name: new RegExp(`\\s${id}\\b`) });
    for (const id of ['token:own', 'organisation:read', 'user:read', 'user:edit']) await may(id).check();
    const words = page.getByRole('region', { name: 'Before you save' });
    await words.getByText(/With user:edit it can give this role, and every smaller one, to anybody/).waitFor();
    await may('user:edit').uncheck();
    await words.getByText(/With user:edit/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create role' }).click();
    await page.getByText('Role gate-keeper is there to be given').waitFor();
    await page.getByRole('listitem', { name: 'gate-keeper' }).getByRole('link', { name: '0 users' }).waitFor();

    await boss.go(`/users/${user.id}`);
    await page.getByRole('button', { name: 'Edit role' }).click();
    await page.getByRole('radio', { name: 'gate-keeper' }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Change to gate-keeper' }).click();
    await page.getByText(`${user.email} is gate-keeper now`).waitFor();
  });

  test('says who is affected before it is changed, and signs them out', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const act = doer(running, tenant);
    await act('POST', '/permission/watcher', {
      description: 'Looks on',
      capabilities: ['token:own', 'organisation:read', 'stream:read', 'tag:read'],
    });
    const person = await tenant.join('watcher');
    await using watcher = await visit(person);
    await watcher.go('/streams');
    await settled(watcher);
    await using boss = await visit(tenant.admin);
    const { page } = boss;
    await boss.go('/roles');
    await page.getByRole('button', { name: 'Change role watcher' }).click();
    await page.getByRole('checkbox', { name: /\stag:read\b/ }).uncheck();
    await page.getByRole('button', { name: 'Save role' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(person.email).waitFor();
    await dialog
      .getByText(/Get Tags|tag:read/)
      .first()
      .waitFor();
    await dialog.getByRole('button', { name: 'Save role' }).click();
    await page.getByText('Role watcher is changed').waitFor();
    await watcher.page.getByText('Your session has ended').waitFor();
    assert.ok(
      await page.getByRole('button', { name: 'Delete role watcher' }).isDisabled(),
      'a role that somebody has is not deleted',
    );
  });

  test('is an administrator’s to make: the operator sees the roles and is told why, the observer does not see them', async () => {
    const { running, visit } = dashboard();
    const { user, observer } = await running.tenant();
    await using operator = await visit(user);
    await operator.go('/roles');
    const button = operator.page.getByRole('button', { name: 'New role', exact: true });
    assert.match(
      await disabledBecause(button, 'role:manage'),
      /You may not define roles of your own\. nanoAdmin may\./,
    );
    operator.expect(/^POST \/permission\/mine 403$/);
    const made = await forced(operator.page, 'POST', '/permission/mine', { capabilities: ['stream:read'] });
    assert.deepEqual([made.status, made.body.error.userinfo.capability], [403, 'role:manage']);
    await using watcher = await visit(observer);
    watcher.expect(/^GET \/permission\/list 403$/);
    for (const target of ['/roles', '/permissions']) {
      await watcher.go(target);
      await watcher.page
        .getByRole('main')
        .getByText(/You may not see the roles and what each may do/)
        .first()
        .waitFor();
    }
  });
});

describe('the matrix', () => {
  test('is searched by word, id and endpoint, and shows endpoints to who may inspect roles alone', async () => {
    const { running, visit } = dashboard();
    const { admin, user } = await running.tenant();
    await using boss = await visit(admin);
    await boss.go('/permissions');
    const search = boss.page.getByRole('searchbox', { name: 'Search permissions' });
    await search.fill('/lock');
    await boss.page.getByText('1 permission shown').waitFor();
    const row = boss.page.getByRole('row', { name: /Lock Stream stream:lock/ });
    await row.getByText('PUT /stream/{id}/lock').waitFor();
    assert.deepEqual(
      (await row
        .getByRole('img')
        .or(row.getByText(/^(not )?allowed$/))
        .count()) > 0,
      true,
    );
    await search.fill('no such permission');
    await boss.page.getByText('No permission matches').waitFor();

    await using operator = await visit(user);
    await operator.go('/permissions');
    await operator.page.getByRole('row', { name: /Lock Stream stream:lock/ }).waitFor();
    assert.equal(await operator.page.getByText('PUT /stream/{id}/lock').count(), 0);
    operator.expect(/^GET \/permission 403$/);
    assert.equal((await forced(operator.page, 'GET', '/permission?name=nanoUser')).status, 403);
  });
});
