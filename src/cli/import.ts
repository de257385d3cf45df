import path from 'node:path';
import type { Command } from 'commander';
import type { Imported } from '../import/run.ts';
import { print } from './output.ts';
import { inWords, progress } from './progress.ts';

const number = (count: number) => count.toLocaleString('en');

const NAMES = { organisation: 'organisations', key: 'keys', user: 'users', stream: 'streams', tag: 'tags' } as const;

function words(done: Imported, file: string): string {
  const { name, hash } = done.organisation;
  if (done.finishedBefore)
    return `These files were imported into ${name} (${hash}) before, all ${number(done.rows)} rows: nothing was done.`;
  const kinds = Object.entries(done.imported).filter(([, count]) => count > 0);
  const made = kinds.map(([kind, count]) => `${number(count)} ${NAMES[kind as keyof typeof NAMES]}`).join(', ');
  return [
    `Imported into ${name} (${hash}): ${made || 'nothing new'}; ${number(done.unchanged)} rows were there already.`,
    done.newIds > 0 && `${number(done.newIds)} streams have a new id.`,
    done.withoutPassword > 0 &&
      `${number(done.withoutPassword)} users have to set a password: by the link that POST /user/password sends, or lockkeeper user password EMAIL --local.`,
    done.refused > 0 && `${number(done.refused)} rows were refused; ${file} says why.`,
  ]
    .filter(Boolean)
    .join('\n');
}

export function addImport(program: Command): void {
  program
    .command('import <file...>')
    .description('take an organisation from an export (.json, .jsonl, .csv); may be broken off and run again')
    .option('--refused <file>', 'where refused rows go, with the reason (default: beside the first file)')
    .action(async (files: string[], options: { refused?: string }, command: Command) => {
      const json = command.optsWithGlobals<{ json?: boolean }>().json ?? false;
      const [first = ''] = files;
      const refused = options.refused ?? path.join(path.dirname(first), `${path.parse(first).name}.refused.csv`);
      const { importInThread } = await import('../import/thread.ts');
      const onProgress = progress(json, (rows) => `${number(rows)} rows`);
      const done = await inWords(() => importInThread({ files, refused, onProgress }));
      print(json, { ...done, refusedFile: done.refused > 0 ? refused : null }, () => words(done, refused));
      if (done.refused > 0) process.exitCode = 1;
    });
}
