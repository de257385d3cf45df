import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { finish, firstAnswer, HOME, LINUX, lockkeeper, type Ready, run } from './lockkeeper.ts';

interface Step {
  commands: string;
  /** As the README shows it, `…` for what differs. Empty when it shows nothing. */
  answer: string;
}

const BETWEEN = '=== next step ===';

/** The commands of the README's tour with the answers that it shows. */
function stepsOf(readme: string): Step[] {
  const tour = readme.split('\n## ').find((section) => section.startsWith('A role change'));
  assert.ok(tour, 'the README has lost its tour');
  return [...tour.matchAll(/```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(([, commands = '', answer = '']) => ({
    commands,
    answer: answer.trim(),
  }));
}

/** Everything between the dots is there, in this order. */
function assertShown(said: string, { commands, answer }: Step): void {
  let from = 0;
  for (const part of answer.split(/…|\n/).filter((text) => text.trim() !== '')) {
    const at = said.indexOf(part, from);
    assert.ok(at >= 0, `${commands}is shown to answer\n${answer}\nand answered\n${said}`);
    from = at + part.length;
  }
}

test('the tour in the README, pasted line by line, answers what the README shows', {
  skip: !LINUX && 'is written for a POSIX shell',
}, async (t) => {
  const steps = stepsOf(readFileSync(path.join(HOME, 'README.md'), 'utf8'));
  assert.ok(steps.length >= 8);
  const demo = await firstAnswer<Ready & { variables: Record<string, string> }>(lockkeeper(t, ['demo', '--json']));
  const script = steps.map(({ commands }) => commands).join(`\necho '${BETWEEN}'\n`);
  const shell = await finish(run(t, ['bash', '-c', script], demo.variables), 60_000);
  assert.equal(shell.stderr, '');
  const answers = shell.stdout.split(`${BETWEEN}\n`);
  assert.equal(answers.length, steps.length);
  for (const [i, step] of steps.entries()) assertShown(answers[i] ?? '', step);
  assert.ok(Number(answers[0]) > 10_000, `two seconds of the live stream are ${answers[0]} bytes`);
});
