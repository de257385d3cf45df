import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fillCrowd } from '../../bench/crowd.ts';
import { type Measured, walkStreams, walkUsers } from '../../bench/interactions.ts';
import { dashboardForFile } from './dashboard.ts';

const USERS = 2_000;
const STREAMS = 5_000;
/** A page that does not answer for so long is stuck; bench/dashboard.ts measures what is felt as instant. */
const FELT_MS = 1_000;
const SHOWN_MS = 5_000;

const dashboard = dashboardForFile();

function check(measured: readonly Measured[]): void {
  for (const { what, feltMs, shownMs } of measured) {
    assert.ok(feltMs < FELT_MS, `${what} was felt for ${feltMs} ms: ${JSON.stringify(measured)}`);
    assert.ok((shownMs ?? 0) < SHOWN_MS, `${what} was shown after ${shownMs} ms`);
  }
}

describe('long lists', () => {
  test('are scrolled, filtered, sorted and searched without jank', async () => {
    const { running, visit } = dashboard();
    const { admin, id } = await running.tenant();
    fillCrowd(path.join(running.folder, 'lockkeeper.sqlite'), id, { users: USERS, streams: STREAMS });
    await using visitor = await visit(admin);
    await visitor.go('/users');
    await visitor.page.getByText('2,003 users').waitFor();
    check(await walkUsers(visitor.page, USERS));
    await visitor.go('/streams');
    await visitor.page.getByText('5,000 streams').waitFor();
    check(await walkStreams(visitor.page, STREAMS));
  });
});
