import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HOME } from './lockkeeper.ts';

/** One block of commands in the README. */
export interface Step {
  commands: string;
  /** As the README shows it, `…` for what differs. Empty when it shows nothing. */
  answer: string;
}

const BETWEEN = '=== next step ===';

/** The blocks of a section as one script. */
export const scriptOf = (steps: readonly Step[]): string =>
  steps.map(({ commands }) => commands).join(`\necho '${BETWEEN}'\n`);

/** What a script said, block by block. */
export const answersOf = (stdout: string): string[] => stdout.split(`${BETWEEN}\n`);

/** The commands of the README's section that begins with these words, with the answers that it shows. */
export function stepsOf(title: string): Step[] {
  const sections = readFileSync(path.join(HOME, 'README.md'), 'utf8').split('\n## ');
  const section = sections.find((text) => text.startsWith(title));
  assert.ok(section, `the README has lost its section "${title}"`);
  return [...section.matchAll(/```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(([, commands = '', answer = '']) => ({
    commands,
    answer: answer.trim(),
  }));
}

/** Everything between the dots is there, in this order. */
export function assertShown(said: string, { commands, answer }: Step): void {
  let from = 0;
  for (const part of answer.split(/…|\n/).filter((text) => text.trim() !== '')) {
    const at = said.indexOf(part, from);
    assert.ok(at >= 0, `${commands}is shown to answer\n${answer}\nand answered\n${said}`);
    from = at + part.length;
  }
}
