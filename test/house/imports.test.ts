import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filesIn, importsOf, isOurs } from './sources.ts';

const ours = (file: string) => importsOf(file).filter(isOurs);

/** What a folder may import of ours, beside itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/media/rtmp/': ['src/egress.ts', 'src/log.ts', 'src/media/engine.ts', 'src/media/samples.ts', 'src/media/flv/'],
  'src/media/flv/': ['src/log.ts', 'src/media/engine.ts', 'src/media/rtmp/', 'src/media/hls/'],
  'src/media/hls/': ['src/media/engine.ts', 'src/media/flv/', 'src/media/rtmp/'],
};

/** What a folder may not import, whatever else it does. */
const MAY_NOT_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/store/': [
    'src/http/',
    'src/cli/',
    'src/media/rtmp/',
    'src/media/flv/',
    'src/media/hls/',
    'src/media/gate.ts',
    'src/media/live.ts',
  ],
  'src/http/': ['src/cli/', 'src/media/rtmp/', 'src/media/flv/', 'src/media/hls/'],
  'src/': ['test/', 'bench/', 'scripts/', 'web/'],
  'web/': ['src/', 'test/', 'bench/', 'scripts/'],
};

const among = (folders: readonly string[], file: string) => folders.some((folder) => file.startsWith(folder));

describe('Imports point one way', () => {
  test('the matrix imports nothing', () => {
    assert.deepEqual(importsOf('src/capabilities.ts'), []);
  });

  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    test(`${folder} knows nothing of ours but ${allowed.join(', ')}`, () => {
      for (const file of filesIn(`${folder}**/*.ts`)) {
        const others = ours(file).filter((imported) => !among([folder, ...allowed], imported));
        assert.deepEqual(others, [], file);
      }
    });
  }

  for (const [folder, forbidden] of Object.entries(MAY_NOT_IMPORT)) {
    test(`${folder} does not know ${forbidden.join(', ')}`, () => {
      for (const file of filesIn(`${folder}**/*.{ts,tsx}`)) {
        const wrong = ours(file).filter((imported) => among(forbidden, imported));
        assert.deepEqual(wrong, [], file);
      }
    });
  }

  test('a relative import names a file that exists, with its extension', () => {
    for (const file of filesIn('{src,web,test,bench,scripts}/**/*.{ts,tsx}')) {
      const missing = importsOf(file).filter(
        (imported) => /^(src|web|test|bench|scripts)\//.test(imported) && !isOurs(imported),
      );
      assert.deepEqual(missing, [], file);
    }
  });
});
