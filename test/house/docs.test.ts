import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fill } from '../../scripts/docs/markdown.ts';
import { type GeneratedPage, generatedPages } from '../../scripts/docs/pages.ts';
import { CAPABILITIES } from '../../src/capabilities.ts';
import { VARIABLES } from '../../src/config.ts';
import { ROLES } from '../../src/roles.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let pages: GeneratedPage[];
before(async () => {
  pages = await generatedPages();
});
const page = (file: string) => pages.find((entry) => entry.file === file)?.text ?? '';

describe('the documents say what the code does', () => {
  for (const file of [
    'README.md',
    'docs/alerts.md',
    'docs/permissions.md',
    'docs/compatibility.md',
    'docs/openapi.json',
    'client/schema.d.ts',
  ]) {
    test(`${file} is current (npm run docs makes it so)`, () => {
      const found = pages.find((entry) => entry.file === file);
      assert.ok(found);
      assert.ok(found.text === found.current, `${file} is stale: run npm run docs`);
    });
  }

  test('generating twice gives the same, so that a difference is always a change', async () => {
    assert.deepEqual(await generatedPages(), pages);
  });

  test('the page of permissions has one row for every capability, and says which roles hold it', () => {
    const lines = page('docs/permissions.md').split('\n');
    for (const { id, grants, title } of CAPABILITIES.filter((capability) => capability.grants !== '-')) {
      const rows = lines.filter((line) => line.includes(`| ${title}`) && line.includes(`| \`${id}\` |`));
      assert.equal(rows.length, 1, id);
      const ticks = rows[0]!.split('|').slice(-4, -1);
      const expected = ROLES.map(({ name }) => grants.includes(name.replace('nano', '')[0]!));
      assert.deepEqual(
        ticks.map((tick) => tick.includes('✓')),
        expected,
        id,
      );
    }
  });

  test('the README names every variable with its default', () => {
    for (const [name, [value]] of Object.entries(VARIABLES)) {
      assert.ok(page('README.md').includes(`| \`${name}\` | ${value && `\`${value}\` `}|`), name);
    }
  });
});

describe('the documents lead somewhere', () => {
  const documents = globSync('{*.md,docs/**/*.md}', { cwd: ROOT });

  for (const document of documents) {
    test(`every link in ${document} to a file of ours finds it`, () => {
      const text = readFileSync(path.join(ROOT, document), 'utf8');
      const targets = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => target);
      const missing = targets
        .filter((target) => !/^\w+:/.test(target))
        .filter((target) => !existsSync(path.join(ROOT, path.dirname(document), target)));
      assert.deepEqual(missing, []);
    });
  }

  test('every file that the tour of the house names is there', () => {
    const [, tree = ''] = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8').split('```');
    let folders: string[] = [];
    const [missing, found]: [string[], string[]] = [[], []];
    for (const [, indent = '', words = ''] of tree.matchAll(/^( *)((?:[\w./-]+(?: {1,2}|$))+)/gm)) {
      const outer = folders.slice(0, indent.length / 2);
      for (const name of words.split(/ +/).filter((word) => /\.[jt]s$|\/$/.test(word))) {
        const file = path.join(...outer, name);
        (existsSync(path.join(ROOT, file)) ? found : missing).push(file);
        if (name.endsWith('/')) folders = [...outer, name];
      }
    }
    assert.deepEqual(missing, []);
    assert.ok(found.includes('src/media/rtmp/') && found.length > 25, `only ${found.length} files were read`);
  });
});

test('a document without a place for what is generated is not filled in silently', () => {
  assert.equal(fill('a <!-- x -->old<!-- /x --> b', 'x', 'new'), 'a <!-- x -->\n\nnew\n\n<!-- /x --> b');
  assert.throws(() => fill('a', 'x', 'new'), /no place for "x"/);
});
