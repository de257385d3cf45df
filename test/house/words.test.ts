import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAPABILITIES } from '../../src/capabilities.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { ACTIONS } from '../../web/src/messages/actions.ts';
import { CAPABILITIES as WORDS } from '../../web/src/messages/capabilities.ts';

// The dashboard imports nothing of the server's, so it has these words a second time, beside their German.
test('the dashboard calls every capability as the matrix does', () => {
  const matrix = Object.fromEntries(CAPABILITIES.map(({ id, title, sentence }) => [id, { title, sentence }]));
  const words = Object.entries(WORDS).map(([id, { title, sentence }]) => [
    id,
    { title: title.en, sentence: sentence.en },
  ]);
  assert.deepEqual(Object.fromEntries(words), matrix);
});

test('the dashboard has words for every operation that can be in the audit log', () => {
  const operations = allRoutes(() => ({})).filter(
    ({ content, access }) => content === undefined && 'capability' in access,
  );
  const unnamed = operations.filter(({ name }) => !Object.hasOwn(ACTIONS, name)).map(({ name }) => name);
  assert.deepEqual(unnamed, []);
});
