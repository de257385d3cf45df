import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { dashboardForFile } from './dashboard.ts';
import { settled } from './pages.ts';

const dashboard = dashboardForFile();

/** The program's files that a browser fetches until it shows the page. */
async function fetched(target: string, signedIn: boolean): Promise<{ name: string; gzipped: number }[]> {
  const { running, visit } = dashboard();
  const { user } = await running.tenant();
  await using visitor = await visit(signedIn ? user : null);
  const answers: Response[] = [];
  visitor.page.on('response', (response) => {
    if (response.url().startsWith(`${running.url}/dashboard`)) answers.push(response);
  });
  await visitor.go(target);
  await settled(visitor);
  return await Promise.all(
    answers.map(async (answer) => ({
      name: new URL(answer.url()).pathname.split('/').at(-1)!,
      gzipped: gzipSync(await answer.body()).length,
    })),
  );
}

describe('the dashboard loads little at once', () => {
  for (const [what, target, signedIn, limitKb] of [
    ['the sign-in', '/sign-in', false, 250],
    ['the first page behind it', '/', true, 300],
  ] as const) {
    test(`${what} takes less than ${limitKb} kB, gzipped, and nothing of the player or the curves`, async () => {
      const files = await fetched(target, signedIn);
      const total = files.reduce((sum, { gzipped }) => sum + gzipped, 0);
      assert.ok(files.some(({ name }) => name.endsWith('.js')) && files.some(({ name }) => name.endsWith('.css')));
      assert.ok(total < limitKb * 1_000, `${total} bytes: ${JSON.stringify(files)}`);
      assert.deepEqual(
        files.filter(({ name }) => /mpegts|uplot/i.test(name)),
        [],
      );
    });
  }

  test('what was fetched once is not fetched again', async () => {
    const { running, visit } = dashboard();
    const { user } = await running.tenant();
    await using visitor = await visit(user);
    await visitor.go('/streams');
    await settled(visitor);
    await visitor.page.reload();
    await settled(visitor);
    const again = await visitor.page.evaluate<number[]>(
      "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).map(({ transferSize }) => transferSize)",
    );
    assert.ok(again.length > 0);
    assert.deepEqual(
      again.filter((bytes) => bytes > 0),
      [],
    );
  });
});
