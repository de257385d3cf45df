import { until } from '../process/lockkeeper.ts';
import type { Visit } from './dashboard.ts';
import type { Furnished } from './furnish.ts';

/** Pages that need no sign-in. */
export const VISITORS = ['/sign-in', '/forgot-password'] as const;

/** Every page that the navigation leads to, and one of each kind that lies behind them. */
export async function allPages({ page }: Visit, { tenant, stream }: Furnished): Promise<string[]> {
  const links = page.getByRole('navigation').getByRole('link');
  await links.first().waitFor();
  const targets = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
  const pages = targets.map((target) => target.replace(/^\/dashboard/, ''));
  const { id } = stream.stream;
  const ofStream = [`/streams/${id}`, `/streams/${id}/analytics`];
  return [...pages, ...ofStream, '/alerts/history', '/alerts/receivers', `/users/${tenant.user.id}`];
}

/** The page is there, and nothing on it is still to come. */
export async function settled({ page }: Visit): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const loading = page.getByRole('status', { name: /^(Loading|Wird geladen)$/ });
  await until(async () => (await loading.count()) === 0, 10_000, `the rest of ${page.url()}`);
}
