import path from 'node:path';
import { launchBrowser } from '../test/browser.ts';
import { openVisit } from '../test/e2e/dashboard.ts';
import { PASSWORD } from '../test/harness.ts';
import { fillCrowd } from './crowd.ts';
import { type Measured, walkStreams, walkUsers } from './interactions.ts';
import { startProduct } from './product.ts';
import type { Row } from './row.ts';

const USERS = 10_000;
const STREAMS = 100_000;
const LIMIT_MS = 200;
const EMAIL = 'dashboard@example.test';
const thousands = (n: number) => n.toLocaleString('en');

const row = (list: string, { what, feltMs, shownMs }: Measured): Row => ({
  what: `${list}: ${what}`,
  result: `${feltMs.toFixed(0)} ms${shownMs === null ? '' : `, result after ${shownMs.toFixed(0)} ms`}`,
  beside: '',
  target: `< ${LIMIT_MS} ms to the next picture`,
  met: feltMs < LIMIT_MS,
});

/** (h) The dashboard's long lists in a real browser without a graphics card, on the machine that also runs the server. */
export async function run(): Promise<Row[]> {
  await using product = await startProduct();
  const { organisation } = (await product.call('GET', '/user/me')) as { organisation: { id: string } };
  await product.call('POST', '/user', { email: EMAIL, password: PASSWORD, permission: 'nanoAdmin' });
  fillCrowd(path.join(product.folder, 'lockkeeper.sqlite'), organisation.id, { users: USERS, streams: STREAMS });
  await using browser = await launchBrowser();
  await using visitor = await openVisit(browser, product.http, { email: EMAIL });
  await visitor.go('/users');
  await visitor.page.getByText(`${thousands(USERS + 2)} users`).waitFor();
  const users = await walkUsers(visitor.page, USERS);
  await visitor.go('/streams');
  await visitor.page.getByText(`${thousands(STREAMS)} streams`).waitFor();
  const streams = await walkStreams(visitor.page, STREAMS);
  if (visitor.problems().length > 0) throw new Error(visitor.problems().join('\n'));
  return [
    ...users.map((measured) => row(`${thousands(USERS)} users`, measured)),
    ...streams.map((measured) => row(`${thousands(STREAMS)} streams`, measured)),
  ];
}
