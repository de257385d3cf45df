import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish, firstAnswer, LINUX, lockkeeper, type Ready, run } from './lockkeeper.ts';
import { answersOf, assertShown, scriptOf, stepsOf } from './readme.ts';

test('the tour in the README, pasted line by line, answers what the README shows', {
  skip: !LINUX && 'is written for a POSIX shell',
}, async (t) => {
  const steps = stepsOf('A role change');
  assert.ok(steps.length >= 8);
  const demo = await firstAnswer<Ready & { variables: Record<string, string> }>(lockkeeper(t, ['demo', '--json']));
  const shell = await finish(run(t, ['bash', '-c', scriptOf(steps)], demo.variables), 60_000);
  assert.equal(shell.stderr, '');
  const answers = answersOf(shell.stdout);
  assert.equal(answers.length, steps.length);
  for (const [i, step] of steps.entries()) assertShown(answers[i] ?? '', step);
  assert.ok(Number(answers[0]) > 10_000, `two seconds of the live stream are ${answers[0]} bytes`);
});
