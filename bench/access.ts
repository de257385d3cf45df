import path from 'node:path';
import { fillAccess, ROWS, USERS } from './access-data.ts';
import { median, percentile, startProduct } from './product.ts';
import type { Row } from './row.ts';

const ROUNDS = 20;
const thousands = (n: number) => n.toLocaleString('en');

/** (f) The access report of a large organisation, now and in the middle of its past, over HTTP. */
export async function run(): Promise<Row[]> {
  await using product = await startProduct();
  const start = fillAccess(path.join(product.folder, 'lockkeeper.sqlite'));
  const end = Date.now();
  const rows: Row[] = [];
  for (const [what, at] of [
    ['now', end],
    ['half a year ago', (start + end) / 2],
    ['at the end of its first week', start + 7 * 86_400_000],
  ] as const) {
    const times: number[] = [];
    let users = 0;
    for (let round = -3; round < ROUNDS; round++) {
      const began = performance.now();
      const report = await product.call('GET', `/audit/access?at=${new Date(at).toISOString()}`);
      if (round >= 0) times.push(performance.now() - began);
      users = (report['users'] as unknown[]).length;
    }
    if (users < USERS) throw new Error(`The report shows ${users} users of ${USERS}`);
    rows.push({
      what: `access report ${what}, ${thousands(ROWS)} audit rows and ${thousands(USERS)} users`,
      result: `${median(times).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`,
      beside: '',
      target: 'median < 200 ms',
      met: median(times) < 200,
    });
  }
  return rows;
}
