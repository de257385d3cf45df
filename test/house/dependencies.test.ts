import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filesIn, importsOf, packageOf, read, trackedFiles } from './sources.ts';

interface Locked {
  license?: string;
  optional?: boolean;
  dev?: boolean;
  hasInstallScript?: boolean;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, unknown> | undefined>;
const lock = (JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }).packages;
const names = (field: string) => Object.keys(manifest[field] ?? {});
/** Our own packages stand in the lock too: as a folder, and as a link to it. */
const OURS = manifest['workspaces'] as unknown as string[];
const locked = Object.entries(lock).filter(([place, { link }]) => place !== '' && !OURS.includes(place) && !link);

/** What runs in production; the dashboard is built where it is installed. */
const SHIPPED_FILES = '{src,bin,web}/**/*.{ts,tsx,js}';

const importedBy = (pattern: string) => new Set(filesIn(pattern).flatMap(importsOf).map(packageOf));

/**
 * Licences that let anybody run, change and pass on what we ship. MPL-2.0 asks for the source of its own files alone,
 * which we use as they come.
 */
const SHIPPED = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  '0BSD',
  'CC0-1.0',
  'MIT-0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
];
/** Only run by tests and never shipped: the encoder, as a program of its own. */
const ENCODER = /^node_modules\/@ffmpeg-installer\//;

/** A choice of licences counts when one of them is allowed, a combination when all are. */
const allowed = (licence: string) =>
  licence
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => [...SHIPPED, 'Zlib'].includes(part)));

describe('Dependencies', () => {
  test('everything the server imports is installed in production', () => {
    const needed = [...importedBy(SHIPPED_FILES)].filter((name) => name !== null);
    assert.deepEqual(
      needed.filter((name) => !names('dependencies').includes(name)),
      [],
    );
  });

  test('every dependency of the server is imported by it', () => {
    const used = importedBy(SHIPPED_FILES);
    assert.deepEqual(
      names('dependencies').filter((name) => !used.has(name)),
      [],
    );
  });

  test('everything the tests, benchmarks and scripts import is declared', () => {
    const declared = [...names('dependencies'), ...names('devDependencies')];
    const needed = [...importedBy('{test,bench,scripts}/**/*.{ts,js}')].filter((name) => name !== null);
    assert.deepEqual(
      needed.filter((name) => !declared.includes(name)),
      [],
    );
  });

  test('every dependency has its line in the decision record, under its own licence', () => {
    const record = read('docs/decisions/0007-dependencies.md');
    const all = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap(names);
    const licenceOf = (name: string) => {
      const { link, resolved, license } = lock[`node_modules/${name}`] ?? {};
      return link ? lock[resolved!]?.license : license;
    };
    const lines = all.map((name) => `| \`${name}\` | ${licenceOf(name)} | `);
    assert.deepEqual(
      lines.filter((line) => !record.includes(line)),
      [],
    );
  });

  test('every version in package.json is exact', () => {
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      for (const [name, version] of Object.entries(manifest[field] ?? {})) {
        assert.match(String(version), /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
      }
    }
  });

  test('every licence is one that we may pass on', () => {
    const odd = locked.filter(([place, { license = 'none' }]) => !ENCODER.test(place) && !allowed(license));
    assert.deepEqual(
      odd.map(([place, { license }]) => `${place}: ${license}`),
      [],
    );
    assert.ok(locked.filter(([place]) => ENCODER.test(place)).every(([, entry]) => entry.dev || entry.optional));
    assert.ok(!names('dependencies').some((name) => name.startsWith('@ffmpeg-installer')));
  });
});

describe('The lock', () => {
  test('holds everything that anything in it asks for, on every platform', () => {
    const missing = Object.entries(lock).flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !findFrom(place, name))
        .map((name) => `${place || 'package.json'} asks for ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  test('brings a Node for every platform that has one', () => {
    const runtimes = names('optionalDependencies').filter((name) => /^node-(linux|win)-/.test(name));
    assert.ok(runtimes.length >= 3);
    for (const name of runtimes) assert.ok(lock[`node_modules/${name}`]?.integrity, name);
  });

  test('pins every package by its hash and names no host', () => {
    for (const [place, entry] of locked) {
      assert.equal(entry.resolved, undefined, place);
      assert.ok(entry.integrity, place);
    }
  });

  test('has an install script only where package.json allows it, and nothing is allowed that has none', () => {
    const scripted = locked
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([place]) => place.replace('node_modules/', ''));
    assert.deepEqual(names('allowScripts').sort(), scripted.sort());
  });
});

/** Where Node would find `name` from inside `place`: there, or in any folder above. */
function findFrom(place: string, name: string): boolean {
  for (let folder = place; folder !== ''; folder = parentOf(folder)) {
    if (lock[`${folder}/node_modules/${name}`]) return true;
  }
  return `node_modules/${name}` in lock;
}

function parentOf(folder: string): string {
  const parent = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '');
  return parent === folder ? '' : parent;
}

test('No file names the host of a package registry', () => {
  const host = /registry\.(npm|yarn)|npm\.pkg\.|_authToken|"resolved"\s*:\s*"(?!client")/;
  const named = trackedFiles().filter(
    (file) => /\.(json|js|ts|md|ya?ml)$|npmrc$/.test(file) && !file.startsWith('test/house/') && host.test(read(file)),
  );
  assert.deepEqual(named, []);
});
