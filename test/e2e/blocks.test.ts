import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../process/lockkeeper.ts';
import { loopPublish } from '../wire/encoders.ts';
import { onStage } from '../wire/stage.ts';
import { ended, morePictures, view } from '../wire/viewers.ts';
import { dashboardForFile } from './dashboard.ts';
import { doer } from './furnish.ts';

const dashboard = dashboardForFile();

/** From the answer to a block until nobody who is blocked watches. */
const ENFORCED_MS = 1_000;

/** Fills the dialog that is open, confirms it, and gives what the server said. */
async function makeRule(page: Page, field: string, value: string, action: string) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(field).fill(value);
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().includes('/guardian/') && one.request().method() === 'POST'),
    dialog.getByRole('button', { name: action, exact: true }).click(),
  ]);
  const at = performance.now();
  assert.equal(answer.status(), 200, await answer.text());
  return at;
}

const FROM = '127.0.0.2';

describe('an operator', () => {
  test('shuts out a viewer by address, and lets in again', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { urls, ingest } = onStage(await doer(running, tenant)('POST', '/stream', {}));
    await using encoder = loopPublish(ingest);
    await until(() => encoder.live, 5_000, 'the encoder on air');
    await using boss = await visit(tenant.admin);
    await boss.go('/guardian');
    await boss.page.getByText('No address is blocked').waitFor();
    await using operator = await visit(tenant.user);
    const { page } = operator;
    await operator.go('/guardian');
    using viewer = view(urls.http, { from: FROM });
    using other = view(urls.http);
    await morePictures(viewer, 2);

    await page.getByRole('button', { name: 'Block an address' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address or network').fill('the house opposite');
    await dialog.getByRole('button', { name: 'Block', exact: true }).click();
    await dialog.getByText('This is no address and no network').waitFor();
    assert.equal(viewer.over, null, 'nothing was done so far');
    const at = await makeRule(page, 'Address or network', FROM, 'Block');
    await ended([viewer], ENFORCED_MS - (performance.now() - at));
    const outcome = page.getByRole('status').filter({ hasText: `${FROM} is blocked.` });
    await outcome.getByText(/1 viewer was taken off, in \d+ ms\./).waitFor();
    using refused = view(urls.http, { from: FROM });
    await ended([refused]);
    assert.equal(refused.over, '403');
    await morePictures(other, 2);
    assert.deepEqual([other.over, encoder.entered], [null, 1], 'nobody else was disturbed');
    await boss.page.getByRole('row', { name: FROM }).getByText(tenant.user.email).waitFor();

    const remove = page.getByRole('button', { name: `Remove ${FROM}` });
    await remove.click();
    assert.match(await dialog.innerText(), /Viewers from there can watch again at once/);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await remove.click();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText(`${FROM} is removed.`).waitFor();
    using again = view(urls.http, { from: FROM });
    await morePictures(again, 2);
    await boss.page.getByText('No address is blocked').waitFor();
  });

  test('is warned before only one site may show the streams, and it alone may then', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const act = doer(running, tenant);
    const { urls, ingest } = onStage(await act('POST', '/stream', {}));
    await using encoder = loopPublish(ingest);
    await until(() => encoder.live, 5_000, 'the encoder on air');
    await using operator = await visit(tenant.user);
    const { page } = operator;
    await operator.go('/guardian');
    using shown = view(urls.http, { headers: { Referer: 'https://shop.example.org/live' } });
    using elsewhere = view(urls.http);
    await morePictures(shown, 2);
    await morePictures(elsewhere, 2);

    await page.getByRole('button', { name: 'Add a rule for a site' }).click();
    const dialog = page.getByRole('dialog');
    const warning = dialog.getByRole('alert').filter({ hasText: 'This shuts everybody else out' });
    assert.equal(await warning.count(), 0);
    await dialog.getByRole('radio', { name: 'Allowed' }).check();
    assert.match(await warning.innerText(), /shown nowhere else, not in this dashboard either/);
    assert.deepEqual(await act('GET', '/guardian/referrer'), []);
    const at = await makeRule(page, 'Site', 'shop.example.org', 'Add rule');
    await ended([elsewhere], ENFORCED_MS - (performance.now() - at));
    const outcome = page.getByRole('status').filter({ hasText: 'shop.example.org is allowed.' });
    await outcome.getByText(/1 viewer was taken off/).waitFor();
    await page.getByText('Only allowed sites show your streams.').waitFor();
    await morePictures(shown, 2);

    await page.getByRole('button', { name: 'Remove shop.example.org' }).click();
    assert.match(await dialog.innerText(), /every site that is not denied can show your streams/);
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('shop.example.org is removed.').waitFor();
    using again = view(urls.http);
    await morePictures(again, 2);
  });
});
