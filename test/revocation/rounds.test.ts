import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engines, type Row } from './engines.ts';
import { type Round, runLanes } from './rounds.ts';

const ROUNDS = { sqlite: 2_000, postgres: 320 };

/** Every change under a token was committed before what ended the token was. */
function assertNoneLate(rows: readonly Row[], rounds: readonly Round[]): void {
  const changes = new Map<string, number>();
  const endings = new Map<string, number[]>();
  rows.forEach((row, index) => {
    if (row.outcome !== 'allowed') return;
    changes.set(row.credential_id, index);
    const key = `${row.action} ${row.target_id}`;
    endings.set(key, [...(endings.get(key) ?? []), index]);
  });
  for (const { tokenId, ending, kind, changes: count } of rounds) {
    // The same user's tokenKey is renewed in many rounds: each takes the next row.
    const endedAt = endings.get(`${ending.action} ${ending.target}`)?.shift();
    assert.ok(endedAt !== undefined, `${kind}: it is on record`);
    const last = changes.get(tokenId);
    assert.equal(last !== undefined, count > 0, 'every change is on record');
    assert.ok(last === undefined || last < endedAt, `${kind}: a change was committed after it`);
  }
}

for (const engine of engines) {
  test(`once a token's end has been answered nobody gets anything with it, ${ROUNDS[engine.name]} times (${engine.name})`, {
    timeout: 240_000,
  }, async (t) => {
    await using started = await engine.start();
    const { running } = started;
    const tenant = await running.tenant();
    const { body } = await running.call('POST', '/stream', { token: tenant.admin.token });
    const began = Date.now();
    const results = await runLanes({ running, tenant, stream: body.id }, ROUNDS[engine.name]);
    const sum = (of: (round: Round) => number) => results.reduce((total, round) => total + of(round), 0);
    t.diagnostic(
      `${results.length} rounds in ${Date.now() - began} ms: ${sum((r) => r.changes)} changes before, ${sum((r) => r.refused)} requests refused after`,
    );
    assert.equal(results.length, ROUNDS[engine.name]);
    assert.equal(
      sum((r) => r.refused),
      3 * results.length,
      'each of the clients tried once more',
    );
    assert.ok(sum((r) => r.changes) > results.length, 'tokens were in use');
    assertNoneLate(await started.committed(), results);
  });
}
