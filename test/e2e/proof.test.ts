import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { dashboardForFile, type Visit } from './dashboard.ts';
import { disabledBecause, forced } from './forced.ts';
import { furnish } from './furnish.ts';

const dashboard = dashboardForFile();

async function download({ page }: Visit): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  return readFile(await file.path(), 'utf8');
}

describe('the audit log', () => {
  test('shows refusals with their reason, is filtered by the address, and goes out as a table with the same filter', async () => {
    const { running, visit } = dashboard();
    const { tenant, lockedId } = await furnish(running);
    await using boss = await visit(tenant.admin);
    const { page } = boss;
    await boss.go('/audit');
    const entries = page.getByRole('list', { name: 'Audit log entries' }).getByRole('listitem');
    const refusal = entries.filter({ hasText: 'Was not allowed to unlock a stream' });
    await refusal.waitFor();
    assert.match(await refusal.innerText(), /Refused/);
    assert.ok((await entries.count()) > 5);
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: 'Refused' }).click();
    await page.waitForURL(/outcome=refused/);
    await page.getByText('1 entry', { exact: true }).waitFor();
    const table = await download(boss);
    assert.match(table, /unlockStream/);
    assert.equal(table.includes('createStream'), false);
    assert.equal(table.trim().split('\n').length, 2);

    await boss.go(`/audit?target=${lockedId}`);
    await entries.filter({ hasText: 'Lock a stream' }).first().waitFor();
    assert.equal(await entries.filter({ hasText: 'Review access' }).count(), 0);
    await refusal.getByRole('link', { name: /^stream/ }).click();
    await page.waitForURL(`**/streams/${lockedId}`);
  });

  test('is an administrator’s alone: the two other roles are told why, in the navigation and behind a deep link', async () => {
    const { running, visit } = dashboard();
    const { user, observer } = await running.tenant();
    for (const person of [user, observer]) {
      await using visitor = await visit(person);
      visitor.expect(/^(GET|POST) \/audit[\w/]* 403$/);
      await visitor.go('/streams');
      for (const name of ['Audit log', 'Access review']) {
        const entry = visitor.page.getByRole('navigation').getByRole('button', { name });
        assert.match(await disabledBecause(entry, 'audit:read'), /You may not read the audit log/);
      }
      for (const target of ['/audit', '/access']) {
        await visitor.go(target);
        await visitor.page
          .getByRole('main')
          .getByText(/You may not read the audit log/)
          .first()
          .waitFor();
      }
      for (const target of ['/audit', '/audit/access', '/audit?format=csv'])
        assert.equal((await forced(visitor.page, 'GET', target)).status, 403);
      assert.equal((await forced(visitor.page, 'POST', '/audit/access/review', { all: true })).status, 403);
    }
  });
});

describe('the access review', () => {
  test('says who holds what and used it, is marked as reviewed with a note, and goes out as a table', async () => {
    const { running, visit } = dashboard();
    const { admin, user, observer } = await running.tenant();
    await using boss = await visit(admin);
    const { page } = boss;
    await boss.go('/access');
    const person = page.getByRole('listitem').filter({ hasText: user.email });
    await person.getByText('Not reviewed yet').waitFor();
    await page.getByRole('button', { name: `Mark ${user.email} as reviewed` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Note (optional)').fill('Still on the night shift');
    await dialog.getByRole('button', { name: /Mark/ }).click();
    await page.getByText('The review is on record').waitFor();
    await person.getByText(`Reviewed by ${admin.email}`).waitFor();
    await page.getByRole('listitem').filter({ hasText: observer.email }).getByText('Not reviewed yet').waitFor();
    await page.getByRole('cell', { name: 'Still on the night shift' }).waitFor();
    const table = await download(boss);
    for (const { email } of [admin, user, observer]) assert.ok(table.includes(email));
  });
});
