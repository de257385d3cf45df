import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { print, table, time } from './output.ts';
import { inWords } from './progress.ts';

const jsonOf = (command: Command) => command.optsWithGlobals<{ json?: boolean }>().json ?? false;

/** Both work on the data folder of this machine, beside a running server. */
export function addSigningKeys(program: Command): void {
  const keys = program.command('keys').description('the keys that sign playback tokens, on this machine');
  keys
    .command('list')
    .description('list the keys that sign playback tokens, on the machine itself')
    .action(async (_options: object, command: Command) => {
      const { signingKeys } = await import('../signing-keys.ts');
      const found = await inWords(() => signingKeys(readConfig()));
      print(jsonOf(command), found, () =>
        table(found, {
          KID: (row) => row.kid,
          'SINCE (UTC)': (row) => time(row.createdAt),
          'RETIRED (UTC)': (row) => time(row.retiredAt),
          'TOKENS UNTIL (UTC)': (row) => time(row.tokensUntil),
        }),
      );
    });
  keys
    .command('rotate')
    .description('sign playback tokens with a new key from now on; older tokens hold on')
    .action(async (_options: object, command: Command) => {
      const { rotateSigningKey } = await import('../signing-keys.ts');
      const done = await inWords(() => rotateSigningKey(readConfig()));
      print(jsonOf(command), done, () => `Key ${done.kid} signs from now on. What was signed before holds on.`);
    });
}
