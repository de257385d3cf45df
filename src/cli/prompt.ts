import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CliFailure } from './failure.ts';

/** Questions go to standard error: standard output may be inside `$(…)`. */
export async function ask(question: string): Promise<string> {
  return (await readLine(question, process.stderr)).trim();
}

/** Reads a line that is not shown. */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await readLine(question, nowhere);
  process.stderr.write('\n');
  return answer;
}

async function readLine(question: string, echo: NodeJS.WritableStream): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CliFailure(`Nobody can be asked for "${question.replace(/:\s*$/, '')}": there is no terminal.`, 2);
  }
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true });
  try {
    const gaveUp = new Promise<never>((_, reject) => {
      lines.once('SIGINT', () => reject(new CliFailure('Cancelled.')));
      lines.once('close', () => reject(new CliFailure('Cancelled.')));
    });
    return await Promise.race([lines.question(''), gaveUp]);
  } finally {
    lines.close();
  }
}

/** Asks before what cannot be undone. Without a terminal `--yes` is the answer. */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new CliFailure('There is no terminal to ask on: say --yes if you mean it.', 2);
  if (!/^y(es)?$/i.test(await ask(`${question} [y/N] `))) throw new CliFailure('Nothing was changed.');
}

/** All of standard input, line by line, for `--password-stdin`. */
export async function linesOfStdin(): Promise<string[]> {
  return (await text(process.stdin)).replace(/\r?\n$/, '').split(/\r?\n/);
}

/** A password from standard input or, on a terminal, typed twice. */
export async function newPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) {
    const [password] = await linesOfStdin();
    if (!password) throw new CliFailure('--password-stdin found no password on standard input.', 2);
    return password;
  }
  const password = await askHidden('New password: ');
  if (password !== (await askHidden('The same again: '))) throw new CliFailure('The two are not the same.');
  return password;
}
