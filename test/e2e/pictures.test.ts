import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(ROOT, 'docs/screenshots');
const LIMIT_BYTES = 150_000;
const WIDTHS = [360, 768, 1440];

describe('the pictures of the dashboard', () => {
  test('are there for every page at three widths, and small', () => {
    const files = readdirSync(FOLDER).sort();
    const pages = new Set(files.map((file) => file.replace(/-\d+\.jpg$/, '')));
    assert.ok(pages.size >= 9, `only ${[...pages]} are pictured`);
    assert.deepEqual(files, [...pages].flatMap((page) => WIDTHS.map((width) => `${page}-${width}.jpg`)).sort());
    for (const file of files) assert.ok(statSync(path.join(FOLDER, file)).size < LIMIT_BYTES, file);
  });

  test('that the README shows are there, each with words for who does not see it', () => {
    const shown = [...readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
    const pictures = shown.filter(([, , target = '']) => target.startsWith('docs/screenshots/'));
    assert.ok(pictures.length >= 2);
    for (const [, words = '', target = ''] of pictures) {
      assert.ok(words.split(' ').length > 4, `${target} has too few words: ${words}`);
      assert.ok(statSync(path.join(ROOT, target)).isFile(), target);
    }
  });
});
