import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { violations } from './axe.ts';
import { dashboardForFile, type Visit } from './dashboard.ts';
import { type Furnished, furnish, trouble } from './furnish.ts';
import { allPages, settled, VISITORS } from './pages.ts';

/** An alert of a stream that is off air need not be waited for. */
const dashboard = dashboardForFile({ alertLimits: { offlineMs: 0 } });

type Faults = Map<string, string[]>;
type Look = readonly [width: number, colorScheme: 'light' | 'dark'];
const ALL_LOOKS: readonly Look[] = [1440, 360].flatMap((width) => [
  [width, 'light'] as const,
  [width, 'dark'] as const,
]);
const TWO_LOOKS: readonly Look[] = [
  [1440, 'light'],
  [360, 'dark'],
];
/** Between them the three see each width in each theme. */
const LOOKS = { admin: TWO_LOOKS, user: [[1440, 'dark']], observer: [[360, 'light']] } as const;

/** Notes what is wrong with the page on a desk and on a telephone, in light and in dark, and where. */
async function inspect({ page }: Visit, looks: readonly Look[], faults: Faults): Promise<void> {
  const note = (fault: string, where: string) => void faults.set(fault, [...(faults.get(fault) ?? []), where]);
  const { pathname } = new URL(page.url());
  for (const [width, colorScheme] of looks) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    for (const violation of await violations(page)) note(violation, `${pathname} ${width} ${colorScheme}`);
    const [wide, room] = await page.evaluate<number[]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    if (wide! > room!) note('scrolls sideways', `${pathname} is ${wide} px wide in ${room} px`);
  }
}

describe('every page can be read by everybody, on a desk and on a telephone, in light and in dark', () => {
  let furnished: Furnished;
  before(async () => {
    const { running } = dashboard();
    furnished = await furnish(running);
    await trouble(running, furnished);
  });

  for (const role of ['admin', 'user', 'observer'] as const) {
    test(`as ${{ admin: 'an administrator', user: 'an operator', observer: 'an observer' }[role]}`, async () => {
      await using visitor = await dashboard().visit(furnished.tenant[role]);
      await visitor.go('/');
      const pages = await allPages(visitor, furnished);
      const faults: Faults = new Map();
      for (const target of pages) {
        visitor.expect(/^GET \/user\/.* 403$/);
        await visitor.page.setViewportSize({ width: 1440, height: 800 });
        await visitor.go(target);
        await settled(visitor);
        await inspect(visitor, LOOKS[role], faults);
      }
      assert.deepEqual(Object.fromEntries(faults), {});
    });
  }

  test('with its dialogs open', async () => {
    const { tenant, stream } = furnished;
    await using visitor = await dashboard().visit(tenant.admin);
    const { page } = visitor;
    const faults: Faults = new Map();
    for (const [target, button] of [
      [`/users/${tenant.user.id}`, 'Edit role'],
      [`/users/${tenant.user.id}`, 'Renew token'],
      [`/streams/${stream.stream.id}`, 'Stop & Lock'],
      ['/users', 'Invite user'],
      ['/streams', 'Create a stream'],
      ['/playback-tokens', 'Create playback token'],
      ['/access', 'Mark everybody as reviewed'],
      ['/guardian', 'Block an address'],
      ['/guardian', 'Add a rule for a site'],
      ['/alerts', '3 open alerts, worst: Critical'],
    ] as const) {
      await page.setViewportSize({ width: 1440, height: 800 });
      await visitor.go(target);
      await settled(visitor);
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.getByRole('dialog').waitFor();
      await settled(visitor);
      await inspect(visitor, TWO_LOOKS, faults);
    }
    assert.deepEqual(Object.fromEntries(faults), {});
  });

  test('before anybody has signed in', async () => {
    await using visitor = await dashboard().visit(null);
    const faults: Faults = new Map();
    for (const target of VISITORS) {
      await visitor.go(target);
      await settled(visitor);
      await inspect(visitor, ALL_LOOKS, faults);
    }
    assert.deepEqual(Object.fromEntries(faults), {});
  });
});
