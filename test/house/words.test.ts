import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALERTS, SEVERITIES } from '../../src/alerts/codes.ts';
import { CAPABILITIES } from '../../src/capabilities.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { ACTIONS } from '../../web/src/messages/actions.ts';
import { ALERTS as ALERT_WORDS, SEVERITIES as SEVERITY_WORDS } from '../../web/src/messages/alerts.ts';
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

// Whatever a message asks for by name is here.
const VALUES = { restarts: 4, bitrate: 5_234_000, fps: 12, expected: 25, times: 14 };

test('the dashboard says every alert as the API does, and in German too', () => {
  assert.deepEqual(Object.keys(SEVERITY_WORDS), SEVERITIES);
  assert.deepEqual(Object.keys(ALERT_WORDS), Object.keys(ALERTS));
  for (const [code, { name, message, advice }] of Object.entries(ALERTS)) {
    const words = ALERT_WORDS[Number(code)]!;
    assert.deepEqual(
      { name: words.name.en, message: words.message.en(VALUES), advice: words.advice.en },
      { name, message: message(VALUES), advice },
    );
    const german = [words.name.de, words.message.de(VALUES), words.advice.de];
    for (const text of german) assert.doesNotMatch(text, /undefined|NaN/);
    assert.notEqual(words.message.de(VALUES), message(VALUES), `${code} is not translated`);
    // What happened how often, or how much of it, is not lost on the way.
    const figures = (text: string) =>
      text
        .replaceAll(',', '.')
        .match(/\d+(\.\d+)?/g)
        ?.sort();
    assert.deepEqual(figures(words.message.de(VALUES)), figures(message(VALUES)));
  }
});
