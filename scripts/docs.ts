import { writeFile } from 'node:fs/promises';
import { generatedPages, pathOf } from './docs/pages.ts';

/** `npm run docs` writes what is generated; `npm run docs -- --check` only says what is stale, and fails. */
const check = process.argv.includes('--check');
const stale = (await generatedPages()).filter(({ text, current }) => text !== current);
for (const page of stale) {
  if (!check) await writeFile(pathOf(page), page.text);
  process.stdout.write(`${page.file} ${check ? 'is stale: run npm run docs' : 'is written'}\n`);
}
if (check && stale.length > 0) process.exitCode = 1;
