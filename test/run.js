// Plain JavaScript, because an old Node must be able to read it and be told what to do.
import fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const OLDEST = 24;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Milliseconds that a test may take unless it says otherwise, and that the whole suite may take. */
const TEST_LIMIT = 3 * 60_000;
const SUITE_LIMIT = 19 * 60_000;
/** These watch the clock (gaps in a stream, time to a kick, restarts): two of them at a time disturb each other little. */
const ALONE = ['test/media/', 'test/wire/', 'test/process/'];

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    `The tests need Node.js ${OLDEST} or newer, and this is ${process.versions.node}. \`npm install\` without ` +
      '`--omit=optional` brings one along for Linux and Windows; elsewhere, install one and run `npm test` again.',
  );
  process.exit(1);
}

if (!fs.existsSync(resolve(ROOT, 'node_modules/fast-check'))) {
  console.error('The tests need the development dependencies: run `npm ci --include=dev` first.');
  process.exit(1);
}

/** Words on the command line choose files by a part of their path: `npm test -- store`. */
function chosenFiles(words) {
  const all = fs.globSync('test/**/*.test.ts', { cwd: ROOT }).map((file) => file.replaceAll('\\', '/'));
  return all.filter((file) => words.length === 0 || words.some((word) => file.includes(word))).sort();
}

/** The totals that Node's runner prints, summed over both halves. */
const totals = new Map();

const signal = AbortSignal.timeout(SUITE_LIMIT);

/** Holds back each half's own totals and passes everything else on. */
async function* half(files, concurrency) {
  const paths = files.map((file) => resolve(ROOT, file));
  for await (const event of run({ files: paths, concurrency, timeout: TEST_LIMIT, cwd: ROOT, signal })) {
    const total = event.type === 'test:diagnostic' && event.data.nesting === 0 && !event.data.file;
    const [, name, number] = (total && /^(\w+) ([\d.]+)$/.exec(event.data.message)) || [];
    if (name) totals.set(name, (totals.get(name) ?? 0) + Number(number));
    else yield event;
  }
}

async function* everything(files) {
  const alone = files.filter((file) => ALONE.some((folder) => file.startsWith(folder)));
  const together = files.filter((file) => !alone.includes(file));
  if (together.length > 0) yield* half(together, Math.min(4, availableParallelism()));
  if (alone.length > 0) yield* half(alone, Math.min(2, availableParallelism()));
  for (const [name, number] of totals) {
    yield { type: 'test:diagnostic', data: { nesting: 0, message: `${name} ${Math.round(number)}`, level: 'info' } };
  }
}

const files = chosenFiles(process.argv.slice(2));
if (files.length === 0) {
  console.error(`No test file matches in ${relative(process.cwd(), ROOT) || 'this folder'}.`);
  process.exit(1);
}
process.on('exit', (code) => {
  const wrong = (totals.get('fail') ?? 1) + (totals.get('cancelled') ?? 1);
  if (code === 0 && wrong > 0) process.exitCode = 1;
});
Readable.from(everything(files)).compose(spec).pipe(process.stdout);
