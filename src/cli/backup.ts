import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { print } from './output.ts';
import { inWords, progress } from './progress.ts';

const counted = (rows: number) => `${rows.toLocaleString('en')} rows`;
const jsonOf = (command: Command) => command.optsWithGlobals<{ json?: boolean }>().json ?? false;

/** Both work on the data folder of this machine, beside a running server. */
export function addBackup(program: Command): void {
  program
    .command('backup <file>')
    .description('write everything, secrets included, to a file that opens everything; the server may run')
    .action(async (file: string, _options: object, command: Command) => {
      const json = jsonOf(command);
      const { backup } = await import('../backup/backup.ts');
      const { rows } = await inWords(async () => backup(readConfig(), file, progress(json, counted)));
      print(json, { file, rows }, () => `${file} holds ${counted(rows)} and the secrets: it opens everything.`);
    });
  program
    .command('restore <file>')
    .description('put a backup in the place of everything; the server may run')
    .option('--force', 'also where the installation is not empty')
    .action(async (file: string, { force = false }: { force?: boolean }, command: Command) => {
      const json = jsonOf(command);
      const { restore } = await import('../backup/backup.ts');
      const onProgress = progress(json, (rows) => `${counted(rows)} restored`);
      const done = await inWords(async () => restore(readConfig(), { file, force }, onProgress));
      print(json, { file, ...done }, () => `Restored ${counted(done.rows)} as they were at ${done.createdAt}.`);
    });
}
