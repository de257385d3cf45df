import type { Command } from 'commander';
import { CAPABILITIES } from '../capabilities.ts';
import { ROLES, rolesWith } from '../roles.ts';
import { table } from './output.ts';
import { session } from './session.ts';

/** Every capability that a role can hold, from the matrix itself: needs no server. */
export function addPermissions(program: Command): void {
  program
    .command('permissions')
    .description('print who may do what; needs no server')
    .action((_options: object, command: Command) => {
      const rows = CAPABILITIES.map(({ id, group, title, sentence, documented }) => ({
        id,
        group,
        title,
        sentence,
        documented,
        roles: rolesWith(id),
      })).filter(({ roles }) => roles.length > 0);
      const marks = ROLES.map(({ name, title }) => {
        const mark = ({ roles }: (typeof rows)[number]) => (roles.includes(name) ? '✓' : '');
        return [`${name} (${title.toLowerCase()})`, mark] as const;
      });
      session(command).print(rows, () =>
        table(rows, {
          GROUP: (row) => row.group,
          CAPABILITY: (row) => row.title,
          ID: (row) => row.id,
          ...Object.fromEntries(marks),
        }),
      );
    });
}
