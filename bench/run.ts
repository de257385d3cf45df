import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { type Row, table } from './row.ts';

const HERE = import.meta.dirname;
const DOCUMENT = `${HERE}/../docs/performance.md`;

/** Every benchmark is a file beside this one that exports `run()`. */
const BENCHES = ['authorize', 'http', 'lock', 'viewers', 'access', 'import', 'dashboard', 'metrics'];

const machine = (): string => {
  const cores = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${memory} GiB, ${os.type()} ${os.arch()}, Node ${process.versions.node}`;
};

/** Puts the answer between the marks of this benchmark, which are part of the document. */
async function write(name: string, answer: string): Promise<void> {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end of bench ${name} -->`];
  const text = await readFile(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no section ${begin} … ${end}`);
  const section = `${begin}\n\n\`npm run bench -- ${name}\`, on ${machine()}:\n\n${answer}\n\n`;
  await writeFile(DOCUMENT, text.slice(0, from) + section + text.slice(to));
}

async function main(words: readonly string[]): Promise<void> {
  const chosen = words.filter((word) => !word.startsWith('--'));
  const unknown = chosen.find((name) => !BENCHES.includes(name));
  if (unknown) throw new Error(`There is no benchmark "${unknown}". There are: ${BENCHES.join(', ')}`);
  console.log(machine());
  for (const name of chosen.length > 0 ? chosen : BENCHES) {
    const { run } = (await import(`./${name}.ts`)) as { run(): Promise<Row[]> };
    const answer = table(await run());
    console.log(`\n${name}\n\n${answer}`);
    if (words.includes('--write')) await write(name, answer);
  }
}

await main(process.argv.slice(2));
