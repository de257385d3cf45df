import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Paths from the top of the repository, with forward slashes. */
export const filesIn = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT, exclude: ['web/dist'] }).map((file) => file.replaceAll('\\', '/'));

/** What git tracks; everything but installed and generated folders where there is no git. */
export function trackedFiles(): string[] {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' })
      .split('\0')
      .filter(Boolean);
  } catch {
    return globSync('**/*', { cwd: ROOT, exclude: ['node_modules', 'data', 'web/dist'], withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
  }
}

const SPECIFIER =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;
const RESOLVED = /\b(?:import\.meta|require)\.resolve\(\s*['"]([^'"]+)['"]/g;

/** Everything a file imports, types included: relative imports as paths from the top, others as they are written. */
export function importsOf(file: string): string[] {
  const text = read(file);
  const found = [...text.matchAll(SPECIFIER), ...text.matchAll(RESOLVED)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  return found.map((specifier) => {
    if (!specifier.startsWith('.')) return specifier;
    return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  });
}

export const isOurs = (imported: string): boolean => filesIn(imported).length === 1;

/** `@scope/name/part` → `@scope/name`; `null` for what Node brings along and for our own files. */
export function packageOf(imported: string): string | null {
  if (imported.startsWith('node:') || builtinModules.includes(imported) || isOurs(imported)) return null;
  return imported
    .split('/')
    .slice(0, imported.startsWith('@') ? 2 : 1)
    .join('/');
}
